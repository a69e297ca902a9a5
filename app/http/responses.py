"""What is sent: a status, headers and a body, for an ASGI server and as the bytes they are."""

from collections.abc import Iterable
from typing import NamedTuple

from starlette.types import Message, Receive, Scope, Send

Header = tuple[bytes, bytes]
Headers = list[Header]

# Sent on every answer, whether or not the request has an Origin, so that an answer which a shared
# cache keeps for one reader is right for all others. What browsers are allowed is nothing: an
# answer is data, and a page says itself what it needs.
COMMON_HEADERS: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, X-Request-ID, Retry-After, Allow, Location"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]

_ALL_HAVE = frozenset((b"cache-control", *(name for name, _ in COMMON_HEADERS)))

_CONTROL_CHARACTERS = bytes({*range(32), 127} - set(b"\t\r\n"))

_WRITTEN = "readout.written"
"""Where the first message of an answer has its headers as they are written."""


def head_of(headers: Iterable[Header]) -> bytes:
    """Return headers as the lines they are in HTTP/1.1, each with its end."""
    return b"".join([b"%b: %b\r\n" % header for header in headers])


def is_well_formed(lines: bytes, headers: int) -> bool:
    """Return whether there are as many lines as headers, and no control characters in them."""
    return lines.count(b"\n") == lines.count(b"\r") == headers and (
        len(lines.translate(None, _CONTROL_CHARACTERS)) == len(lines)
    )


class SharedHeaders:
    """Headers that many responses have, written out once."""

    __slots__ = ("are_what_all_have", "head", "headers")

    def __init__(self, headers: Iterable[Header]) -> None:
        """Take the headers, which are not to change.

        `are_what_all_have` says whether the middleware has none to add but the request id.
        """
        self.headers = tuple(headers)
        self.head = head_of(self.headers)
        self.are_what_all_have = _ALL_HAVE.issubset(name for name, _ in self.headers)


class WrittenHeaders(NamedTuple):
    """The headers of an answer and the lines they are in HTTP/1.1, which need not be made again.

    They go along with the message that begins the answer. Whoever finds them there may use them if
    the headers of the message are still the same; who does not know of them loses nothing.
    """

    headers: tuple[Header, ...]
    lines: bytes
    length: bytes | None
    are_what_all_have: bool

    @staticmethod
    def of(message: Message) -> "WrittenHeaders | None":
        """Return those of a message that begins an answer, if it has any that still hold."""
        written: WrittenHeaders | None = message.get(_WRITTEN)
        if written is None or written.headers != tuple(message["headers"]):
            return None
        return written

    def and_one(self, header: Header) -> "WrittenHeaders":
        """Return these, and another header."""
        headers, lines = (*self.headers, header), self.lines + b"%b: %b\r\n" % header
        return WrittenHeaders(headers, lines, self.length, self.are_what_all_have)

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

    It is an ASGI application, as Starlette's responses are, with less work for each request. All it
    lacks are the date, which servers add, and the request id, which the middleware adds.
    """

    __slots__ = ("_head", "_own", "_shared", "body", "status")

    def __init__(
        self, status: int, own: Iterable[Header], shared: SharedHeaders, body: bytes = b""
    ) -> None:
        """Take the status, headers of its own, those it shares with others, and the body."""
        self.status, self.body = status, body
        self._own, self._shared = tuple(own), shared
        self._head: bytes | None = None

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send it."""
        length = next((value for name, value in self._own if name == b"content-length"), None)
        headers = self._own + self._shared.headers
        written = WrittenHeaders(headers, self.head, length, self._shared.are_what_all_have)
        await send(written.message(self.status))
        await send({"type": "http.response.body", "body": self.body})

    @property
    def head(self) -> bytes:
        """All headers as lines of HTTP/1.1, made when they are first needed.

        Raises `ValueError` for a header that would be several, or hold what none may.
        """
        if self._head is None:
            own = head_of(self._own)
            if not is_well_formed(own, len(self._own)):
                raise ValueError(f"not one line each: {own!r}")
            self._head = own + self._shared.head
        return self._head
