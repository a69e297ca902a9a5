"""A connection is bounded in what a client can make large, long or many."""

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from app.http.limits import Limits
from app.http.protocol import ReadoutProtocol
from app.http.serving import TESTED_UVICORN, protocol_options
from app.settings import Settings
from tests.http.test_protocol import Server

pytestmark = pytest.mark.slow

GET = b"GET /livez HTTP/1.1\r\n"
HOST = b"Host: readout.test\r\n"
END = b"\r\n"


@contextmanager
def running(
    database: Path | str, protocol: Any = ReadoutProtocol, *, keep_alive: int = 5, **settings: Any
) -> Iterator[Server]:
    server = Server(database, protocol, own=settings, timeout_keep_alive=keep_alive)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def statuses(answers: bytes) -> list[int]:
    return [int(part[:3]) for part in answers.split(b"HTTP/1.1 ")[1:]]


@pytest.fixture(scope="module")
def server(seed_database: Path) -> Iterator[Server]:
    with running(seed_database) as running_one:
        yield running_one


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (GET + HOST + b"".join(b"X-%d: 1\r\n" % at for at in range(101)) + END, 431),
        (GET + HOST + b"X: " + b"a" * 70_000 + END + END, 431),
        (GET + HOST + b"X: " + b"a" * 300_000, 431),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n" + HOST + END, 414),
        (b"GET /" + b"a" * 300_000, 414),
        (GET + END, 400),
        (GET + HOST + HOST + END, 400),
        (GET + b"Host: a b\r\n" + END, 400),
        (GET + b"Host: a/b\r\n" + END, 400),
        (b"GET /livez HTTP/2.0\r\n" + HOST + END, 505),
        (b"\x00\x01\x02\r\n\r\n", 400),
        ("GET /meetings?city=Séoul HTTP/1.1\r\nHost: a\r\n\r\n".encode(), 400),
        (b"CONNECT a:1 HTTP/1.1\r\n" + HOST + END, 400),
        (b"GET http://a:99999/livez HTTP/1.1\r\n" + HOST + END, 400),
        (b"GET http:// HTTP/1.1\r\n" + HOST + END, 400),
        (b"GET http://a#b HTTP/1.1\r\n" + HOST + END, 400),
    ],
)
def test_what_is_too_large_or_no_http_is_a_problem(
    server: Server, sent: bytes, status: int
) -> None:
    answers = server.answers(sent)
    assert statuses(answers) == [status]
    head, _, body = answers.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head
    assert json.loads(body)["status"] == status
    if "Séoul".encode() in sent:
        assert "percent-encode" in json.loads(body)["detail"]


@pytest.mark.parametrize("host", [b"a", b"a.b:80", b"[::1]:8000", b"127.0.0.1", b"a:", b""])
def test_hosts_there_are(server: Server, host: bytes) -> None:
    asked = GET + b"Host: " + host + b"\r\nConnection: close\r\n\r\n"
    assert statuses(server.answers(asked)) == [200]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (b"http://a/livez", 200),
        (b"http://a:80/meetings?city=tokyo", 200),
        (b"http://a/meetings?city=seul&nothing=1", 422),
        (b"http://a?nothing=1", 200),
        (b"http://a", 200),
        (b"*", 404),
    ],
)
def test_an_address_may_begin_with_a_host(server: Server, address: bytes, status: int) -> None:
    for _ in range(2):  # The second may be answered from the cache.
        asked = b"GET " + address + b" HTTP/1.1\r\nConnection: close\r\n" + HOST + END
        assert statuses(server.answers(asked)) == [status]


def test_a_hundred_headers_and_a_long_address_are_taken(server: Server) -> None:
    headers = b"".join(b"X-%d: 1\r\n" % at for at in range(98)) + b"Connection: close\r\n"
    assert statuses(server.answers(GET + HOST + headers + END)) == [200]
    long = b"GET /meetings?q=" + b"a" * 30_000 + b" HTTP/1.1\r\nConnection: close\r\n" + HOST + END
    assert statuses(server.answers(long)) == [422]


def test_a_problem_comes_after_the_answers_before_it(server: Server) -> None:
    slow = b"GET /meetings?q=climate HTTP/1.1\r\n" + HOST + END
    assert statuses(server.answers(slow + b"garbage\r\n\r\n")) == [200, 400]


@pytest.mark.parametrize("path", [b"/topics", b"/search?q=climate", b"/livez"])
def test_a_long_pipeline_is_answered_whole_and_in_order(server: Server, path: bytes) -> None:
    number = 500
    asked = b"".join(
        b"GET %b HTTP/1.1\r\nX-Request-ID: %d\r\n" % (path, at) + HOST + END for at in range(number)
    )
    answers = server.answers(asked + GET + HOST + b"Connection: close\r\n\r\n")
    assert statuses(answers) == [200] * (number + 1)
    ids = [int(part.split(b"\r\n")[0]) for part in answers.split(b"x-request-id: ")[1:-1]]
    assert ids == list(range(number))


def test_no_more_of_a_pipeline_is_taken_in_than_may_wait(
    seed_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    longest = []
    begin = HttpToolsProtocol.on_headers_complete

    def note(self: Any) -> None:
        begin(self)
        longest.append(len(self.pipeline))

    monkeypatch.setattr(HttpToolsProtocol, "on_headers_complete", note)
    asked = b"GET /search?q=climate HTTP/1.1\r\n" + HOST + END
    with running(seed_database, cache_bytes=0) as server:
        server.answers(asked * 200 + GET + HOST + b"Connection: close\r\n\r\n")
    assert len(longest) == 201
    assert 4 < max(longest) <= 16


def test_a_request_has_to_come_in_time(seed_database: Path) -> None:
    with running(seed_database, request_seconds=0.5) as server:
        body = b"Content-Length: 9\r\n\r\nabc"
        for sent, expected in (
            (GET, [408]),
            (GET + HOST + END + GET, [200, 408]),
            # Its answer needs no body, and a second one would be taken for that to another request.
            (GET + HOST + body, [200]),
            (b"POST /meetings HTTP/1.1\r\n" + HOST + body, [405]),
            (GET + HOST + b"Transfer-Encoding: chunked\r\n\r\n9\r\nabc", [200]),
        ):
            begun = time.monotonic()
            assert statuses(server.answers(sent)) == expected
            assert 0.4 < time.monotonic() - begun < 5
        # Nothing was asked, and nothing is answered.
        with server.connection() as connection:
            assert connection.recv(100) == b""


def test_a_connection_too_many_is_told_so(
    seed_database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with running(seed_database, max_connections=3) as server:
        connections = [
            socket.create_connection(("127.0.0.1", server.port), timeout=5) for _ in range(3)
        ]
        time.sleep(0.2)
        with server.connection() as refused:
            answers = b"".join(iter(lambda: refused.recv(1 << 16), b""))
        assert statuses(answers) == [503]
        assert b"retry-after" in answers
        assert any("refused 503" in record.getMessage() for record in caplog.records)
        for connection in connections:
            connection.close()
        time.sleep(0.2)
        closing = GET + HOST + b"Connection: close\r\n\r\n"
        assert statuses(server.answers(closing)) == [200]


def test_who_does_not_read_is_cut_off(seed_database: Path) -> None:
    with running(seed_database, read_seconds=0.5) as server, server.connection() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        asked = b"GET /meetings HTTP/1.1\r\n" + HOST + END
        gone = False
        for _ in range(200):
            try:
                connection.sendall(asked * 20)
            except OSError:
                gone = True
                break
            time.sleep(0.05)
        assert gone


def test_the_protocol_serves_with_the_uvicorn_it_was_tested_with(
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings = Settings()
    assert uvicorn.__version__.rpartition(".")[0] in TESTED_UVICORN
    assert protocol_options(settings, uvicorn.__version__) == {"http": ReadoutProtocol}
    assert caplog.records == []
    other = protocol_options(settings, "9.9.9")
    assert other["http"] == "auto"
    assert other["limit_concurrency"] == settings.max_connections
    (line,) = caplog.records
    assert "uvicorn 9.9.9" in line.getMessage()


@pytest.mark.parametrize("sent", [b"\r", b"\r\n", b"\r\n\r\n", b"\n"])
@pytest.mark.parametrize("before", [b"", GET + HOST + END], ids=["first", "later"])
def test_empty_lines_keep_no_connection_open(
    seed_database: Path, before: bytes, sent: bytes
) -> None:
    with running(seed_database, request_seconds=0.5, keep_alive=1) as server:
        begun = time.monotonic()
        with server.connection() as connection:
            if before:
                connection.sendall(before)
                assert statuses(connection.recv(1 << 16)) == [200]
            connection.sendall(sent)
            while connection.recv(1 << 16):
                pass
        assert 0.4 < time.monotonic() - begun < 4


class ClosingTransport(asyncio.Transport):
    """A transport that was closed while something is still to be sent."""

    is_aborted = False

    def is_closing(self) -> bool:
        return True

    def get_write_buffer_size(self) -> int:
        return 10

    def resume_reading(self) -> None:
        pass

    def abort(self) -> None:
        self.is_aborted = True


def test_who_reads_nearly_all_and_then_stops_is_cut_off() -> None:
    async def application(_scope: Any, _receive: Any, _send: Any) -> None:
        pass

    async def drain_and_stop() -> bool:
        config = uvicorn.Config(application, log_config=None)
        config.load()
        limits = {"limits": Limits(read_seconds=0.05)}
        protocol, transport = ReadoutProtocol(config, ServerState(), limits), ClosingTransport()
        protocol.connection_made(transport)
        protocol.pause_writing()
        protocol.resume_writing()
        await asyncio.sleep(0.3)
        protocol.connection_lost(ConnectionAbortedError())
        return transport.is_aborted

    assert asyncio.run(drain_and_stop())


def test_no_other_protocol_is_spoken_whatever_is_installed(
    seed_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uvicorn.Config, "load", with_sockets(uvicorn.Config.load))
    upgrade = b"Connection: Upgrade\r\nUpgrade: websocket\r\n"
    with running(seed_database, keep_alive=1) as server:
        assert statuses(server.answers(GET + HOST + upgrade + END)) == [200]


def with_sockets(load: Any) -> Any:
    """Let uvicorn find a protocol for web sockets, as it does where a library for it is there."""

    def loaded(config: uvicorn.Config) -> None:
        load(config)
        config.ws_protocol_class = asyncio.Protocol

    return loaded
