"""The store on PostgreSQL: read from standbys or the primary, written on the primary."""

import threading
from contextlib import AbstractContextManager

from app.store.base import Deadline, DeadlineExceeded
from app.store.postgres.database import writing
from app.store.postgres.snapshot import ServedDatabase
from app.store.sql.snapshot import Snapshot
from app.store.sql.store import SqlStore
from app.store.sql.writer import Writer


class PostgresStore(SqlStore):
    """A `Store` over a database on one host or several.

    Nothing waits for a host on the event loop's thread: a question asked there fails at once, and
    is asked again in another thread.
    """

    def __init__(self, url: str) -> None:
        """Take the URL of the database; no host is asked yet."""
        self._url = url
        self._loop: int | None = None
        self.database = ServedDatabase(url)

    def prepare_loop(self) -> None:
        """Note that the calling thread is the event loop's, and start polling the hosts."""
        self._loop = threading.get_ident()
        self.database.hosts.start()

    def known_revision(self) -> str:
        """Return the newest revision that was seen, without waiting."""
        return self.database.hosts.known_revision()

    def reading(self, deadline: Deadline | None) -> AbstractContextManager[Snapshot]:
        """Read from a single revision for the duration of a block on this thread."""
        if threading.get_ident() == self._loop:
            raise DeadlineExceeded("a host cannot be waited for on the event loop")
        return self.database.snapshot(deadline)

    def reading_apart(self) -> AbstractContextManager[Snapshot]:
        """Read from a single revision on a connection that any thread may use."""
        return self.database.separate_snapshot()

    def write(self, *, much: bool = False) -> AbstractContextManager[Writer]:
        """Write in one transaction, on the primary."""
        return writing(self._url, much=much)

    def close(self) -> None:
        """Stop polling and close idle connections; the next question starts again."""
        self.database.hosts.stop()
