"""A compact copy of the data for other programs: the tables and documents, without the index."""

import sqlite3
from contextlib import closing
from pathlib import Path

from app.store.base import DatabaseUnavailable

_LEFT_OUT = ("alembic_version", "alias", "posting", "spelling", "term", "trip_text")
"""Tables that only Readout reads; those of the text search are left out by their prefix."""


def copy_of(database: Path) -> Path:
    """Return the path of the copy of a database, beside it."""
    return database.with_name(f"{database.name}.copy")


def write_copy(database: Path) -> None:
    """Write the copy of a database as it is now, in the place of an earlier one.

    A copy of the same load is left as it is. Raises `DatabaseUnavailable`.
    """
    target = copy_of(database)
    served = _load_of(database)
    if served is not None and served == _load_of(target):
        return
    new = target.with_name(f"{target.name}.new")
    new.unlink(missing_ok=True)
    try:
        address = new.absolute().as_uri()
        with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute(
                "ATTACH DATABASE ? AS source", (f"{database.absolute().as_uri()}?mode=ro",)
            )
            connection.execute("BEGIN")
            _copy(connection)
            connection.execute("COMMIT")
            connection.execute("DETACH DATABASE source")
            connection.execute("VACUUM")
        new.replace(target)
    except (sqlite3.Error, OSError) as error:
        new.unlink(missing_ok=True)
        raise DatabaseUnavailable(f"cannot write the copy {target}: {error}") from error


def _load_of(database: Path) -> tuple[int, str] | None:
    """Return the number and revision of a database's last load, or None if it has none."""
    if not database.is_file():
        return None
    try:
        address = f"{database.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            row = connection.execute("SELECT number, id FROM revision").fetchone()
    except sqlite3.Error:
        return None  # Unreadable: writing the copy replaces it, or reports the cause.
    return (int(row[0]), str(row[1])) if row else None


def _copy(connection: sqlite3.Connection) -> None:
    rows = connection.execute(
        "SELECT type, name, sql FROM source.sqlite_schema WHERE sql IS NOT NULL"
        " AND substr(tbl_name, 1, 7) NOT IN ('search_', 'sqlite_')"
        f" AND tbl_name NOT IN ({', '.join('?' * len(_LEFT_OUT))}) ORDER BY type DESC, name",
        _LEFT_OUT,
    ).fetchall()
    for kind, name, sql in rows:
        if kind == "table":
            connection.execute(sql)
            connection.execute(f'INSERT INTO main."{name}" SELECT * FROM source."{name}"')
    for kind, _, sql in rows:
        if kind == "index":
            connection.execute(sql)
