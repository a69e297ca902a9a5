"""Two thousand made-up meetings: every answer agrees with a plain look at the trip files.

Lists, totals, facets, the network and searches are worked out by `tests/reference.py` from the
trips as they were loaded, for filters in random combinations.
"""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any
from urllib.parse import urlencode

import pytest
from anyio.from_thread import BlockingPortal
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.collections import RESOURCES
from app.ingest.loader import load
from app.store.engines import Database
from app.store.sql import texts
from tests.client import Client
from tests.databases import copied
from tests.made_up import ACCENTED, WORDS, rich_trips
from tests.reference import HAS, PERIODS, Reference, plain, reference_of
from tests.trips import write_trips

pytestmark = pytest.mark.slow

MEETINGS = 2000
DATED = [name for name, resource in RESOURCES.items() if resource.dates]
FACETED = [name for name in RESOURCES if name not in ("organizations", "topics", "sources")]

TRIPS = rich_trips(MEETINGS)
OFFICIALS = sorted(
    {part["id"] for trip in TRIPS for part in trip["participants"] if part["kind"] == "official"},
    key=lambda id_: int(id_.rpartition("-")[2]),
)
FEW = 12
"""Of each kind of value, the first few, which are the frequent ones, so that much is found."""

PLACES = {part["id"]: part["country"] for trip in TRIPS for part in trip["cities"]}
TITLES = sorted(
    {part["title"] for trip in TRIPS for part in trip["participants"] if part.get("title")}
)[:FEW]
DAYS = sorted(trip["start_date"] for trip in TRIPS)
VALUES = {
    "city": [*sorted(PLACES)[:FEW], "City 1", "Ville 3", "city-nowhere"],
    "country": [*sorted(set(PLACES.values()))[:FEW], "DDDE", "Soviet Union", "XK"],
    "official": [*OFFICIALS[:FEW], *(f"Family{official[9:]}" for official in OFFICIALS[:FEW]),
                 *(f"King {official[9:]}" for official in OFFICIALS[:FEW])],
    "met_with": [*OFFICIALS[:FEW], "group-1"],
    "trip": [trip["id"] for trip in TRIPS[:FEW]],
    "topic": [*(f"topic-{number}" for number in range(FEW)), "Topic 3"],
    "meeting": [
        *(part["meeting"] for part in TRIPS[0]["agreements"] if "meeting" in part),
        *(part["occasion"]["meeting"] for part in TRIPS[0]["quotes"] if "occasion" in part),
    ],
    "format": ["in-person", "virtual"],
    "participant": [*OFFICIALS[:FEW], "group-1", "Friends of river"],
    "organization": ["body-1", "Body2", "Society of energy"],
    "title": [*TITLES, TITLES[0].upper()],
    "source": ["made-up-gazette", "another"],
    "status": ["held", "cancelled", "planned"],
    "recorded": ["yes", "no"],
    "updated_since": ["1990-01-01", "2999-01-01T00:00:00Z"],
    "party": [*sorted(set(PLACES.values()))[:FEW], "body-3"],
    "date": [*DAYS[:FEW], *(day[:7] for day in DAYS[:FEW]), *(day[:4] for day in DAYS)],
    "q": [
        *WORDS[:4], *map(plain, ACCENTED), *(word.upper() for word in ACCENTED),
        *(f"{word[:3]}*" for word in WORDS[:4]), *(f"the -{word}" for word in WORDS[:4]),
        "river bridge", '"the river"', '"harbour matters"', '-"the river"', "official minister",
        "pledge topic", "made up", "Family1* group", '"city 1"', "planes", '"king 7"', "ville",
        "nothing-like-it",
    ],
}  # fmt: skip
KINDS = {
    "participants": ["official", "group"],
    "agreements": ["pledge", "commitment"],
    "meetings": ["meeting", "speech"],
}

MAX_STATEMENTS = 20
"""What a list takes at most, however much is asked: what names mean, the sets, the page."""

Pairs = list[tuple[str, str]]


@pytest.fixture(scope="module")
def client(
    portal: BlockingPortal, migrated_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("made-up")
    database = copied(migrated_database, folder / "readout.db")
    load(database, write_trips(folder / "trips", TRIPS))
    opened = Client(portal, database)
    opened.look()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def reference() -> Reference:
    return reference_of(*TRIPS)


@st.composite
def filters(draw: st.DrawFn, collection: str) -> Pairs:
    """Return up to four filters of a collection, each with up to two values."""
    names = sorted(HAS[collection] - {"date_from", "date_to"})
    pairs: Pairs = []
    for name in draw(st.lists(st.sampled_from(names), max_size=4, unique=True)):
        values = KINDS.get(collection, []) if name == "kind" else VALUES[name]
        chosen = draw(st.lists(st.sampled_from(values), min_size=1, max_size=2))
        pairs += [(name, value) for value in chosen]
    if "date" in HAS[collection] and draw(st.booleans()):
        first, last = sorted((draw(st.sampled_from(DAYS)), draw(st.sampled_from(DAYS))))
        bounds = [("date_from", first), ("date_to", last)]
        pairs += draw(st.sampled_from([bounds, bounds[:1], bounds[1:]]))
    return draw(st.permutations(pairs))


asked = st.sampled_from(sorted(RESOURCES)).flatmap(
    lambda name: st.tuples(st.just(name), filters(name))
)


def get(client: Client, path: str, pairs: Pairs, most: int) -> Any:
    """Return a JSON answer that takes so many statements at most."""
    with client.statements() as statements:
        response = client.get(f"{path}?{urlencode(pairs)}")
    assert response.status_code == 200, response.text
    assert len(statements) <= most, statements
    return response.json()


def test_the_values_find_something(reference: Reference) -> None:
    for collection in RESOURCES:
        least = {"sources": 1, "organizations": 5}.get(collection, 40)
        assert len(reference.ids(collection)) >= least
        values = {**VALUES, "kind": KINDS.get(collection, [])}
        for name in HAS[collection] & values.keys():
            assert any(reference.ids(collection, [(name, value)]) for value in values[name]), name


@settings(max_examples=80)
@given(asked, st.integers(1, 200), st.booleans())
def test_lists(
    client: Client,
    reference: Reference,
    question: tuple[str, Pairs],
    limit: int,
    is_turned: bool,
) -> None:
    collection, pairs = question
    expected = reference.ids(collection, pairs)
    limit = min(200, max(limit, len(expected) // 5))
    order = RESOURCES[collection].order
    asked = [*pairs, ("sort", f"-{order}" if is_turned else order), ("limit", str(limit))]
    met: list[str] = []
    following: str | None = f"/{collection}?{urlencode(asked)}"
    while following is not None:
        with client.statements() as statements:
            response = client.get(following)
        assert response.status_code == 200, response.text
        page = response.json()
        # In an empty list, what a name may have meant takes one more for each name, and one more
        # tells whether each word finds something.
        more = len(page.get("notices", ())) + (not page["total"] and "q" in dict(pairs))
        # It is asked twice then.
        times = 1 if page["total"] else 2
        assert len(statements) <= times * MAX_STATEMENTS + more, statements
        assert page["total"] == len(expected)
        met += [item["id"] for item in page["items"]]
        following = page["next"]
        assert len(page["items"]) == limit or following is None
    assert met == (expected[::-1] if is_turned else expected)


@pytest.mark.parametrize(
    "also", [[], [("date_from", DAYS[MEETINGS // 99])], [("topic", "topic-0")], [("q", "meeting")]]
)
def test_what_most_records_say_is_listed_whole_whatever_else_is_asked(
    client: Client, reference: Reference, monkeypatch: pytest.MonkeyPatch, also: Pairs
) -> None:
    monkeypatch.setattr(texts, "MAX_SCORED", 0)
    pairs = [("q", "minister"), *also]
    met: list[str] = []
    following: str | None = f"/meetings?{urlencode([*pairs, ('limit', '7')])}"
    while following is not None:
        page = client.get(following).json()
        met += [item["id"] for item in page["items"]]
        following = page["next"]
    assert sorted(met) == sorted(reference.ids("meetings", pairs))
    assert len(met) == page["total"] > 7


@settings(max_examples=60)
@given(asked, st.integers(1, 200))
def test_facets(
    client: Client, reference: Reference, question: tuple[str, Pairs], limit: int
) -> None:
    check_facets(client, reference, question, limit)


@pytest.mark.parametrize("collection", FACETED)
def test_facets_of_all_are_the_same_whatever_was_asked_before(
    client: Client, reference: Reference, collection: str
) -> None:
    for limit in (3, 200, 1000, 1):
        check_facets(client, reference, (collection, []), limit)


def check_facets(
    client: Client, reference: Reference, question: tuple[str, Pairs], limit: int
) -> None:
    collection, pairs = question
    expected = reference.facets(collection, pairs)
    most = MAX_STATEMENTS * (1 + len(expected))
    found = get(client, f"/{collection}/facets", [*pairs, ("limit", str(limit))], most)
    assert found["total"] == len(reference.ids(collection, pairs))
    for facet, counts in expected.items():
        common = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:limit]
        if facet in PERIODS:
            common.sort()
            if facet != "day" and len(counts) < 2:
                assert facet not in found["facets"]
                continue
        told = [(value["value"], value["count"]) for value in found["facets"].pop(facet)]
        assert told == common, facet
    assert found["facets"] == {}
    assert found["values_total"] == {
        facet: len(counts) for facet, counts in expected.items() if len(counts) > limit
    }


@settings(max_examples=30)
@given(filters("meetings"))
def test_the_network(client: Client, reference: Reference, pairs: Pairs) -> None:
    nodes, links = reference.network(pairs)
    found = get(client, "/network", [*pairs, ("limit", "10000")], MAX_STATEMENTS)
    assert {node["id"]: node["meetings"] for node in found["nodes"]} == nodes
    told = {(link["source"], link["target"]): sorted(link["meetings"]) for link in found["links"]}
    assert told == {two: sorted(shared) for two, shared in links.items()}
    assert [link["weight"] for link in found["links"]] == sorted(map(len, links.values()))[::-1]
    assert found["graph"] == {"links_total": len(links)}


@settings(max_examples=60)
@given(
    st.sampled_from(sorted(RESOURCES)).flatmap(filters),
    st.lists(st.sampled_from(VALUES["q"]), min_size=1, max_size=2),
    st.lists(st.sampled_from(sorted(RESOURCES)), max_size=3, unique=True),
)
def test_searches(
    client: Client,
    reference: Reference,
    pairs: Pairs,
    typed: list[str],
    collections: list[str],
) -> None:
    pairs = [*(pair for pair in pairs if pair[0] != "q"), *(("q", text) for text in typed)]
    expected = reference.hits(pairs, collections)
    asked = [*pairs, ("limit", "200"), *(("collection", name) for name in collections)]
    met: list[tuple[str, str]] = []
    following: str | None = f"/search?{urlencode(asked)}"
    while following is not None:
        with client.statements() as statements:
            response = client.get(following)
        assert response.status_code == 200, response.text
        page = response.json()
        assert len(statements) <= MAX_STATEMENTS * len(RESOURCES), statements
        assert page["total"] == len(expected)
        met += [(hit["collection"], hit["id"]) for hit in page["items"]]
        following = page["next"]
    assert len(met) == len(expected)
    assert set(met) == expected


@pytest.mark.parametrize("collection", FACETED)
@pytest.mark.parametrize("is_filtered", [False, True], ids=["all", "filtered"])
def test_a_facet_tells_the_total_of_the_list_it_leads_to(
    client: Client, collection: str, is_filtered: bool
) -> None:
    dated = collection in DATED
    pairs = [("q", "minister -glacier"), ("date_from", "2006")] if is_filtered and dated else []
    if is_filtered and not dated:
        pairs = [("country", VALUES["country"][0])]
    found = client.get(f"/{collection}/facets?{urlencode([*pairs, ('limit', '30')])}").json()
    tried = 0
    for facet, values in found["facets"].items():
        parameter = "date" if facet in PERIODS else facet
        others = [
            pair for pair in pairs
            if pair[0] != parameter and not (parameter == "date" and pair[0].startswith("date"))
        ]  # fmt: skip
        for value in values:
            answer = client.ask(collection, *others, (parameter, value["value"]), limit="1")
            assert answer.total == value["count"], (facet, value)
            tried += 1
    assert tried > (1 if is_filtered else 10)


@pytest.mark.parametrize("collection", DATED)
def test_facets_and_totals_are_the_same_on_every_page(client: Client, collection: str) -> None:
    pairs = [("q", "minister"), ("date_from", "2006")]
    facets = client.get(f"/{collection}/facets?{urlencode(pairs)}").json()
    pages = list(client.pages(collection, *pairs, ("limit", "100")))
    assert {page.total for page in pages} == {facets["total"]}
    assert sum(len(page.ids) for page in pages) == facets["total"] > 0


def test_relevance_and_a_date_page_through_the_same_records(client: Client) -> None:
    pairs = [("q", "harbour river"), ("date_from", "2006")]
    best = [id_ for page in client.pages("meetings", *pairs, ("limit", "7")) for id_ in page.ids]
    by_date = [
        id_
        for page in client.pages("meetings", *pairs, ("limit", "7"), ("sort", "date"))
        for id_ in page.ids
    ]
    assert len(best) == len(set(best)) > 7
    assert set(best) == set(by_date)
    assert any(one != other for one, other in zip_longest(best, by_date))
