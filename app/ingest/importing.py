"""A register into the database: its trips, in place of those that it had."""

from collections.abc import Sequence
from pathlib import Path

from app.domain.names import did_you_mean
from app.ingest.explaining import shown
from app.ingest.importers.base import ImportedTrip
from app.ingest.loader import Load, LoadResult, TripsNotRemoved, without_garbage_collection
from app.ingest.preparing import PARALLEL_FROM
from app.ingest.progress import Progress
from app.ingest.settling import Changes, remove_register, settle, state_register
from app.store.sqlite.database import writing


def load_register(
    database: Path,
    register: str,
    trips: Sequence[ImportedTrip],
    path: Path,
    progress: Progress | None = None,
) -> LoadResult:
    """Load the trips of a register, in place of those it had, into a migrated database.

    Trips of trip files stay as they are. `path` is what complaints name. Raises `TripFileError`
    and `DatabaseUnavailable`; then nothing has changed.
    """
    progress = progress or Progress()
    much = len(trips) >= PARALLEL_FROM
    with writing(database, much=much) as connection, without_garbage_collection():
        one = Load(connection)
        progress.step("Comparing with what there is")
        changes = state_register(one.registers, register, trips)
        one.settle(settle(one.registers, changes), path, progress)
        return one.complete([path], progress)


def remove_import(database: Path, register: str) -> LoadResult:
    """Remove all that was imported from a register.

    Raises `TripsNotRemoved` where there is nothing of it or a trip speaks of what it defines, and
    `DatabaseUnavailable`; then nothing has changed.
    """
    with writing(database) as connection:
        one = Load(connection)
        known = one.registers.ids()
        if register not in known:
            hint = did_you_mean(register, known)
            raise TripsNotRemoved(f"nothing was imported from {shown(register)}{hint}")
        one.settle(remove_register(one.registers, register), Path(), Progress())
        # Another register may have referred to what this one defined.
        one.settle(settle(one.registers, Changes()), Path(), Progress())
        return one.removed()
