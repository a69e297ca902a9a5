"""How SQLite goes about the statements: by its indexes and in list order, however many match.

The loader does not run ANALYZE, so plans follow from the schema and the statements alone; what is
pinned here for four thousand meetings holds for a million.
"""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.collections import MEETINGS, PARTICIPANTS
from app.ingest.loader import load
from app.query.facets import read_facets
from app.query.network import read_network
from app.query.parameters import next_path, read_query
from app.store.sql.facets import find_facets
from app.store.sql.finding import find_page
from app.store.sql.memory import Memory
from app.store.sql.network import find_network
from app.store.sql.sets import sets_of_values
from app.store.sqlite.texts import Fts5
from tests.benchmarks.data import write_trips
from tests.benchmarks.statements import Noted, NotingSnapshot, open_read_only

pytestmark = pytest.mark.slow

FEW, MANY = 500, 4000

QUERIES = [
    "",
    "date={day}",
    "date={day:.7}",
    "date={day:.4}",
    "date_from={day}",
    "date_to={day}",
    "date_to={day:.7}",
    "date_from=2005-02&date_to=2016-07",
    "city=city-0",
    "country={country}",
    "official=official-0",
    "official=Family0",
    "trip=trip-000003",
    "topic=topic-0",
    "meeting=meeting-000003-04",
    "format=virtual",
    "official=official-0&date_from=2003-02-10",
    "official=official-0&date_to=2019-03-10",
    "official=official-0&date_from=2003-02-10&date_to=2019-03-10",
    "official=official-0&date={day:.4}",
    "city=city-0&date_from=2003-02-10&date_to=2019-03-10",
]
SORTS = ["date", "-date"]
LIMIT = 5
MAX_SUM_STEPS = 1000

_SORTED = "USE TEMP B-TREE FOR ORDER BY"
_TABLE = re.compile(r"\b(?:FROM|JOIN) (\w+)(?: AS (\w+))?")
_SCANNED = re.compile(r"SCAN (?:TABLE )?(\w+)")


@pytest.fixture(scope="module")
def databases(
    migrated_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[int, sqlite3.Connection]]:
    """Made-up meetings, the few being the first of the many."""
    opened = {}
    for meetings in (FEW, MANY):
        folder = tmp_path_factory.mktemp(f"meetings-{meetings}")
        shutil.copy(migrated_database, folder / "readout.db")
        write_trips(folder / "trips", meetings)
        load(folder / "readout.db", [folder / "trips"])
        opened[meetings] = open_read_only(folder / "readout.db")
    yield opened
    for connection in opened.values():
        connection.close()


@pytest.fixture(scope="module")
def database(databases: dict[int, sqlite3.Connection]) -> sqlite3.Connection:
    return databases[MANY]


@pytest.fixture
def query(request: pytest.FixtureRequest, databases: dict[int, sqlite3.Connection]) -> str:
    """A query, with the country and the day that most of the few meetings have."""
    ((country,),) = databases[FEW].execute(
        "SELECT value FROM term WHERE collection = 'meetings' AND parameter = 'country'"
        " ORDER BY total DESC LIMIT 1"
    )
    ((day,),) = databases[FEW].execute(
        "SELECT sort FROM document WHERE collection = 'meetings'"
        " GROUP BY sort ORDER BY count(*) DESC LIMIT 1"
    )
    return str(request.param).format(country=country.decode(), day=day.decode())


def two_pages(connection: sqlite3.Connection, query: str, sort: str) -> list[list[Noted]]:
    """Return the statements for the first page of a list, and for the next if there is one."""
    pages = []
    path: str | None = "&".join(filter(None, (query, f"sort={sort}", f"limit={LIMIT}")))
    while path is not None and len(pages) < 2:
        query_string = path.encode()
        snapshot = NotingSnapshot(connection, Memory())
        page = find_page(snapshot, read_query(MEETINGS, query_string))
        pages.append(snapshot.noted)
        path = next_path("", query_string, page.next_cursor)[1:] if page.next_cursor else None
    return pages


def plan(connection: sqlite3.Connection, noted: Noted) -> list[str]:
    statement, parameters = noted
    rows = connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
    return [row[3].decode() for row in rows]


def faults(connection: sqlite3.Connection, noted: Noted) -> list[str]:
    """Return the parts of a plan that cost more the more records there are.

    The records of a small set are sorted: they are bound one by one, and so no more than that.
    """
    statement, _ = noted
    small_set = " d.number IN (" in statement or " d.number = ?" in statement
    found = plan(connection, noted)
    tables = {row[0].decode() for row in connection.execute("SELECT name FROM sqlite_schema")}
    aliases = {alias or name for name, alias in _TABLE.findall(statement) if name in tables}
    return [
        step
        for step in found
        if ("TEMP B-TREE" in step and not (small_set and "ORDER BY" in step))
        or "AUTOMATIC" in step
        or ((scanned := _SCANNED.match(step)) and scanned[1] in aliases)
    ]


def test_plans_rest_on_no_statistics(database: sqlite3.Connection) -> None:
    names = {row[0] for row in database.execute("SELECT name FROM sqlite_schema")}
    assert b"posting" in names
    assert not any(name.startswith(b"sqlite_stat") for name in names)


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("query", QUERIES, indirect=True)
def test_no_scan_and_no_sort(database: sqlite3.Connection, query: str, sort: str) -> None:
    pages = two_pages(database, query, sort)
    one = query.startswith("meeting=")
    assert len(pages) == (1 if one else 2)
    found = [fault for page in pages for noted in page for fault in faults(database, noted)]
    assert found == []


@pytest.mark.parametrize("sort", SORTS)
def test_a_page_is_read_from_the_postings_in_list_order(
    database: sqlite3.Connection, sort: str
) -> None:
    first, second = two_pages(database, "official=official-0", sort)
    beyond = "<" if sort.startswith("-") else ">"
    for (*_, page), search in (
        (first, "(term_key=?)"),
        (second, f"(term_key=? AND (sort,record_key){beyond}(?,?))"),
    ):
        assert plan(database, page) == [
            f"SEARCH p USING PRIMARY KEY {search}",
            "SEARCH d USING INTEGER PRIMARY KEY (rowid=?)",
        ]


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("SELECT * FROM document", "SCAN document"),
        ("SELECT p.sort FROM posting AS p ORDER BY p.sort", "SCAN p"),
        (
            "SELECT key FROM document AS d WHERE key > 1 ORDER BY d.sort",
            _SORTED,
        ),
        (
            "SELECT m.key FROM (SELECT a.key FROM (SELECT key, sort FROM document WHERE key > 1)"
            " AS a ORDER BY a.sort LIMIT 5) AS m",
            _SORTED,
        ),
    ],
)
def test_faults_would_be_seen(database: sqlite3.Connection, statement: str, fault: str) -> None:
    assert fault in " ".join(faults(database, (statement, ())))


def steps(connection: sqlite3.Connection, noted: Noted) -> int:
    """Return how many instructions SQLite's machine executes for a statement."""
    count = 0

    def step() -> int:
        nonlocal count
        count += 1
        return 0

    connection.set_progress_handler(step, 1)
    try:
        connection.execute(*noted).fetchall()
    finally:
        connection.set_progress_handler(None, 1)
    return count


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("query", QUERIES, indirect=True)
def test_a_page_takes_as_many_steps_however_many_match(
    databases: dict[int, sqlite3.Connection], query: str, sort: str
) -> None:
    few, many = (two_pages(connection, query, sort) for connection in databases.values())
    assert len(few) == len(many)
    for page, larger_page in zip(few, many, strict=True):
        assert len(page) == len(larger_page)
        for noted, larger in zip(page, larger_page, strict=True):
            taken = steps(databases[MANY], larger)
            if "AS t WHERE t.collection" in larger[0]:
                # Its rows are as many as the years, months and days before a date, at most.
                assert taken < MAX_SUM_STEPS
            else:
                # A row of the day at which the page begins takes three steps more to compare.
                assert taken <= steps(databases[FEW], noted) + 3 * (LIMIT + 1)


def facet_steps(connection: sqlite3.Connection, query_string: bytes) -> int:
    snapshot = NotingSnapshot(connection, Memory())
    find_facets(snapshot, read_facets(PARTICIPANTS, query_string))
    return sum(steps(connection, noted) for noted in snapshot.noted)


@pytest.mark.parametrize("query_string", [b"", b"kind=official", b"q=official", b"topic=topic-0"])
def test_facets_of_participants_take_no_more_steps_a_meeting_than_for_few(
    databases: dict[int, sqlite3.Connection], query_string: bytes
) -> None:
    few, many = (facet_steps(connection, query_string) for connection in databases.values())
    assert few < many < 1.5 * few * MANY / FEW


@pytest.mark.parametrize("limit", [b"limit=100", b"limit=10000"])
def test_a_network_takes_no_more_steps_a_meeting_than_for_few(
    databases: dict[int, sqlite3.Connection], limit: bytes
) -> None:
    taken = []
    for connection in databases.values():
        snapshot = NotingSnapshot(connection, Memory())
        find_network(snapshot, read_network(limit))
        taken.append(sum(steps(connection, noted) for noted in snapshot.noted))
    few, many = taken
    assert few < many < 1.5 * few * MANY / FEW


COMMON_ALONE = [
    b"official=official-0&city=city-0",
    b"city=city-0&city=city-1",
    b"q=sides&topic=topic-0",
]


@pytest.mark.parametrize("query_string", COMMON_ALONE)
def test_what_is_asked_together_is_read_from_sets_and_a_page(
    databases: dict[int, sqlite3.Connection], query_string: bytes
) -> None:
    few, many = (
        page_steps(connection, query_string + b"&sort=date") for connection in databases.values()
    )
    # But for the text search, which looks at all that has the words.
    assert many < (1.5 * MANY / FEW if b"q=" in query_string else 3) * few


def page_steps(connection: sqlite3.Connection, query_string: bytes) -> int:
    snapshot = NotingSnapshot(connection, Memory())
    page = find_page(snapshot, read_query(MEETINGS, query_string + b"&limit=5"))
    assert page.total > LIMIT
    return sum(steps(connection, noted) for noted in snapshot.noted)


def test_the_sets_of_all_values_are_read_in_their_order_and_once(
    database: sqlite3.Connection,
) -> None:
    snapshot = NotingSnapshot(database, Memory())
    found = sets_of_values(snapshot, "meetings", ["topic", "city"])
    (read,) = snapshot.noted
    assert plan(database, read) == [
        "SEARCH t USING INDEX sqlite_autoindex_term_1 (collection=? AND parameter=?)"
    ]
    assert sets_of_values(snapshot, "meetings", ["city"]) == {"city": found["city"]}
    assert len(snapshot.noted) == 1
    assert sum(map(len, found["city"].values())) > 0


def test_what_most_records_say_is_read_until_a_page_is_full(
    databases: dict[int, sqlite3.Connection],
) -> None:
    first = Fts5().first("meetings", ["sides"], 9, LIMIT)
    few, many = (
        steps(connection, (first.text, (*first.parameters,))) for connection in databases.values()
    )
    assert many < 1.1 * few
