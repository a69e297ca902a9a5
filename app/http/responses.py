"""Responses: a status, headers and a body, as ASGI messages and as bytes of HTTP/1.1."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from starlette.types import Message, Receive, Scope, Send

Header = tuple[bytes, bytes]
Headers = list[Header]

# Sent with every answer, whether or not the request has an Origin, so that a shared cache can serve
# an answer to everyone. The policy allows browsers nothing: an answer is data, and pages set a
# policy of their own.
COMMON_HEADERS: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, X-Request-ID, Retry-After, Allow, Location"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]

COMMON_NAMES = frozenset(name for name, _ in COMMON_HEADERS)
_NAMES_OF_ALL = COMMON_NAMES | {b"cache-control"}

_NAME = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_OF_THE_CONNECTION = (b"connection", b"transfer-encoding")
_CONTROL_CHARACTERS = bytes({*range(32), 127} - set(b"\t\r\n"))

_WRITTEN = "readout.written"
"""The key in the first ASGI message of an answer under which its `WrittenHeaders` are."""


def head_of(headers: Iterable[Header]) -> bytes:
    """Return headers as lines of HTTP/1.1, each with its line end."""
    return b"".join([b"%b: %b\r\n" % header for header in headers])


def write_headers(headers: Sequence[Header]) -> tuple[bytes, bytes | None]:
    """Return headers as lines of HTTP/1.1, and the Content-Length among them, if any.

    Raises `ValueError` for headers that no server may send, and for those that only a server can
    handle: headers of the connection, and several lengths.
    """
    parts: list[bytes] = []
    length = None
    for given, value in headers:
        name = given.lower()
        parts += (name, b": ", value, b"\r\n")
        if name == b"content-length" and length is None:
            length = value
        elif name == b"content-length" or name in _OF_THE_CONNECTION or not _is_name(name):
            raise ValueError(f"not to be written as it is: {given!r}")
    lines = b"".join(parts)
    if not lines.count(b"\n") == lines.count(b"\r") == len(headers) or (
        len(lines.translate(None, _CONTROL_CHARACTERS)) != len(lines)
    ):
        raise ValueError("a header holds the end of a line, or a control character")
    return lines, length


@lru_cache(256)
def _is_name(name: bytes) -> bool:
    return _NAME.fullmatch(name) is not None


class SharedHeaders:
    """Headers that many responses share, encoded once."""

    __slots__ = ("are_complete", "head", "headers")

    def __init__(self, headers: Iterable[Header]) -> None:
        """Take the headers, which must not change; raise `ValueError` as `write_headers` does.

        `are_complete` says whether the middleware has none to add but the request id.
        """
        self.headers = tuple(headers)
        self.head, length = write_headers(self.headers)
        if length is not None:
            raise ValueError("the length is a header that each response has of its own")
        self.are_complete = _NAMES_OF_ALL.issubset(name for name, _ in self.headers)


class WrittenHeaders(NamedTuple):
    """The headers of an answer with their lines of HTTP/1.1, so that they are encoded only once.

    The message that begins the answer carries them. The middleware and the server's protocol use
    them if the headers of the message are unchanged. Everything else ignores them.
    """

    headers: tuple[Header, ...]
    lines: bytes
    length: bytes | None
    are_complete: bool

    @staticmethod
    def of(message: Message) -> "WrittenHeaders | None":
        """Return the written headers of a message that begins an answer, if still valid."""
        written: WrittenHeaders | None = message.get(_WRITTEN)
        if written is None or written.headers != tuple(message["headers"]):
            return None
        return written

    def with_header(self, header: Header) -> "WrittenHeaders":
        """Return these and another header."""
        headers, lines = (*self.headers, header), self.lines + head_of([header])
        return WrittenHeaders(headers, lines, self.length, self.are_complete)

    def message(self, status: int) -> Message:
        """Return the message that begins an answer with these headers."""
        return {
            "type": "http.response.start",
            "status": status,
            "headers": [*self.headers],
            _WRITTEN: self,
        }


class Response:
    """A response that is sent in one piece, as it is.

    It is an ASGI application, as Starlette's responses are, but does less work for each request. It
    only lacks the date, which servers add, and the request id, which the middleware adds.
    """

    __slots__ = ("_length", "_own", "_shared", "body", "head", "status")

    def __init__(
        self, status: int, own: Iterable[Header], shared: SharedHeaders, body: bytes = b""
    ) -> None:
        """Take the status, the response's own headers, the shared ones, and the body.

        `head` is all headers as lines of HTTP/1.1. Raises `ValueError` as `write_headers`.
        """
        self.status, self.body = status, body
        self._own, self._shared = tuple(own), shared
        lines, self._length = write_headers(self._own)
        self.head = lines + shared.head

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send the response."""
        shared = self._shared
        headers = self._own + shared.headers
        written = WrittenHeaders(headers, self.head, self._length, shared.are_complete)
        await send(written.message(self.status))
        await send({"type": "http.response.body", "body": self.body})
