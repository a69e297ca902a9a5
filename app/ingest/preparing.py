"""Trip files read, checked and rendered, which is most of the work of a load: in parallel if many.

None of it needs the database, which takes one writer.
"""

import gc
import hashlib
import json
import multiprocessing
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.domain.collections import RESOURCES
from app.ingest.reading import Complaint, TripFileError, read_trip_file
from app.ingest.records import TripRecords
from app.ingest.rendering import Rendered, render
from app.ingest.tripfile import TripFile
from app.ingest.triprows import TripRows, trip_rows
from app.ingest.yamltree import Location

PARALLEL_FROM = 200
"""So many files, or more, are prepared by several processes; fewer are done sooner by one."""

_FILES_A_TASK = 8
_TASKS_AHEAD = 4
"""For each process: enough to keep it busy, and few enough to be held in memory."""


@dataclass(frozen=True)
class Prepared:
    """A trip file ready to be written: what identifies its content, its rows and its records."""

    path: Path
    digest: str
    rows: TripRows
    records: list[Rendered]

    def complaint(self, location: Location, cause: str) -> Complaint:
        """Return a complaint about a part of the file, which is read again for its line."""
        return read_trip_file(self.path).complaint(location, cause)


Outcome = Prepared | list[Complaint]


def prepare(path: Path) -> Outcome:
    """Return a trip file ready to be written, or all that is wrong with it."""
    try:
        read = read_trip_file(path)
    except TripFileError as error:
        return error.complaints
    records = [render(resource, record) for resource, record in TripRecords(read.trip)]
    return Prepared(path, trip_digest(read.trip), trip_rows(read.trip), records)


def prepare_all(files: Sequence[Path]) -> Iterator[tuple[Path, Outcome]]:
    """Yield every file with what became of it, in the order in which they are given."""
    processes = (os.cpu_count() or 1) - 1
    if len(files) < PARALLEL_FROM or processes < 1:
        yield from ((file, prepare(file)) for file in files)
        return
    # Not forked: a copy of this process would hold its database connection, too. What a trip file
    # becomes has no cycles; looking for them would take a sixth of the time.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=gc.disable) as pool:
        waiting: deque[Future[list[tuple[Path, Outcome]]]] = deque()
        try:
            for first in range(0, len(files), _FILES_A_TASK):
                some = files[first : first + _FILES_A_TASK]
                waiting.append(pool.submit(_prepare_some, some))
                if len(waiting) > processes * _TASKS_AHEAD:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _prepare_some(files: Sequence[Path]) -> list[tuple[Path, Outcome]]:
    return [(file, prepare(file)) for file in files]


def trip_digest(trip: TripFile) -> str:
    """Return what identifies the content of a trip file and the way it is rendered."""
    content = trip.model_dump_json() + _shapes()
    return hashlib.sha256(content.encode()).hexdigest()


@cache
def _shapes() -> str:
    """Return the schemas and filters of all collections: where they change, so do the records."""
    return json.dumps(
        {
            name: [
                resource.schema.model_json_schema(),
                [known.parameter for known in resource.filters],
                resource.pairs,
            ]
            for name, resource in RESOURCES.items()
        }
    )
