"""Why there is no answer, as RFC 9457 problems: one shape for every status and every route."""

from http import HTTPStatus

from starlette.responses import Response
from starlette.types import Scope

from app.domain.answers import FieldError, Problem
from app.query.reading import InvalidQuery
from app.store.sqlite.database import DatabaseUnavailable

MEDIA_TYPE = "application/problem+json"

RETRY_AFTER_SECONDS = 5


class NotFound(Exception):
    """Nothing is served under this address; the message says so to a client."""


class Gone(Exception):
    """What was served under this address was removed; the message says when."""


class Moved(Exception):
    """What is asked for has another address, which the message is."""


class MethodNotAllowed(Exception):
    """Readout is read with GET and HEAD."""


# Kinds of problems that a client may want to tell apart have a type of their own; of the others
# the status says all there is.
_TYPES = {
    InvalidQuery: (HTTPStatus.UNPROCESSABLE_ENTITY, "urn:readout:problem:invalid-parameters"),
    Gone: (HTTPStatus.GONE, "urn:readout:problem:gone"),
    NotFound: (HTTPStatus.NOT_FOUND, "urn:readout:problem:not-found"),
    MethodNotAllowed: (HTTPStatus.METHOD_NOT_ALLOWED, "about:blank"),
    DatabaseUnavailable: (HTTPStatus.SERVICE_UNAVAILABLE, "urn:readout:problem:unavailable"),
}
# The words of RFC 9110, where Python's depend on its version.
_TITLES = {HTTPStatus.UNPROCESSABLE_ENTITY: "Unprocessable Content"}
_HEADERS = {
    MethodNotAllowed: {"Allow": "GET, HEAD, OPTIONS"},
    DatabaseUnavailable: {"Retry-After": str(RETRY_AFTER_SECONDS)},
}


def problem_of(error: Exception, scope: Scope) -> Problem:
    """Return the problem that an exception stands for; an unforeseen one says nothing of itself."""
    for kind, (status, type_) in _TYPES.items():
        if isinstance(error, kind):
            errors = []
            if isinstance(error, InvalidQuery):
                errors = [
                    FieldError(
                        parameter=fault.parameter,
                        value=fault.value,
                        message=fault.message,
                        suggestions=fault.suggestions,
                    )
                    for fault in error.faults
                ]
            return _problem(status, type_, str(error), scope, errors)
    detail = "Something went wrong here. The log has the cause under this request_id."
    return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, "about:blank", detail, scope, [])


def _problem(
    status: HTTPStatus, type_: str, detail: str, scope: Scope, errors: list[FieldError]
) -> Problem:
    return Problem(
        type=type_,
        title=_TITLES.get(status, status.phrase),
        status=status.value,
        detail=detail,
        instance=scope["path"],
        request_id=scope["state"]["request_id"],
        errors=errors,
    )


def problem_response(error: Exception, scope: Scope) -> Response:
    """Return the response for an exception; caches must not keep it."""
    if isinstance(error, Moved):
        moved = {"Location": str(error), "Cache-Control": "no-cache"}
        return Response(b"", HTTPStatus.PERMANENT_REDIRECT, moved)
    problem = problem_of(error, scope)
    headers = {"Cache-Control": "no-store"}
    for kind, more in _HEADERS.items():
        if isinstance(error, kind):
            headers |= more
    return Response(problem.model_dump_json(), problem.status, headers, MEDIA_TYPE)
