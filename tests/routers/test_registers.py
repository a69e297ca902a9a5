"""The whole API on registers: many trips of few people, and people without a meeting."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal

from app.ingest.importers.base import Notes
from app.ingest.importers.travels import travels
from app.ingest.importers.visits import visits
from app.ingest.importing import load_register
from app.ingest.loader import load
from app.settings import PROJECT
from app.store.engines import Database
from tests.client import Client
from tests.databases import copied
from tests.ingest.tables import assert_sound
from tests.registers import (
    BLINKEN,
    JOHNSON,
    KISSINGER,
    RUSK,
    WILSON,
    leader,
    visit,
    write_travels,
    write_visits,
)

KERRY = ("secretary", "kerry-john-forbes", "John Forbes Kerry")
CLINTON = ("secretary", "clinton-hillary-rodham", "Hillary Rodham Clinton")
BILL = ("president", "clinton-william-j", "William J. Clinton")

TRIPS_OF_BLINKEN = 88
FIRST = datetime.date(2021, 4, 13)


def every_trip() -> Iterator[tuple[tuple[str, str, str], str]]:
    """Yield entries of people and places under the names that the register has for them."""
    for number in range(TRIPS_OF_BLINKEN):
        day = (FIRST + datetime.timedelta(days=14 * number)).isoformat()
        yield visit(5000 + number, day, country="Belgium", locale="Brussels", who=BLINKEN)
    yield visit(3992, "2021-03-15", "2021-03-17", "Japan", "Tokyo", "At a meeting.", BLINKEN)
    yield visit(1, "1966-12-03", "1966-12-03", "Mexico", "Mexico D.F.", "Met Ordaz.", RUSK)
    yield visit(2, "1967-10-21", "1967-10-23", "Vietnam", "Saigon", "Met Thieu.", JOHNSON)
    yield visit(3, "1974-10-23", "1974-10-27", "U.S.S.R.", "Moscow, Kiev", "Met.", KISSINGER)
    yield visit(4, "1975-12-01", "1975-12-05", "China, People\u2019s Republic of", "Peking",
                "Met.", KISSINGER)  # fmt: skip
    yield visit(5, "2013-03-01", "2013-03-01", "Turkey", "Ankara", "Met.", KERRY)
    yield visit(6, "2013-03-02", "2013-03-02", "Holy See", "", "Met the Pope.", KERRY)
    yield visit(7, "2010-10-13", "2010-10-13", "Kosovo", "Pristina", "Met.", CLINTON)
    yield visit(8, "2010-09-16", "2010-09-16", "Palestinian Authority", "Ramallah", "Met.", CLINTON)
    yield visit(9, "1998-12-14", "1998-12-15", "Palestinian Authority", "Gaza", "Met.", BILL)
    yield visit(10, "1912-11-18", "1912-12-13", "United Kingdom", "Bermuda", "Vacation.", WILSON)


@pytest.fixture(scope="module")
def client(
    portal: BlockingPortal, migrated_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("registers")
    database = copied(migrated_database, folder / "readout.db")
    load(database, [PROJECT / "seed"])
    write_travels(folder / "travels", every_trip())
    years = [leader(year, f"{year}-06-01", visitor="King Example") for year in range(1905, 2010)]
    write_visits(folder / "visits", *years)
    for register, importer in (("travels", travels), ("visits", visits)):
        trips = list(importer(folder / register, Notes(), lambda _: None))
        load_register(database, register, trips, folder)
    if isinstance(database, Path):
        assert_sound(database)
    opened = Client(portal, database)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("parameter", "typed", "number"),
    [
        ("official", "John Kerry", 1),
        ("official", "Hillary Clinton", 2),
        ("official", "Bill Clinton", 1),
        ("official", "clinton", 3),
        ("official", "Dean Rusk", 1),
        ("official", "David Dean Rusk", 1),
        ("official", "Henry Kissinger", 2),
        ("official", "Kissinger", 2),
        ("official", "henry-a-kissinger", 2),
        ("city", "Mexico City", 1),
        ("city", "Kyiv", 1),
        ("city", "Kiev", 1),
        ("city", "Peking", 1),
        ("city", "Beijing", 1),
        ("city", "Saigon", 1),
        ("country", "Turkey", 1),
        ("country", "T\u00fcrkiye", 1),
        ("country", "Vatican City", 1),
        ("country", "Kosovo", 1),
        ("country", "Palestine", 2),
        ("country", "Soviet Union", 1),
        ("country", "Ukraine", 1),
        ("title", "President-elect", 1),
    ],
)
def test_people_and_places_are_found_as_people_know_them(
    client: Client, parameter: str, typed: str, number: int
) -> None:
    assert client.ask("trips", (parameter, typed)).total == number


def test_presidents_and_secretaries_of_one_name_are_told_apart_by_title(client: Client) -> None:
    both = client.ask("participants", ("official", "clinton"))
    assert sorted(both.ids) == ["hillary-rodham-clinton", "william-j-clinton"]
    one = client.ask("participants", ("official", "clinton"), ("title", "Secretary of State"))
    assert one.ids == ["hillary-rodham-clinton"]


def test_a_person_of_many_trips_is_one_person(client: Client) -> None:
    found = client.ask("participants", ("official", "Blinken"))
    (person,) = found.items
    assert person["id"] == "antony-blinken"
    assert len(person["appearances"]) == TRIPS_OF_BLINKEN + 1
    assert person["meetings_total"] == 6
    pages = list(client.pages("trips", ("official", "antony-blinken"), ("limit", "20")))
    ids = [id_ for page in pages for id_ in page.ids]
    assert (len(ids), len(set(ids)), pages[0].total) == (89, 89, 89)
    assert ids[0] == "2021-03-tokyo-seoul"


def test_pages_walk_all_trips_in_the_order_of_their_days(client: Client) -> None:
    items = [one for page in client.pages("trips", ("limit", "50")) for one in page.items]
    days = [one["start_date"] for one in items]
    assert days == sorted(days)
    assert len({one["id"] for one in items}) == len(items) == client.ask("trips").total


def test_the_years_of_a_facet_are_whole(client: Client) -> None:
    facet = client.get("/trips/facets?facet=year").json()["facets"]["year"]
    years = [value["value"] for value in facet]
    assert years == sorted(years)
    assert set(map(str, range(1905, 2010))) <= set(years)
    total = client.ask("trips").total
    assert sum(value["count"] for value in facet) >= total
    for value in facet[::10]:
        assert client.ask("trips", ("date", value["value"])).total == value["count"]


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("city", "Saigon")], ["lyndon-b-johnson"]),
        ([("date", "1974-10")], ["henry-a-kissinger"]),
        ([("date", "1974-10"), ("city", "moscow")], ["henry-a-kissinger"]),
        ([("date", "1975"), ("city", "moscow")], []),
        ([("trip", "1912-11-18-woodrow-wilson")], ["woodrow-wilson"]),
        ([("date", "1912-12-01")], ["woodrow-wilson"]),
        ([("city", "brussels")], ["antony-blinken"]),
        ([("date", "1955-06-01")], ["example"]),
    ],
)
def test_travellers_without_a_meeting_are_found_by_where_and_when(
    client: Client, pairs: list[tuple[str, str]], expected: list[str]
) -> None:
    assert sorted(client.ask("participants", *pairs).ids) == expected


def test_remarks_are_searched_and_shown(client: Client) -> None:
    (hit,) = client.get("/search?q=Thieu").json()["items"]
    assert (hit["collection"], hit["id"]) == ("trips", "1967-10-21-lyndon-b-johnson")
    assert "<mark>Thieu</mark>" in hit["snippet"]
    (stop,) = client.get(hit["url"]).json()["stops"]
    assert stop["remarks"] == "Met Thieu."
    # Nobody is made of them.
    assert client.ask("participants", ("q", "Thieu")).total == 0


def test_trips_without_meetings_say_so(client: Client) -> None:
    recorded = {
        value["value"]: value["count"]
        for value in client.get("/trips/facets?facet=recorded").json()["facets"]["recorded"]
    }
    assert recorded == {"yes": 1, "no": client.ask("trips").total - 1}


@pytest.mark.parametrize(
    ("trip", "words"),
    [
        ("1974-10-23-henry-a-kissinger", ["Kiev", "Kyiv", "Soviet Union", "entry 3", "Met."]),
        ("2021-03-tokyo-seoul", ["At a meeting.", "entry 3992"]),
    ],
)
def test_the_page_of_a_trip_shows_what_the_register_says(
    client: Client, trip: str, words: list[str]
) -> None:
    page = client.get(f"/trips/{trip}", headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert [word for word in words if word not in page.text] == []
    # A place that is written as the city is called stands there once.
    assert "Moscow, Moscow" not in page.text
