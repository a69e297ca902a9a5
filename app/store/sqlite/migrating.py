"""What migrations need of SQLAlchemy, which nothing else does: their engine and their tables."""

import sqlite3
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from app.store.sqlite.database import LOCK_WAIT_SECONDS, prepare_for_writing


def migrating_engine(path: Path) -> Engine:
    """Return the engine that migrations run on."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=NullPool,
        connect_args={"timeout": LOCK_WAIT_SECONDS},
    )
    event.listen(engine, "connect", lambda connection, _record: _prepare_for_migrating(connection))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _prepare_for_migrating(connection: sqlite3.Connection) -> None:
    # Python's driver would otherwise commit each statement that changes the schema by itself, and a
    # crash, or a second migration at the same time, would find half a schema.
    connection.isolation_level = None
    prepare_for_writing(connection)
    # SQLite alters most tables by rebuilding them, which foreign keys would not let happen. They
    # are checked at the end of a migration instead.
    connection.execute("PRAGMA foreign_keys = OFF")
