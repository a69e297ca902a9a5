"""The metrics: what is counted, under which labels, and that nothing else is."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.ingest.loader import load
from app.store.sql import store
from tests.client import Client, MakeClient, MakeDatabase
from tests.http.test_running import slow
from tests.http.test_wire import END, GET, HOST, running
from tests.trips import loaded_at, meeting, trip, write_trips

MEETING = "/meetings/2021-03-17-blinken-chung"
DURATION = "readout_request_duration_seconds"

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture
def client(serve: MakeClient, seed_database: Path) -> Client:
    return serve(seed_database, cache_bytes=1 << 20)


def samples(client: Client) -> Samples:
    text = client.get("/metrics").text
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(client: Client, name: str, **labels: str) -> float:
    return samples(client)[name, frozenset(labels.items())]


def requests(client: Client) -> dict[tuple[str, str, str], float]:
    """The requests that were counted, by route, method and status; none for the metrics."""
    found = {}
    for (name, labels), number in samples(client).items():
        if name == f"{DURATION}_count":
            by_name = dict(labels)
            if by_name["route"] != "/metrics":
                found[by_name["route"], by_name["method"], by_name["status"]] = number
    return found


def test_is_what_prometheus_reads(client: Client) -> None:
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert "etag" not in response.headers
    families = list(text_string_to_metric_families(response.text))
    assert all(re.fullmatch("readout_[a-z_]+", family.name) for family in families)
    told = [family for family in families if not family.name.endswith("_created")]
    assert all(family.documentation.endswith(".") for family in told)
    assert client.head("/metrics").content == b""


def test_requests_are_counted_by_the_template_of_their_route(client: Client) -> None:
    for path in (MEETING, "/meetings/nothing", "/meetings/nothing?a=b", "/quotes?limit=1"):
        client.get(path)
    client.head("/trips")
    client.get("/meetings/facets")
    client.get("/livez")
    client.get("/docs")
    client.get("/docs/")
    client.get("/docs/nothing")
    client.get("/openapi.json")
    client.get("/no/such/address")
    client.request("OPTIONS", "/meetings")
    client.request("POST", MEETING)
    client.request("BREW", "/coffee")
    counted = requests(client)
    for key, number in {
        ("/meetings/{id}", "GET", "200"): 1,
        ("/meetings/{id}", "GET", "404"): 1,
        ("/meetings/{id}", "GET", "422"): 1,
        ("/quotes", "GET", "200"): 1,
        ("/trips", "HEAD", "200"): 1,
        ("/meetings/facets", "GET", "200"): 1,
        ("/livez", "GET", "200"): 1,
        ("/docs", "GET", "200"): 1,
        ("/openapi.json", "GET", "200"): 1,
        ("unmatched", "GET", "308"): 1,
        ("unmatched", "OPTIONS", "204"): 1,
        ("unmatched", "other", "405"): 2,
    }.items():
        assert counted.pop(key) == number, key
    assert counted == {("unmatched", "GET", "404"): 2}


def test_no_label_is_what_a_client_sends(client: Client) -> None:
    before = requests(client)
    for number in range(30):
        client.get(f"/secret-{number}")
        client.get(f"/meetings/secret-{number}")
        client.get(f"/meetings?city=secret-{number}")
        client.request(f"SECRET{number}", "/meetings")
    assert len(requests(client)) <= len(before) + 4
    assert "secret" not in client.get("/metrics").text.lower()


def test_behind_a_proxy_the_template_is_the_same(serve: MakeClient, seed_database: Path) -> None:
    behind = serve(seed_database, root_path="/api")
    for prefix in ("", "/api"):
        behind.get(f"{prefix}{MEETING}")
        behind.get(f"{prefix}/docs/another/docs.js")
    assert requests(behind) == {
        ("/meetings/{id}", "GET", "200"): 2,
        ("/docs/{digest}/{name}", "GET", "404"): 2,
    }


def test_requests_are_timed(client: Client) -> None:
    client.get("/meetings")
    labels = {"route": "/meetings", "method": "GET", "status": "200"}
    assert 0 < value(client, f"{DURATION}_sum", **labels) < 60
    assert value(client, f"{DURATION}_bucket", **labels, le="+Inf") == 1


def test_what_the_store_keeps_is_told(client: Client) -> None:
    store = client.cache
    assert value(client, "readout_response_cache_max_bytes") == 1 << 20
    assert value(client, "readout_response_cache_entries") == 0
    assert value(client, "readout_response_cache_bytes") == 0
    for _ in range(3):
        assert client.get("/meetings").status_code == 200
        client.head(MEETING)
        client.get("/meetings?x=1")
        client.get("/livez")
    seen = samples(client)
    told = {
        name.removeprefix("readout_response_cache_"): number
        for (name, _), number in seen.items()
        if name.startswith("readout_response_cache_")
    }
    assert told == {
        "entries": 2,
        "bytes": store.bytes,
        "max_bytes": 1 << 20,
        "hits_total": 4,
        "misses_total": 5,
        "evictions_total": 0,
        "read_by_server": 0,
    }
    assert store.bytes > len(client.get("/meetings").content)
    # A kept answer is counted as that, and nowhere else.
    assert requests(client)["/meetings", "GET", "200"] == 1


def test_evictions_are_counted(serve: MakeClient, seed_database: Path) -> None:
    small = serve(seed_database, cache_bytes=20_000)
    for limit in range(1, 40):
        small.get(f"/cities?limit={limit}&fields=id")
    evicted = value(small, "readout_response_cache_evictions_total")
    assert evicted == 39 - value(small, "readout_response_cache_entries") > 0
    assert value(small, "readout_response_cache_bytes") <= 20_000


def test_the_revision_is_that_of_the_answers(
    serve: MakeClient, migrated_database: Path, tmp_path: Path
) -> None:
    path = tmp_path / "served.db"
    client = serve(path, cache_bytes=1 << 20)

    def revisions() -> list[dict[str, str]]:
        return [dict(labels) for name, labels in samples(client) if name == "readout_revision_info"]

    assert (value(client, "readout_ready"), revisions()) == (0, [])
    path.write_bytes(migrated_database.read_bytes())
    assert (value(client, "readout_ready"), revisions()) == (0, [])
    seen = []
    for title in ("One", "Two"):
        files = write_trips(tmp_path / "trips", [trip(meetings=[meeting("m1", title=title)])])
        load(path, files)
        assert value(client, "readout_ready") == 1
        (revision,) = revisions()
        assert client.get("/readyz").json()["revision"] == revision["revision"]
        seen.append(revision)
    assert seen[0] != seen[1]


def test_each_application_counts_for_itself(client: Client, serve: MakeClient) -> None:
    other: Any = serve(client.database.path)
    client.get("/meetings")
    assert ("/meetings", "GET", "200") in requests(client)
    assert requests(other) == {}


def test_when_the_revision_was_loaded_is_told(
    make_database: MakeDatabase, serve: MakeClient
) -> None:
    with loaded_at("2026-03-01T12:00:00Z"):
        database = make_database(trip(meetings=[meeting("m")]))
    told = value(serve(database), "readout_revision_loaded_timestamp_seconds")
    assert told == datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()


def test_of_no_revision_nothing_is_told(serve: MakeClient, migrated_database: Path) -> None:
    names = {name for name, _ in samples(serve(migrated_database))}
    assert "readout_ready" in names
    assert "readout_revision_loaded_timestamp_seconds" not in names


def test_questions_that_are_given_up_are_counted(
    serve: MakeClient, seed_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = serve(seed_database, query_seconds=0.3)
    name = "readout_questions_given_up_total"
    assert (value(served, name, where="loop"), value(served, name, where="thread")) == (0, 0)
    monkeypatch.setattr(store, "find_page", slow)
    assert served.get("/meetings").status_code == 503
    assert (value(served, name, where="loop"), value(served, name, where="thread")) == (1, 1)


def test_what_the_server_refuses_is_counted(seed_database: Path) -> None:
    with running(seed_database, max_connections=2) as server:
        assert b" 431 " in server.answers(GET + HOST + b"X: 1\r\n" * 101 + END)
        assert b" 400 " in server.answers(GET + END)
        with server.connection(), server.connection():
            assert b" 503 " in server.answers(GET)
        told = b""
        while b"readout_refused_total" not in told:  # Once there is room for a connection again.
            told = server.answers(b"GET /metrics HTTP/1.1\r\nConnection: close\r\n" + HOST + END)
    for status in (b"400", b"431", b"503"):
        assert b'readout_refused_total{status="%b"}' % status in told
