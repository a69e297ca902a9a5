"""The server's protocol: however it is asked, it answers as uvicorn's own does."""

import logging
import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.http.protocol import ReadoutProtocol
from app.main import create_app
from app.settings import Settings

pytestmark = pytest.mark.slow

PATIENCE_SECONDS = 10.0
ID = b"Host: readout.test\r\nX-Request-ID: the-same\r\n"
MEETINGS = b"GET /meetings HTTP/1.1\r\n" + ID
END = b"\r\n"

# Sent over a connection that all else leaves open, it closes it.
LAST = b"GET /topics?limit=1 HTTP/1.1\r\nConnection: close\r\n" + ID + END
CONVERSATIONS = {
    "get": MEETINGS + END,
    "again": (MEETINGS + END) * 3,
    "head": b"HEAD /meetings HTTP/1.1\r\n" + ID + END,
    "head, refused": b"HEAD /meetings?x=1 HTTP/1.1\r\n" + ID + END,
    "head, searched": b"HEAD /meetings?q=climate HTTP/1.1\r\n" + ID + END,
    "record": b"GET /cities/tokyo HTTP/1.1\r\n" + ID + END,
    "coded": MEETINGS + b"Accept-Encoding: gzip\r\n" + END,
    "unchanged": MEETINGS + b"If-None-Match: *\r\n" + END,
    "unchanged, then whole": MEETINGS + b"If-None-Match: *\r\n" + END + MEETINGS + END,
    "names in capitals": MEETINGS + b"ACCEPT-ENCODING: br\r\n" + END,
    "searched, which waits": b"GET /meetings?q=climate HTTP/1.1\r\n" + ID + END,
    "quick behind one that waits": b"GET /meetings?q=Tokyo HTTP/1.1\r\n" + ID + END
    + MEETINGS + END,
    "facets": b"GET /meetings/facets HTTP/1.1\r\n" + ID + END,
    "refused": b"GET /meetings?x=1&city= HTTP/1.1\r\n" + ID + END,
    "unknown record": b"GET /meetings/nothing HTTP/1.1\r\n" + ID + END,
    "unknown address": b"GET /nowhere HTTP/1.1\r\n" + ID + END,
    "double slash": b"GET //meetings HTTP/1.1\r\n" + ID + END,
    "root": b"GET / HTTP/1.1\r\n" + ID + END,
    "documentation": b"GET /docs HTTP/1.1\r\n" + ID + END,
    "preflight": b"OPTIONS /meetings HTTP/1.1\r\n" + ID + END,
    "post": b"POST /meetings HTTP/1.1\r\nContent-Length: 3\r\n" + ID + END + b"a=b",
    "get with a body": MEETINGS + b"Content-Length: 3\r\n" + END + b"a=b",
    "get with a chunked body": MEETINGS + b"Transfer-Encoding: chunked\r\n" + END
    + b"3\r\na=b\r\n0\r\n\r\n",
    "get with a body to come": MEETINGS + b"Content-Length: 3\r\nExpect: 100-continue\r\n" + END
    + b"a=b",
    "encoded path": b"GET /cities/toky%6F HTTP/1.1\r\n" + ID + END,
    "encoded query": b"GET /meetings?city=S%C3%A9oul&limit=2 HTTP/1.1\r\n" + ID + END,
    "question marks": b"GET /meetings?city=a?b HTTP/1.1\r\n" + ID + END,
    "empty query": b"GET /meetings? HTTP/1.1\r\n" + ID + END,
    "fragment": b"GET /meetings#x HTTP/1.1\r\n" + ID + END,
    "whole address": b"GET http://example.org/meetings HTTP/1.1\r\n" + ID + END,
}  # fmt: skip
CLOSING = {
    "1.0": b"GET /meetings HTTP/1.0\r\n" + ID + END,
    "1.0, kept alive": b"GET /meetings HTTP/1.0\r\nConnection: keep-alive\r\n" + ID + END,
    "close": MEETINGS + b"Connection: close\r\n" + END,
}


class Server:
    """A server in a thread of this process."""

    def __init__(
        self,
        database: Path | str,
        protocol: type[Any],
        own: dict[str, Any] | None = None,
        **settings: Any,
    ) -> None:
        """Take a database and a protocol; `own` are Readout's settings, the rest uvicorn's."""
        url = database if isinstance(database, str) else f"sqlite:///{database}"
        app = create_app(Settings(database_url=url, **(own or {})))
        config = uvicorn.Config(
            app, port=0, http=protocol, lifespan="on", log_config=None, access_log=False,
            server_header=False, **settings,
        )  # fmt: skip
        self.app = app
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def start(self) -> None:
        self._thread.start()
        until = time.monotonic() + PATIENCE_SECONDS
        while not self._server.started:
            assert time.monotonic() < until, "the server does not start"
            time.sleep(0.01)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()

    @contextmanager
    def connection(self) -> Iterator[socket.socket]:
        address = ("127.0.0.1", self.port)
        with socket.create_connection(address, timeout=PATIENCE_SECONDS) as connection:
            yield connection

    def answers(self, sent: bytes, pieces: int = 1) -> bytes:
        """Return all that is answered until the server closes the connection."""
        with self.connection() as connection:
            size = -(-len(sent) // pieces)
            for start in range(0, len(sent), size):
                connection.sendall(sent[start : start + size])
                if pieces > 1:
                    time.sleep(0.005)
            return b"".join(iter(lambda: connection.recv(1 << 16), b""))


@contextmanager
def running(
    database: Path, protocol: type[HttpToolsProtocol] = ReadoutProtocol, **settings: Any
) -> Iterator[Server]:
    """Serve a database until the end of a `with` block."""
    server = Server(database, protocol, **settings)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def servers(seed_database: Path) -> Iterator[tuple[Server, Server]]:
    """A server with Readout's protocol, and one with uvicorn's."""
    quick: dict[str, Any] = {"timeout_keep_alive": 1}
    with (
        running(seed_database, **quick) as ours,
        running(seed_database, HttpToolsProtocol, **quick) as theirs,
    ):
        yield ours, theirs


def undated(answers: bytes) -> bytes:
    return re.sub(rb"(?m)^date: [^\r]*\r\n", b"", answers)


@pytest.mark.parametrize("pieces", [1, 5])
@pytest.mark.parametrize("name", [*CONVERSATIONS, *CLOSING])
def test_answers_are_those_of_uvicorn(
    servers: tuple[Server, Server], name: str, pieces: int
) -> None:
    sent = CLOSING[name] if name in CLOSING else CONVERSATIONS[name] + LAST
    ours, theirs = (undated(server.answers(sent, pieces)) for server in servers)
    assert ours == theirs
    assert ours.startswith(b"HTTP/1.1 ")


def test_who_asks_for_another_protocol_is_answered_in_this_one(seed_database: Path) -> None:
    upgrade = MEETINGS + b"Connection: Upgrade\r\nUpgrade: h2c\r\n" + END
    with running(seed_database) as server:
        assert server.answers(upgrade + LAST).count(b"HTTP/1.1 200 OK\r\n") == 2


def test_answers_are_dated(servers: tuple[Server, Server]) -> None:
    for server in servers:
        answers = server.answers(MEETINGS + END + LAST)
        assert len(re.findall(rb"\r\ndate: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT\r\n", answers)) == 2


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the requests that tasks are made for."""
    made: list[str] = []
    start = HttpToolsProtocol._start_asgi_task

    def note(self: Any, cycle: Any, app: Any) -> None:
        made.append(cycle.scope["path"])
        start(self, cycle, app)

    monkeypatch.setattr(HttpToolsProtocol, "_start_asgi_task", note)
    return made


@pytest.mark.parametrize(
    ("protocol", "settings", "at_once"),
    [
        (ReadoutProtocol, {}, True),
        (HttpToolsProtocol, {}, False),
        # What uvicorn does of these has to be done.
        (ReadoutProtocol, {"limit_concurrency": 100}, False),
        (ReadoutProtocol, {"root_path": "/api"}, False),
    ],
)
def test_what_is_cached_makes_no_task(
    seed_database: Path,
    tasks: list[str],
    protocol: type[HttpToolsProtocol],
    settings: dict[str, Any],
    at_once: bool,
) -> None:
    root = settings.get("root_path", "")
    with running(seed_database, protocol, **settings) as server:
        # One at a time: what waits behind another was asked before the other's answer was there.
        answers = [server.answers(MEETINGS + END + LAST) for _ in range(3)]
        assert undated(answers[0]) == undated(answers[2])
        assert server.app.state.services.cache.hits >= 2
    # The last closes the connection, which is left to uvicorn.
    asked = ["/meetings", "/topics"] * 3
    expected = ["/meetings", "/topics", "/topics", "/topics"] if at_once else asked
    assert tasks == [root + path for path in expected]


@pytest.mark.parametrize("number", [3, 20, 200])
def test_who_goes_away_unread_fails_nobody(
    seed_database: Path, caplog: pytest.LogCaptureFixture, number: int
) -> None:
    with running(seed_database) as server:
        for linger in (b"", struct.pack("ii", 1, 0)):
            for _ in range(10):
                with server.connection() as connection:
                    if linger:  # Closing is then a reset.
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    connection.sendall((MEETINGS + END) * number)
        assert server.answers(LAST).startswith(b"HTTP/1.1 200 OK")
    assert [line for line in caplog.records if line.levelno >= logging.WARNING] == []


def test_who_asks_and_does_not_read_is_not_answered_into_memory(seed_database: Path) -> None:
    """Answers wait for their reader, all of them and in their order, as long as that takes."""
    number = 3000
    asked = b"".join(
        b"GET /meetings HTTP/1.1\r\nHost: a\r\nX-Request-ID: %d\r\n\r\n" % place
        for place in range(number)
    )
    with running(seed_database, timeout_keep_alive=1) as server, server.connection() as connection:
        sender = threading.Thread(target=connection.sendall, args=[asked + LAST])
        sender.start()
        store, answered = server.app.state.services.cache, -1
        while answered != store.hits:
            answered = store.hits
            time.sleep(1.5)  # Longer than a silent connection stays open.
        received = bytearray()
        while part := connection.recv(1 << 20):
            received += part
        sender.join()
    assert 0 < answered < number / 2
    ids = re.findall(rb"\r\nx-request-id: (\d+)\r\n", received)
    assert [int(found) for found in ids] == list(range(number))


def test_a_silent_connection_is_closed(seed_database: Path) -> None:
    with running(seed_database, timeout_keep_alive=1) as server:
        assert server.answers(MEETINGS + END).count(b"HTTP/1.1 200 OK\r\n") == 1
