"""Everything at once: a ZIP file with each trip as the file it is loaded from, and the schema.

`readout load` takes it, and gives the same revision.
"""

import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

MEDIA_TYPE = "application/zip"

# The same trips always make the same file, byte for byte, so that a download can be resumed.
_TIME = (1980, 1, 1, 0, 0, 0)
_LEVEL = 6


class DumpedTrip(NamedTuple):
    """A trip as canonical JSON, the time of its last change (UTC), and its origin."""

    id: str
    text: bytes
    updated_at: str
    origin: str


def write_dump(path: Path, trips: Iterable[DumpedTrip], revision: str) -> None:
    """Write a dump of some revision to a path; few trips are in memory at a time."""
    # Models of trip files take long to import, and little else in the service needs them.
    from app.domain.tripfile import DUMP_INDEX, SCHEMA_FILE, trip_file_schema

    entries = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        _add(archive, SCHEMA_FILE, trip_file_schema().encode())
        for trip in trips:
            name = f"trips/{trip.id}.json"
            _add(archive, name, trip.text + b"\n")
            entries.append(
                {"id": trip.id, "file": name, "updated_at": trip.updated_at, "origin": trip.origin}
            )
        index = {"revision": revision, "trips": entries}
        _add(archive, DUMP_INDEX, json.dumps(index, indent=1, ensure_ascii=False).encode())


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)
