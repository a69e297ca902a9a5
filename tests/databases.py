"""The databases that tests are run on: SQLite's files or, where asked for, PostgreSQL's.

`READOUT_TEST_STORE=postgresql` runs the tests of what both stores answer on a private cluster,
which the tests start themselves; tests about SQLite's own file say so by `pytest.mark.sqlite`.
"""

import os
import shutil
from functools import cache
from pathlib import Path

from app.store.engines import Database, open_store
from tests.clusters import Cluster

STORE = os.environ.get("READOUT_TEST_STORE", "sqlite")
"""The store that tests are run on: `sqlite` or `postgresql`."""


@cache
def cluster() -> Cluster:
    """Return the cluster of this process, started when first asked for."""
    return Cluster()


def close_cluster() -> None:
    """Stop the cluster of this process, if there is one."""
    if cluster.cache_info().currsize:
        cluster().close()
        cluster.cache_clear()


def new_database(path: Path) -> Database:
    """Return a database that does not exist yet, or an empty one."""
    return cluster().url(cluster().create()) if STORE == "postgresql" else path


def copied(database: Database, path: Path) -> Database:
    """Return a copy of a database that nobody writes to; a file is copied to `path`."""
    if isinstance(database, Path):
        shutil.copy(database, path)
        return path
    name = database.partition("@/")[2].partition("?")[0]
    return cluster().url(cluster().create(template=name))


def revision_of(database: Database) -> str:
    """Return the revision that a database holds, read on a connection of its own."""
    store = open_store(database)
    try:
        return store.revision()
    finally:
        store.close()
