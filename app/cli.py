"""The `readout` command."""

import json
import logging
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
import uvicorn
from pydantic import ValidationError

from app.database import DatabaseUnavailable, migrate
from app.loading.loader import LoadResult, load
from app.loading.reading import Complaint, TripFileError, find_trip_files, read_trip_file
from app.loading.tripfile import TripFile
from app.loading.verify import verify
from app.logs import configure_logs, log_config
from app.main import create_app
from app.settings import Settings
from app.snapshot import ServedDatabase

log = logging.getLogger("readout")

commands = typer.Typer(
    help="Serve official trips: who met whom, what was said, what was agreed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Paths = Annotated[list[Path], typer.Argument(help="Trip files, or folders of them.")]


def main() -> None:
    """Run the command line."""
    commands()


@commands.command()
def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on.")] = None,
    workers: Annotated[int | None, typer.Option(help="How many processes serve.")] = None,
) -> None:
    """Migrate the database, load the seed into an empty one, and serve."""
    # In the environment, so that worker processes read the same settings.
    for name, value in (("HOST", host), ("PORT", port), ("WORKERS", workers)):
        if value is not None:
            os.environ[f"READOUT_{name}"] = str(value)
    settings = _settings()
    configure_logs(settings.log_level)
    try:
        migrate(settings.database_path)
        if _is_empty(settings.database_path):
            result = load(settings.database_path, [settings.seed])
            log.info("loaded %s: %s", settings.seed, _summary(result))
    except TripFileError as error:
        _fail(error.complaints)
    except DatabaseUnavailable as error:
        _stop(str(error))
    uvicorn.run(
        "app.main:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        access_log=False,
        log_config=log_config(settings.log_level),
        server_header=False,
        forwarded_allow_ips=settings.forwarded_allow_ips,
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )


@commands.command("load")
def load_command(paths: Paths) -> None:
    """Load trip files: all of them, or none if one has a fault."""
    settings = _settings()
    try:
        migrate(settings.database_path)
        result = load(settings.database_path, paths)
    except TripFileError as error:
        _fail(error.complaints)
    except DatabaseUnavailable as error:
        _stop(str(error))
    typer.echo(f"{_summary(result)}; revision {result.revision}")


@commands.command()
def check(paths: Paths) -> None:
    """Tell every fault of trip files; change nothing."""
    complaints: list[Complaint] = []
    try:
        files = find_trip_files(paths)
    except TripFileError as error:
        _fail(error.complaints)
    for file in files:
        try:
            read_trip_file(file)
        except TripFileError as error:
            complaints += error.complaints
    if complaints:
        _fail(complaints)
    typer.echo(f"{_counted(len(files), 'trip file')} without a fault")


@commands.command("verify")
def verify_command(
    trip_file: Annotated[Path, typer.Argument(metavar="TRIPFILE", help="A trip file.")],
    source: Annotated[
        list[str], typer.Option(metavar="ID=TEXTFILE", help="The text of a source; repeatable.")
    ],
) -> None:
    """Find every quote and every passage of evidence in the text of its source."""
    texts: dict[str, str] = {}
    for given in source:
        id_, equals, path = given.partition("=")
        if not equals or not id_ or not path:
            _stop(f'--source "{given}" is not of the form ID=TEXTFILE', status=2)
        if id_ in texts:
            _stop(f'--source names "{id_}" twice', status=2)
        try:
            texts[id_] = Path(path).read_text("utf-8-sig")
        except OSError as error:
            _stop(f"{path}: {error.strerror}", status=2)
        except UnicodeDecodeError:
            _stop(f"{path}: is not UTF-8 text", status=2)
    try:
        read = read_trip_file(trip_file)
    except TripFileError as error:
        _fail(error.complaints)
    complaints = verify(read, texts)
    if complaints:
        _fail(complaints)
    trip = read.trip
    passages = sum(
        len(evidence)
        for evidence in (
            trip.evidence,
            *(person.evidence for person in trip.participants),
            *(meeting.evidence for meeting in trip.meetings),
            *(quote.evidence for quote in trip.quotes),
            *(agreement.evidence for agreement in trip.agreements),
        )
    )
    typer.echo(
        f"{trip_file}: {_counted(len(trip.quotes), 'quote')} and "
        f"{_counted(passages, 'passage')} found, each exactly once"
    )


@commands.command()
def openapi() -> None:
    """Print the OpenAPI description of the service as JSON."""
    typer.echo(json.dumps(create_app(_settings()).openapi(), indent=2, ensure_ascii=False))


@commands.command()
def schema() -> None:
    """Print the JSON Schema of trip files, which editors check and complete them with."""
    typer.echo(trip_file_schema(), nl=False)


def trip_file_schema() -> str:
    """Return the JSON Schema of trip files, as `seed/trip.schema.json` holds it."""
    described = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **TripFile.model_json_schema(),
    }
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        faults = [
            f"READOUT_{str(fault['loc'][0]).upper()}={fault['input']!s}: {fault['msg']}"
            for fault in error.errors()
        ]
        _stop("\n".join(faults), status=2)


def _is_empty(database: Path) -> bool:
    try:
        with ServedDatabase(database).snapshot():
            return False
    except DatabaseUnavailable:
        return True


def _summary(result: LoadResult) -> str:
    added, changed, unchanged = map(len, (result.added, result.changed, result.unchanged))
    return f"{_counted(added, 'trip')} added, {changed} changed, {unchanged} unchanged"


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _fail(complaints: list[Complaint]) -> NoReturn:
    for complaint in complaints:
        typer.echo(complaint, err=True)
    _stop(f"{_counted(len(complaints), 'fault')}; nothing was changed")


def _stop(message: str, status: int = 1) -> NoReturn:
    typer.echo(message, err=True)
    sys.exit(status)
