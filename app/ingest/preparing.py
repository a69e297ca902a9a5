"""Reads, checks and projects trip files, which is most of a load: in parallel if many.

None of it needs the database, which takes one writer.
"""

import hashlib
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from app.domain.issues import Issue
from app.domain.tripfile import TripFile
from app.ingest.definitions import SHARED_LISTS, definition_of, foreign_ids, mentioned_ids
from app.ingest.helping import in_order
from app.ingest.project import CURATED, Projection, Projector
from app.ingest.reading import ReadTrip, TripFileError, read_trip_file, written
from app.ingest.rows import Columns, row_of
from app.ingest.yamltree import Location
from app.store.sql.shared import Mention, definition_columns
from app.store.sql.trips import trip_text

PARALLEL_FROM = 200
"""From this many files on, several processes prepare them; fewer are done sooner by one."""

_FILES_A_TASK = 8
"""Enough to be worth sending, and few enough for their results to be held in memory."""

_OWN_LISTS = ("meetings", "quotes", "agreements")


@dataclass(frozen=True)
class Source:
    """The origin of trips, and the time of their last change: that of the load, unless stated."""

    updated_at: str
    origin: str = CURATED


@dataclass(frozen=True)
class Prepared:
    """A trip ready to be written.

    `definitions` are rows of the tables of shared records, `ids` those of its own records.
    `projection` is None where it needs what other trips define.
    """

    path: Path
    id: str
    start_date: str
    source: Source
    digest: str
    text: bytes
    mentions: list[Mention]
    definitions: dict[str, list[tuple[Any, ...]]]
    countries: frozenset[str]
    ids: dict[str, list[str]]
    projection: Projection | None

    def emptied(self) -> "Prepared":
        """Return this without what a written trip no longer needs."""
        return replace(
            self, text=b"", mentions=[], definitions={}, countries=frozenset(), ids={},
            projection=None,
        )  # fmt: skip

    def issue(self, location: Location, cause: str) -> Issue:
        """Return an issue about a part of the file, which is read again for its line, once."""
        if self.source.origin != CURATED:  # There is no trip file.
            return Issue(f"{self.id}: {written(location)}", cause, file=str(self.path))
        return self._read.issue(location, cause)

    @cached_property
    def _read(self) -> ReadTrip:
        return read_trip_file(self.path)


Outcome = Prepared | list[Issue]


def prepare(path: Path, columns: Columns, source: Source) -> Outcome:
    """Return a trip file ready to be written, or all that is wrong with it."""
    try:
        read = read_trip_file(path)
    except TripFileError as error:
        return error.issues
    return prepared_trip(read.trip, path, columns, source)


def prepared_trip(trip: TripFile, path: Path, columns: Columns, source: Source) -> Prepared:
    """Return a checked trip ready to be written; `path` is where issues look for its lines."""
    text = trip_text(trip).encode()
    mentions: list[Mention] = []
    definitions: dict[str, list[tuple[Any, ...]]] = {}
    digests: dict[tuple[str, str], str] = {}
    for name in SHARED_LISTS:
        for part in getattr(trip, name):
            defined = definition_of(name, part)
            if defined is not None:
                digests[name, part.id] = _digest(repr(defined).encode())[:16]
                row = row_of(definition_columns(name, columns), part, {"record": (name, part.id)})
                definitions.setdefault(name, []).append(row)
    mentioned = mentioned_ids(trip)
    for name, ids in mentioned.items():
        if name in SHARED_LISTS:
            mentions += [Mention(name, id_, digests.get((name, id_))) for id_ in ids]
    projection = None
    if not foreign_ids(trip, mentioned):
        projection = Projector(trip, columns, source.updated_at, origin=source.origin).project()
    return Prepared(
        path, trip.id, trip.start_date.isoformat(), source, _digest(text), zlib.compress(text),
        mentions, definitions, _countries(trip),
        {
            name: [part.id for part in getattr(trip, name) if not _is_reference(part)]
            for name in _OWN_LISTS
        },
        projection,
    )  # fmt: skip


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _is_reference(part: Any) -> bool:
    return bool(getattr(part, "is_reference", False))


def _countries(trip: TripFile) -> frozenset[str]:
    parts: tuple[Any, ...] = (
        *trip.cities, *trip.participants, *trip.stops, *trip.meetings, *trip.quotes,
        *trip.agreements,
    )  # fmt: skip
    parties = (party for part in trip.agreements for party in part.parties if party.isupper())
    return frozenset((*(part.country for part in parts if part.country), *parties))


def prepare_all(
    files: Sequence[Path], columns: Columns, source: Source, own: Mapping[Path, Source]
) -> Iterator[tuple[Path, Outcome]]:
    """Yield every file with what became of it, in the order in which they are given.

    `own` has the sources of files for which `source` does not hold.
    """
    given = [(file, own.get(file, source)) for file in files]
    # One for each core, beside this one: at times they wait for each other.
    processes = os.cpu_count() or 1
    if len(files) < PARALLEL_FROM or processes < 2:
        yield from ((file, prepare(file, columns, source)) for file, source in given)
        return
    tasks = [given[at : at + _FILES_A_TASK] for at in range(0, len(given), _FILES_A_TASK)]
    for outcomes in in_order(partial(_prepare_some, columns=columns), tasks, processes):
        yield from outcomes


def _prepare_some(
    given: Sequence[tuple[Path, Source]], columns: Columns
) -> list[tuple[Path, Outcome]]:
    return [(file, prepare(file, columns, source)) for file, source in given]
