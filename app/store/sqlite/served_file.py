"""The file that is served: which one it is now, and connections that cannot write to it."""

import sqlite3
import threading
import time
from pathlib import Path

from app.store.base import DatabaseUnavailable
from app.store.sqlite.read_only import open_read_only

LOOK_SECONDS = 0.25
"""How often the file system is asked whether the path still leads to the same file."""

WAIT_SECONDS = 0.1
"""How long a reader waits for a writer, which delays other requests, too. Readers only wait while
an empty database is filled, when there is nothing to serve yet."""

MAX_CACHED_STATEMENTS = 256
"""How many prepared statements a connection caches; clients' queries take more forms than that."""


class ServedFile:
    """The database file at a path; for any thread.

    A connection goes on reading the file that it opened, also when another has taken its place.
    `edition` is a number that changes when that happens: all threads see it change at once, so
    that no two of them answer from different files.
    """

    def __init__(self, path: Path) -> None:
        """Take the path of the database; it need not exist yet."""
        self._path = path
        self._lock = threading.Lock()
        self._edition = 0
        self._found: tuple[int, ...] | None = None
        self._next_look = 0.0
        self._is_immutable = False

    def edition(self, *, at_once: bool = False) -> int:
        """Return the number of the file that is at the path now, at most `LOOK_SECONDS` late.

        Look `at_once` before opening the file. Else a file could be opened without being noticed,
        and if the earlier one came back, no change would be noticed, either.
        """
        now = time.monotonic()
        if at_once or now >= self._next_look:
            with self._lock:
                self._next_look = now + LOOK_SECONDS
                found = self._identity()
                if found != self._found:
                    self._found = found
                    self._edition += 1
        return self._edition

    def connect(self) -> sqlite3.Connection:
        """Open the file; raise `DatabaseUnavailable` where there is none that can be read."""
        if not self._path.is_file():
            raise DatabaseUnavailable("there is no database yet; run: readout serve")
        try:
            connection, self._is_immutable = open_read_only(
                self._path,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=MAX_CACHED_STATEMENTS,
                timeout=WAIT_SECONDS,
            )
        except sqlite3.Error as error:
            raise DatabaseUnavailable("the database cannot be opened") from error
        connection.text_factory = bytes
        return connection

    def _identity(self) -> tuple[int, ...] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        if self._is_immutable:  # SQLite does not check an immutable file for changes.
            return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size
        return found.st_dev, found.st_ino
