"""The database as it is served: read-only, and one revision at a time."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from app.database import SCHEMA_VERSION, DatabaseUnavailable

REMEMBERED_MOST = 50_000


class Memory:
    """What was found out about one revision and holds for as long as it is served.

    Bounded: a memory that is full forgets everything and begins anew.
    """

    def __init__(self) -> None:
        """Begin with nothing remembered."""
        self._facts: dict[Any, Any] = {}

    def get(self, name: Any) -> Any:
        """Return what is remembered under `name`, or None."""
        return self._facts.get(name)

    def set(self, name: Any, fact: Any) -> None:
        """Remember `fact` under `name`."""
        if len(self._facts) >= REMEMBERED_MOST:
            self._facts.clear()
        self._facts[name] = fact


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
    def snapshot(self) -> Iterator[Snapshot]:
        """Hold one revision still for the time of a `with` block.

        Raises `DatabaseUnavailable` where there is nothing that could be served.
        """
        connection = self._connection()
        try:
            connection.execute("BEGIN")
            yield self._snapshot(connection)
            connection.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            self.close()
            raise DatabaseUnavailable("the database cannot be read") from error
        except BaseException:
            connection.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close this thread's connection; the next snapshot opens another."""
        connection = getattr(self._local, "connection", None)
        self._local.connection = None
        if connection is not None:
            connection.close()

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
                cached_statements=1024,
            )
        except sqlite3.Error as error:
            raise DatabaseUnavailable("the database cannot be opened") from error
        connection.text_factory = bytes
        return connection

    def _snapshot(self, connection: sqlite3.Connection) -> Snapshot:
        # The first read fixes what the transaction sees; data_version tells, without a table,
        # whether another connection has committed since this one last looked.
        (version,) = connection.execute("PRAGMA data_version").fetchone()
        if version != self._local.version:
            number, self._local.revision = self._served_revision(connection)
            self._local.memory = self._memory_of((number, self._local.revision))
            self._local.version = version
        return Snapshot(connection, self._local.revision, self._local.memory)

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
