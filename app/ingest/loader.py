"""Trips into the database: all of them, in one transaction, or none.

Trips that define all they speak of are written as they come. Those that refer to others follow
once all definitions are known, and last, trips that show what has changed in others.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.domain.collections import shapes_digest
from app.domain.issues import Issue
from app.domain.names import did_you_mean
from app.ingest.collecting import without_garbage_collection
from app.ingest.dumps import Unpacked, unpacked
from app.ingest.explaining import shown
from app.ingest.faults import Faults, Taken
from app.ingest.linking import Linker
from app.ingest.preparing import (
    PARALLEL_FROM,
    Outcome,
    Prepared,
    Source,
    prepare_all,
    prepared_trip,
)
from app.ingest.progress import Progress
from app.ingest.project import CURATED, Projection
from app.ingest.reading import TripFileError, find_trip_files
from app.ingest.settling import (
    Changes,
    Settled,
    layered_mentions,
    prepared_trips,
    remove_registers,
    settle,
)
from app.store.engines import Database, engine_of
from app.store.sql.indexing import Index
from app.store.sql.registers import Registers
from app.store.sql.revision import write_revision
from app.store.sql.shared import SharedRecords
from app.store.sql.trips import MAX_RECORDS, Trips
from app.store.sql.writer import Writer


@dataclass(frozen=True)
class LoadResult:
    """What a load did: ids of trips, and the revision that is served from now on."""

    added: list[str]
    changed: list[str]
    unchanged: list[str]
    removed: list[str]
    revision: str


class TripsNotRemoved(Exception):
    """Trips that cannot be removed; the message says why."""


def load(
    database: Database,
    paths: Sequence[Path],
    progress: Progress | None = None,
    *,
    only: bool = False,
) -> LoadResult:
    """Load trip files, and those in folders and dumps, into a database that has been migrated.

    Every trip among them ends up exactly as its file says; other trips stay as they are, or, with
    `only`, are removed. `progress` is called for each step and for each file that has been read.
    Raises `TripFileError` with every fault of every file, and `DatabaseUnavailable`; then nothing
    has changed.
    """
    progress = progress or Progress()
    try:
        with unpacked(find_trip_files(paths)) as found:
            many = len(found.files) >= PARALLEL_FROM
            with engine_of(database).writing(database, much=many) as connection:
                result = load_within(connection, found, progress, only=only)
                progress.step("Committing")
            return result
    finally:
        progress.done()


def load_within(
    connection: Writer, found: Unpacked, progress: Progress, *, only: bool = False
) -> LoadResult:
    """Load trip files within a transaction that is open; raises `TripFileError`."""
    with without_garbage_collection():
        one, files = Load(connection), found.files
        progress.step("Reading", len(files))
        outcomes = prepare_all(files, one.columns, Source(one.now), found.sources)
        return one.run(outcomes, files, progress, only=only)


def remove(database: Database, trip_ids: Sequence[str]) -> LoadResult:
    """Remove trips from a database that has been migrated.

    Raises `TripsNotRemoved` if a trip does not exist or another trip refers to what it defines, and
    `DatabaseUnavailable`; then nothing has changed.
    """
    with engine_of(database).writing(database) as connection:
        return Load(connection).remove(trip_ids)


def time_of_load() -> str:
    """Return the time, UTC, as records give it."""
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0, tzinfo=None)
    return f"{now.isoformat()}Z"


@dataclass
class _Done:
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


class Load:
    """One load, within its transaction."""

    def __init__(self, connection: Writer) -> None:
        """Take the connection of the transaction."""
        self.now = time_of_load()
        self._connection = connection
        self._index = Index(connection)
        self._shared = SharedRecords(connection, self._index)
        self._trips = Trips(connection, self._index, self._shared, self.now)
        self.registers = Registers(connection)
        self._linker = Linker(self._trips, self._shared, self.registers)
        self._faults = Faults(self._trips, self._shared, self._linker)
        self.columns = self._trips.columns
        self._paths: dict[str, Path] = {}
        self._taken: dict[int, Taken] = {}
        self._issues: list[Issue] = []
        self._done = _Done()
        self._affected: set[int] = set()
        self._layered: set[int] = set()

    def run(
        self,
        outcomes: Iterable[tuple[Path, Outcome]],
        files: Sequence[Path],
        progress: Progress,
        *,
        only: bool = False,
    ) -> LoadResult:
        """Load what files were prepared into; return what became of them.

        Raises `TripFileError` with every fault of every file, in the order of `files`.
        """
        for file, outcome in outcomes:
            if isinstance(outcome, Prepared):
                self._take(outcome)
            else:
                self._issues += outcome
            progress.file_read(file)
        dropped = None
        if only and not self._issues:
            dropped = remove_registers(self.registers)
            self._remove([id_ for id_ in self._trips.ids() if id_ not in self._paths])
        progress.step("Linking trips")
        self._write_waiting([taken for taken in self._taken.values() if not taken.written])
        if not self._issues:
            self.settle(dropped or settle(self.registers, Changes()), Path(), progress)
        return self.complete(files, progress)

    def complete(self, files: Sequence[Path], progress: Progress) -> LoadResult:
        """Check trips against each other, and finish. Raises `TripFileError`."""
        self._issues += self._faults.disagreements(self._taken)
        for what, cause in self._faults.lost(self._taken, list(self._paths)):
            # No line is at fault: some file no longer defines what others refer to.
            self._issues.append(Issue(what, cause, file=str(files[0])))
        if not self._issues:
            self._write_affected()
        if self._issues:
            raise TripFileError(self._sorted(files))
        return self._finish(progress)

    def remove(self, trip_ids: Sequence[str]) -> LoadResult:
        """Remove these trips; return what became of them. Raises `TripsNotRemoved`."""
        known = self._trips.ids()
        for trip_id in trip_ids:
            if trip_id not in known:
                raise TripsNotRemoved(f"no trip {shown(trip_id)}{did_you_mean(trip_id, known)}")
            stored = self._trips.find(trip_id)
            if stored and stored.origin in self.registers.ids():
                raise TripsNotRemoved(
                    f"{shown(trip_id)} belongs to the import of {stored.origin}; remove all of it"
                    f" with --register {stored.origin}"
                )
        self._remove(list(dict.fromkeys(trip_ids)))
        self.settle(settle(self.registers, Changes()), Path(), Progress())
        return self.removed()

    def settle(self, settled: Settled, path: Path, progress: Progress) -> None:
        """Do what follows from the registers: remove and write their trips, note their layers."""
        for register, trip_id in settled.removed:
            stored = self._trips.find(trip_id)
            if stored and stored.origin == register:
                self._remove([trip_id])
        total = sum(len(written.ids) for written in settled.written)
        if total:
            progress.step("Loading", total, "trip")
        for prepared in prepared_trips(self.registers, settled, self.columns, self.now, path):
            self._take(prepared)
            progress.file_read(path)
        self._write_waiting([taken for taken in self._taken.values() if not taken.written])
        for trip_id in settled.layered | self._layered_of_load():
            stored = self._trips.find(trip_id)
            if stored and stored.origin == CURATED:
                self._layered.add(stored.key)
                self._affected.add(stored.key)

    def _layered_of_load(self) -> set[str]:
        """Return the trips of this load to which registers add something."""
        ids = {taken.prepared.id for taken in self._taken.values()}
        return {id_ for id_ in ids if self.registers.layers(id_)}

    def removed(self) -> LoadResult:
        """Finish after trips were removed. Raises `TripsNotRemoved`."""
        lost = [f"{what}: {cause}" for what, cause in self._faults.lost({}, [])]
        if lost:
            raise TripsNotRemoved("\n".join(lost))
        self._write_affected()
        return self._finish(Progress())

    def _finish(self, progress: Progress) -> LoadResult:
        progress.step("Rendering what trips share")
        self._shared.finish()
        progress.step("Indexing")
        self._index.merge()
        self._trips.finish()
        done = self._done
        revision = write_revision(self._connection, shapes_digest(), self.now)
        return LoadResult(done.added, done.changed, done.unchanged, done.removed, revision)

    def _take(self, prepared: Prepared) -> None:
        if prepared.id in self._paths:
            cause = f'"{prepared.id}" is the id of the trip in {self._paths[prepared.id]}, too'
            self._issues.append(prepared.issue(("id",), cause))
            return
        self._paths[prepared.id] = prepared.path
        self._shared.add_countries(prepared.countries)
        stored = self._trips.find(prepared.id)
        if stored and (stored.digest, stored.origin) == (prepared.digest, prepared.source.origin):
            self._done.unchanged.append(prepared.id)
            return
        if stored:
            self._delete(stored.key)
            self._done.changed.append(prepared.id)
        else:
            self._done.added.append(prepared.id)
        start = datetime.date.fromisoformat(prepared.start_date)
        key = self._trips.free_key(prepared.id, start)
        self._shared.state(key, prepared.mentions, prepared.definitions, self.columns)
        self._trips.state(key, prepared.digest, prepared.text)
        taken = self._taken[key] = Taken(key, prepared)
        # A later file of this load may still give up an id that is taken.
        if prepared.projection and not any(self._trips.taken(key, prepared.ids)):
            self._insert(taken, prepared.projection)
        else:
            self._linker.announce(key, prepared.ids["meetings"])

    def _delete(self, key: int) -> None:
        self._affected |= self._trips.referring_to_meetings_of([key])
        self._affected |= self._shared.referring([key])
        self._trips.delete(key)

    def _remove(self, trip_ids: Sequence[str]) -> None:
        for trip_id in trip_ids:
            stored = self._trips.find(trip_id)
            if stored:
                self._delete(stored.key)
                self._done.removed.append(trip_id)

    def _write_waiting(self, waiting: Sequence[Taken]) -> None:
        """Write trips that had to wait for others, except faulty ones and those that show them."""
        unwritable: set[int] = set()
        for taken in waiting:
            if issues := list(self._faults.undefined(taken)):
                self._issues += issues
                unwritable.add(taken.key)
        for taken in waiting:
            issues = list(self._faults.taken_ids(taken))
            self._issues += issues
            if not issues and unwritable.isdisjoint(self._linker.shown_with(taken.key)):
                source = taken.prepared.source
                projection = taken.prepared.projection or self._linker.project(
                    taken.key, source.updated_at, source.origin
                )
                self._insert(taken, projection)

    def _insert(self, taken: Taken, projection: Projection) -> None:
        if len(projection.records) > MAX_RECORDS:
            cause = f"holds more than {MAX_RECORDS} records"
            self._issues.append(taken.prepared.issue((), cause))
            return
        self._trips.insert(taken.key, projection.records, projection.rows)
        taken.written = True
        # Free the memory of what is written.
        taken.prepared = taken.prepared.emptied()

    def _write_affected(self) -> None:
        """Rewrite the trips whose documents differ now, because other trips have changed."""
        changed = list(self._taken)
        affected = self._affected | self._shared.referring(changed)
        affected |= self._trips.referring_to_meetings_of(changed)
        # Those of this load, too: they may have been written before what they show.
        affected |= {key for key in changed if self._trips.has_links(key)}
        for key in sorted(affected):
            stored = self._trips.stored(key)
            if stored is None:
                continue
            digest, updated_at, origin = stored
            same = self._linker.project(key, updated_at, origin)
            documents = [(record.collection, record.document) for record in same.records]
            if documents == self._trips.documents(key):
                continue
            taken = self._taken.get(key)
            since = taken.prepared.source.updated_at if taken else self.now
            projection = self._linker.project(key, since, origin)
            body, mentions = self._trips.body(key), self._shared.mentions(key)
            whole = self._linker.whole(key)
            self._trips.delete(key)
            self._trips.state(key, digest, body)
            if key in self._layered:
                # With a layer, its definitions come and go.
                prepared = prepared_trip(whole, Path(), self.columns, Source(since, origin))
                own = self._linker.text(key)
                self._shared.add_countries(prepared.countries)
                self._shared.state(
                    key, layered_mentions(prepared, own), prepared.definitions, self.columns
                )
            else:
                self._shared.restate(key, mentions)
            self._trips.insert(key, projection.records, projection.rows)

    def _sorted(self, files: Sequence[Path]) -> list[Issue]:
        """Return the issues in the order of the files, and of the lines of each."""
        order = {str(file): position for position, file in enumerate(files)}
        distinct = list(dict.fromkeys(self._issues))
        return sorted(distinct, key=lambda found: (order.get(found.file, -1), found.line or 0))
