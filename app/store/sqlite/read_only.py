"""Read-only connections, which also work where nothing can be written."""

import os
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote


def open_read_only(path: Path, **options: Any) -> tuple[sqlite3.Connection, bool]:
    """Open a database file to read from it, with these options of `sqlite3.connect`.

    SQLite coordinates readers and writers by a file beside the database. If it cannot create one,
    nobody writes, and the database is opened as immutable. Then the second value is true, and a
    caller that goes on reading has to check for itself whether the file was replaced. Raises
    `sqlite3.Error` where the file cannot be opened.
    """
    try:
        return _open(path, "mode=ro", options), False
    except sqlite3.Error:
        if not _cannot_change(path):
            raise
    return _open(path, "mode=ro&immutable=1", options), True


def _open(path: Path, how: str, options: dict[str, Any]) -> sqlite3.Connection:
    address = f"file:{quote(str(path.absolute()))}?{how}"
    connection: sqlite3.Connection = sqlite3.connect(address, uri=True, **options)
    try:
        connection.execute("PRAGMA schema_version")  # The first statement that reads the file.
    except sqlite3.Error as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            connection.close()
            raise
        # The first question reports any other error.
    return connection


def _cannot_change(path: Path) -> bool:
    """Return whether the file's folder is not writable, and no write-ahead log has data."""
    log = Path(f"{path}-wal")
    waiting = log.is_file() and log.stat().st_size > 0
    return not waiting and not os.access(path.parent, os.W_OK)
