"""What is sent: a status, headers and a body, for an ASGI server and as the bytes they are."""

from collections.abc import Iterable

from starlette.types import Receive, Scope, Send

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


def head_of(headers: Iterable[Header]) -> bytes:
    """Return headers as the lines they are in HTTP/1.1, each with its end."""
    return b"".join([b"%b: %b\r\n" % header for header in headers])


class SharedHeaders:
    """Headers that many responses have, written out once."""

    __slots__ = ("head", "headers")

    def __init__(self, headers: Iterable[Header]) -> None:
        """Take the headers, which are not to change."""
        self.headers = tuple(headers)
        self.head = head_of(self.headers)


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
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})

    @property
    def headers(self) -> Headers:
        """All headers, in the order in which they are sent."""
        return [*self._own, *self._shared.headers]

    @property
    def head(self) -> bytes:
        """The same as lines of HTTP/1.1, made when they are first needed."""
        if self._head is None:
            self._head = head_of(self._own) + self._shared.head
        return self._head
