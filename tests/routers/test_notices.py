"""Notices: what may have been meant by a name that nothing has."""

import asyncio
from urllib.parse import urlencode

import pytest

from app.domain.collections import RESOURCES
from app.query.parameters import QueryPlan
from app.query.search import SearchPlan
from app.store.base import Notice
from app.store.sql import store
from app.store.sql.notices import find_notices
from app.store.sql.snapshot import Snapshot
from tests.client import Client, MakeClient
from tests.trips import city, meeting, official, topic, trip

MEANT = [
    ("meetings", "official", "Blinkin", "antony-blinken"),
    ("meetings", "official", "Antony Blinkn", "antony-blinken"),
    ("quotes", "official", "eui yong chungg", "chung-eui-yong"),
    ("participants", "official", "Lloyd Austen", "lloyd-austin"),
    ("participants", "met_with", "Sugga", "yoshihide-suga"),
    ("meetings", "city", "Tokio", "tokyo"),
    ("trips", "city", "Söoul", "seoul"),
    ("agreements", "topic", "climat", "climate"),
    ("meetings", "topic", "North Korea denuclearisation", "north-korea-denuclearization"),
    ("meetings", "trip", "2021-03-tokyo-soul", "2021-03-tokyo-seoul"),
    ("participants", "trip", "2021-03-tokio-seoul", "2021-03-tokyo-seoul"),
    ("agreements", "party", "Jappan", "JP"),
    ("cities", "country", "South Corea", "KR"),
    ("quotes", "meeting", "2021-03-17-blinken-chun", "2021-03-17-blinken-chung"),
    ("meetings", "participant", "korean youth leader", "korean-youth-leaders"),
    ("participants", "title", "Foreign Ministr", "Foreign Minister"),
    ("trips", "source", "shareamerica-us-comitment-allies", "shareamerica-us-commitment-allies"),
]


@pytest.mark.parametrize(("collection", "parameter", "value", "meant"), MEANT)
def test_a_name_that_nothing_has(
    client: Client, collection: str, parameter: str, value: str, meant: str
) -> None:
    answer = client.ask(collection, (parameter, value))
    (notice,) = answer.notices
    assert (answer.items, answer.total, answer.next) == ([], 0, None)
    assert notice.keys() == {"parameter", "value", "message", "suggestions"}
    assert (notice["parameter"], notice["value"]) == (parameter, value)
    assert notice["suggestions"][0] == meant
    assert len(notice["suggestions"]) == len(set(notice["suggestions"])) <= 3
    # What is suggested is what the filter takes.
    for suggestion in notice["suggestions"]:
        assert client.ask(collection, (parameter, suggestion)).notices == []


def test_every_name_has_notices() -> None:
    named = {
        known.parameter
        for resource in RESOURCES.values()
        for known in resource.filters
        if known.names or known.identity or known.parameter in ("trip", "meeting", "source")
    }
    # The seeded trip names no organization that could be meant.
    assert named - {"organization"} == {parameter for _, parameter, _, _ in MEANT}


def test_what_is_like_nothing_has_no_suggestions(client: Client) -> None:
    (notice,) = client.ask("meetings", official="qqqqqqqqqq").notices
    assert notice == {
        "parameter": "official", "value": "qqqqqqqqqq", "message": "names nothing",
        "suggestions": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        # These exist, and find nothing together, or in this collection.
        [("official", "Kishi"), ("city", "Seoul")],
        [("official", "Suga"), ("date", "2019")],
        [("topic", "tibet"), ("format", "virtual")],
        [("country", "US")],
        [("q", "blinken kishi suh")],
        [("q", "climate"), ("date", "1999")],
        [("format", "virtual"), ("official", "Kishi")],
    ],
    ids=urlencode,
)
def test_no_notices_where_every_name_exists(client: Client, query: list[tuple[str, str]]) -> None:
    answer = client.ask("meetings", *query)
    assert (answer.total, answer.notices) == (0, [])


def test_no_notices_where_something_is_found(client: Client) -> None:
    answer = client.ask("meetings", ("official", "Blinkin"), ("official", "Chung"))
    assert (answer.total, answer.notices) == (1, [])


def test_one_notice_for_each_name(client: Client) -> None:
    answer = client.ask(
        "meetings", ("official", "Blinkin"), ("city", "Tokyo"), ("topic", "clymate"),
        ("official", "AUSTEN"), ("official", "Suga"), ("q", "whatever"),
    )  # fmt: skip
    assert [(notice["parameter"], notice["value"]) for notice in answer.notices] == [
        ("official", "Blinkin"), ("official", "AUSTEN"), ("topic", "clymate"), ("q", "whatever"),
    ]  # fmt: skip


def test_names_of_another_collection_are_suggested_too(made_up: MakeClient) -> None:
    client = made_up(
        trip(
            participants=[official("maria-ortega", name="María Ortega", family_name="Ortega")],
            cities=[city("zurich")],
            topics=[topic("water", name="Água & bridges")],
            meetings=[meeting("m1", "maria-ortega", city="zurich", topics=["water"])],
        )
    )
    for parameter, value, meant in (
        ("official", "maria ortea", "maria-ortega"),
        ("official", "ORTEGÁÁ", "maria-ortega"),
        ("city", "Züriich", "zurich"),
        ("topic", "agua and bridges", "water"),
    ):
        (notice,) = client.ask("quotes", (parameter, value)).notices
        assert notice["suggestions"][0] == meant


def test_a_name_is_found_whatever_the_page(client: Client) -> None:
    assert client.get("/meetings?official=Blinkin&limit=1&fields=id&sort=-date").json() == {
        "items": [],
        "total": 0,
        "next": None,
        "next_cursor": None,
        "notices": [
            {
                "parameter": "official",
                "value": "Blinkin",
                "message": "names nothing; did you mean Antony Blinken (antony-blinken)?",
                "suggestions": ["antony-blinken"],
            }
        ],
    }


def test_what_was_meant_is_looked_for_beside_the_event_loop(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_for = []

    def find_beside(snapshot: Snapshot, query: QueryPlan | SearchPlan) -> list[Notice]:
        with pytest.raises(RuntimeError):
            asyncio.get_running_loop()
        assert isinstance(query, QueryPlan)
        looked_for.append(query.values)
        return find_notices(snapshot, query)

    monkeypatch.setattr(store, "find_notices", find_beside)
    assert client.get("/meetings?official=Blinkin").json()["notices"]
    assert looked_for == [{"official": ("blinkin ",)}]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("blinkin", [("blinkin", ["blinken"])]),
        ("climate nothing-of-the-kind", [("nothing of the kind", [])]),
        ('"free and closed" tokyo', [("free and closed", [])]),
        ("tibetan*", [("tibetan", [])]),
        ("defence", [("defence", ["defense"])]),
    ],
)
def test_a_word_that_finds_nothing_is_told_with_what_is_near_it(
    client: Client, typed: str, expected: list[tuple[str, list[str]]]
) -> None:
    notices = client.ask("meetings", ("q", typed)).notices
    assert [(notice["value"], notice["suggestions"]) for notice in notices] == expected
    assert {notice["parameter"] for notice in notices} == {"q"}


@pytest.mark.parametrize(
    ("collection", "parameter", "value", "message"),
    [
        ("meetings", "city", "Soul", "names nothing; did you mean Seoul (seoul)?"),
        ("agreements", "party", "Jappan", "names nothing; did you mean Japan (JP)?"),
        ("meetings", "meeting", "2021-03-17-blinken-chun",
         "names nothing; did you mean Antony Blinken meets Chung Eui-yong"
         " (2021-03-17-blinken-chung)?"),
        # Countries that are known, by their codes and by their names.
        ("participants", "country", "GB", "is United Kingdom (GB), of which there are no records"),
        ("participants", "country", "britain",
         "is United Kingdom (GB), of which there are no records"),
        ("agreements", "party", "FR", "is France (FR), of which there are no records"),
        ("meetings", "q", "blinkin", "is in none of the meetings; did you mean blinken?"),
        ("meetings", "q", "zzzzz", "is in none of the meetings"),
        ("meetings", "q", "*", "has no letter and no digit, and so finds nothing"),
        ("quotes", "q", "?! -", "has no letter and no digit, and so finds nothing"),
        # Several values in one.
        ("meetings", "city", "tokyo,seoul",
         "names nothing; for several, repeat it: city=tokyo&city=seoul"),
        ("meetings", "country", "JP, South Korea",
         "names nothing; for several, repeat it: country=JP&country=South%20Korea"),
        ("meetings", "city", "tokyo,atlantis", "names nothing; did you mean Tokyo (tokyo)?"),
    ],
)  # fmt: skip
def test_what_is_said_of_a_name(
    client: Client, collection: str, parameter: str, value: str, message: str
) -> None:
    (notice,) = client.ask(collection, (parameter, value)).notices
    assert notice["message"] == message
    for suggestion in notice["suggestions"]:
        assert suggestion in message


@pytest.mark.parametrize(
    "path",
    [
        "/meetings?city=Soul&official=Suga",
        "/meetings/facets?city=Soul&official=Suga",
        "/network?city=Soul&official=Suga",
        "/search?q=korea&city=Soul&official=Suga",
        "/search?q=korea&city=Soul&official=Suga&collection=quotes",
        "/search/facets?q=korea&city=Soul&official=Suga",
        # No collection has both of these filters.
        "/search?q=korea&city=Soul&met_with=Suga&party=JP",
    ],
)
def test_notices_are_the_same_wherever_a_name_is_given(client: Client, path: str) -> None:
    (listed,) = client.ask("meetings", city="Soul").notices
    assert client.get(path).json()["notices"] == [listed]


@pytest.mark.parametrize(
    "path",
    [
        "/meetings/facets?official=Blinkin&official=Suga",
        "/meetings/facets?official=Suga&country=US",
        "/network?official=Suga",
        "/network?official=Suga&country=US",
        "/search?q=korea&official=Blinkin&official=Blinken",
        "/search?q=climate&date=1999",
        "/search/facets?q=korea",
    ],
)
def test_no_notices_where_there_is_nothing_to_say(client: Client, path: str) -> None:
    assert "notices" not in client.get(path).json()


def test_a_word_of_a_search_is_one_that_no_collection_has(client: Client) -> None:
    found = client.get("/search?q=blinkin+tibet").json()["notices"]
    assert [(notice["value"], notice["suggestions"]) for notice in found] == [
        ("blinkin", ["blinken"])
    ]
    found = client.get("/search?q=blinkin+tibet&collection=cities").json()["notices"]
    assert [notice["value"] for notice in found] == ["blinkin", "tibet"]
