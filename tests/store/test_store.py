"""The store, asked in the domain's words, and the revisions it answers from."""

import ast
import json
import re
import sqlite3
import threading
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from app.domain.collections import MEETINGS, PARTICIPANTS, RESOURCES
from app.ingest.loader import load
from app.query.facets import read_facets
from app.query.network import read_network
from app.query.parameters import next_path, read_query
from app.query.search import read_search
from app.store.base import DatabaseUnavailable, Deadline, Store
from app.store.sql import finding
from app.store.sqlite.snapshot import ServedDatabase
from app.store.sqlite.store import SqliteStore
from tests.client import MakeDatabase
from tests.trips import meeting, trip, write_trips

PLAN = read_query(MEETINGS, b"limit=2")


@pytest.fixture
def store(seed_database: Path) -> Store:
    return SqliteStore(seed_database)


def ids(documents: list[bytes]) -> list[str]:
    return [json.loads(document)["id"] for document in documents]


def whole_list(store: Store, collection: str, query: str) -> list[bytes]:
    """Return the documents of a list, page by page."""
    documents: list[bytes] = []
    path: str | None = query
    while path is not None:
        page = store.page(read_query(RESOURCES[collection], path.encode()))
        documents += page.documents
        path = next_path("", path.encode(), page.next_cursor)[1:] if page.next_cursor else None
    return documents


def test_every_question_has_an_answer(store: Store) -> None:
    page = store.page(PLAN)
    assert len(page.documents) == 2
    assert page.total == store.count(PLAN) == store.facets(read_facets(MEETINGS, b"")).total
    assert store.network(read_network(b"")).links
    assert store.search(read_search(b"q=climate")).hits
    assert store.record(MEETINGS, ids(page.documents)[0]) == page.documents[0]
    assert store.record(MEETINGS, "nothing") is None
    assert store.near_ids(PARTICIPANTS, "antony-blinkn")[0] == "antony-blinken"
    (notice,) = store.spellings(read_query(MEETINGS, b"city=tokio"))
    assert notice.suggestions[0] == "tokyo"
    with store.snapshot() as held:
        assert held.revision == store.revision()


@pytest.mark.parametrize("rows", [1, 3, 1000])
@pytest.mark.parametrize(
    ("collection", "query"),
    [
        ("meetings", ""),
        ("meetings", "sort=-date"),
        ("meetings", "date=2021-03-16&official=blinken&sort=-date"),
        ("meetings", "q=climate"),
        ("participants", "city=tokyo"),
        ("participants", "sort=-name"),
        ("quotes", "topic=climate&topic=quad"),
        ("cities", ""),
        ("meetings", "city=nowhere"),
    ],
)
def test_a_stream_is_the_whole_list(
    store: Store, monkeypatch: pytest.MonkeyPatch, collection: str, query: str, rows: int
) -> None:
    monkeypatch.setattr(finding, "MAX_ROWS_AT_ONCE", rows)
    held = store.hold()
    documents = held.documents(read_query(RESOURCES[collection], query.encode()))
    assert list(documents) == whole_list(store, collection, query)
    assert held.revision == store.revision()
    held.close()


def two_trips(folder: Path) -> Callable[[int], list[Path]]:
    """Return what writes a trip of so many meetings, always the same trip."""

    def write(number: int) -> list[Path]:
        meetings = [meeting(f"m{at:04}", "official-1", "official-2") for at in range(number)]
        return write_trips(folder, [trip(meetings=meetings)])

    return write


def test_a_stream_has_one_revision_and_any_thread_goes_on_with_it(
    make_database: MakeDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MAX_ROWS_AT_ONCE", 2)
    write = two_trips(tmp_path / "trips")
    path = make_database()
    load(path, write(9))
    store = SqliteStore(path)
    held = store.hold()
    whole = held.documents(PLAN)
    documents = [next(whole)]
    load(path, write(3))
    assert store.count(PLAN) == 3
    assert store.revision() != held.revision

    thread = threading.Thread(target=lambda: documents.extend(whole))
    thread.start()
    thread.join()
    held.close()
    assert ids(documents) == [f"m{at:04}" for at in range(9)]


def test_a_stream_takes_little_memory(
    make_database: MakeDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MAX_ROWS_AT_ONCE", 10)
    path = make_database()
    load(path, two_trips(tmp_path / "trips")(500))
    store = SqliteStore(path)
    store.count(PLAN)
    tracemalloc.start()
    try:
        held = store.hold()
        taken = sum(map(len, held.documents(PLAN)))
        held.close()
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < taken / 4


def test_a_snapshot_within_another_is_the_same(make_database: MakeDatabase, tmp_path: Path) -> None:
    write = two_trips(tmp_path / "trips")
    path = make_database()
    load(path, write(3))
    store = SqliteStore(path)
    with store.snapshot() as outer:
        assert store.count(PLAN) == 3
        load(path, write(5))
        with store.snapshot() as inner:
            assert inner.revision == outer.revision
            assert store.count(PLAN) == 3
        assert store.count(PLAN) == 3
        with suppress(KeyError), store.snapshot():
            raise KeyError
        assert (store.revision(), store.count(PLAN)) == (outer.revision, 3)
    assert store.revision() != outer.revision
    assert store.count(PLAN) == 5


def fail_within(served: ServedDatabase, statement: str, error: Exception) -> None:
    with served.snapshot(), served.snapshot() as inner:
        inner.rows(statement)
        raise error


def test_a_snapshot_that_failed_holds_nothing(make_database: MakeDatabase, tmp_path: Path) -> None:
    write = two_trips(tmp_path / "trips")
    path = make_database()
    load(path, write(3))
    served = ServedDatabase(path)
    for statement in ("SELECT nothing", "ROLLBACK"):
        with pytest.raises(DatabaseUnavailable):
            fail_within(served, statement, sqlite3.OperationalError())
    # SQLite rolls back by itself where memory is short.
    with pytest.raises(MemoryError):
        fail_within(served, "ROLLBACK", MemoryError())
    # What ends well may have lost its transaction, or its connection, before it is committed.
    with pytest.raises(DatabaseUnavailable), served.snapshot() as snapshot:
        snapshot.rows("ROLLBACK")
    with pytest.raises(DatabaseUnavailable), served.snapshot():
        served.close()
    load(path, write(4))
    with served.snapshot() as snapshot:
        assert snapshot.rows("SELECT count(*) FROM meeting") == [(4,)]


def test_the_end_of_a_snapshot_is_not_interrupted(
    make_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found in time is no less so if the deadline passes before the snapshot ends."""
    monkeypatch.setattr("app.store.sqlite.snapshot.STEPS_BETWEEN_CHECKS_IN_THREADS", 1)
    served = ServedDatabase(make_database(trip("one")))
    with served.snapshot(Deadline(-1)) as snapshot:
        assert snapshot.revision


def test_writing_is_all_or_nothing(make_database: MakeDatabase, tmp_path: Path) -> None:
    path = make_database()
    load(path, two_trips(tmp_path / "trips")(3))
    store = SqliteStore(path)
    with store.write() as connection:
        connection.execute("UPDATE revision SET id = 'first'")
    assert store.revision() == "first"
    with suppress(KeyError), store.write() as connection:
        connection.execute("UPDATE revision SET id = 'second'")
        raise KeyError
    assert store.revision() == "first"


def limited_statements(source: str) -> list[str]:
    """Return the SQL in a module that takes only the first of its rows, as it is written."""
    tree = ast.parse(source)
    formatted = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    parts = {id(part) for node in formatted for part in ast.walk(node) if part is not node}
    texts = [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr | ast.Constant) and id(node) not in parts
    ]
    return [text for text in texts if "LIMIT ?" in text or re.search(r"LIMIT \d", text)]


def test_what_is_limited_does_not_depend_on_how_it_is_stored() -> None:
    statements = [
        statement
        for path in sorted(Path(finding.__file__).parent.glob("*.py"))
        for statement in limited_statements(path.read_text("utf-8"))
    ]
    assert len(statements) >= 4
    for statement in statements:
        ordered = "ORDER BY" in statement or "{order.clause} LIMIT" in statement
        assert ordered or "SELECT 1 FROM" in statement  # Whether there is any, or how many.
