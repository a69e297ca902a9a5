"""The files of a register: those of a folder that hold its records, in order."""

import datetime
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from app.domain.issues import Issue
from app.ingest.importers.base import Notes, day_of, fault
from app.ingest.importers.xmlfile import XmlRecord, read_records
from app.ingest.reading import TripFileError

_ROOT = re.compile(rb"<([A-Za-z_][\w.-]*)[\s/>]")
_BEGINNING = 4096


def records_of(
    path: Path, root: str, record: str, notes: Notes, read: Callable[[Path], None]
) -> Iterator[XmlRecord]:
    """Yield the records of all files of a register in a folder, or of one file.

    A register's folder holds other files, too: those with another root element are passed over.
    Raises `TripFileError` with all faults of all files, or where there is no file of the register.
    """
    files = [file for file in _found(path) if _root_of(file) in (root, "")]
    if not files:
        raise TripFileError([Issue("", f"holds no XML file of <{root}>", file=str(path))])
    issues: list[Issue] = []
    records: list[XmlRecord] = []
    for file in files:
        try:
            records += read_records(file, root, record)
        except TripFileError as error:
            issues += error.issues
        notes.files += 1
        read(file)
    if issues:
        raise TripFileError(issues)
    yield from records


def _found(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise TripFileError([Issue("", "no such file or folder", file=str(path))])
    return sorted(
        file
        for file in path.rglob("*.xml")
        if file.is_file() and not any(part.startswith(".") for part in file.relative_to(path).parts)
    )


def _root_of(file: Path) -> str:
    """Return the name of the root element, or nothing where there is none to be seen."""
    try:
        with file.open("rb") as opened:
            found = _ROOT.search(opened.read(_BEGINNING))
    except OSError as error:
        cause = error.strerror or "cannot be read"
        raise TripFileError([Issue("", cause, file=str(file))]) from None
    return found[1].decode() if found else ""


def days(record: XmlRecord) -> tuple[datetime.date, datetime.date]:
    """Return the first and last day of a record; raise `TripFileError` where they are none."""
    start = day_of(record.given("start-date"), record.at, "start-date")
    end = day_of(record.given("end-date"), record.at, "end-date")
    if end < start:
        raise TripFileError([fault(record.at, "end-date", f"{end} is before {start}")])
    return start, end
