"""Sets of records: the days they make up, and the ways by which large and small ones are read."""

import datetime
import itertools
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyroaring import BitMap, FrozenBitMap

from app.domain.collections import MEETINGS, PARTICIPANTS
from app.ingest.loader import load
from app.query.dates import Window
from app.query.facets import PERIODS, read_facets
from app.query.network import read_network
from app.query.parameters import next_path, read_query
from app.store.base import DeadlineExceeded
from app.store.sql import gathering, listing, network, statements, texts
from app.store.sql.days import beginning_ranges, covering_periods, periods_lasted
from app.store.sql.facets import find_facets
from app.store.sql.finding import find_all, find_page
from app.store.sql.gathering import Gathered
from app.store.sql.links import heaviest_of_few, heaviest_of_most
from app.store.sql.matching import Matches
from app.store.sql.memory import Memory
from app.store.sql.network import find_network
from app.store.sql.resolving import Term, resolve
from app.store.sql.sets import PRESENCE, SET_BYTES, ValueSets, sets_of_parameter
from app.store.sqlite.snapshot import SqliteSnapshot
from tests.benchmarks.statements import NotingSnapshot, open_read_only
from tests.made_up import rich_trips
from tests.reference import Reference, reference_of
from tests.trips import write_trips

TRIPS = rich_trips(400)
YEARS = sorted({trip["start_date"][:4] for trip in TRIPS})[::2]

some_days = st.dates(datetime.date(2018, 11, 1), datetime.date(2021, 3, 1))


def is_in(day: str, first: str, behind: str) -> bool:
    return first <= day < behind


@pytest.mark.slow
@settings(deadline=None)
@given(some_days, some_days)
@example(datetime.date(2020, 1, 1), datetime.date(2020, 12, 31))
@example(datetime.date(2019, 12, 31), datetime.date(2020, 1, 1))
@example(datetime.date(2020, 10, 1), datetime.date(2020, 10, 31))
@example(datetime.date(2019, 1, 1), datetime.date(2020, 12, 30))
@example(datetime.date(2019, 2, 1), datetime.date(2020, 12, 31))
@example(datetime.date(2020, 2, 1), datetime.date(2020, 2, 28))
def test_ranges_of_periods_hold_each_day_of_a_window_once(
    one: datetime.date, other: datetime.date
) -> None:
    start, end = sorted((one.isoformat(), other.isoformat()))
    ranges = beginning_ranges(Window(start, end))
    assert len(ranges) <= 5
    day = datetime.date(2018, 1, 1)
    while day < datetime.date(2022, 1, 1):
        text = day.isoformat()
        found = [
            unit for unit, first, behind in ranges if is_in(text[: PERIODS[unit]], first, behind)
        ]
        assert len(found) == (start <= text <= end), (text, ranges)
        day += datetime.timedelta(days=1)


def test_a_window_that_ends_before_it_starts_holds_no_day() -> None:
    assert beginning_ranges(Window("2021-03-02", "2021-03-01")) == []


@settings(deadline=None)
@given(some_days, st.integers(1, 800), st.sampled_from(sorted(PERIODS)))
def test_what_lasts_is_counted_in_the_periods_on_whose_first_day_it_lasts(
    first: datetime.date, days: int, unit: str
) -> None:
    last = first + datetime.timedelta(days=days)
    lasted = Counter(
        period
        for covering in covering_periods(first.isoformat(), last.isoformat())
        for period in periods_lasted(covering, unit)
    )
    length = PERIODS[unit]
    after = [first + datetime.timedelta(days=n) for n in range(1, days + 1)]
    begun = [day.isoformat()[:length] for day in after if day.isoformat()[length:] in _FIRST]
    assert lasted == Counter(begun)


_FIRST = ("", "-01", "-01-01")


@pytest.mark.parametrize("sparse", [0, 2, 64])
def test_numbers_are_gathered_however_often_they_are_compressed(
    monkeypatch: pytest.MonkeyPatch, sparse: int
) -> None:
    monkeypatch.setattr(gathering, "SPARSE", sparse)
    monkeypatch.setattr(gathering, "COMPRESSED_AFTER", 3)
    gathered = Gathered()
    for number in range(10):
        gathered.add("meetings", [("", ""), ("city", str(number % 2))], number)
    gathered.update("meetings", ("city", "1"), [100])
    assert sorted(gathered.names()) == [
        ("meetings", "", ""), ("meetings", "city", "0"), ("meetings", "city", "1"),
    ]  # fmt: skip
    assert gathered.numbers(("meetings", "", "")) == BitMap(range(10))
    assert gathered.numbers(("meetings", "city", "1")) == BitMap([1, 3, 5, 7, 9, 100])
    assert gathered.numbers(("meetings", "city", "2")) == BitMap()


@pytest.fixture(scope="module")
def connection(
    migrated_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[sqlite3.Connection]:
    folder = tmp_path_factory.mktemp("sets")
    shutil.copy(migrated_database, folder / "readout.db")
    load(folder / "readout.db", write_trips(folder / "trips", TRIPS))
    with closing(open_read_only(folder / "readout.db")) as opened:
        yield opened


@pytest.fixture(scope="module")
def reference() -> Reference:
    return reference_of(*TRIPS)


@pytest.fixture
def snapshot(connection: sqlite3.Connection) -> SqliteSnapshot:
    return SqliteSnapshot(connection, "revision", Memory())


def pages(snapshot: SqliteSnapshot, query: str) -> list[bytes]:
    """Return all documents of a list, page by page."""
    found: list[bytes] = []
    path: str | None = query
    while path is not None:
        page = find_page(snapshot, read_query(MEETINGS, path.encode()))
        found += page.documents
        cursor = page.next_cursor
        path = next_path("", path.encode(), cursor)[1:] if cursor else None
    assert page.total == len(found)
    return found


QUERIES = [
    "format=in-person&status=held",
    "format=in-person&status=held&date_from=2003&date_to=2018-05-17",
    f"status=held&status=planned&{'&'.join(f'date={year}' for year in YEARS)}",
    "format=in-person&updated_since=1990-01-01&sort=-updated",
    "q=minister&sort=-date&date_from=2003-05-05",
]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("turned", [False, True])
def test_a_set_is_listed_alike_whether_it_is_sorted_or_walked(
    snapshot: SqliteSnapshot, monkeypatch: pytest.MonkeyPatch, query: str, turned: bool
) -> None:
    if turned and "sort" not in query:
        query += "&sort=-date"
    asked = f"{query}&limit=7"
    monkeypatch.setattr(listing, "FEW", statements.MAX_BOUND)
    sorted_ = pages(snapshot, asked)
    assert len(sorted_) > 70
    monkeypatch.setattr(listing, "FEW", 0)
    monkeypatch.setattr(listing, "MAX_BOUND", 0)
    assert pages(snapshot, asked) == sorted_
    whole = find_all(snapshot, read_query(MEETINGS, query.encode()))
    assert list(whole) == sorted_


@pytest.mark.parametrize("also", ["", "&date_from=2003-05-05", "&q=meeting"])
def test_what_most_records_say_is_listed_by_number(
    snapshot: SqliteSnapshot,
    connection: sqlite3.Connection,
    monkeypatch: pytest.MonkeyPatch,
    also: str,
) -> None:
    query = f"q=minister{also}&limit=7"
    scored = pages(snapshot, query)
    assert len(scored) > 70
    monkeypatch.setattr(texts, "MAX_SCORED", len(scored) - 1)
    unscored = pages(snapshot, query)
    numbers = dict(
        connection.execute(
            "SELECT d.body, d.number FROM document AS d WHERE d.collection = 'meetings'"
        )
    )
    assert unscored == sorted(scored, key=lambda body: numbers[body])


@pytest.mark.parametrize("query", ["q=minister given3", "q=given3&q=minister", "q=given3"])
def test_what_few_records_say_is_scored_however_many_there_are(
    snapshot: SqliteSnapshot, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    scored = pages(snapshot, f"{query}&limit=7")
    assert scored
    monkeypatch.setattr(texts, "MAX_SCORED", 0)
    assert pages(snapshot, f"{query}&limit=7") == scored


@pytest.mark.parametrize("query", ["", "topic=topic-0", "met_with=official-0"])
def test_sets_of_more_than_a_statement_takes_are_read_in_parts(
    snapshot: SqliteSnapshot, monkeypatch: pytest.MonkeyPatch, reference: Reference, query: str
) -> None:
    facets = read_facets(PARTICIPANTS, f"{query}&limit=200".strip("&").encode())
    found = find_facets(snapshot, facets)
    network = find_network(snapshot, read_network(b"format=in-person&limit=10000"))
    monkeypatch.setattr(statements, "MAX_BOUND", 5)
    assert find_facets(snapshot, facets) == found
    assert find_network(snapshot, read_network(b"format=in-person&limit=10000")) == network
    pairs = [tuple(query.split("="))] if query else []
    assert found.total == len(reference.ids("participants", pairs))  # type: ignore[arg-type]


def test_the_network_of_all_meetings_is_that_of_each_of_their_forms(
    snapshot: SqliteSnapshot,
) -> None:
    whole = find_network(snapshot, read_network(b"limit=10000"))
    same = find_network(
        snapshot, read_network(b"status=held&status=planned&status=cancelled&limit=10000")
    )
    assert whole == same
    assert whole.links_total == len(whole.links) > 100
    few = find_network(snapshot, read_network(b"limit=30"))
    assert few.links == whole.links[:30]
    assert few.links_total == whole.links_total


@pytest.mark.parametrize("limit", [1, 2, 7, 40, 10000])
@pytest.mark.parametrize("query", ["date_from=2003-05-05", "status=held", "q=minister"])
def test_a_network_of_most_meetings_is_alike_whether_pairs_are_counted_or_stored(
    snapshot: SqliteSnapshot, monkeypatch: pytest.MonkeyPatch, query: str, limit: int
) -> None:
    plan = read_network(f"{query}&limit={limit}".encode())
    of_most = []
    heaviest = network.heaviest_of_most
    monkeypatch.setattr(
        network, "heaviest_of_most", lambda *given: of_most.append(given) or heaviest(*given)
    )
    stored = find_network(snapshot, plan)
    assert len(of_most) == 1
    monkeypatch.setattr(
        network,
        "heaviest_of_most",
        lambda _, everyone, people, records, *__: heaviest_of_few(
            snapshot, [records & everyone[each] for each in people], limit
        ),
    )
    assert find_network(snapshot, plan) == stored
    assert len(stored.links) == min(limit, stored.links_total) > 0


@pytest.mark.parametrize("limit", [1, 3, 30, 10000])
def test_pairs_that_shared_only_other_meetings_are_left_out(
    snapshot: SqliteSnapshot, limit: int
) -> None:
    """The heaviest pairs of all are lost, so that those behind them are looked for."""
    heaviest = find_network(snapshot, read_network(b"limit=3")).links
    everyone = sets_of_parameter(snapshot, *PRESENCE)
    people, present = list(everyone), list(everyone.values())
    meetings = Matches(
        snapshot, MEETINGS, driver := _everything(snapshot), everything=driver
    ).all_there_are
    ids = dict(snapshot.rows("SELECT p.id, d.number FROM document AS d JOIN participant AS p"
                             " ON p.key = d.key"))  # fmt: skip
    others = BitMap()
    for link in heaviest:
        one, other = (str(ids[id_.encode()]).encode() for id_ in (link["source"], link["target"]))
        others |= meetings & everyone[one] & everyone[other]
    records = meetings - others
    found = heaviest_of_most(snapshot, everyone, people, records, others, limit)
    expected = heaviest_of_few(snapshot, [records & each for each in present], limit)
    assert found[1] == expected[1]
    assert found[1] <= find_network(snapshot, read_network(b"limit=1")).links_total - 3

    def order(weights: dict[tuple[int, int], int]) -> list[tuple[int, tuple[int, int]]]:
        return sorted((-weight, pair) for pair, weight in weights.items())[:limit]

    assert order(found[0]) == order(expected[0])


def _everything(snapshot: SqliteSnapshot) -> Term:
    resolved = resolve(snapshot, read_query(MEETINGS, b""), MEETINGS.term_filters)
    assert resolved is not None
    return resolved.everything


def test_a_long_search_for_links_ends_at_the_deadline(snapshot: SqliteSnapshot) -> None:
    plan = read_network(b"status=held")
    find_network(snapshot, plan)
    snapshot.renew(-1)
    everyone = list(sets_of_parameter(snapshot, *PRESENCE).values())
    with pytest.raises(DeadlineExceeded):
        heaviest_of_few(snapshot, everyone, 10)


def test_who_people_are_is_read_once(connection: sqlite3.Connection) -> None:
    snapshot = NotingSnapshot(connection, Memory())
    for query, more in ((b"limit=3", 1), (b"limit=4", 0), (b"format=in-person", 0)):
        before = len(snapshot.noted)
        find_network(snapshot, read_network(query))
        read = [text for text, _ in snapshot.noted[before:] if "participant AS p" in text]
        assert len(read) == more


def test_sets_take_room_in_memory() -> None:
    values = ValueSets({str(at).encode(): FrozenBitMap([at]) for at in range(1000)})
    memory = Memory(4 * 1000 * SET_BYTES)
    memory.set("sets", values)
    assert memory.get("sets") is None
    memory = Memory(5 * 1000 * SET_BYTES)
    memory.set("sets", values)
    assert memory.get("sets") is values


@pytest.mark.parametrize("is_common_first", [True, False])
def test_a_list_goes_on_as_it_began(
    snapshot: SqliteSnapshot, monkeypatch: pytest.MonkeyPatch, is_common_first: bool
) -> None:
    """A load between two pages may make a word one that most records have, or no longer."""
    query = b"q=minister&limit=7"
    bounds = (0, 1 << 30) if is_common_first else (1 << 30, 0)
    monkeypatch.setattr(texts, "MAX_SCORED", bounds[0])
    page = find_page(snapshot, read_query(MEETINGS, query))
    found = list(page.documents)
    monkeypatch.setattr(texts, "MAX_SCORED", bounds[1])
    path = query
    while page.next_cursor:
        path = next_path("", path, page.next_cursor)[1:].encode()
        page = find_page(snapshot, read_query(MEETINGS, path))
        found += page.documents
    assert len(set(found)) == len(found) == page.total > 70


def test_numbers_are_dense(connection: sqlite3.Connection) -> None:
    (least, most, number) = connection.execute(
        "SELECT min(number), max(number), count(*) FROM document"
    ).fetchone()
    # The numbers of trips that are written twice in one load are not given again.
    assert least == 1
    assert most < 2 * number


def test_sets_are_in_the_portable_format(connection: sqlite3.Connection) -> None:
    (blob,) = connection.execute(
        "SELECT numbers FROM term WHERE collection = 'meetings' AND parameter = ''"
    ).fetchone()
    cookie = int.from_bytes(blob[:2], "little")
    assert cookie in (12346, 12347)  # Of the specification: without runs, and with them.


def test_ranges_of_open_windows_reach_to_the_ends_of_the_calendar() -> None:
    for window in itertools.starmap(Window, [(None, "2020-02-02"), ("2020-02-02", None)]):
        years = [first for unit, first, _ in beginning_ranges(window) if unit == "year"]
        assert len(years) == 1


def test_participants_are_read_alike_whether_they_are_remembered(
    snapshot: SqliteSnapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for query in (b"limit=40", b"official=official-0", b"q=minister&limit=3"):
        remembered = find_network(snapshot, read_network(query))
        assert remembered.nodes
        with monkeypatch.context() as patched:
            patched.setattr(network, "MAX_REMEMBERED", 0)
            patched.setattr(statements, "MAX_BOUND", 5)
            assert find_network(snapshot, read_network(query)) == remembered
