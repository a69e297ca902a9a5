"""Dates: which records overlap what is asked for, with bounds across borders and over long spans.

The days are chosen where an index of days, months and years would go wrong: first and last days of
months and years, leap days, spans that begin or end there, and the ends of the calendar.
"""

import datetime
import itertools
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.collections import RESOURCES
from app.ingest.loader import load
from app.query.parameters import next_path, read_query
from app.query.reading import InvalidQuery
from app.store.sql.days import covering_periods
from app.store.sql.finding import find_page
from app.store.sqlite.snapshot import ServedDatabase
from tests.reference import Reference, days, reference_of
from tests.trips import Part, agreement, meeting, quote, trip, write_trips

Pairs = list[tuple[str, str]]

BORDERS = [
    "2019-02-28", "2019-12-31", "2020-01-01", "2020-01-31", "2020-02-01", "2020-02-28",
    "2020-02-29", "2020-03-01", "2020-03-15", "2020-03-31", "2020-04-01", "2020-12-31",
    "2021-01-01", "2021-01-02", "2021-12-30", "2021-12-31", "2022-01-01", "2024-02-29",
    "2024-03-01",
]  # fmt: skip
ENDS = ["0001-01-01", "0001-01-02", "0001-12-31", "0002-01-01", "0999-12-31", "1000-01-01",
        "9998-12-31", "9999-01-01", "9999-12-30", "9999-12-31"]  # fmt: skip


def spans(days_: list[str]) -> Iterator[tuple[str, str]]:
    return itertools.combinations_with_replacement(days_, 2)


def bordering_trips() -> list[Part]:
    """Return trips with a meeting and an agreement for every span between two borders."""
    meetings, agreements = [], []
    for number, (first, last) in enumerate(spans(BORDERS)):
        # A third each: whoever is asked for, some of every length are theirs and some are not.
        who = [["official-one"], ["official-two"], ["official-one", "official-two"]][number % 3]
        about = [[], ["bridges"], ["rivers"], ["bridges", "rivers"]][number % 4]
        meetings.append(
            meeting(
                f"m-{first}-{last}",
                *who,
                "official-three" if number % 7 == 0 else "group-one",
                earliest_date=first,
                latest_date=last,
                topics=about,
                city=["oslo", "zurich"][number % 2],
            )
        )
        if number % 5 == 0:
            agreements.append(agreement(f"a-{first}-{last}", f"m-{first}-{last}", topics=about))
    quotes = [
        quote(f"q-{first}-{last}", earliest_date=first, latest_date=last)
        for first, last in spans(ENDS)
        if int(last[:4]) - int(first[:4]) < 2
    ]
    quotes += [
        quote("q-all", earliest_date="0900-05-05", latest_date="2200-05-05"),
        *(quote(f"q-{day}", date=day, speaker="official-two") for day in (*BORDERS, *ENDS)),
    ]
    return [
        trip(
            "borders",
            start_date=BORDERS[0],
            end_date=BORDERS[-1],
            travellers=["official-one"],
            meetings=meetings,
            agreements=agreements,
            quotes=quotes,
        ),
        *(
            trip(f"trip-{number}", start_date=first, end_date=last)
            for number, (first, last) in enumerate(spans(BORDERS[::2]))
        ),
    ]


@pytest.fixture(scope="module")
def borders(
    migrated_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[ServedDatabase, Reference]]:
    folder = tmp_path_factory.mktemp("borders")
    database = folder / "readout.db"
    shutil.copy(migrated_database, database)
    trips = bordering_trips()
    load(database, write_trips(folder / "trips", trips))
    served = ServedDatabase(database)
    yield served, reference_of(*trips)
    served.close()


def walk(served: ServedDatabase, collection: str, pairs: Pairs, limit: int) -> list[str]:
    """Return the ids on all pages, having seen that every page tells the same total."""
    resource = RESOURCES[collection]
    query_string = urlencode([*pairs, ("limit", limit)]).encode()
    found: list[str] = []
    totals = set()
    with served.snapshot() as snapshot:
        while True:
            page = find_page(snapshot, read_query(resource, query_string))
            found += [json.loads(document)["id"] for document in page.documents]
            totals.add(page.total)
            if page.next_cursor is None:
                break
            assert len(page.documents) == limit
            query_string = next_path("", query_string, page.next_cursor)[1:].encode()
    assert totals == {len(found)}
    return found


def expect(
    served: ServedDatabase, reference: Reference, collection: str, pairs: Pairs, limit: int
) -> None:
    """See that a query finds what it should, or is refused because its range is reversed."""
    first = min((days(value)[0] for name, value in pairs if name == "date_from"), default="")
    last = max((days(value)[1] for name, value in pairs if name == "date_to"), default="~")
    if first > last:
        with pytest.raises(InvalidQuery) as refused:
            walk(served, collection, pairs, limit)
        assert [issue.path for issue in refused.value.issues] == ["date_from"]
    else:
        assert walk(served, collection, pairs, limit) == reference.ids(collection, pairs)


def near(day: str) -> list[str]:
    """Return a day and its neighbours."""
    middle = datetime.date.fromisoformat(day).toordinal()
    return [
        datetime.date.fromordinal(ordinal).isoformat()
        for ordinal in range(max(middle - 1, 1), min(middle + 1, datetime.date.max.toordinal()) + 1)
    ]


asked_days = st.sampled_from(sorted({day for border in BORDERS + ENDS for day in near(border)}))
asked_dates = st.builds(
    lambda day, length: day[:length], asked_days, st.sampled_from([4, 7, 10, 10])
)


def parameter(name: str, values: st.SearchStrategy[str], most: int) -> st.SearchStrategy[Pairs]:
    return st.lists(values.map(lambda value: (name, value)), max_size=most)


windows = st.builds(
    lambda *parts: [pair for part in parts for pair in part],
    parameter("date", asked_dates, 3),
    parameter("date_from", asked_dates, 2),
    parameter("date_to", asked_dates, 2),
)
others = st.builds(
    lambda *parts: [pair for part in parts for pair in part],
    parameter("official", st.sampled_from(["One", "Two", "Three", "Nobody"]), 2),
    parameter("topic", st.sampled_from(["bridges", "rivers"]), 2),
    parameter("city", st.sampled_from(["Oslo", "zurich"]), 1),
)
DATED = [name for name, resource in RESOURCES.items() if resource.dates]


@pytest.mark.slow
@settings(max_examples=400)
@given(st.sampled_from(DATED), windows, others, st.sampled_from([3, 17, 50, 200]))
def test_windows_find_what_overlaps_them(
    borders: tuple[ServedDatabase, Reference],
    collection: str,
    window: Pairs,
    other: Pairs,
    limit: int,
) -> None:
    expect(*borders, collection, [*window, *other], limit)


@pytest.mark.parametrize("collection", DATED)
@pytest.mark.parametrize("name", ["date", "date_from", "date_to"])
def test_every_border_alone(
    borders: tuple[ServedDatabase, Reference], collection: str, name: str
) -> None:
    for border in BORDERS + ENDS:
        for length in (4, 7, 10):
            expect(*borders, collection, [(name, border[:length])], 200)


some_days = st.dates(datetime.date(2019, 12, 1), datetime.date(2022, 2, 1)).map(str)
some_dates = st.builds(lambda day, length: day[:length], some_days, st.sampled_from([4, 7, 10]))
some_spans = st.builds(lambda one, other: (min(one, other), max(one, other)), some_days, some_days)
some_windows = st.builds(
    lambda *parts: [pair for part in parts for pair in part],
    parameter("date", some_dates, 3),
    parameter("date_from", some_dates, 1),
    parameter("date_to", some_dates, 1),
)


@pytest.mark.slow
@settings(max_examples=50)
@given(
    spans_of_quotes=st.lists(some_spans, min_size=1, max_size=12),
    asked=st.lists(some_windows, min_size=1, max_size=6),
    limit=st.sampled_from([1, 2, 5, 200]),
)
def test_any_spans_and_windows(
    migrated_database: Path,
    spans_of_quotes: list[tuple[str, str]],
    asked: list[Pairs],
    limit: int,
) -> None:
    part = trip(
        quotes=[
            quote(f"q{number}", earliest_date=first, latest_date=last)
            for number, (first, last) in enumerate(spans_of_quotes)
        ]
    )
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "readout.db"
        shutil.copy(migrated_database, database)
        load(database, write_trips(Path(folder), [part]))
        served = ServedDatabase(database)
        for pairs in asked:
            expect(served, reference_of(part), "quotes", pairs, limit)
        served.close()


@pytest.mark.parametrize("limit", [4, 200])
def test_dates_given_with_a_range_hold_together(
    borders: tuple[ServedDatabase, Reference], limit: int
) -> None:
    served, _ = borders
    # Who is asked for in a day before the range must have gone on from the day into the range.
    pairs = [("date", "2020-02-29"), ("date_from", "2021-12-31")]
    assert walk(served, "meetings", pairs, limit) == [
        f"m-{first}-{last}"
        for first in BORDERS
        if first <= "2020-02-29"
        for last in BORDERS
        if last >= "2021-12-31"
    ]


long_spans = st.tuples(
    st.dates(max_value=datetime.date(9998, 12, 31)), st.integers(min_value=0, max_value=800)
)


@pytest.mark.slow
@given(long_spans)
def test_covering_periods_are_the_days_after_the_first_and_as_few_as_can_be(
    span: tuple[datetime.date, int],
) -> None:
    first = span[0]
    last = datetime.date.fromordinal(
        min(first.toordinal() + span[1], datetime.date.max.toordinal())
    )
    periods = covering_periods(first.isoformat(), last.isoformat())
    covered = [ordinal for period in periods for ordinal in ordinals(period)]
    assert covered == list(range(first.toordinal() + 1, last.toordinal() + 1))
    for ordinal in covered:
        day = datetime.date.fromordinal(ordinal).isoformat()
        for wider in (day[:4], day[:7]):
            if set(ordinals(wider)) <= set(covered):
                assert any(wider.startswith(period) for period in periods)


def ordinals(period: str) -> range:
    start, end = map(datetime.date.fromisoformat, days(period))
    return range(start.toordinal(), end.toordinal() + 1)
