import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import settings

from app.ingest.loader import load
from app.ingest.reading import find_trip_files, read_trip_file
from app.settings import PROJECT, Settings
from app.store.engines import Database, engine_of
from tests.client import Client, MakeClient, MakeDatabase
from tests.clusters import require_programs
from tests.databases import STORE, close_cluster, copied, new_database
from tests.reference import Reference
from tests.trips import Part, loaded_at, write_trips

SEED = PROJECT / "seed"

# A busy machine is no failure, and what was found is written down as a test, not in a database.
settings.register_profile("readout", deadline=None, database=None)
settings.register_profile("thorough", deadline=None, database=None, max_examples=1000)
settings.load_profile("readout")


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> None:
    for name in list(os.environ):
        if name.startswith("READOUT_"):
            del os.environ[name]
    Settings.model_config.update(env_file=None, secrets_dir=None)


@pytest.fixture(scope="session", autouse=True)
def _clock_stands_still() -> Iterator[None]:
    """Whatever is loaded is loaded at one time, so that answers and revisions can be compared."""
    with loaded_at():
        yield


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """One event loop for all clients, so that its worker threads outlive a request."""
    with start_blocking_portal() as running:
        yield running


def pytest_configure(config: pytest.Config) -> None:
    """Leave slow tests out where nothing is asked for: no path, no name, no marker, no failures."""
    option, named = config.option, config.args_source is config.ArgsSource.ARGS
    if not (named or option.keyword or option.markexpr or option.lf):
        option.markexpr = "not slow"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> Iterator[None]:
    """Say so last: with several processes, pytest does not count what was left out."""
    yield
    if config.option.markexpr == "not slow":
        terminalreporter.write_line("slow tests were left out: pytest -n auto -m slow")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Pass over what is about SQLite's own file where tests run on another store."""
    if STORE != "sqlite":
        for item in items:
            if item.get_closest_marker("sqlite"):
                item.add_marker(pytest.mark.skip(reason="about the file of SQLite"))


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database that was migrated and is otherwise empty; copy it, do not load into it."""
    if STORE == "postgresql":
        require_programs()
    database = new_database(tmp_path_factory.mktemp("migrated") / "readout.db")
    engine_of(database).migrate(database)
    yield database
    close_cluster()


@pytest.fixture(scope="session")
def seed_database(
    migrated_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Database:
    """The database as `readout serve` first fills it; do not change it."""
    database = copied(migrated_database, tmp_path_factory.mktemp("seeded") / "readout.db")
    load(database, [SEED])
    return database


@pytest.fixture(scope="session")
def client(portal: BlockingPortal, seed_database: Database) -> Iterator[Client]:
    """A client of the service with the trips in `seed/`."""
    opened = Client(portal, seed_database)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def seed_reference() -> Reference:
    """What is to be expected of the trips in `seed/`."""
    return Reference(read_trip_file(path).trip for path in find_trip_files([SEED]))


@pytest.fixture
def make_database(tmp_path: Path, migrated_database: Database) -> MakeDatabase:
    """Return a function that returns a database with made-up trips, loaded in their order."""

    def make(*trips: Part, name: str = "readout.db") -> Database:
        database = copied(migrated_database, tmp_path / name)
        load(database, write_trips(tmp_path / f"{name}-trips", trips))
        return database

    return make


@pytest.fixture
def serve(portal: BlockingPortal) -> Iterator[MakeClient]:
    """Return a function that returns a client of the service over a database file."""
    opened: list[Client] = []

    def make(database: Database, **settings: Any) -> Client:
        opened.append(Client(portal, database, **settings))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


@pytest.fixture
def made_up(make_database: MakeDatabase, serve: MakeClient) -> MakeClient:
    """Return a function that returns a client of the service with made-up trips."""

    def make(*trips: Part, **settings: Any) -> Client:
        return serve(make_database(*trips), **settings)

    return make
