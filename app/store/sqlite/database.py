"""Connections to the database: one that writes, for loading; ones that cannot, for serving."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import (
    AbstractContextManager,
    ExitStack,
    closing,
    contextmanager,
    nullcontext,
    suppress,
)
from pathlib import Path
from typing import TYPE_CHECKING

from app.settings import PROJECT
from app.store.base import DatabaseUnavailable
from app.store.sql.writer import Reader, Writer
from app.store.sqlite.read_only import open_read_only
from app.store.sqlite.rebuilds import end_rebuild
from app.store.sqlite.rebuilds import note_rebuild as _note_rebuild
from app.store.sqlite.writing import WritingConnection

if TYPE_CHECKING:
    from alembic.config import Config

SCHEMA_VERSION = "0004"
"""The newest migration. Serving compares it with the database's, without importing Alembic's."""

_WITHOUT_TEXTS = ("0001", "0002")

LOCK_WAIT_SECONDS = 30.0

WRITER_CACHE_KIB = 256 * 1024


def prepare_for_writing(connection: sqlite3.Connection) -> None:
    """Set up a new connection that is going to write."""
    # Write-ahead logging lets readers keep the old revision while a new one is written.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
    # A load of many trips writes all over its indexes; a small one takes only what it needs.
    connection.execute(f"PRAGMA cache_size = -{WRITER_CACHE_KIB}")


def migration_config(path: Path) -> "Config":
    """Return the Alembic configuration for the database at `path`."""
    from alembic.config import Config

    config = Config(toml_file=str(PROJECT / "pyproject.toml"))
    config.attributes["database"] = path
    return config


def migrate(path: Path) -> None:
    """Bring the database at `path` to the newest schema, creating it if it does not exist.

    Raises `DatabaseUnavailable` where that is impossible.
    """
    version = schema_version(path)
    if version == SCHEMA_VERSION:
        return  # Do not wait for a load that is running.
    if version in _WITHOUT_TEXTS:
        raise DatabaseUnavailable(
            f"the database {path} was made by a Readout that kept no trip files; run: readout load"
            " --only, with the files of all its trips"
        )
    if version is not None and version > SCHEMA_VERSION:
        raise DatabaseUnavailable(f"the database {path} was made by a newer Readout ({version})")
    if version is None and (other := _table_of_another(path)):
        raise DatabaseUnavailable(
            f"{path} is the database of another program, which has the table {other!r}; name"
            " another file"
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Imported here: it takes longer to import than a trip to load.
        from alembic import command

        command.upgrade(migration_config(path), "head")
    except Exception as error:
        reason = getattr(error, "orig", error)
        raise DatabaseUnavailable(f"cannot prepare the database {path}: {reason}") from error


def schema_version(path: Path) -> str | None:
    """Return the migration that a database is at, or None if it is none of Readout's."""
    if not path.is_file():
        return None
    try:
        with closing(open_read_only(path)[0]) as database:
            row = database.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        return None
    return str(row[0]) if row else None


def _table_of_another(path: Path) -> str | None:
    """Return a table of a database that is none of Readout's, or None."""
    if not path.is_file():
        return None
    try:
        with closing(open_read_only(path)[0]) as database:
            tables = [
                str(name)
                for (name,) in database.execute(
                    "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
                )
            ]
    except sqlite3.Error:
        return None
    return None if not tables or "alembic_version" in tables else tables[0]


def keeps_no_texts(path: Path) -> bool:
    """Return whether it was made by a Readout that did not store trips in canonical form."""
    return schema_version(path) in _WITHOUT_TEXTS


def copy_database(old: Path, new: Path) -> None:
    """Copy a database as it is at one moment, also while a load writes to it.

    Raises `DatabaseUnavailable` where there is none to read.
    """
    try:
        with (
            closing(open_read_only(old)[0]) as source,
            closing(sqlite3.connect(new)) as target,
        ):
            source.backup(target)
    except sqlite3.Error as error:
        raise DatabaseUnavailable(f"cannot read the database {old}: {error}") from error


def exists(path: Path) -> bool:
    """Return whether there is a database at `path`."""
    return path.is_file()


@contextmanager
def sole_writer(path: Path) -> Iterator[None]:
    """Keep other processes from writing to the database at `path` until the block ends.

    The lock is one of SQLite's, on an empty file beside the database, and ends with the process
    that holds it. A lock on the database itself would fail when another file replaces it: processes
    that waited for the lock would write to the old file. Raises `DatabaseUnavailable` while another
    process holds the lock, or if it cannot be created.
    """
    with ExitStack() as opened:
        try:
            lock = sqlite3.connect(f"{path}.lock", timeout=LOCK_WAIT_SECONDS, isolation_level=None)
            opened.callback(lock.close)
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise DatabaseUnavailable(f"cannot write the database {path}: {error}") from error
        yield


@contextmanager
def reading(path: Path) -> Iterator[Reader | None]:
    """Open a connection for reading, for the time of a block; None if there is no database.

    Raises `DatabaseUnavailable` where it cannot be read.
    """
    if not path.is_file():
        yield None
        return
    try:
        with closing(open_read_only(path)[0]) as connection:
            yield connection
    except sqlite3.DatabaseError as error:
        raise DatabaseUnavailable(f"cannot read the database {path}: {error}") from error


class Rebuild:
    """A rebuild, which reads all data and writes them again; nobody else writes meanwhile."""

    def __init__(self, path: Path) -> None:
        """Take the path of the database, within a block of `sole_writer`."""
        self._path = path

    def old(self) -> AbstractContextManager[Reader | None]:
        """Open a connection to the existing data, to be closed before they are replaced."""
        return reading(self._path)

    @contextmanager
    def new(self) -> Iterator[Writer]:
        """Open one transaction that replaces all data."""
        with _replacing(self._path) as new, writing(new, much=True) as connection:
            yield connection


@contextmanager
def rebuilding(path: Path) -> Iterator[Rebuild]:
    """Lock out other writers for the duration of a block that rebuilds all data."""
    with sole_writer(path):
        yield Rebuild(path)


def note_rebuild(path: Path, text: str | None) -> None:
    """Write a note on how far a rebuild is, for serving processes; None removes it."""
    if text is None:
        end_rebuild(path)
    else:
        _note_rebuild(path, text)


@contextmanager
def trying(path: Path | None) -> Iterator[Writer]:
    """Open one transaction on a copy of the existing data, which is then discarded."""
    with tempfile.TemporaryDirectory(prefix="readout-check-") as folder:
        copy = Path(folder) / "readout.db"
        if path is not None and path.is_file():
            copy_database(path, copy)
        migrate(copy)
        with writing(copy) as connection:
            yield connection


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """Make a new database beside the one at `path`, which takes its place when the block ends.

    The old database's write-ahead log is lost with it. So nobody may write meanwhile: use this
    within a block of `sole_writer`.
    """
    new = path.with_name(f"{path.name}.new")
    _remove(new)  # Left behind by an unfinished rebuild.
    migrate(new)
    yield new
    with closing(sqlite3.connect(new)) as connection:
        # Leave a single file, with no log beside it that would have to move along.
        connection.execute("PRAGMA journal_mode = TRUNCATE")
    for log in (f"{path}-wal", f"{path}-shm"):
        Path(log).unlink(missing_ok=True)
    new.replace(path)
    _remove(new)


def _remove(path: Path) -> None:
    """Remove a database with all that stands beside it."""
    for beside in ("", "-journal", "-wal", "-shm", ".lock", ".lock-journal"):
        Path(f"{path}{beside}").unlink(missing_ok=True)


@contextmanager
def _without_log(connection: sqlite3.Connection) -> Iterator[None]:
    """Write with a rollback journal instead of a log, unless another connection is open.

    Then each page is written once, in place. A crash is still rolled back, but readers have to
    wait.
    """
    connection.execute("PRAGMA busy_timeout = 0")  # Do not wait for other connections to close.
    try:
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode = TRUNCATE")
        connection.execute(f"PRAGMA busy_timeout = {LOCK_WAIT_SECONDS * 1000:.0f}")
        yield
    finally:
        connection.execute("PRAGMA busy_timeout = 0")
        with suppress(sqlite3.OperationalError):  # If this fails, the next writer switches back.
            connection.execute("PRAGMA journal_mode = WAL")


def _empty_log(connection: sqlite3.Connection) -> None:
    """Empty the write-ahead log after a rollback, as it may have filled the disk.

    Else the log stays as it is while any connection is open, and a service that starts meanwhile
    finds no room for the index of the log.
    """
    connection.execute("PRAGMA busy_timeout = 0")  # If a reader blocks it, the next writer does it.
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _is_served(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM revision").fetchone() is not None


@contextmanager
def writing(path: Path, *, much: bool = False) -> Iterator[WritingConnection]:
    """Open one transaction that writes: all of it is committed, or nothing.

    If it writes much, and the database has nothing to serve yet, readers may have to wait for it.
    Raises `DatabaseUnavailable` while another process writes, or if the file cannot be written.
    """
    try:
        with (
            sole_writer(path),
            closing(
                sqlite3.connect(
                    path, timeout=LOCK_WAIT_SECONDS, isolation_level=None, factory=WritingConnection
                )
            ) as connection,
        ):
            prepare_for_writing(connection)
            directly = much and not _is_served(connection)
            with _without_log(connection) if directly else nullcontext():
                connection.execute("BEGIN IMMEDIATE")
                # Rows may come in any order: foreign keys are checked on commit.
                connection.execute("PRAGMA defer_foreign_keys = ON")
                try:
                    yield connection
                    connection.execute("COMMIT")
                except BaseException:
                    if connection.in_transaction:  # SQLite has rolled back if the disk is full.
                        connection.execute("ROLLBACK")
                    _empty_log(connection)
                    raise
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError):
            raise  # A mistake of Readout's, not a state of the database.
        raise DatabaseUnavailable(f"cannot write the database {path}: {error}") from error
