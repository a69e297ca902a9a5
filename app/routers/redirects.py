"""Addresses that have moved for good."""

from http import HTTPStatus

from app.http.responses import COMMON_HEADERS, Response, SharedHeaders

_COMMON_HEADERS = SharedHeaders(COMMON_HEADERS)


def redirect(path: str, query_string: bytes) -> Response:
    """Return a redirect (308) to a path, with the same parameters."""
    location = path.encode() + (b"?" + query_string if query_string else b"")
    own = [(b"location", location), (b"cache-control", b"no-cache"), (b"content-length", b"0")]
    return Response(HTTPStatus.PERMANENT_REDIRECT, own, _COMMON_HEADERS)
