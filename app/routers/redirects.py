"""Addresses that have moved for good."""

from http import HTTPStatus
from urllib.parse import quote

from app.http.responses import COMMON_HEADERS, Response, SharedHeaders

_COMMON_HEADERS = SharedHeaders(COMMON_HEADERS)
_PLAIN = "/:@!$&'()*+,;="
"""What needs no encoding in a path, beside letters, digits and `-._~`, which `quote` leaves
anyway."""


def redirect(path: str, query_string: bytes) -> Response:
    """Return a redirect (308) to a path, given decoded, with the same parameters."""
    # Encoded again: a header may hold no control character, and none but ASCII.
    location = quote(path, safe=_PLAIN).encode() + (b"?" + query_string if query_string else b"")
    own = [(b"location", location), (b"cache-control", b"no-cache"), (b"content-length", b"0")]
    return Response(HTTPStatus.PERMANENT_REDIRECT, own, _COMMON_HEADERS)
