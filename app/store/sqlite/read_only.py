"""Connections that cannot write, also where nobody can."""

import os
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote


def open_read_only(path: Path, **options: Any) -> tuple[sqlite3.Connection, bool]:
    """Open a database file to read from it, with these options of `sqlite3.connect`.

    SQLite makes a file beside the database for readers and writers to meet in. Where it can make
    none, nobody writes, and the file is opened as one that does not change; then the second value
    is true, and who goes on reading has to see for itself whether another file is there. Raises
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
        connection.execute("PRAGMA schema_version")  # The first that reads the file.
    except sqlite3.Error as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            connection.close()
            raise
        # Whatever else is wrong, the first question will say.
    return connection


def _cannot_change(path: Path) -> bool:
    """Return whether nothing can be written where the file is, and nothing waits to be."""
    log = Path(f"{path}-wal")
    waiting = log.is_file() and log.stat().st_size > 0
    return not waiting and not os.access(path.parent, os.W_OK)
