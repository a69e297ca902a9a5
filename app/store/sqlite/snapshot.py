"""The database as it is served: read-only, and one revision at a time."""

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from app.store.sqlite.database import SCHEMA_VERSION, DatabaseUnavailable
from app.store.sqlite.memory import Memory

LOOK_SECONDS = 0.25
"""How often a thread looks whether the database is still the file that it has open."""

WAIT_SECONDS = 0.1
"""How long a reader waits for a writer, which holds up other requests, too. Only one who fills an
empty database makes anybody wait, and then there is nothing to be served."""

LARGE_CACHE_KIB = 16 * 1024
"""What SQLite may keep of the database in memory for the thread that gives most answers. For each
other it is SQLite's own default, a small part of this: there may be some dozens."""


CACHED_STATEMENTS = 256
"""How many statements a connection keeps prepared; what clients ask has more forms than that."""


class Snapshot:
    """One revision of the data, for the time of one answer."""

    def __init__(self, connection: sqlite3.Connection, revision: str, memory: Memory) -> None:
        """Take a connection within a read transaction, and what is known of its revision."""
        self._connection = connection
        self.revision = revision
        self.memory = memory

    def rows(self, statement: str, parameters: Sequence[str | int] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a statement; text comes as the UTF-8 bytes it is stored as."""
        return self._connection.execute(statement, parameters).fetchall()


class ServedDatabase:
    """The database file of a serving process; each thread has a connection of its own."""

    def __init__(self, path: Path) -> None:
        """Take the path of the database; it need not exist yet."""
        self._path = path
        self._local = threading.local()
        self._lock = threading.Lock()
        self._memory: tuple[tuple[int, str], Memory] = ((0, ""), Memory())

    @contextmanager
    def snapshot(self, deadline: float | None = None) -> Iterator[Snapshot]:  # noqa: ARG002
        """Hold one revision still for the time of a `with` block.

        A snapshot within another one of the same thread is the same: one revision for both. So a
        coroutine must not wait within one, or others on its thread would see its revision.
        Raises `DatabaseUnavailable` where there is nothing that could be served.
        """
        held: Snapshot | None = getattr(self._local, "held", None)
        if held is not None:
            yield held
            return
        self._look_for_another_file()
        connection = self._connection()
        execute = connection.execute
        try:
            if self._local.version is None and hasattr(self._local, "cache_kib"):
                execute(f"PRAGMA cache_size = -{self._local.cache_kib}")
            execute("BEGIN")
            # The first read fixes what the transaction sees; data_version tells, without a table,
            # whether another connection has committed since this one last looked.
            (version,) = execute("PRAGMA data_version").fetchone()
            local = self._local
            if version != local.version:
                number, revision = self._served_revision(connection)
                memory = self._memory_of((number, revision))
                local.snapshot = Snapshot(connection, revision, memory)
                local.version = version
            local.held = local.snapshot
            yield local.snapshot
            execute("COMMIT")
        except sqlite3.DatabaseError as error:
            self.close()
            raise DatabaseUnavailable("the database cannot be read") from error
        except BaseException:
            if connection.in_transaction:  # SQLite ends it by itself where memory is short.
                execute("ROLLBACK")
            raise
        finally:
            self._local.held = None

    @contextmanager
    def separate_snapshot(self) -> Iterator[Snapshot]:
        """Hold one revision still on a connection of its own, which any thread may go on with.

        Raises `DatabaseUnavailable` where there is nothing that could be served.
        """
        with closing(self._connect()) as connection:
            try:
                connection.execute("BEGIN")
                number, revision = self._served_revision(connection)
                yield Snapshot(connection, revision, self._memory_of((number, revision)))
            except sqlite3.DatabaseError as error:
                raise DatabaseUnavailable("the database cannot be read") from error

    def enlarge_cache(self) -> None:
        """Have the connection of this thread keep more pages, as most answers come from it."""
        self._local.cache_kib = LARGE_CACHE_KIB
        self.close()

    def close(self) -> None:
        """Close this thread's connection; the next snapshot opens another."""
        connection = getattr(self._local, "connection", None)
        self._local.connection = None
        if connection is not None:
            connection.close()

    def _look_for_another_file(self) -> None:
        """Close the connection if another file has taken the database's place, asked now and then.

        A connection goes on reading the file that it opened.
        """
        local, now = self._local, time.monotonic()
        if now < getattr(local, "next_look", 0.0):
            return
        local.next_look = now + LOOK_SECONDS
        try:
            found = self._path.stat()
        except OSError:
            return  # What is open is all there is.
        file = (found.st_dev, found.st_ino)
        if getattr(local, "file", file) != file:
            self.close()
        local.file = file

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._connect()
            self._local.connection = connection
            self._local.version = None
        return connection

    def _connect(self) -> sqlite3.Connection:
        if not self._path.is_file():
            raise DatabaseUnavailable("there is no database yet; run: readout serve")
        try:
            connection = sqlite3.connect(
                f"file:{quote(str(self._path.absolute()))}?mode=ro",
                uri=True,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=CACHED_STATEMENTS,
                timeout=WAIT_SECONDS,
            )
        except sqlite3.Error as error:
            raise DatabaseUnavailable("the database cannot be opened") from error
        connection.text_factory = bytes
        return connection

    @staticmethod
    def _served_revision(connection: sqlite3.Connection) -> tuple[int, str]:
        tables = connection.execute(
            "SELECT count(*) FROM sqlite_schema WHERE name IN ('alembic_version', 'revision')"
        ).fetchone()
        if tables[0] != 2:
            raise DatabaseUnavailable("the database is not one of Readout's")
        schema = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        if schema is None or schema[0].decode() != SCHEMA_VERSION:
            raise DatabaseUnavailable("the database needs a migration; run: readout serve")
        revision = connection.execute("SELECT number, id FROM revision").fetchone()
        if revision is None:
            raise DatabaseUnavailable("no trip has been loaded yet; run: readout load seed")
        return int(revision[0]), str(revision[1].decode())

    def _memory_of(self, revision: tuple[int, str]) -> Memory:
        with self._lock:
            if self._memory[0] != revision:
                self._memory = (revision, Memory())
            return self._memory[1]
