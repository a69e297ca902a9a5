"""A register into the database: its trips, in place of those that it had, and a report of it."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from app.domain.names import did_you_mean
from app.ingest.collecting import without_garbage_collection
from app.ingest.explaining import shown
from app.ingest.importers.base import Entry, ImportedTrip, Importer, Merged, Notes
from app.ingest.loader import Load, LoadResult, TripsNotRemoved
from app.ingest.preparing import PARALLEL_FROM
from app.ingest.progress import Progress
from app.ingest.settling import Changes, remove_register, settle, state_register
from app.ingest.ties import SAME, own_trip_id
from app.store.engines import Database, engine_of
from app.store.sql.registers import Ties

_PLACES_NAMED = 12


class Fate(NamedTuple):
    """What became of an entry: `outcome` is `trip`, `merged`, `layer` or `left out`."""

    entry: Entry
    outcome: str
    trip: str
    detail: str


@dataclass(frozen=True)
class Imported:
    """What an import did: to the database, and with each entry."""

    register: str
    trips: Sequence[ImportedTrip]
    notes: Notes
    result: LoadResult
    ties: Ties

    def fates(self) -> Iterator[Fate]:
        """Yield what became of each entry of the register, trip by trip."""
        for one in self.trips:
            own = own_trip_id(self.ties, one.trip.id)
            for visit in one.visits:
                covering = _covering(self.ties, visit)
                trip = covering or own or ""
                yield Fate(visit.entry, "layer" if covering else "trip", trip, "")
                for other in visit.same:
                    yield Fate(other, "merged", trip, f"same as {visit.entry.id}")
        for left in self.notes.left_out:
            yield Fate(left.entry, "left out", "", left.cause)


def _covering(ties: Ties, visit: Merged) -> str:
    found = (ties.get(f"entries/{id_}", SAME)[1:] for id_ in visit.ids)
    return next(filter(None, found), "")


def import_register(
    database: Database, register: str, importer: Importer, path: Path, progress: Progress
) -> Imported:
    """Import what `importer` reads at `path`, in place of what the register had before.

    The database has been migrated. Raises `TripFileError` with all that is wrong with what is
    read, and `DatabaseUnavailable`; then nothing has changed.
    """
    try:
        notes = Notes()
        progress.step("Reading")
        with without_garbage_collection():
            trips = list(importer(path, notes, lambda _: None))
            result, ties = load_register(database, register, trips, path, progress)
    finally:
        progress.done()
    return Imported(register, trips, notes, result, ties)


def load_register(
    database: Database,
    register: str,
    trips: Sequence[ImportedTrip],
    path: Path,
    progress: Progress | None = None,
) -> tuple[LoadResult, Ties]:
    """Load the trips of a register, in place of those it had, into a migrated database.

    Trips of trip files stay as they are. `path` is what issues name. Also returns the ties of the
    register. Raises what `import_register` does.
    """
    progress = progress or Progress()
    much = len(trips) >= PARALLEL_FROM
    with (
        engine_of(database).writing(database, much=much) as connection,
        without_garbage_collection(),
    ):
        one = Load(connection)
        progress.step("Comparing with what there is")
        changes = state_register(one.registers, register, trips)
        one.settle(settle(one.registers, changes), path, progress)
        result = one.complete([path], progress)
        _, ties = one.registers.state(register)
        return result, ties


def remove_import(database: Database, register: str) -> LoadResult:
    """Remove all that was imported from a register.

    Raises `TripsNotRemoved` if nothing was imported or a trip refers to what it defines, and
    `DatabaseUnavailable`; then nothing has changed.
    """
    with engine_of(database).writing(database) as connection:
        one = Load(connection)
        known = one.registers.ids()
        if register not in known:
            hint = did_you_mean(register, known)
            raise TripsNotRemoved(f"nothing was imported from {shown(register)}{hint}")
        one.settle(remove_register(one.registers, register), Path(), Progress())
        # Another register may have referred to what this one defined.
        one.settle(settle(one.registers, Changes()), Path(), Progress())
        return one.removed()


def closing_report(imported: Imported) -> list[str]:
    """Return the lines that say what was read and what became of it."""
    notes, fates = imported.notes, list(imported.fates())
    outcomes = Counter(fate.outcome for fate in fates)
    own = [one for one in imported.trips if own_trip_id(imported.ties, one.trip.id)]
    lines = [
        f"read {_counted(notes.entries, 'entry')} in {_counted(notes.files, 'file')}:"
        f" {_counted(len(own), 'trip')}, {_counted(sum(len(one.stops) for one in own), 'stop')}"
    ]
    merged = [" = ".join(visit.ids) for one in imported.trips for visit in one.visits if visit.same]
    lines.append(
        f"{_counted(outcomes['merged'], 'duplicate')} merged{_listed(merged, len(merged))}"
    )
    left = [fate.entry.id for fate in fates if fate.outcome == "left out"]
    lines.append(f"{_counted(len(left), 'entry')} left out{_listed(left, len(left))}")
    layers = {fate.trip: None for fate in fates if fate.outcome == "layer"}
    if layers:
        entries = _counted(outcomes["layer"], "visit")
        lines.append(
            f"{entries} covered by trip files, added to{_listed(list(layers), len(layers))}"
        )
    places = Counter(notes.without_position)
    named = [
        f"{', '.join(filter(None, place))} ({stops})"
        for place, stops in places.most_common(_PLACES_NAMED)
    ]
    lines.append(
        f"{_counted(len(places), 'place')} without a position{_listed(named, len(places))}"
    )
    return lines


def changes_of(imported: Imported) -> str:
    """Return how many of the register's trips were added, changed, left unchanged and removed."""
    own = {own_trip_id(imported.ties, one.trip.id) for one in imported.trips} - {None}
    result = imported.result
    added, changed = own & set(result.added), own & set(result.changed)
    unchanged = len(own) - len(added) - len(changed)
    removed = len(set(result.removed) - own)
    return (
        f"{_counted(len(added), 'trip')} added, {len(changed)} changed, {unchanged} unchanged,"
        f" {removed} removed"
    )


def _counted(number: int, thing: str) -> str:
    if number == 1:
        return f"1 {thing}"
    return f"{number} {thing[:-1]}ies" if thing.endswith("y") else f"{number} {thing}s"


def _listed(names: Sequence[str], total: int) -> str:
    if not names:
        return ""
    more = f"; and {total - len(names)} more" if total > len(names) else ""
    return f": {'; '.join(names)}{more}"


def write_report(imported: Imported, path: Path) -> None:
    """Write every entry and what became of it, as CSV. Raises OSError where that is impossible."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            ("entry", "file", "line", "start", "end", "country", "places", "outcome", "trip",
             "detail")
        )  # fmt: skip
        for entry, outcome, trip, detail in imported.fates():
            writer.writerow(
                (entry.id, entry.at.file, entry.at.line, entry.start, entry.end, entry.country,
                 "; ".join(entry.places), outcome, trip, detail)
            )  # fmt: skip
