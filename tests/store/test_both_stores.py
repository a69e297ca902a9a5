"""Both stores answer alike: hundreds of random requests, compared byte for byte.

What a search finds is the same; only the order of hits may differ, as each store ranks them itself.
"""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
from anyio.from_thread import BlockingPortal

from app.domain.collections import RESOURCES
from app.ingest.loader import load, remove
from app.store.engines import Database, engine_of
from tests.client import Client
from tests.clusters import Cluster
from tests.made_up import rich_trips
from tests.reference import HAS
from tests.routers.test_made_up import KINDS, VALUES
from tests.trips import write_trips

pytestmark = pytest.mark.slow

MEETINGS = 400
REQUESTS = 400
SEARCHES = 60
TRIPS = rich_trips(MEETINGS)

REMOVED = [trip["id"] for trip in TRIPS[7:9]]

IDS = [
    *VALUES["trip"], *REMOVED, "official-1", "official-11x", "city-1", "topic-3",
    "2021-03-tokyo-seoul", "no\0thing", "\0", "%", "_", "'", '"', "é", "\U0010ffff", "a" * 300,
]  # fmt: skip

ODD = [
    "official=nobody-at-all", "city=Okla", "topic=topc-3", "trip=trip-x", "q=nothing-like-it",
    "q=minster", "date=2021-13", "nothing=1", "limit=0", "cursor=abc", "country=ZZ",
    "party=Norwey", "official=%00", "q=%00", "sort=updated", "sort=-updated&limit=3",
    "fields=id&limit=2",
]  # fmt: skip

Two = tuple[Client, Client]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    started = Cluster()
    yield started
    started.close()


@pytest.fixture(scope="module")
def databases(
    cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Database, Database]:
    """The same trips in both stores: loaded, some removed and loaded again, two for good."""
    folder = tmp_path_factory.mktemp("both")
    files = write_trips(folder / "trips", TRIPS)
    both = (folder / "readout.db", cluster.url(cluster.create()))
    for database in both:
        engine_of(database).migrate(database)
        load(database, files)
        remove(database, [trip["id"] for trip in TRIPS[3:9]])
        load(database, files[3:7])  # They speak of meetings of each other.
        load(database, [Path("seed")])
    return both


@pytest.fixture(scope="module")
def two(portal: BlockingPortal, databases: tuple[Database, Database]) -> Iterator[Two]:
    sqlite, postgres = (Client(portal, database) for database in databases)
    yield sqlite, postgres
    sqlite.close()
    postgres.close()


def pairs_of(chance: random.Random, collection: str, *but: str) -> list[tuple[str, str]]:
    names = sorted(HAS[collection] - {"date_from", "date_to", *but})
    pairs = []
    for name in chance.sample(names, min(len(names), chance.choice([0, 1, 1, 2, 3]))):
        values = KINDS.get(collection, []) if name == "kind" else VALUES[name]
        pairs += [
            (name, value) for value in chance.sample(values, min(len(values), chance.randint(1, 2)))
        ]
    if "date" in HAS[collection] and chance.random() < 0.3:
        first, last = sorted(chance.choices(VALUES["date"], k=2))
        pairs += [("date_from", first), ("date_to", last)][: chance.randint(1, 2)]
    chance.shuffle(pairs)
    return pairs


def requests(chance: random.Random) -> Iterator[str]:
    """Yield addresses of lists, facets, the network, records, and of what is refused."""
    for _ in range(REQUESTS):
        collection = chance.choice(sorted(RESOURCES))
        order = RESOURCES[collection].order
        # By relevance lists are ranked, so what is searched for is asked in another order.
        pairs = pairs_of(chance, collection)
        kind = chance.random()
        if kind < 0.55:
            sort = [("sort", chance.choice([order, f"-{order}"]))]
            if not any(name == "q" for name, _ in pairs) and chance.random() < 0.3:
                sort = []
            limit = [("limit", str(chance.choice([1, 2, 7, 50, 200])))]
            yield f"/{collection}?{urlencode([*pairs, *sort, *limit])}"
        elif kind < 0.75:
            limit = [("limit", str(chance.choice([1, 5, 1000])))]
            yield f"/{collection}/facets?{urlencode([*pairs, *limit])}"
        elif kind < 0.82:
            pairs = pairs_of(chance, "meetings")
            yield f"/network?{urlencode([*pairs, ('limit', str(chance.choice([1, 10, 10000])))])}"
        elif kind < 0.92:
            id_ = chance.choice(IDS)
            yield f"/{collection}/{quote(id_, safe='')}"
        else:
            wrong = chance.choice(ODD)
            yield f"/{collection}?{wrong}"


def told(response: httpx.Response) -> Any:
    """Return what an answer says; what identifies a request is left out."""
    headers = {
        name: response.headers.get(name) for name in ("etag", "link", "content-type", "location")
    }
    body = response.content
    if response.status_code >= 400:
        problem = response.json()
        problem.pop("request_id", None)
        return response.status_code, headers, problem
    return response.status_code, headers, body


@pytest.mark.parametrize("seed", range(3))
def test_answers_are_the_same_byte_for_byte(two: Two, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same each time
    sqlite, postgres = two
    found: Counter[int] = Counter()
    for address in requests(chance):
        following: str | None = address
        for _ in range(4):
            one, other = sqlite.get(following), postgres.get(following)
            assert told(one) == told(other), following
            found[one.status_code] += 1
            following = one.json().get("next") if one.status_code == 200 else None
            if following is None:
                break
    assert found[200] > REQUESTS / 2
    assert found[404]
    assert found[422]


def test_what_was_removed_is_gone_from_both(two: Two) -> None:
    for id_ in REMOVED:
        one, other = (client.get(f"/trips/{id_}") for client in two)
        assert told(one) == told(other)
        assert one.status_code == 410


def hits(client: Client, address: str) -> tuple[int, dict[tuple[str, str], Any]]:
    met: dict[tuple[str, str], Any] = {}
    total, following = 0, address
    while following:
        response = client.get(following)
        assert response.status_code == 200, response.text
        page = response.json()
        total, following = page["total"], page["next"]
        for hit in page["items"]:
            met[hit["collection"], hit["id"]] = hit
    return total, met


def test_searches_find_the_same_with_the_same_snippets(two: Two) -> None:
    chance = random.Random(7)  # noqa: S311 - the same each time
    most = 0
    for _ in range(SEARCHES):
        pairs = [("q", text) for text in chance.sample(VALUES["q"], chance.randint(1, 2))]
        if chance.random() < 0.3:
            pairs.append(("country", chance.choice(VALUES["country"])))
        address = f"/search?{urlencode([*pairs, ('limit', '200')])}"
        (total, one), (other_total, other) = (hits(client, address) for client in two)
        assert total == other_total == len(one), address
        assert one == other, address
        most = max(most, total)
        counted = f"/search/facets?{urlencode(pairs)}"
        assert told(two[0].get(counted)) == told(two[1].get(counted))
    assert most > 100


def test_lists_by_relevance_find_the_same(two: Two) -> None:
    for text in VALUES["q"]:
        address = f"/meetings?{urlencode([('q', text), ('limit', '200')])}"
        one, other = (client.get(address).json() for client in two)
        assert one["total"] == other["total"], text
        if one["next"] is None:
            assert {item["id"] for item in one["items"]} == {item["id"] for item in other["items"]}


def test_the_formats_are_the_same(two: Two) -> None:
    for address in ("/meetings.csv", "/meetings.ics", "/network.graphml", "/participants.json"):
        one, other = (client.get(address) for client in two)
        assert told(one) == told(other), address
