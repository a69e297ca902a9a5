"""Databases made beside the existing one: to replace it, or to be discarded."""

import logging
import multiprocessing
import time
from collections.abc import Sequence
from pathlib import Path

from app.domain.collections import shapes_digest
from app.domain.issues import Issue
from app.domain.tripfile import TripFile
from app.ingest.dumps import unpacked
from app.ingest.loader import Load, LoadResult, load_within
from app.ingest.preparing import Source, prepared_trip
from app.ingest.progress import Progress
from app.ingest.reading import TripFileError, find_trip_files
from app.logs import LogFormat, configure_logs
from app.store.engines import Database, engine_of
from app.store.sql.registers import kept_registers, write_registers
from app.store.sql.trips import kept_shapes, kept_trips, removed_records, write_removed
from app.store.sql.writer import Reader

log = logging.getLogger("readout")


NOTE_SECONDS = 0.5
"""How often the note on the progress of a rebuild is written."""


def load_in_place_of(
    database: Database, paths: Sequence[Path], progress: Progress | None = None
) -> LoadResult:
    """Load trip files into a new database, which takes the place of one that cannot be loaded into.

    Raises what `load` does; then the old one is as it was.
    """
    progress = progress or Progress()
    try:
        with (
            unpacked(find_trip_files(paths)) as found,
            engine_of(database).rebuilding(database) as one,
            one.new() as connection,
        ):
            return load_within(connection, found, progress)
    finally:
        progress.done()


def has_to_be_rebuilt(database: Database) -> bool:
    """Return whether shapes or filters have changed since the database was written."""
    with engine_of(database).reading(database) as connection:
        return _is_outdated(connection)


def _is_outdated(connection: Reader | None) -> bool:
    return connection is not None and kept_shapes(connection) not in (None, shapes_digest())


def rebuild(database: Database, progress: Progress | None = None) -> LoadResult | None:
    """Rebuild a database from the trips stored in it, if it has to be.

    The new one replaces it, with the same trips, times, origins and removed records. Returns None
    where there is nothing to do; raises `DatabaseUnavailable`.
    """
    if not has_to_be_rebuilt(database):
        return None
    progress = progress or Progress()
    with engine_of(database).rebuilding(database) as one:
        with one.old() as connection:
            if connection is None or not _is_outdated(connection):
                return None  # Another process did it meanwhile.
            kept, removed = kept_trips(connection), removed_records(connection)
            registers = kept_registers(connection)
        log.info("rebuilding the database: shapes or filters have changed")
        progress.step("Reading trips", len(kept), "trip")
        # There are no files and lines for issues to name, so they name the database.
        name = Path(str(database))
        with one.new() as connection:
            write_registers(connection, registers)
            load = Load(connection)
            outcomes = (
                (
                    name,
                    prepared_trip(
                        TripFile.model_validate_json(trip.text),
                        name,
                        load.columns,
                        Source(trip.updated_at, trip.origin),
                    ),
                )
                for trip in kept
            )
            result = load.run(outcomes, [name], progress)
            write_removed(connection, removed)
            return result


class _NotedProgress(Progress):
    """Writes the progress into a note, for processes that would serve the database meanwhile."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._engine = engine_of(database)
        self._read = 0
        self._of = 0
        self._next_note = 0.0

    def step(self, name: str, files: int = 0, what: str = "file") -> None:
        self._of = files
        counted = f", 0 of {files:,} {what}s" if files else ""
        self._note(f"{name.lower()}{counted}")

    def file_read(self, path: Path) -> None:  # noqa: ARG002 - all are read from one database
        self._read += 1
        if time.monotonic() >= self._next_note:
            self._next_note = time.monotonic() + NOTE_SECONDS
            self._note(f"reading trips, {self._read:,} of {self._of:,} trips")

    def _note(self, text: str) -> None:
        self._engine.note_rebuild(self._database, f"is being rebuilt: {text}")


def rebuild_beside(database: Database, log_level: str, log_format: LogFormat = "text") -> None:
    """Rebuild a database for processes that already serve, and note its progress for them.

    An error is logged, and noted for them as the reason why there is no data.
    """
    configure_logs(log_level, log_format)
    engine = engine_of(database)
    try:
        rebuild(database, _NotedProgress(database))
        engine.note_rebuild(database, None)
    except Exception as error:
        log.exception("the database cannot be rebuilt")
        engine.note_rebuild(database, f"cannot be rebuilt: {error or type(error).__name__}")


def start_rebuild(database: Database, log_level: str, log_format: LogFormat = "text") -> None:
    """Rebuild a database in a process of its own, which ends at the latest when this one does."""
    engine_of(database).note_rebuild(database, None)  # Remove an earlier one.
    multiprocessing.get_context("spawn").Process(
        target=rebuild_beside, args=(database, log_level, log_format), daemon=True
    ).start()


def check(paths: Sequence[Path], database: Database | None = None) -> list[Issue]:
    """Return what would keep trip files from being loaded, into a database if one is given.

    The files are loaded and the result is discarded, so that the check finds exactly what a load
    would find. Raises `DatabaseUnavailable`.
    """
    try:
        with (
            unpacked(find_trip_files(paths)) as found,
            engine_of(database).trying(database) as connection,
        ):
            load_within(connection, found, Progress())
    except TripFileError as error:
        return error.issues
    return []
