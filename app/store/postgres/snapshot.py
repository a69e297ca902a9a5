"""The database as it is served: one revision at a time, from whichever host has it."""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import chain
from typing import Any

import psycopg
from psycopg import errors

from app.store.base import DatabaseUnavailable, Deadline, DeadlineExceeded, Interrupted
from app.store.postgres.address import read_address
from app.store.postgres.connection import HostLost, ReadingConnection
from app.store.postgres.hosts import UNREACHABLE, Host, Hosts, Revision
from app.store.postgres.texts import TextVectors
from app.store.sql.memory import Memory
from app.store.sql.snapshot import Snapshot

log = logging.getLogger("readout")

STATEMENT_SECONDS = 30.0
"""How long one statement may take where no deadline is set."""

_NUL, _FIRST_BUT_NUL = "\0", "\1"


class PostgresSnapshot(Snapshot):
    """One revision of the data, for the time of one answer."""

    texts = TextVectors()

    def __init__(
        self,
        connection: ReadingConnection,
        revision: Revision,
        memory: Memory,
        *,
        is_long: bool = False,
    ) -> None:
        """Take a connection within a transaction; `is_long` gives each statement a deadline."""
        super().__init__(revision.id, memory, revision.edition.number)
        self._connection = connection
        self._is_long = is_long

    def rows(self, statement: str, parameters: Sequence[str | int] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a statement; values stand for `?`, and text comes as UTF-8 bytes.

        Raises `DeadlineExceeded` if the deadline has passed, also while the statement runs.
        """
        if self._is_long:
            self._connection.deadline = self.deadline or Deadline(STATEMENT_SECONDS)
        # Only now: another thread may have called `stop` since.
        self.check_deadline()
        # NUL cannot be sent. No stored text has one, and hardly any has the next character, `\1`.
        if any(isinstance(value, str) and _NUL in value for value in parameters):
            parameters = [
                value.replace(_NUL, _FIRST_BUT_NUL) if isinstance(value, str) else value
                for value in parameters
            ]
        return self._connection.rows(statement, parameters)

    def reading_errors(self) -> AbstractContextManager[None]:
        """Translate a host's failures within a block into the store's exceptions."""
        return _reading_errors()

    def stop(self) -> None:
        """Make running and later statements raise `DeadlineExceeded`; any thread may call it."""
        super().stop()
        self._connection.deadline = self.deadline


class _Thread(threading.local):
    """What one thread holds."""

    held: PostgresSnapshot | None = None


class ServedDatabase:
    """The database of a serving process, for any thread."""

    def __init__(self, url: str) -> None:
        """Take the URL of the database; no host is asked yet."""
        self.hosts = Hosts(read_address(url))
        self._local = _Thread()
        self._lock = threading.Lock()
        self._memory: tuple[tuple[object, str], Memory] = ((None, ""), Memory())

    def snapshot(
        self, deadline: Deadline | None = None
    ) -> AbstractContextManager[PostgresSnapshot]:
        """Read from a single revision for the duration of a `with` block.

        A nested snapshot on the same thread shares the revision and deadline of the outer one.
        Raises `DatabaseUnavailable` where there is nothing that could be served, `Interrupted` if
        the host is lost, and `DeadlineExceeded` once the deadline has passed.
        """
        held = self._local.held
        return self._begun(deadline) if held is None else nullcontext(held)

    @contextmanager
    def _begun(self, deadline: Deadline | None) -> Iterator[PostgresSnapshot]:
        local = self._local
        host, connection, revision = self._begin(deadline)
        held = self._snapshot(connection, revision)
        held.deadline = deadline
        local.held = held
        try:
            with _ending(host, connection):
                yield held
        finally:
            local.held = None

    @contextmanager
    def separate_snapshot(self) -> Iterator[PostgresSnapshot]:
        """Read from a single revision on a connection that any thread may use."""
        host, connection, revision = self._begin(None)
        with _ending(host, connection):
            yield self._snapshot(connection, revision, is_long=True)

    def _snapshot(
        self, connection: ReadingConnection, revision: Revision, *, is_long: bool = False
    ) -> PostgresSnapshot:
        memory = self._memory_of((revision.edition, revision.id))
        return PostgresSnapshot(connection, revision, memory, is_long=is_long)

    def _begin(self, deadline: Deadline | None) -> tuple[Host, ReadingConnection, Revision]:
        """Begin a transaction on the first host that has what is to be served."""
        problem = UNREACHABLE
        behind: list[Host] = []
        for host in chain(self.hosts.candidates(), behind):
            if deadline is not None and deadline.seconds_left < 0:
                raise DeadlineExceeded("the deadline has passed")
            try:
                connection, revision = host.begin(deadline)
            except HostLost as error:
                log.debug("%s", error)
                continue
            except DatabaseUnavailable as error:
                problem = str(error)
                continue
            if self.hosts.see(revision):
                return host, connection, revision
            host.end(connection)
            problem = "the database is behind what was served before"
            if host not in behind:  # Another thread saw a newer load; this host may have it now.
                behind.append(host)
        raise DatabaseUnavailable(problem)

    def _memory_of(self, revision: tuple[object, str]) -> Memory:
        with self._lock:
            if self._memory[0] != revision:
                self._memory = (revision, Memory())
            return self._memory[1]


@contextmanager
def _ending(host: Host, connection: ReadingConnection) -> Iterator[None]:
    """End a transaction after a block; translate its failures into the store's exceptions."""
    try:
        with _reading_errors():
            yield
    finally:
        host.end(connection)


@contextmanager
def _reading_errors() -> Iterator[None]:
    try:
        yield
    except errors.QueryCanceled as error:
        raise DeadlineExceeded("the deadline has passed") from error
    except (HostLost, psycopg.OperationalError) as error:
        raise Interrupted("the host of the database was lost") from error
