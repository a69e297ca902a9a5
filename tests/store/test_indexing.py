"""The index: which periods cover the days of a record, and under which terms it is found."""

import datetime
import json
import shutil
import zlib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from app.domain.filters import EVERYTHING
from app.domain.records import IndexedRecord, indexed_record
from app.domain.tripfile import TripFile
from app.ingest.loader import load
from app.ingest.project import Projector
from app.store.sql.days import covering_periods
from app.store.sql.indexing import Index
from app.store.sql.profiles import SharedShapes
from app.store.sql.shared import SHARED
from tests.ingest.tables import assert_sound, reading
from tests.trips import agreement, meeting, official, quote, trip, write_trips


def days_of(period: str) -> set[datetime.date]:
    first = datetime.date.fromisoformat((period + "-01-01")[:10])
    days = set()
    day = first
    while day.isoformat().startswith(period):
        days.add(day)
        if day == datetime.date.max:
            break
        day += datetime.timedelta(days=1)
    return days


def days_after(first: datetime.date, last: datetime.date) -> set[datetime.date]:
    return {first + datetime.timedelta(days=n) for n in range(1, (last - first).days + 1)}


@pytest.mark.slow
@settings(deadline=None)
@given(
    st.dates(datetime.date(2019, 1, 1), datetime.date(2024, 12, 31)),
    st.integers(0, 1500).map(lambda days: datetime.timedelta(days=days)),
)
@example(datetime.date(2023, 12, 31), datetime.timedelta(days=366))
@example(datetime.date(2024, 1, 31), datetime.timedelta(days=29))
@example(datetime.date(9998, 12, 31), datetime.timedelta(days=365))
@example(datetime.date(1, 1, 1), datetime.timedelta(days=800))
def test_periods_cover_each_day_after_the_first_once_and_are_few(
    first: datetime.date, length: datetime.timedelta
) -> None:
    last = first + length
    periods = covering_periods(first.isoformat(), last.isoformat())
    covered = Counter(day for period in periods for day in days_of(period))
    wanted = days_after(first, last)
    assert covered == Counter(wanted)
    # No period could be part of a larger one that lies within the days, too.
    for period in periods:
        if len(period) > 4:
            larger = period[: len(period) - 3]
            assert not days_of(larger) <= wanted


@pytest.mark.parametrize(
    ("first", "last", "periods"),
    [
        ("2021-03-16", "2021-03-16", []),
        ("2021-03-16", "2021-03-18", ["2021-03-17", "2021-03-18"]),
        ("2021-02-28", "2021-03-31", ["2021-03"]),
        ("2021-02-28", "2021-04-01", ["2021-03", "2021-04-01"]),
        ("2020-12-31", "2022-01-01", ["2021", "2022-01-01"]),
        ("9999-11-30", "9999-12-31", ["9999-12"]),
        ("9998-12-31", "9999-12-31", ["9999"]),
        ("0001-12-31", "0002-12-31", ["0002"]),
    ],
)
def test_periods_are_years_months_and_days(first: str, last: str, periods: list[str]) -> None:
    assert covering_periods(first, last) == periods


def written(database: Path) -> dict[tuple[str, str], IndexedRecord]:
    """Return the records that a trip and what it shares become, by collection and id."""
    found = {}
    with reading(database) as connection:
        columns = connection.table_columns()
        shapes = SharedShapes(connection, Index(connection).count_meetings)
        (body,) = connection.execute("SELECT body FROM trip_text").fetchone()
        trip_file = TripFile.model_validate_json(zlib.decompress(body))
        records = Projector(trip_file, columns, "2026-01-01T00:00:00Z").project().records
        for resource in SHARED.values():
            for (key,) in connection.execute(f"SELECT key FROM {resource.table}").fetchall():
                record = shapes.record(key, resource)
                records.append(indexed_record(resource, record, ""))
    for record in records:
        if record.document:
            found[record.collection, json.loads(record.document)["id"]] = record
    return found


@pytest.fixture(scope="module")
def database(migrated_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a trip of long and short meetings."""
    folder = tmp_path_factory.mktemp("index")
    path = folder / "readout.db"
    shutil.copy(migrated_database, path)
    met = [
        meeting(
            "climate-talks",
            "official-one",
            "official-two",
            "group-one",
            city="oslo",
            topics=["climate", "trade"],
            date="2024-05-01",
        ),
        meeting("long-talks", earliest_date="2024-01-31", latest_date="2024-03-01"),
        meeting("some-day", city="tokyo"),
    ]
    part = trip(
        "first",
        meetings=met,
        quotes=[quote("said", occasion={"when": "before", "meeting": "climate-talks"})],
        agreements=[agreement("agreed", "climate-talks", parties=["NO", "JP"])],
        stops=[{"city": "oslo"}, {"city": "tokyo"}, {"city": "oslo"}],
        organizations=[{"id": "club", "name": "Club"}],
        participants=[official("official-two", organization="club")],
    )
    load(path, write_trips(folder / "trips", [part]))
    return path


def test_a_record_is_found_under_each_of_its_values_once(database: Path) -> None:
    terms = written(database)["meetings", "climate-talks"].terms
    assert sorted(terms) == sorted(
        [
            EVERYTHING,
            ("city", "oslo"),
            ("country", "NO"),
            ("official", "official-one"),
            ("official", "official-two"),
            ("trip", "first"),
            ("topic", "climate"),
            ("topic", "trade"),
            ("format", "in-person"),
            ("kind", "meeting"),
            ("status", "held"),
            ("source", "bulletin"),
            ("organization", "club"),
            ("participant", "group-one"),
            ("participant", "official-one"),
            ("participant", "official-two"),
        ]
    )


def test_the_postings_are_the_terms_of_the_documents(database: Path) -> None:
    assert_sound(database)
    expected = Counter(
        (name, id_, *term)
        for (name, id_), record in written(database).items()
        for term in record.terms
    )
    with reading(database) as connection:
        postings = Counter(
            connection.execute(
                "SELECT d.collection, json_extract(d.body, '$.id'), t.parameter, t.value"
                " FROM posting p JOIN document d ON d.key = p.record_key"
                " JOIN term t ON t.key = p.term_key AND t.collection = d.collection"
                " WHERE d.collection <> 'stays'"
            )
        )
    assert postings == expected
    assert postings["trips", "first", "city", "oslo"] == 1


def test_records_of_more_than_a_day_last_through_periods(database: Path) -> None:
    found = []
    with reading(database) as connection:
        ids = dict(
            connection.execute(
                "SELECT number, json_extract(body, '$.id') FROM document"
                " WHERE collection = 'meetings'"
            ).fetchall()
        )
        for period, numbers in connection.execute(
            "SELECT value, numbers FROM term"
            " WHERE collection = 'meetings' AND parameter = 'lasting'"
        ):
            found += [(ids[number], period) for number in BitMap.deserialize(numbers)]
    months = [f"2024-{month:02}" for month in range(2, 13)]
    january = [f"2024-01-{day:02}" for day in range(2, 32)]
    assert sorted(found) == [
        ("long-talks", "2024-02"),
        ("long-talks", "2024-03-01"),
        *(("some-day", period) for period in sorted(january + months)),
    ]


def test_lists_are_sorted_by_day_or_by_folded_name(database: Path) -> None:
    with reading(database) as connection:
        places = dict(
            connection.execute(
                "SELECT json_extract(body, '$.id'), sort || '|' || latest FROM document"
                " WHERE collection NOT IN ('quotes', 'sources', 'stays', 'organizations')"
            ).fetchall()
        )
    assert places == {
        "first": "2024-01-01|2024-12-31",
        "climate-talks": "2024-05-01|2024-05-01",
        "long-talks": "2024-01-31|2024-03-01",
        "some-day": "2024-01-01|2024-12-31",
        "agreed": "2024-05-01|2024-05-01",
        "official-one": "one official\x1fofficial-one|",
        "official-two": "two official\x1fofficial-two|",
        "group-one": "group one\x1fgroup-one|",
        "oslo": "oslo\x1foslo|",
        "tokyo": "tokyo\x1ftokyo|",
        "climate": "climate\x1fclimate|",
        "trade": "trade\x1ftrade|",
    }
