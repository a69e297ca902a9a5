"""Answers are sent in one piece where they come whole, and are the same bytes as uvicorn sends."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.http.protocol import ReadoutProtocol
from app.http.responses import Response, SharedHeaders, WrittenHeaders

pytestmark = pytest.mark.slow

PATIENCE_SECONDS = 10.0
GET = b"GET / HTTP/1.1\r\nHost: readout.test\r\n\r\n"
HEAD = GET.replace(b"GET", b"HEAD")
OLD = GET.replace(b"1.1", b"1.0")
CLOSED = GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")

Messages = list[dict[str, Any]]


def start(*headers: tuple[bytes, bytes], status: int = 200) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": list(headers)}


def body(content: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": content, "more_body": more}


FAILURE: dict[str, Any] = {}
"""Stands for an exception that is raised."""

TEXT = (b"content-type", b"text/plain")
FOUR = (b"content-length", b"4")
OTHER = (b"x-other", b"added on the way")


def written(*changes: tuple[bytes, bytes]) -> dict[str, Any]:
    """Return how a `Response` begins, and what somebody on the way has made of its headers."""
    begun: Messages = []

    async def send(message: Any) -> None:
        begun.append(message)

    with pytest.raises(StopIteration):
        Response(200, [FOUR], SharedHeaders([TEXT]), b"four")({}, cast(Any, None), send).send(None)
    begun[0]["headers"] += changes
    return begun[0]


WHOLE: dict[str, tuple[bytes, Messages]] = {
    "whole": (GET, [start(TEXT, FOUR), body(b"four")]),
    "names in capitals": (GET, [start((b"Content-Length", b"4"), (b"X", b"y")), body(b"four")]),
    "unchanged": (GET, [start((b"etag", b'"a"'), status=304), body(b"")]),
    "a response": (GET, [written(), body(b"four")]),
    "a response that was changed": (GET, [written(OTHER), body(b"four")]),
    "the head of a response": (HEAD, [written(), body(b"")]),
    "head": (HEAD, [start(TEXT, FOUR), body(b"four")]),
    "head without its body": (HEAD, [start(TEXT, FOUR), body(b"")]),
}
IN_PIECES: dict[str, tuple[bytes, Messages]] = {
    "in pieces": (GET, [start(TEXT, FOUR), body(b"fo", more=True), body(b"ur")]),
    "of no length": (GET, [start(TEXT), body(b"four")]),
    "chunked": (GET, [start(TEXT, (b"transfer-encoding", b"chunked")), body(b"four")]),
    "to be closed": (GET, [start(FOUR, (b"connection", b"close")), body(b"four")]),
    "closed by the client": (CLOSED, [start(FOUR), body(b"four")]),
    "HTTP/1.0": (OLD, [start(FOUR), body(b"four")]),
    "shorter than it says": (GET, [start(FOUR), body(b"fo")]),
    "a response that is cut": (GET, [written(), body(b"fo")]),
    "a response of two lengths": (GET, [written((b"content-length", b"9")), body(b"four")]),
    "longer than it says": (GET, [start(FOUR), body(b"fourteen")]),
    "of two lengths": (GET, [start((b"content-length", b"9"), FOUR), body(b"four")]),
    "unchanged, with a length": (GET, [start(FOUR, status=304), body(b"")]),
    "head of no number": (HEAD, [start((b"content-length", b"abc")), body(b"")]),
    "a name with a space": (GET, [start(FOUR, (b"x y", b"a")), body(b"four")]),
    "a name with a colon": (GET, [start(FOUR, (b"x:y", b"a")), body(b"four")]),
    "two headers in one": (GET, [start(FOUR, (b"x", b"a\r\nset-cookie: b")), body(b"four")]),
    "a header with a line feed": (GET, [start(FOUR, (b"x", b"a\nb")), body(b"four")]),
    "a name with a line break": (GET, [start(FOUR, (b"x\r\ny", b"a")), body(b"four")]),
    "a header with a bell": (GET, [start(FOUR, (b"x", b"a\ab")), body(b"four")]),
    "a header with a null": (GET, [start(FOUR, (b"x", b"a\0b")), body(b"four")]),
    "begun twice": (GET, [start(FOUR), start(FOUR), body(b"four")]),
    "a body without a head": (GET, [body(b"four")]),
    "a head without a body": (GET, [start(FOUR)]),
    "nothing": (GET, []),
    "failed between its pieces": (GET, [start(FOUR), body(b"fo", more=True), FAILURE]),
}


@contextmanager
def serving(protocol: type[Any], messages: Messages) -> Iterator[int]:
    """Serve an application that answers all with the same messages; yield the port."""

    async def application(_scope: Any, _receive: Any, send: Callable[[Any], Any]) -> None:
        for message in messages:
            if message is FAILURE:
                raise ValueError
            await send(message)

    config = uvicorn.Config(
        application, port=0, http=protocol, lifespan="off", log_config=None, access_log=False,
        server_header=False, date_header=False,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while not server.started:
            assert time.monotonic() < until, "the server does not start"
            time.sleep(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def answer(port: int, request: bytes) -> bytes:
    """Return what is answered to a request, and to one after it that closes the connection."""
    address = ("127.0.0.1", port)
    with socket.create_connection(address, timeout=PATIENCE_SECONDS) as connection:
        connection.sendall(request)
        time.sleep(0.05)
        connection.sendall(CLOSED)
        received = b""
        try:
            while piece := connection.recv(1 << 16):
                received += piece
        except ConnectionResetError:
            received += b" reset"
        return received


@pytest.mark.parametrize("case", [*WHOLE, *IN_PIECES])
def test_it_is_what_uvicorn_sends(monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    request, messages = (WHOLE | IN_PIECES)[case]
    written: list[int] = []
    write_whole = ReadoutProtocol.write_whole

    def counted(self: ReadoutProtocol, status: int, head: bytes, body: bytes) -> None:
        written.append(status)
        write_whole(self, status, head, body)

    monkeypatch.setattr(ReadoutProtocol, "write_whole", counted)
    with serving(HttpToolsProtocol, messages) as port:
        expected = answer(port, request)
    with serving(ReadoutProtocol, messages) as port:
        assert answer(port, request) == expected
    # The last closes the connection.
    assert len(written) == (1 if case in WHOLE else 0)


def test_the_headers_of_a_response_are_written_once() -> None:
    message = written()
    found = WrittenHeaders.of(message)
    assert found is not None
    assert found.lines == b"content-length: 4\r\ncontent-type: text/plain\r\n"
    assert WrittenHeaders.of(written(OTHER)) is None
    assert WrittenHeaders.of({**message, "headers": message["headers"][::-1]}) is None
    assert WrittenHeaders.of(start(FOUR, TEXT)) is None


@pytest.mark.parametrize(
    "header",
    [
        FOUR, (b"connection", b"close"), (b"transfer-encoding", b"chunked"), (b"x y", b"a"),
        (b"x:y", b"a"), (b"", b"a"), (b"x", b"a\r\nset-cookie: b"), (b"x", b"a\nb"), (b"x", b"\0"),
    ],
)  # fmt: skip
def test_a_response_has_no_header_that_only_a_server_can_see_to(
    header: tuple[bytes, bytes],
) -> None:
    with pytest.raises(ValueError, match=r"header|written"):
        Response(200, [FOUR, header], SharedHeaders([TEXT]))
    with pytest.raises(ValueError, match=r"header|written"):
        SharedHeaders([TEXT, header])


def test_pipelined_requests_are_answered_in_order() -> None:
    with serving(ReadoutProtocol, [start(TEXT, FOUR), body(b"four")]) as port:
        assert answer(port, GET * 5).count(b"\r\n\r\nfour") == 6


def test_an_answer_that_fails_behind_its_head_is_a_failure_as_a_whole() -> None:
    with serving(ReadoutProtocol, [start(FOUR), FAILURE]) as port:
        assert answer(port, GET).startswith(b"HTTP/1.1 500 ")
