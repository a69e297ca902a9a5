"""Whole lists: streamed from one revision, bounded in time and number, never seeming complete."""

import asyncio
import gzip
import json
import socket
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import pytest

from app.ingest.loader import load
from app.routers import exporting
from app.store.engines import Database, open_store
from app.store.sql import finding
from app.store.sql.snapshot import Snapshot
from tests.asgi import receiver
from tests.client import Client, MakeClient, MakeDatabase, problem
from tests.databases import copied
from tests.http.test_running import SLOW
from tests.http.test_wire import running
from tests.made_up import rich_trips
from tests.trips import meeting, trip, write_trips

PATH = "/meetings.ndjson"


@pytest.fixture(scope="module")
def large(migrated_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A database of which the list of meetings is sent in dozens of pieces."""
    folder = tmp_path_factory.mktemp("large")
    database = copied(migrated_database, folder / "readout.db")
    load(database, write_trips(folder / "trips", rich_trips(1000)))
    return database


@pytest.fixture(autouse=True)
def _in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "PIECE_BYTES", 4096)
    monkeypatch.setattr(finding, "MAX_ROWS_AT_ONCE", 50)


def all_ids(client: Client) -> list[str]:
    return [id_ for answer in client.pages("meetings", ("limit", "200")) for id_ in answer.ids]


@pytest.mark.slow
def test_a_whole_list_is_streamed_and_complete(serve: MakeClient, large: Database) -> None:
    client = serve(large)
    plain = client.get(PATH, headers={"Accept-Encoding": "identity"})
    response = client.get(PATH)
    assert "content-length" not in response.headers
    assert plain.headers["etag"].startswith('"')
    assert plain.content == response.content
    lines = [json.loads(line) for line in response.text.splitlines()]
    assert [line["id"] for line in lines] == all_ids(client)
    for coding in ("gzip", "br", "zstd"):
        coded = client.get(PATH, headers={"Accept-Encoding": coding})
        assert coded.headers["content-encoding"] == coding
        assert coded.headers["etag"] == f'{plain.headers["etag"][:-1]}.{coding}"'
        if coding == "gzip":  # The others httpx decodes only with what else is installed.
            assert coded.content == response.content
    for known in (response.headers["etag"], "*"):
        again = client.get(PATH, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")


def test_the_coded_stream_is_what_it_is_called(serve: MakeClient, large: Database) -> None:
    client = serve(large)
    plain = client.raw(PATH)[1]
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http", "method": "GET", "path": PATH, "raw_path": PATH.encode(), "scheme": "http",
        "query_string": b"", "http_version": "1.1", "client": None, "server": ("a", 80),
        "headers": [(b"accept-encoding", b"gzip")],
    }  # fmt: skip
    client._portal.call(client.app, scope, receiver(), send)
    assert gzip.decompress(b"".join(part["body"] for part in sent[1:])) == plain
    assert len(sent) > 10


def test_head_says_the_same_and_writes_nothing(serve: MakeClient, large: Database) -> None:
    client = serve(large)
    head, response = client.head(PATH), client.get(PATH)
    assert head.content == b""
    for name in ("etag", "content-type", "cache-control", "vary"):
        assert head.headers[name] == response.headers[name]


@pytest.mark.slow
def test_it_takes_little_memory(
    serve: MakeClient, large: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MAX_ROWS_AT_ONCE", 10)
    client = serve(large)
    size = 0

    async def send(message: Any) -> None:
        nonlocal size
        size += len(message.get("body", b""))
        client.database.statements.clear()  # The client notes them, and they add up.

    async def most_memory(query: bytes) -> int:
        scope: dict[str, Any] = {
            "type": "http", "method": "GET", "path": "/meetings.csv", "raw_path": b"/meetings.csv",
            "query_string": query, "http_version": "1.1", "client": None, "server": None,
            "headers": [], "scheme": "http",
        }  # fmt: skip
        await client.app(scope, receiver(), send)  # Once, to fill what is remembered.
        tracemalloc.start()
        try:
            await client.app(scope, receiver(), send)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    part = client._portal.call(most_memory, b"date_to=2006")
    few, size = size / 2, 0
    # The least of three: other threads of the tests take memory, too.
    whole = min(client._portal.call(most_memory, b"") for _ in range(3))
    assert size / 6 > 3 * few
    # What is held does not grow with what is sent: by less than a tenth of it.
    assert whole - part < (size / 6 - few) / 10


def test_it_is_of_one_revision(make_database: MakeDatabase, tmp_path: Path) -> None:
    from app.domain.collections import RESOURCES
    from app.query.parameters import read_query

    path = make_database(trip(meetings=[meeting(f"m{at:03}") for at in range(200)]))
    store = open_store(path)
    held = store.hold()
    documents = held.documents(read_query(RESOURCES["meetings"], b""))
    first = next(documents)
    load(path, write_trips(tmp_path / "fewer", [trip(meetings=[meeting("m000")])]))
    assert len([first, *documents]) == 200
    held.close()
    store.close()


def test_one_that_ends_before_its_first_piece_is_a_problem(
    serve: MakeClient, large: Database
) -> None:
    client = serve(large, query_seconds=0.2)

    def slow(snapshot: Snapshot, *_: Any) -> Any:
        return snapshot.rows(SLOW)

    with patch.object(finding.Listing, "rows", lambda self, *_: slow(self._snapshot)):
        response = client.get(PATH)
    assert response.status_code == 503
    assert problem(response)["type"] == "urn:readout:problem:timeout"
    assert client.get(PATH).status_code == 200


@pytest.mark.slow
def test_as_many_are_written_as_may_be(serve: MakeClient, large: Database) -> None:
    client = serve(large, max_exports=1, query_seconds=0.3)

    async def ask() -> tuple[int, int]:
        reached, go_on = asyncio.Event(), asyncio.Event()

        async def send(message: Any) -> None:
            if message["type"] == "http.response.body":
                reached.set()
                await go_on.wait()

        scope: dict[str, Any] = {
            "type": "http", "method": "GET", "path": PATH, "raw_path": PATH.encode(),
            "query_string": b"", "http_version": "1.1", "client": None, "server": None,
            "headers": [], "scheme": "http",
        }  # fmt: skip
        slow_reader = asyncio.create_task(client.app(scope, receiver(), send))
        await reached.wait()
        refused = await client._http.get("/meetings.csv")
        short = await client._http.get("/meetings.csv?limit=1")
        go_on.set()
        await slow_reader
        assert (await client._http.get("/meetings.csv")).status_code == 200
        return refused.status_code, short.status_code

    assert client._portal.call(ask) == (503, 200)


@pytest.fixture(scope="module")
def url(large: Database) -> Iterator[str]:
    with running(large, export_seconds=1.0) as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.fixture
def _slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = finding.Listing.rows

    def delayed(self: Any, *given: Any) -> Any:
        time.sleep(0.2)
        return rows(self, *given)

    monkeypatch.setattr(finding.Listing, "rows", delayed)


@pytest.mark.slow
@pytest.mark.usefixtures("_slowly")
def test_it_never_seems_complete(url: str) -> None:
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{url}{PATH}")


@pytest.mark.slow
@pytest.mark.usefixtures("_slowly")
def test_not_to_a_client_of_old_either(url: str) -> None:
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(f"GET {PATH} HTTP/1.0\r\nHost: a\r\n\r\n".encode())
        received = b""
        while received.count(b"\n") < 20:
            received += connection.recv(65536)
        with pytest.raises(ConnectionResetError):
            b"".join(iter(lambda: connection.recv(65536), b""))
    assert received.startswith(b"HTTP/1.1 200 ")


@pytest.mark.slow
def test_in_time_it_is_complete(large: Database) -> None:
    with running(large) as server:
        body = httpx.get(f"http://127.0.0.1:{server.port}{PATH}", timeout=60).text
    assert len(body.splitlines()) == 1000


@pytest.mark.slow
@pytest.mark.usefixtures("_slowly")
def test_a_client_that_goes_takes_no_place(url: str) -> None:
    for _ in range(6):
        with httpx.stream("GET", f"{url}{PATH}") as response:
            next(response.iter_bytes())
    assert httpx.get(f"{url}/meetings.csv?limit=2").status_code == 200
    assert httpx.get(f"{url}/cities.csv").status_code == 200
