"""The `readout` command.

Each command imports what only some commands need: else a short one would spend most of its time on
the imports of others.
"""

import json
import logging
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import importing
from app.console import counted, fail, print_line, print_text, print_version, stop, tell, warn
from app.console import read_settings as _settings

if TYPE_CHECKING:
    from app.ingest.loader import LoadResult
    from app.settings import Settings
    from app.store.engines import Database

log = logging.getLogger("readout")

commands = typer.Typer(
    help="Serve official trips: who met whom, what was said, what was agreed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

commands.add_typer(importing.commands, name="import")

Paths = Annotated[list[Path], typer.Argument(help="Trip files, or folders of them.")]


@commands.callback()
def options(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=print_version, is_eager=True, help="Say which it is."),
    ] = False,
) -> None:
    """Serve official trips: who met whom, what was said, what was agreed."""


def main() -> None:
    """Run the command line."""
    try:
        commands()
    except MemoryError:  # A load that ends here has changed nothing.
        stop("there is not enough memory")


@commands.command()
def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on.")] = None,
    workers: Annotated[int | None, typer.Option(help="How many processes serve.")] = None,
) -> None:
    """Migrate the database, load the seed into an empty one, and serve."""
    options = {"host": host, "port": port, "workers": workers}
    settings = _settings({name: value for name, value in options.items() if value is not None})
    from app.http.multiprocess import metrics_folder
    from app.http.serving import run
    from app.ingest.rebuilding import has_to_be_rebuilt, start_rebuild
    from app.logs import configure_logs
    from app.settings import PREFIX, unknown_settings
    from app.store.base import DatabaseUnavailable
    from app.store.engines import engine_of

    # In the environment, so that worker processes read the same settings.
    os.environ.update({f"{PREFIX}{name.upper()}": str(getattr(settings, name)) for name in options})
    configure_logs(settings.log_level, settings.log_format)
    for message in unknown_settings():
        log.warning("%s", message)
    try:
        engine_of(settings.database).migrate(settings.database)
        if has_to_be_rebuilt(settings.database):
            start_rebuild(settings.database, settings.log_level, settings.log_format)
        elif _is_empty(settings.database):
            _load_seed(settings)
        _offer(settings)
    except DatabaseUnavailable as error:
        stop(str(error))
    # Once it has finished the open requests, uvicorn raises the signal that it was stopped with.
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(0))
    try:
        with metrics_folder(settings.workers):
            run(settings)
    except SystemExit as end:
        sys.exit(1 if end.code else 0)  # uvicorn's own codes mean nothing to others.


@commands.command("load")
def load_command(
    paths: Paths,
    only: Annotated[bool, typer.Option(help="Remove all other trips.")] = False,
) -> None:
    """Load trip files: all of them, or none if one has a fault."""
    from app.ingest.loader import load
    from app.ingest.progress import progress_of
    from app.ingest.reading import TripFileError, find_trip_files
    from app.ingest.rebuilding import load_in_place_of, rebuild
    from app.store.base import DatabaseUnavailable
    from app.store.engines import engine_of

    settings = _settings()
    try:
        files = find_trip_files(paths)  # First, so that a misspelt path makes no database.
        database, progress = settings.database, progress_of(files)
        engine = engine_of(database)
        if only and engine.keeps_no_texts(database):
            result = load_in_place_of(database, files, progress)
        else:
            engine.migrate(database)
            rebuild(database)
            result = load(database, files, progress, only=only)
        _offer(settings)
    except TripFileError as error:
        fail(error.issues, "nothing was changed")
    except DatabaseUnavailable as error:
        stop(str(error))
    print_text(f"{_summary(result)}; revision {result.revision}")


@commands.command("remove")
def remove_command(
    trip_ids: Annotated[
        list[str] | None, typer.Argument(metavar="TRIP-ID...", help="Ids of trips.")
    ] = None,
    register: Annotated[
        str | None, typer.Option(metavar="ID", help="All that was imported from a register.")
    ] = None,
) -> None:
    """Remove trips, or an import: all of them, or none if one cannot go."""
    from app.ingest.importing import remove_import
    from app.ingest.loader import TripsNotRemoved, remove
    from app.ingest.rebuilding import rebuild
    from app.store.base import DatabaseUnavailable
    from app.store.engines import engine_of

    if (register is None) != bool(trip_ids):
        raise typer.BadParameter("name trips, or an import with --register")
    settings = _settings()
    database = settings.database
    engine = engine_of(database)
    if not engine.exists(database):
        stop(f"there is no database {database}")
    try:
        engine.migrate(database)
        rebuild(database)
        result = remove_import(database, register) if register else remove(database, trip_ids or [])
        _offer(settings)
    except TripsNotRemoved as error:
        stop(f"{error}\nnothing was changed")
    except DatabaseUnavailable as error:
        stop(str(error))
    print_text(f"{_summary(result)}; revision {result.revision}")


@commands.command()
def check(paths: Paths) -> None:
    """Tell every fault of trip files, also beside those in the database; change nothing."""
    from app.ingest.reading import TripFileError, find_trip_files
    from app.ingest.rebuilding import check as faults_of
    from app.ingest.warnings import warnings_of
    from app.store.base import DatabaseUnavailable

    try:
        files = find_trip_files(paths)
        issues = faults_of(files, _settings().database)
    except TripFileError as error:
        fail(error.issues)
    except DatabaseUnavailable as error:
        stop(str(error))
    if issues:
        fail(issues)
    warnings = warnings_of(files)
    tell(warnings, "warning: ")
    warned = f", {counted(len(warnings), 'warning')}" if warnings else ""
    print_text(f"{counted(len(files), 'trip file')} without a fault{warned}")


@commands.command("new")
def new_command(
    trip: Annotated[str, typer.Option(metavar="ID", help="The id of the trip.")],
    official: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Somebody who travels; repeatable.")
    ] = None,
    city: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Where they go; repeatable.")
    ] = None,
    source: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="What tells of it; repeatable.")
    ] = None,
) -> None:
    """Print a trip file to be filled in; what the database knows is there."""
    import re

    from app.domain.collections import RESOURCES
    from app.domain.fields import SLUG_PATTERN
    from app.ingest.skeleton import skeleton
    from app.store.base import DatabaseUnavailable
    from app.store.engines import open_store

    for id_ in (trip, *(official or []), *(city or []), *(source or [])):
        if not re.fullmatch(SLUG_PATTERN, id_):
            stop(f'"{id_}" is not an id; use lower-case letters, digits and hyphens', status=2)
    store = open_store(_settings().database)

    def find(collection: str, id_: str) -> dict[str, Any] | None:
        try:
            document = store.record(RESOURCES[collection], id_)
        except DatabaseUnavailable:
            return None  # Then all of it is to be filled in.
        found: dict[str, Any] | None = json.loads(document) if document else None
        return found

    if find("trips", trip):
        warn(f'the database has a trip "{trip}" already; loading this file would replace it')
    text = skeleton(find, trip, official or [], city or [], source or [])
    print_text(text.removesuffix("\n"))


@commands.command("verify")
def verify_command(
    trip_file: Annotated[Path, typer.Argument(metavar="TRIPFILE", help="A trip file.")],
    source: Annotated[
        list[str] | None,
        typer.Option(metavar="ID=FILE", help="The text or saved page of a source; repeatable."),
    ] = None,
    sources: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="A folder of sources named by id: ID.txt, ID.html."),
    ] = None,
) -> None:
    """Find every quote and every passage of evidence in the text of its source."""
    from app.ingest.pages import SourceNotRead, find_sources, read_source
    from app.ingest.reading import TripFileError, read_trip_file
    from app.ingest.verify import verify

    paths: dict[str, Path] = {}
    for given in source or []:
        id_, equals, path = given.partition("=")
        if not equals or not id_ or not path:
            stop(f'--source "{given}" is not of the form ID=FILE', status=2)
        if id_ in paths:
            stop(f'--source names "{id_}" twice', status=2)
        paths[id_] = Path(path)
    try:
        if sources is not None:
            if not sources.is_dir():
                stop(f"{sources}: no such folder", status=2)
            known = {part.id for part in read_trip_file(trip_file).trip.sources}
            found = {id_: path for id_, path in find_sources(sources).items() if id_ in known}
            paths = {**found, **paths}
        texts = {id_: read_source(path) for id_, path in paths.items()}
    except SourceNotRead as error:
        stop(str(error), status=2)
    except TripFileError as error:
        fail(error.issues)
    try:
        read = read_trip_file(trip_file)
    except TripFileError as error:
        fail(error.issues)
    issues = verify(read, texts)
    if issues:
        fail(issues)
    trip = read.trip
    passages = sum(
        len(evidence)
        for evidence in (
            trip.evidence,
            *(stop.evidence for stop in trip.stops),
            *(person.evidence for person in trip.participants),
            *(meeting.evidence for meeting in trip.meetings),
            *(quote.evidence for quote in trip.quotes),
            *(agreement.evidence for agreement in trip.agreements),
        )
    )
    print_line(
        f"{trip_file}: {counted(len(trip.quotes), 'quote')} and "
        f"{counted(passages, 'passage')} found, and the links lead to them"
    )


@commands.command()
def openapi() -> None:
    """Print the OpenAPI description of the service as JSON."""
    from app.main import create_app

    print_text(json.dumps(create_app(_settings()).openapi(), indent=2, ensure_ascii=False))


@commands.command()
def schema() -> None:
    """Print the JSON Schema of trip files, which editors check and complete them with."""
    from app.domain.tripfile import trip_file_schema

    print_text(trip_file_schema().removesuffix("\n"))


def _is_empty(database: "Database") -> bool:
    from app.store.base import DatabaseUnavailable
    from app.store.engines import open_store

    store = open_store(database)
    try:
        store.revision()
    except DatabaseUnavailable:
        return True
    finally:
        store.close()
    return False


def _offer(settings: "Settings") -> None:
    """Make the copy of the data that other programs get, where the settings ask for one."""
    if settings.offer_database:
        from app.store.sqlite.copying import write_copy

        write_copy(Path(settings.database))


def _load_seed(settings: "Settings") -> None:
    from app.ingest.loader import load
    from app.ingest.reading import TripFileError

    try:
        result = load(settings.database, [settings.seed])
    except TripFileError as error:
        fail(error.issues, "nothing was changed")
    log.info("loaded %s: %s", settings.seed, _summary(result))


def _summary(result: "LoadResult") -> str:
    added, changed, unchanged = map(len, (result.added, result.changed, result.unchanged))
    removed = f", {len(result.removed)} removed" if result.removed else ""
    return f"{counted(added, 'trip')} added, {changed} changed, {unchanged} unchanged{removed}"
