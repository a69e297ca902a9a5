"""The command `readout import`: one command a register."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.console import fail, print_line, print_text, read_settings, stop

if TYPE_CHECKING:
    from app.ingest.importers.base import Importer

commands = typer.Typer(
    help="Import a register of visits, in place of what was imported from it before.",
    no_args_is_help=True,
)

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="A checkout of the register, or some of its files.")
]
Report = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write every entry and what became of it there, as CSV."),
]


@commands.command("travels")
def travels_command(folder: Folder, report: Report = None) -> None:
    """Import the travels abroad of U.S. presidents and secretaries of state."""
    from app.ingest.importers.travels import REGISTER, travels

    _import(REGISTER, travels, folder, report)


@commands.command("visits")
def visits_command(folder: Folder, report: Report = None) -> None:
    """Import the visits by foreign leaders to the United States."""
    from app.ingest.importers.visits import REGISTER, visits

    _import(REGISTER, visits, folder, report)


@commands.command("table")
def table_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file, a line a visit.")],
    mapping: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What the columns are called and the register is."),
    ] = None,
    report: Report = None,
) -> None:
    """Import visits from a table with the columns traveller, country, city, start and others."""
    from functools import partial

    from app.ingest.importers.table import read_mapping, table
    from app.ingest.reading import TripFileError

    try:
        mapped = read_mapping(mapping, file)
    except TripFileError as error:
        fail(error.issues, "nothing was changed")
    _import(mapped.register, partial(table, mapped=mapped), file, report)


def _import(register: str, importer: "Importer", path: Path, report: Path | None) -> None:
    """Import a register, print what became of it, and write the report that was asked for."""
    from app.ingest.importing import changes_of, closing_report, import_register, write_report
    from app.ingest.progress import progress_of_import
    from app.ingest.reading import TripFileError
    from app.ingest.rebuilding import rebuild
    from app.store.base import DatabaseUnavailable
    from app.store.engines import engine_of

    database = read_settings().database
    if report is not None and not report.absolute().parent.is_dir():
        stop(f"{report}: no such folder", status=2)
    if not path.exists():  # First, so that a misspelt path makes no database.
        stop(f"{path}: no such file or folder")
    try:
        engine_of(database).migrate(database)
        rebuild(database)
        imported = import_register(database, register, importer, path, progress_of_import())
    except TripFileError as error:
        fail(error.issues, "nothing was changed")
    except DatabaseUnavailable as error:
        stop(str(error))
    for line in closing_report(imported):
        print_line(line)
    print_text(f"{changes_of(imported)}; revision {imported.result.revision}")
    if report is not None:
        try:
            write_report(imported, report)
        except OSError as error:
            stop(f"{report}: {error.strerror}; the import itself is done")
