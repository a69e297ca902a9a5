"""Databases made beside the one there is: to take its place, or to be thrown away."""

import logging
import multiprocessing
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from app.domain.collections import shapes_digest
from app.domain.tripfile import TripFile
from app.ingest.loader import Load, LoadResult, load
from app.ingest.preparing import Source, prepared_trip
from app.ingest.progress import Progress
from app.ingest.reading import Complaint, TripFileError
from app.logs import configure_logs
from app.store.sqlite.database import copy_database, migrate, replacing, sole_writer, writing
from app.store.sqlite.rebuilds import end_rebuild, note_rebuild
from app.store.sqlite.registers import copy_registers
from app.store.sqlite.trips import kept_shapes, kept_trips, removed_records, write_removed

log = logging.getLogger("readout")


NOTE_SECONDS = 0.5
"""How often it is written down how far a rebuild is."""


def load_in_place_of(
    database: Path, paths: Sequence[Path], progress: Progress | None = None
) -> LoadResult:
    """Load trip files into a new database, which takes the place of one that cannot be loaded into.

    Raises what `load` does; then the old one is as it was.
    """
    with sole_writer(database), replacing(database) as new:
        return load(new, paths, progress)


def has_to_be_rebuilt(database: Path) -> bool:
    """Return whether shapes or filters have changed since the database was written."""
    return kept_shapes(database) not in (None, shapes_digest())


def rebuild(database: Path, progress: Progress | None = None) -> LoadResult | None:
    """Rebuild a database from the trips stored in it, if it has to be.

    A new file takes its place, with the same trips, times and origins, and what was removed.
    Returns None where there is nothing to do; raises `DatabaseUnavailable`.
    """
    if not has_to_be_rebuilt(database):
        return None
    progress = progress or Progress()
    with sole_writer(database):
        if not has_to_be_rebuilt(database):
            return None  # Another process did it meanwhile.
        kept, removed = kept_trips(database), removed_records(database)
        log.info("rebuilding the database: shapes or filters have changed")
        progress.step("Reading trips", len(kept), "trip")
        with replacing(database) as new, writing(new, much=True) as connection:
            copy_registers(connection, database)
            one = Load(connection)
            outcomes = (
                (
                    database,
                    prepared_trip(
                        TripFile.model_validate_json(trip.text),
                        database,
                        one.columns,
                        Source(trip.updated_at, trip.origin),
                    ),
                )
                for trip in kept
            )
            result = one.run(outcomes, [database], progress)
            write_removed(connection, removed)
            return result


class _NotedProgress(Progress):
    """For the processes that would serve the database meanwhile: it is written down beside it."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._read = 0
        self._of = 0
        self._next_note = 0.0

    def step(self, name: str, files: int = 0, what: str = "file") -> None:
        self._of = files
        counted = f", 0 of {files:,} {what}s" if files else ""
        note_rebuild(self._database, f"is being rebuilt: {name.lower()}{counted}")

    def file_read(self, path: Path) -> None:  # noqa: ARG002 - all are read from one database
        self._read += 1
        if time.monotonic() >= self._next_note:
            self._next_note = time.monotonic() + NOTE_SECONDS
            read = f"reading trips, {self._read:,} of {self._of:,} trips"
            note_rebuild(self._database, f"is being rebuilt: {read}")


def rebuild_beside(database: Path, log_level: str) -> None:
    """Rebuild a database for processes that serve already, and say to them how far it is.

    What keeps it from being rebuilt is logged, and served as the reason why there is no data.
    """
    configure_logs(log_level)
    try:
        rebuild(database, _NotedProgress(database))
        end_rebuild(database)
    except Exception as error:
        log.exception("the database cannot be rebuilt")
        note_rebuild(database, f"cannot be rebuilt: {error or type(error).__name__}")


def start_rebuild(database: Path, log_level: str) -> None:
    """Rebuild a database in a process of its own, which ends at the latest when this one does."""
    end_rebuild(database)  # What an earlier one said.
    multiprocessing.get_context("spawn").Process(
        target=rebuild_beside, args=(database, log_level), daemon=True
    ).start()


def check(paths: Sequence[Path], database: Path | None = None) -> list[Complaint]:
    """Return what would keep trip files from being loaded, into a database if one is given.

    The files are loaded into a copy, which is thrown away, so that nothing is found that a load
    does not find and nothing is passed over that it does. Raises `DatabaseUnavailable`.
    """
    with tempfile.TemporaryDirectory(prefix="readout-check-") as folder:
        copy = Path(folder) / "readout.db"
        if database is not None and database.is_file():
            copy_database(database, copy)
        migrate(copy)
        try:
            load(copy, paths)
        except TripFileError as error:
            return error.complaints
    return []
