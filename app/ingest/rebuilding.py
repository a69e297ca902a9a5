"""Databases made beside the one there is: to take its place, or to be thrown away."""

import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path

from app.domain.collections import shapes_digest
from app.domain.tripfile import TripFile
from app.ingest.loader import Load, LoadResult, load
from app.ingest.preparing import Source, prepared_trip
from app.ingest.progress import Progress
from app.ingest.reading import Complaint, TripFileError
from app.store.sqlite.database import copy_database, migrate, replacing, writing
from app.store.sqlite.registers import copy_registers
from app.store.sqlite.trips import kept_shapes, kept_trips

log = logging.getLogger("readout")


def load_in_place_of(
    database: Path, paths: Sequence[Path], progress: Progress | None = None
) -> LoadResult:
    """Load trip files into a new database, which takes the place of one that cannot be loaded into.

    Raises what `load` does; then the old one is as it was.
    """
    with replacing(database) as new:
        return load(new, paths, progress)


def rebuild(database: Path) -> LoadResult | None:
    """Rebuild a database from the trips stored in it, if shapes or filters have changed since.

    A new file takes its place, with the same trips, times and origins. Returns None where there is
    nothing to do; raises `DatabaseUnavailable`.
    """
    # All that it keeps is read only if it is needed.
    if kept_shapes(database) in (None, shapes_digest()):
        return None
    kept = kept_trips(database)
    if not kept:
        return None
    log.info("rebuilding the database: shapes or filters have changed")
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
        return one.run(outcomes, [database], Progress())


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
