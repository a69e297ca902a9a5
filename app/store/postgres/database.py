"""The database as a whole: migrated, written, rebuilt. All of it happens on the primary."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import errors, sql

from app.settings import PROJECT
from app.store.base import DatabaseUnavailable
from app.store.postgres.address import read_address
from app.store.postgres.writing import PostgresWriter
from app.store.sql.writer import Reader, Writer
from app.store.sqlite.database import SCHEMA_VERSION
from app.store.sqlite.database import trying as trying_in_a_file

if TYPE_CHECKING:
    from alembic.config import Config

LOCK_WAIT_SECONDS = 30
"""How long a writer waits for another to end."""

_WRITER_LOCK = 0x52656164
"""The number of the advisory lock that a writer holds; readers need none."""

_SCHEMA = "SELECT version_num FROM alembic_version"


def exists(_url: str) -> bool:
    """Return True: if there is no database, connecting to it fails with that reason."""
    return True


def keeps_no_texts(_url: str) -> bool:
    """Return False: every database on PostgreSQL was made by a Readout that keeps trips."""
    return False


def migration_config(url: str) -> "Config":
    """Return the Alembic configuration for a database."""
    from alembic.config import Config

    config = Config(toml_file=str(PROJECT / "pyproject.toml"))
    config.attributes["database"] = url
    return config


def migrate(url: str) -> None:
    """Bring a database, which must exist, to the newest schema.

    Raises `DatabaseUnavailable` where that is impossible.
    """
    version = _version(url)
    if version == SCHEMA_VERSION:
        return  # The primary is not needed.
    if version is not None and version > SCHEMA_VERSION:
        raise DatabaseUnavailable(f"the database was made by a newer Readout ({version})")
    try:
        # Imported here: it takes longer to import than a trip to load.
        from alembic import command

        # Web nodes may start at the same time: the lock makes them migrate one after the other.
        with _connected(url) as connection, _locked(connection):
            if _version(url) != SCHEMA_VERSION:
                command.upgrade(migration_config(url), "head")
    except DatabaseUnavailable:
        raise
    except Exception as error:
        reason = getattr(error, "orig", error)
        raise DatabaseUnavailable(f"cannot prepare the database: {reason}") from error


@contextmanager
def reading(url: str) -> Iterator[Reader | None]:
    """Open a connection for reading, for the time of a block; None if there are no tables."""
    with _reaching(url) as connection:
        yield None if _schema_of(connection) is None else PostgresWriter(connection)


@contextmanager
def writing(url: str, *, much: bool = False) -> Iterator[Writer]:
    """Open one transaction that writes: all of it is committed, or nothing.

    Readers go on seeing the data from before. Raises `DatabaseUnavailable` while another writes, or
    if the primary cannot be reached.
    """
    with (
        _connected(url) as connection,
        _locked(connection),
        _transaction(connection, much=much) as writer,
    ):
        yield writer


class Rebuild:
    """A rebuild, which reads all data and writes them again; nobody else writes meanwhile."""

    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        """Take a connection to the primary, which holds the writer lock."""
        self._connection = connection

    @contextmanager
    def old(self) -> Iterator[Reader | None]:
        """Read the existing data: on the primary, as standbys may be behind."""
        with _database_errors():
            is_there = _schema_of(self._connection) is not None
            yield PostgresWriter(self._connection) if is_there else None

    @contextmanager
    def new(self) -> Iterator[Writer]:
        """Open one transaction that replaces all data."""
        with _transaction(self._connection, much=True) as writer:
            for table in writer.table_columns():
                # The revision's number has to go on counting. TRUNCATE would lock readers out.
                if table not in ("alembic_version", "revision"):
                    writer.execute(f"DELETE FROM {table}")
            yield writer


@contextmanager
def rebuilding(url: str) -> Iterator[Rebuild]:
    """Lock out other writers for the duration of a block that rebuilds all data.

    It waits for another writer without a limit: that one may be doing the same rebuild.
    """
    with _connected(url) as connection, _locked(connection, is_patient=True):
        yield Rebuild(connection)


def note_rebuild(url: str, text: str | None) -> None:
    """Do nothing: a note is not seen before the commit, and a standby cannot be written."""


@contextmanager
def trying(url: str | None) -> Iterator[Writer]:
    """Open one transaction on top of the existing data whose changes are discarded."""
    if url is None or _version(url) is None:
        with trying_in_a_file(None) as writer:
            yield writer
        return
    try:
        with (
            _connected(url) as connection,
            _locked(connection),
            _transaction(connection, much=False) as writer,
        ):
            yield writer
            raise _NotToStay
    except _NotToStay:
        pass


class _NotToStay(Exception):
    """Raised to roll back a transaction that was only tried."""


@contextmanager
def _transaction(
    connection: psycopg.Connection[tuple[Any, ...]], *, much: bool
) -> Iterator[PostgresWriter]:
    with _database_errors(), connection.transaction():
        writer = PostgresWriter(connection)
        yield writer
        writer.finish()
        if much:
            # Else statements would go on being planned for empty tables.
            writer.execute("ANALYZE")


@contextmanager
def _database_errors() -> Iterator[None]:
    try:
        yield
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(f"cannot write the database: {error}") from error


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """Connect to the primary."""
    try:
        connection = psycopg.connect(read_address(url).writing, autocommit=True)
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(f"cannot write the database: {error}") from error
    with closing(connection):
        yield connection


@contextmanager
def _locked(
    connection: psycopg.Connection[tuple[Any, ...]], *, is_patient: bool = False
) -> Iterator[None]:
    """Hold the writer lock for the duration of a block."""
    wait = "0" if is_patient else f"{LOCK_WAIT_SECONDS}s"  # 0 means without a limit.
    try:
        connection.execute(sql.SQL("SET lock_timeout = {}").format(wait))
        connection.execute("SELECT pg_advisory_lock(%s)", (_WRITER_LOCK,))
    except errors.LockNotAvailable as error:
        raise DatabaseUnavailable("cannot write the database: another process does") from error
    yield


@contextmanager
def _reaching(url: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """Connect to the first host that accepts a connection."""
    problem: Exception | None = None
    for conninfo in read_address(url).hosts.values():
        try:
            connection = psycopg.connect(
                conninfo, connect_timeout=3, client_encoding="UTF8", autocommit=True
            )
        except psycopg.OperationalError as error:
            problem = error
            continue
        with closing(connection):
            yield connection
        return
    raise DatabaseUnavailable(f"cannot reach the database: {problem}") from problem


def _version(url: str) -> str | None:
    """Return the migration that a database is at, or None if it is none of Readout's."""
    with _reaching(url) as connection:
        return _schema_of(connection)


def _schema_of(connection: psycopg.Connection[tuple[Any, ...]]) -> str | None:
    try:
        row = connection.execute(_SCHEMA).fetchone()
    except errors.UndefinedTable:
        return None
    return str(row[0]) if row else None
