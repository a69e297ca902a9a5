"""Databases made beside the one there is: to take its place, or to be thrown away."""

import logging
from collections.abc import Sequence
from pathlib import Path

from app.domain.collections import shapes_digest
from app.domain.tripfile import TripFile
from app.ingest.loader import Load, LoadResult, load_within
from app.ingest.preparing import Source, prepared_trip
from app.ingest.progress import Progress
from app.ingest.reading import Complaint, TripFileError, find_trip_files
from app.store.engines import Database, engine_of
from app.store.sql.trips import kept_shapes, kept_trips

log = logging.getLogger("readout")


def load_in_place_of(
    database: Database, paths: Sequence[Path], progress: Progress | None = None
) -> LoadResult:
    """Load trip files into a new database, which takes the place of one that cannot be loaded into.

    Raises what `load` does; then the old one is as it was.
    """
    files = find_trip_files(paths)
    progress = progress or Progress()
    try:
        with engine_of(database).rebuilding(database) as connection:
            return load_within(connection, files, progress)
    finally:
        progress.done()


def rebuild(database: Database) -> LoadResult | None:
    """Rebuild a database from the trips stored in it, if shapes or filters have changed since.

    A new file takes its place, with the same trips, times and origins. Returns None where there is
    nothing to do; raises `DatabaseUnavailable`.
    """
    engine = engine_of(database)
    with engine.reading(database) as connection:
        # All that it keeps is read only if it is needed.
        if connection is None or kept_shapes(connection) in (None, shapes_digest()):
            return None
        kept = kept_trips(connection)
    if not kept:
        return None
    # What has no lines is complained about by the name of the database.
    name = Path(str(database))
    log.info("rebuilding the database: shapes or filters have changed")
    with engine.rebuilding(database) as connection:
        one = Load(connection)
        outcomes = (
            (
                name,
                prepared_trip(
                    TripFile.model_validate_json(trip.text),
                    name,
                    one.columns,
                    Source(trip.updated_at, trip.origin),
                ),
            )
            for trip in kept
        )
        return one.run(outcomes, [name], Progress())


def check(paths: Sequence[Path], database: Database | None = None) -> list[Complaint]:
    """Return what would keep trip files from being loaded, into a database if one is given.

    The files are loaded, and what that made is thrown away, so that nothing is found that a load
    does not find and nothing is passed over that it does. Raises `DatabaseUnavailable`.
    """
    try:
        with engine_of(database).trying(database) as connection:
            load_within(connection, find_trip_files(paths), Progress())
    except TripFileError as error:
        return error.complaints
    return []
