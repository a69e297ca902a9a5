"""The database as it is served: read-only, and one revision at a time."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from app.domain.collections import shapes_digest
from app.store.base import DatabaseUnavailable, Deadline, DeadlineExceeded
from app.store.sql.memory import Memory
from app.store.sql.snapshot import Snapshot
from app.store.sqlite.database import SCHEMA_VERSION
from app.store.sqlite.rebuilds import rebuild_noted
from app.store.sqlite.served_file import ServedFile
from app.store.sqlite.texts import Fts5

LARGE_CACHE_KIB = 16 * 1024
"""The page cache of the thread that gives most answers. Other threads, of which there may be
dozens, have SQLite's much smaller default."""

STEPS_BETWEEN_CHECKS = 2_000
"""The deadline is checked after this many steps of SQLite's engine, some 50 microseconds."""

STEPS_BETWEEN_CHECKS_IN_THREADS = 40_000
"""The same in threads other than the event loop's, where each check has to wait for the GIL."""


class SqliteSnapshot(Snapshot):
    """One revision of the data, for the time of one answer."""

    texts = Fts5()

    def __init__(
        self, connection: sqlite3.Connection, revision: str, memory: Memory, edition: int = 0
    ) -> None:
        """Take a connection within a read transaction, and the cache of its revision's facts."""
        super().__init__(revision, memory, edition)
        # One cursor for all: a connection tracks hundreds of dead ones.
        self._cursor = connection.cursor()

    def rows(self, statement: str, parameters: Sequence[str | int] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a statement; text comes as the UTF-8 bytes it is stored as.

        Raises `DeadlineExceeded` if the deadline has passed, also while the statement runs.
        """
        deadline = self.deadline
        if deadline is not None and time.monotonic() > deadline.at:
            raise DeadlineExceeded("the deadline has passed")
        return self._cursor.execute(statement, parameters).fetchall()

    def reading_errors(self) -> AbstractContextManager[None]:
        """Translate SQLite's exceptions within a block into the store's."""
        return _reading_errors()


@contextmanager
def _reading_errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            raise DeadlineExceeded("the deadline has passed") from error
        raise DatabaseUnavailable("the database cannot be read") from error


class _Thread(threading.local):
    """What one thread has open."""

    connection: sqlite3.Connection | None = None
    execute: Callable[[str], sqlite3.Cursor]  # A cursor's, for transactions.
    edition = 0
    version: int | None = None  # What `PRAGMA data_version` said when last asked.
    snapshot: SqliteSnapshot | None = None
    held: SqliteSnapshot | None = None
    within: AbstractContextManager[Snapshot]  # For blocks nested in the last one.
    cache_kib: int | None = None


class _Transaction:
    """A read transaction for the duration of a `with` block.

    It is a class because a generator would cost every answer more.
    """

    __slots__ = ("_connection", "_database", "_deadline")

    def __init__(self, database: "ServedDatabase", deadline: Deadline | None) -> None:
        self._database, self._deadline = database, deadline

    def __enter__(self) -> Snapshot:
        """Begin on this thread's connection."""
        database, local = self._database, self._database._local
        connection = self._connection = database._connection()
        try:
            local.execute("BEGIN")
            # The first read fixes what the transaction sees; data_version tells, without reading a
            # table, whether another connection has committed since this one last asked.
            (version,) = local.execute("PRAGMA data_version").fetchone()
            if version != local.version or local.snapshot is None:
                number, revision = database._served_revision(connection)
                memory = database._memory_of((number, revision))
                local.snapshot = SqliteSnapshot(connection, revision, memory, number)
                local.within = nullcontext(local.snapshot)
                local.version = version
        except BaseException as error:
            database._give_up(connection, error)
            raise
        held = local.held = local.snapshot
        held.deadline = self._deadline
        return held

    def __exit__(self, _type: object, error: BaseException | None, _trace: object) -> None:
        """End the transaction; translate an error of SQLite into the store's exceptions."""
        local = self._database._local
        local.held = None  # The deadline must not interrupt the lines below.
        if error is None:
            try:
                local.execute("COMMIT")
            except sqlite3.DatabaseError as failure:
                error = failure
        if error is not None:
            self._database._give_up(self._connection, error)


class ServedDatabase:
    """The database file of a serving process; each thread has a connection of its own."""

    def __init__(self, path: Path) -> None:
        """Take the path of the database; it need not exist yet."""
        self._path = path
        self._file = ServedFile(path)
        self._local = _Thread()
        self._lock = threading.Lock()
        self._memory: tuple[tuple[int, str], Memory] = ((0, ""), Memory())

    def snapshot(self, deadline: Deadline | None = None) -> AbstractContextManager[Snapshot]:
        """Read from a single revision for the duration of a `with` block.

        A nested snapshot on the same thread shares the revision and deadline of the outer one. So a
        coroutine must not await within one: others on its thread would read its revision. Raises
        `DatabaseUnavailable` where there is nothing that could be served, and `DeadlineExceeded`
        once the deadline has passed.
        """
        local = self._local
        return _Transaction(self, deadline) if local.held is None else local.within

    def _give_up(self, connection: sqlite3.Connection, error: BaseException) -> None:
        """Roll a transaction back; translate an error of SQLite into the store's exceptions."""
        if not isinstance(error, sqlite3.DatabaseError):
            _roll_back(connection)
        elif getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            _roll_back(connection)
            raise DeadlineExceeded("the deadline has passed") from error
        else:
            self.close()
            raise DatabaseUnavailable("the database cannot be read") from error

    @contextmanager
    def separate_snapshot(self) -> Iterator[Snapshot]:
        """Read from a single revision on a connection of its own, which any thread may use.

        Raises `DatabaseUnavailable` where there is nothing that could be served.
        """
        with closing(self._connect()) as connection:
            with _reading_errors():
                connection.execute("BEGIN")
                number, revision = self._served_revision(connection)
                memory = self._memory_of((number, revision))
                snapshot = SqliteSnapshot(connection, revision, memory, number)
                connection.set_progress_handler(
                    lambda: snapshot.deadline is not None and snapshot.deadline.seconds_left < 0,
                    STEPS_BETWEEN_CHECKS_IN_THREADS,
                )
            yield snapshot

    def enlarge_cache(self) -> None:
        """Give this thread's connection a larger page cache, as most answers come from it."""
        self._local.cache_kib = LARGE_CACHE_KIB
        self.close()

    def close(self) -> None:
        """Close this thread's connection; the next snapshot opens another."""
        connection, self._local.connection = self._local.connection, None
        self._local.snapshot = None
        if connection is not None:
            connection.close()

    def _connection(self) -> sqlite3.Connection:
        """Return this thread's connection to the file that is at the path now."""
        local = self._local
        edition = self._file.edition(at_once=local.connection is None)
        if local.connection is not None and local.edition != edition:
            self.close()
        if local.connection is None:
            connection = self._connect()
            local.execute = connection.cursor().execute
            local.connection = connection
            local.edition, local.version = edition, None
            self._watch_deadlines(connection)
            if local.cache_kib is not None:
                try:
                    connection.execute(f"PRAGMA cache_size = -{local.cache_kib}")
                except sqlite3.DatabaseError as error:
                    self.close()
                    raise DatabaseUnavailable("the database cannot be read") from error
        return local.connection

    def _connect(self) -> sqlite3.Connection:
        return self._file.connect()

    def _watch_deadlines(self, connection: sqlite3.Connection) -> None:
        """Have SQLite interrupt a statement of this thread when its deadline has passed."""
        local, monotonic = self._local, time.monotonic

        def has_passed() -> bool:
            held = local.held
            return held is not None and held.deadline is not None and monotonic() > held.deadline.at

        steps = STEPS_BETWEEN_CHECKS if local.cache_kib else STEPS_BETWEEN_CHECKS_IN_THREADS
        connection.set_progress_handler(has_passed, steps)

    def _served_revision(self, connection: sqlite3.Connection) -> tuple[int, str]:
        tables = connection.execute(
            "SELECT count(*) FROM sqlite_schema WHERE name IN ('alembic_version', 'revision')"
        ).fetchone()
        if tables[0] != 2:
            raise DatabaseUnavailable("the database is not one of Readout's")
        schema = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        version = schema[0].decode() if schema else ""
        if version > SCHEMA_VERSION:
            raise DatabaseUnavailable(f"the database was made by a newer Readout ({version})")
        if version != SCHEMA_VERSION:
            raise DatabaseUnavailable("the database needs a migration; run: readout serve")
        revision = connection.execute("SELECT number, id, shapes FROM revision").fetchone()
        if revision is None:
            raise DatabaseUnavailable("no trip has been loaded yet; run: readout load seed")
        if revision[2].decode() != shapes_digest():
            rebuild = rebuild_noted(self._path) or "has to be rebuilt; run: readout serve"
            raise DatabaseUnavailable(f"the database {rebuild}")
        return int(revision[0]), str(revision[1].decode())

    def _memory_of(self, revision: tuple[int, str]) -> Memory:
        with self._lock:
            if self._memory[0] != revision:
                self._memory = (revision, Memory())
            return self._memory[1]


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:  # SQLite may have rolled back itself.
        connection.execute("ROLLBACK")
