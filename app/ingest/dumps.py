"""Dumps: all trips of a service in one ZIP file, unpacked into the files that it holds.

`app/representations/dump.py` writes them.
"""

import datetime
import json
import lzma
import re
import struct
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.domain.fields import SLUG_PATTERN
from app.domain.issues import Issue
from app.domain.tripfile import DUMP_INDEX
from app.ingest.preparing import Source
from app.ingest.project import CURATED
from app.ingest.reading import TripFileError

SUFFIX = ".zip"
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OverflowError,
    RuntimeError,  # Encrypted, compressed in a way that nobody knows, or nested too deeply.
)  # fmt: skip
"""What Python raises for a ZIP file that is broken in one of many ways."""

_TIME = "%Y-%m-%dT%H:%M:%SZ"

_TRIP_FILE = re.compile(r"trips/[a-z0-9]+(-[a-z0-9]+)*\.json")


@dataclass(frozen=True)
class Unpacked:
    """Trip files, in the order in which they were given, and where those of dumps are from."""

    files: list[Path]
    sources: Mapping[Path, Source]


@contextmanager
def unpacked(files: Sequence[Path]) -> Iterator[Unpacked]:
    """Yield the files, each dump replaced by the files that it holds, for a `with` block.

    Faults that the block finds in these name the dump and the file in it. Raises `TripFileError`
    for an invalid dump.
    """
    if not any(file.suffix == SUFFIX for file in files):
        yield Unpacked(list(files), {})
        return
    found: list[Path] = []
    sources: dict[Path, Source] = {}
    dumps: dict[str, Path] = {}
    with tempfile.TemporaryDirectory(prefix="readout-load-") as parent:
        for number, file in enumerate(files):
            if file.suffix != SUFFIX:
                found.append(file)
                continue
            folder = Path(parent) / str(number)
            dumps[str(folder)] = file
            of_dump = _take_apart(file, folder)
            found += of_dump
            sources |= of_dump
        try:
            yield Unpacked(found, sources)
        except TripFileError as error:
            raise TripFileError([_named(found, dumps) for found in error.issues]) from None


def _named(issue: Issue, dumps: Mapping[str, Path]) -> Issue:
    for folder, dump in dumps.items():
        if issue.file.startswith(f"{folder}/"):
            return replace(issue, file=f"{dump}{issue.file.removeprefix(folder)}")
    return issue


def _take_apart(dump: Path, folder: Path) -> dict[Path, Source]:
    """Write the trip files of a dump into a folder; return them, in order, with their sources."""
    try:
        with zipfile.ZipFile(dump) as archive:
            # If two files have one name, it depends on the program which one is unpacked.
            if twice := _twice(archive.namelist()):
                raise ValueError(f'"{twice}" stands twice in it')
            index = json.loads(archive.read(DUMP_INDEX))
            if twice := _twice(entry["file"] for entry in index["trips"]):
                raise ValueError(f'{DUMP_INDEX} in it names "{twice}" twice')
            sources = {}
            for entry in index["trips"]:
                if not _TRIP_FILE.fullmatch(entry["file"]):
                    raise ValueError(f'names a file "{entry["file"]}", which is none of a trip')
                path = folder / entry["file"]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(archive.read(entry["file"]))
                sources[path] = _source(entry)
    except OSError as error:
        raise _fault(dump, error.strerror or "cannot be read") from None
    except _UNREADABLE:
        raise _fault(dump, "is not a ZIP file that can be read") from None
    except (KeyError, TypeError):
        raise _fault(
            dump, f"is not a dump: {DUMP_INDEX} in it does not say what it holds"
        ) from None
    except ValueError as error:
        raise _fault(dump, f"is not a dump: {error}") from None
    if not sources:
        raise _fault(dump, "holds no trip file")
    return sources


def _twice(names: Iterable[str]) -> str | None:
    """Return the first name that occurs twice, or None."""
    return next((name for name, number in Counter(names).items() if number > 1), None)


def _source(entry: dict[str, Any]) -> Source:
    """Return the origin and the time of a trip, validated, as both are served unchanged."""
    updated_at, origin = entry["updated_at"], entry["origin"]
    if not isinstance(updated_at, str) or not _is_time(updated_at):
        raise ValueError(
            f'"updated_at" of {entry["file"]} is not a time such as "2026-01-31T12:00:00Z"'
        )
    if not isinstance(origin, str) or not re.fullmatch(SLUG_PATTERN, origin):
        raise ValueError(f'"origin" of {entry["file"]} is not an id such as "{CURATED}"')
    return Source(updated_at, origin)


def _is_time(text: str) -> bool:
    try:
        return f"{datetime.datetime.strptime(text, _TIME).isoformat()}Z" == text
    except ValueError:
        return False


def _fault(dump: Path, cause: str) -> TripFileError:
    return TripFileError([Issue("", cause, file=str(dump))])
