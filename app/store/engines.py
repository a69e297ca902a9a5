"""Which store a database has: SQLite for a file, PostgreSQL for an address.

The other packages know a database only by its name: the path of a file, or
`postgresql+psycopg://…`.
"""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from app.store.base import DatabaseUnavailable, Store
from app.store.sql.writer import Reader, Writer
from app.store.sqlite import database as sqlite
from app.store.sqlite.store import SqliteStore

if TYPE_CHECKING:
    from sqlalchemy import Engine as MigratingEngine

SEARCH_TABLE = "search"
"""The prefix of the text search's tables, which differ between stores."""

Database = Path | str
"""The path of a SQLite file, or the URL of a PostgreSQL database."""


class Rebuild(Protocol):
    """A rebuild, which reads all data of a database and writes them again."""

    def old(self) -> AbstractContextManager[Reader | None]:
        """Open a connection that reads the existing data, on the host where they are newest."""

    def new(self) -> AbstractContextManager[Writer]:
        """Open one transaction that replaces all data."""


class Engine(Protocol):
    """What each store's module `database` does, given the name of a database."""

    def exists(self, database: Database, /) -> bool:
        """Return whether there is a database; one that cannot be reached may well be."""

    def migrate(self, database: Database, /) -> None:
        """Bring a database to the newest schema, creating it where that is possible.

        Raises `DatabaseUnavailable` where it is impossible.
        """

    def keeps_no_texts(self, database: Database, /) -> bool:
        """Return whether it was made by a Readout that did not store trips in canonical form."""

    def reading(self, database: Database, /) -> AbstractContextManager[Reader | None]:
        """Open a connection for reading, for the time of a block; None if there are no tables."""

    def writing(
        self, database: Database, /, *, much: bool = False
    ) -> AbstractContextManager[Writer]:
        """Open one transaction that writes: all of it is committed, or nothing."""

    def rebuilding(self, database: Database, /) -> AbstractContextManager[Rebuild]:
        """Lock out other writers for the duration of a block that rebuilds all data."""

    def note_rebuild(self, database: Database, text: str | None, /) -> None:
        """Write a note on how far a rebuild is, which serving processes show where they can.

        None removes the note.
        """

    def trying(self, database: Database | None, /) -> AbstractContextManager[Writer]:
        """Open one transaction on top of the existing data whose changes are discarded."""


def engine_of(database: Database | None) -> Engine:
    """Return the engine for a database; without one, the engine for files."""
    if isinstance(database, str):
        _require_psycopg()
        from app.store.postgres import database as postgres

        return cast(Engine, postgres)
    return cast(Engine, sqlite)


def open_store(database: Database) -> Store:
    """Return the store of a database, which need not exist yet."""
    if isinstance(database, str):
        _require_psycopg()
        from app.store.postgres.store import PostgresStore

        return PostgresStore(database)
    return SqliteStore(database)


def migrating_engine(database: Database) -> "MigratingEngine":
    """Return the SQLAlchemy engine that migrations run on."""
    if isinstance(database, str):
        _require_psycopg()
        from app.store.postgres import migrating as postgres

        return postgres.migrating_engine(database)
    from app.store.sqlite import migrating

    return migrating.migrating_engine(database)


def is_modelled(name: str | None, kind: str, _parents: object) -> bool:
    """Return whether a table is one that the models describe; the text search has others."""
    return kind != "table" or name is None or not name.startswith(SEARCH_TABLE)


def _require_psycopg() -> None:
    """Raise `DatabaseUnavailable` without psycopg, which is imported here: most do without it."""
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        raise DatabaseUnavailable(
            "PostgreSQL needs psycopg; run: pip install 'readout[postgresql]'"
        ) from error
