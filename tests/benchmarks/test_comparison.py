"""What is compared is the same: the tutorial, Datasette's queries and Readout answer alike."""

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

import httpx
import pytest
from anyio.from_thread import BlockingPortal

from app.ingest.loader import load
from tests.benchmarks import canned, tutorial
from tests.benchmarks.data import write_trips
from tests.benchmarks.loop import rate_of
from tests.benchmarks.queries import MIX, PAGE, Asked, Reduced, make_queries, reduced
from tests.benchmarks.statements import open_read_only, statements_of
from tests.client import Client

pytestmark = pytest.mark.slow

MEETINGS = 1000
ASKED_A_KIND = 10
SMALL = ("day", "meeting")
"""Kinds of queries that too few meetings match to fill a page."""

QUERIES = make_queries(MEETINGS)


@pytest.fixture(scope="module")
def database(migrated_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made-up")
    shutil.copy(migrated_database, folder / "readout.db")
    write_trips(folder / "trips", MEETINGS)
    load(folder / "readout.db", [folder / "trips"])
    return folder / "readout.db"


@pytest.fixture(scope="module")
def tutorial_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tutorial") / "tutorial.db"
    tutorial.fill(path, MEETINGS)
    return path


@pytest.fixture(scope="module")
def readout(portal: BlockingPortal, database: Path) -> Iterator[Client]:
    opened = Client(portal, database)
    yield opened
    opened.close()


def answer_of_readout(readout: Client, asked: Asked) -> tuple[Reduced, int]:
    answer = json.loads(readout.get(f"/meetings?{asked.query_string}").content)
    return reduced(answer["items"]), answer["total"]


def some(kind: str) -> list[Asked]:
    return QUERIES[kind][:ASKED_A_KIND]


def test_queries_are_distinct_and_always_the_same() -> None:
    assert make_queries(MEETINGS) == QUERIES
    for asked in QUERIES.values():
        assert len({each.query_string for each in asked}) == len(asked)
    parameters = {
        name for asked in QUERIES.values() for each in asked for name, _ in each.parameters
    }
    assert parameters == {
        "date", "date_from", "date_to", "city", "country", "official", "trip", "topic", "meeting",
        "format",
    }  # fmt: skip
    assert {each.parameters for each in QUERIES[MIX]} == {
        each.parameters for kind, asked in QUERIES.items() if kind != MIX for each in asked
    }


@pytest.mark.parametrize("kind", [kind for kind in QUERIES if kind != MIX])
def test_queries_fill_a_page(readout: Client, kind: str) -> None:
    for asked in some(kind):
        _, total = answer_of_readout(readout, asked)
        assert total >= (1 if kind in SMALL else PAGE)


@pytest.mark.parametrize("kind", QUERIES)
def test_datasette_and_readout_answer_alike(
    readout: Client, tutorial_database: Path, kind: str
) -> None:
    queries = canned.metadata()["databases"][canned.DATABASE_NAME]["queries"]
    with closing(sqlite3.connect(tutorial_database)) as connection:
        connection.row_factory = sqlite3.Row
        for asked in some(kind):
            sql = queries[canned.name_of(tuple(asked.plain))]["sql"]
            rows = connection.execute(sql, asked.plain).fetchall()
            items = reduced(canned.common(dict(row)) for row in rows)
            assert items == answer_of_readout(readout, asked)[0]


def test_the_tutorial_and_readout_answer_alike(
    portal: BlockingPortal, readout: Client, tutorial_database: Path
) -> None:
    with patch.dict(os.environ, {tutorial.DATABASE_VARIABLE: str(tutorial_database)}):
        app = tutorial.create_app()
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://tutorial.test")
    for kind in QUERIES:
        for asked in some(kind):
            response = portal.call(lambda asked: http.get("/meetings", params=asked.plain), asked)
            items = reduced(map(tutorial.common, response.json()))
            assert items == answer_of_readout(readout, asked)[0]
    portal.call(http.aclose)


def test_bare_statements_are_those_that_readout_runs(readout: Client, database: Path) -> None:
    asked = [each for kind in QUERIES for each in some(kind)]
    statements = statements_of(database, [each.query_string for each in asked])
    readout.forget()
    with closing(open_read_only(database)) as connection:
        for each in asked:  # As a process that has served a while: it knows the names.
            readout.get(f"/meetings?{each.query_string}")
        for each, noted in zip(asked, statements, strict=True):
            with readout.statements() as run:
                readout.get(f"/meetings?{each.query_string}")
            assert len(run) == len(noted) > 0
            with sqlite_trace(connection) as replayed:
                for statement, parameters in noted:
                    connection.execute(statement, parameters).fetchall()
            assert replayed == run
        assert rate_of(connection, statements, 0.01) > 0
    readout.forget()


class sqlite_trace:  # noqa: N801 - used as a function
    """Gathers the statements that a connection runs within a `with` block."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> list[str]:
        gathered: list[str] = []
        self._connection.set_trace_callback(gathered.append)
        return gathered

    def __exit__(self, *_: object) -> None:
        self._connection.set_trace_callback(None)
