"""The store in one SQLite file."""

from contextlib import AbstractContextManager
from pathlib import Path

from app.store.base import Deadline
from app.store.sql.snapshot import Snapshot
from app.store.sql.store import SqlStore
from app.store.sql.writer import Writer
from app.store.sqlite.database import writing
from app.store.sqlite.snapshot import ServedDatabase


class SqliteStore(SqlStore):
    """A `Store` over a database file, which each thread reads on a connection of its own."""

    def __init__(self, path: Path) -> None:
        """Take the path of the database; it need not exist yet."""
        self._path = path
        self.database = ServedDatabase(path)

    def prepare_loop(self) -> None:
        """Enlarge the page cache of the calling thread, the event loop's."""
        self.database.enlarge_cache()

    def reading(self, deadline: Deadline | None) -> AbstractContextManager[Snapshot]:
        """Read from a single revision for the duration of a block on this thread."""
        return self.database.snapshot(deadline)

    def reading_apart(self) -> AbstractContextManager[Snapshot]:
        """Read from a single revision on a connection of its own."""
        return self.database.separate_snapshot()

    def write(self, *, much: bool = False) -> AbstractContextManager[Writer]:
        """Write in one transaction, on the connection that the `with` block gets."""
        return writing(self._path, much=much)

    def close(self) -> None:
        """Close the calling thread's connection."""
        self.database.close()
