from collections.abc import Iterator

import pytest
from anyio.from_thread import BlockingPortal

from app.ingest.loader import load
from app.store.engines import Database
from tests.client import Client
from tests.databases import copied
from tests.reference import Reference, reference_of
from tests.routers.many import many_records
from tests.trips import write_trips


@pytest.fixture(scope="session")
def many(
    portal: BlockingPortal, migrated_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    """A client of the service with records by the dozen; do not load into its database."""
    folder = tmp_path_factory.mktemp("many")
    database = copied(migrated_database, folder / "readout.db")
    load(database, write_trips(folder / "trips", many_records()))
    opened = Client(portal, database)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def many_reference() -> Reference:
    """What is to be expected of them."""
    return reference_of(*many_records())
