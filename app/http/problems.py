"""Error answers as RFC 9457 problems: one shape for every status and every route."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from pydantic_core import to_json

from app.http.responses import COMMON_HEADERS, Header, Response, SharedHeaders

RETRY_AFTER_SECONDS = 5

MEDIA_TYPE = "application/problem+json"

# The phrases of RFC 9110, where Python's depend on its version.
_TITLES = {
    HTTPStatus.UNPROCESSABLE_ENTITY: "Unprocessable Content",
    HTTPStatus.REQUEST_URI_TOO_LONG: "URI Too Long",
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: "Range Not Satisfiable",
}
_COMMON_HEADERS = SharedHeaders(COMMON_HEADERS)


@dataclass(frozen=True)
class Refusal:
    """An error answer: its status, and the reason.

    `type` identifies the kind of problem where clients may want to tell it from others of the same
    status; `errors` has an entry for each parameter at fault, `headers` are additional headers.
    `near` is a path that may have been meant, for pages that link to it.
    """

    status: HTTPStatus
    detail: str
    type: str = "about:blank"
    errors: Sequence[Mapping[str, Any]] = ()
    headers: Sequence[Header] = field(default=())
    near: str = ""


def internal_error() -> Refusal:
    """Return the refusal for an unexpected error, which tells nothing of the error itself."""
    detail = "Something went wrong here. The log has the cause under this request_id."
    return Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, detail)


def unavailable(detail: str, kind: str) -> Refusal:
    """Return the refusal for a temporary failure, with a Retry-After header."""
    return Refusal(
        HTTPStatus.SERVICE_UNAVAILABLE,
        detail,
        f"urn:readout:problem:{kind}",
        headers=[(b"retry-after", b"%d" % RETRY_AFTER_SECONDS)],
    )


def method_not_allowed(method: str) -> Refusal:
    """Return the refusal for a method that is not served."""
    return Refusal(
        HTTPStatus.METHOD_NOT_ALLOWED,
        f"{method} is not served; read with GET or HEAD",
        headers=[(b"allow", b"GET, HEAD, OPTIONS")],
    )


def problem_response(refusal: Refusal, instance: str, request_id: str) -> Response:
    """Return the response of a refusal, which caches must not store.

    `instance` is the path that was asked for.
    """
    status = refusal.status
    body = to_json(
        {
            "type": refusal.type,
            "title": _TITLES.get(status, status.phrase),
            "status": status.value,
            "detail": refusal.detail,
            "instance": instance,
            "request_id": request_id,
            "errors": refusal.errors,
        }
    )
    own = [
        (b"cache-control", b"no-store"),
        *refusal.headers,
        (b"content-length", b"%d" % len(body)),
        (b"content-type", MEDIA_TYPE.encode()),
    ]
    return Response(status.value, own, _COMMON_HEADERS, body)
