"""The network: who met whom, for graph libraries and for Gephi."""

import io
from typing import Any
from urllib.parse import urlencode

import networkx
import pytest

import app.store.sql.network
from tests.client import Client, MakeClient
from tests.reference import Reference, reference_of
from tests.routers.test_filters import two_trips
from tests.trips import city, group, meeting, official, trip


def network(client: Client, *pairs: tuple[str, str], **parameters: str) -> dict[str, Any]:
    response = client.get(f"/network?{urlencode([*pairs, *parameters.items()])}")
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def links(body: dict[str, Any]) -> dict[tuple[str, str], list[str]]:
    return {(link["source"], link["target"]): link["meetings"] for link in body["links"]}


def see_reference(client: Client, reference: Reference, *pairs: tuple[str, str]) -> tuple[int, int]:
    """See that a network is the reference's; return the numbers of its nodes and links."""
    nodes, expected = reference.network(pairs)
    found = network(client, *pairs, limit="10000")
    assert {node["id"]: node["meetings"] for node in found["nodes"]} == nodes
    assert [node["id"] for node in found["nodes"]] == sorted(nodes)
    assert links(found) == {two: sorted(shared) for two, shared in expected.items()}
    assert all(link["weight"] == len(link["meetings"]) for link in found["links"])
    assert found["graph"]["links_total"] == len(expected)
    return len(nodes), len(expected)


def test_the_real_trip(client: Client, seed_reference: Reference) -> None:
    assert see_reference(client, seed_reference) == (12, 17)
    found = network(client)
    assert found["links"][0] == {
        "source": "antony-blinken",
        "target": "lloyd-austin",
        "weight": 2,
        "meetings": ["2021-03-16-blinken-austin-suga", "2021-03-16-two-plus-two-dialogue"],
    }
    nodes = {node["id"]: node for node in found["nodes"]}
    assert nodes["chung-eui-yong"] == {
        "id": "chung-eui-yong",
        "name": "Chung Eui-yong",
        "kind": "official",
        "country": "KR",
        "meetings": 1,
    }
    assert nodes["journalists-in-tokyo"]["kind"] == "group"


def test_a_link_shows_its_latest_meetings(
    made_up: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.store.sql.network, "MEETINGS_SHOWN", 2)
    days = {"a": "2023-10-03", "b": "2023-10-01", "d": "2023-10-02", "c": "2023-10-02"}
    client = made_up(
        trip("2023-autumn", participants=[official("one"), official("two")],
             meetings=[meeting(id_, "one", "two", date=day)
                       for id_, day in days.items()])
    )  # fmt: skip
    (link,) = network(client)["links"]
    # Of the two on one day, the one that sorts first.
    assert (link["weight"], link["meetings"]) == (4, ["a", "c"])
    (link,) = network(client, ("date_to", "2023-10-02"))["links"]
    assert (link["weight"], link["meetings"]) == (3, ["c", "d"])


@pytest.mark.parametrize("shown", range(1, 10))
def test_the_latest_meetings_are_found_across_months_and_years(
    made_up: MakeClient, monkeypatch: pytest.MonkeyPatch, shown: int
) -> None:
    monkeypatch.setattr(app.store.sql.network, "MEETINGS_SHOWN", shown)
    days = {
        "2023": ["2023-02-28", "2023-12-30", "2023-12-31"],
        "2024": ["2024-01-01", "2024-01-31", "2024-01-31", "2024-05-05"],
        "2025": ["2025-03-03"],
    }
    meetings = {
        year: [(f"{chr(ord('z') - at)}-{year}", day) for at, day in enumerate(of_year)]
        for year, of_year in days.items()
    }
    client = made_up(
        *(
            trip(f"{year}-trip", start_date=f"{year}-01-01", end_date=f"{year}-12-31",
                 participants=[official("one"), official("two")],
                 meetings=[meeting(id_, "one", "two", date=day) for id_, day in of_year])
            for year, of_year in meetings.items()
        )
    )  # fmt: skip
    found = sorted(each for of_year in meetings.values() for each in of_year)
    latest = sorted(found, key=lambda each: each[1], reverse=True)[:shown]
    (link,) = network(client)["links"]
    assert (link["weight"], link["meetings"]) == (8, sorted(id_ for id_, _ in latest))


FILTERS = [
    [("city", "zurich")], [("country", "NO")], [("official", "Two")], [("trip", "2023-autumn")],
    [("topic", "bridges"), ("topic", "rivers")], [("meeting", "m4")], [("format", "virtual")],
    [("date", "2023-04")], [("date_from", "2023-04-02")], [("q", "zurich -three")],
    [("official", "official-one"), ("date_to", "2023-04-03")], [("city", "nowhere")],
]  # fmt: skip


@pytest.mark.parametrize("pairs", FILTERS, ids=urlencode)
def test_under_every_filter_of_meetings(made_up: MakeClient, pairs: list[tuple[str, str]]) -> None:
    nodes, _ = see_reference(made_up(*two_trips()), reference_of(*two_trips()), *pairs)
    assert bool(nodes) == (pairs != [("city", "nowhere")])


@pytest.mark.parametrize("query", ["", "?country=KR", "?q=dialogue", "?city=nowhere", "?limit=3"])
def test_networkx_reads_both_forms_and_they_are_equal(client: Client, query: str) -> None:
    body = client.get(f"/network{query}").json()
    of_json = networkx.node_link_graph(body, edges="links")
    response = client.get(f"/network.graphml{query}")
    assert response.headers["content-type"] == "text/xml"
    of_graphml = networkx.read_graphml(io.BytesIO(response.content))
    assert not of_json.is_directed()
    assert not of_graphml.is_directed()
    assert dict(of_graphml.nodes(data=True)) == {
        id_: {name: value for name, value in node.items() if value is not None}
        for id_, node in of_json.nodes(data=True)
    }
    assert {
        frozenset(two): (link["weight"], link["meetings"].split())
        for *two, link in of_graphml.edges(data=True)
    } == {
        frozenset(two): (link["weight"], link["meetings"])
        for *two, link in of_json.edges(data=True)
    }
    assert of_json.number_of_edges() == len(body["links"])
    assert of_json.graph == body["graph"]


def test_names_that_xml_would_like_to_escape(made_up: MakeClient) -> None:
    odd = "“A” & <b> 'c' \"d\" ]]> é 🗾"
    client = made_up(
        trip(
            participants=[
                group("group-odd", name=odd),
                official("official-two", name=f"{odd} Two"),
            ],
            meetings=[meeting("m1", "group-odd", "official-two")],
        )
    )
    graph = networkx.read_graphml(io.BytesIO(client.get("/network.graphml").content))
    assert graph.nodes["group-odd"]["name"] == odd
    assert "country" not in graph.nodes["group-odd"]
    assert graph.nodes["official-two"]["name"] == f"{odd} Two"


def test_the_limit_keeps_the_heaviest_links_and_all_nodes(made_up: MakeClient) -> None:
    people = [f"official-{number}" for number in range(1, 6)]
    client = made_up(
        trip(
            travellers=["official-1"],
            cities=[city("oslo")],
            meetings=[
                meeting(f"m{i}-{j}", "official-1", other)
                for i, other in enumerate(people[1:], 1)
                for j in range(i)
            ],
        )
    )
    whole = network(client)
    assert [link["weight"] for link in whole["links"]] == [4, 3, 2, 1]
    for limit in (1, 2, 3):
        found = network(client, limit=str(limit))
        assert found["links"] == whole["links"][:limit]
        assert found["nodes"] == whole["nodes"]
        assert found["graph"] == {"links_total": 4}
    for limit in ("0", "10001", "x", ""):
        (error,) = client.refused(f"/network?limit={limit}")
        assert error["message"] == "must be a whole number from 1 to 10000"


def test_whoever_met_nobody_has_no_link(made_up: MakeClient) -> None:
    client = made_up(trip(meetings=[meeting("alone")]))
    found = network(client)
    assert [node["id"] for node in found["nodes"]] == ["official-one"]
    assert found["links"] == []


@pytest.mark.parametrize("path", ["/network", "/network.graphml"])
@pytest.mark.parametrize("query", ["cursor=x", "sort=date", "kind=group", "met_with=Suga", "x=1"])
def test_other_parameters_are_refused(client: Client, path: str, query: str) -> None:
    (error,) = client.refused(f"{path}?{query}")
    assert error["parameter"] == query.partition("=")[0]
