"""Which problem stands for which exception."""

from dataclasses import asdict
from http import HTTPStatus

from app.http.files import RangeNotSatisfiable
from app.http.problems import Refusal, internal_error
from app.query.reading import InvalidQuery
from app.store.base import DatabaseUnavailable, DeadlineExceeded

RETRY_AFTER_SECONDS = 5

_RETRY = [(b"retry-after", b"%d" % RETRY_AFTER_SECONDS)]


class NotFound(Exception):
    """Nothing is served under this address; the message says so to a client."""


class Gone(Exception):
    """What was served under this address was removed; the message says when."""


class NotAcceptable(Exception):
    """Nothing that the client accepts is served under this address; the message says what is."""


class Overloaded(Exception):
    """As many questions are being answered as may be, and this one has waited long enough."""


def refusal_of(error: Exception) -> Refusal:
    """Return what is said of an exception; of one that was not foreseen, nothing of itself."""
    match error:
        case InvalidQuery():
            errors = [asdict(fault) for fault in error.faults]
            return Refusal(
                HTTPStatus.UNPROCESSABLE_ENTITY, str(error),
                "urn:readout:problem:invalid-parameters", errors,
            )  # fmt: skip
        case NotFound():
            return Refusal(HTTPStatus.NOT_FOUND, str(error), "urn:readout:problem:not-found")
        case RangeNotSatisfiable():
            return Refusal(
                HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, str(error),
                headers=[(b"content-range", b"bytes */%d" % error.size)],
            )  # fmt: skip
        case NotAcceptable():
            return Refusal(
                HTTPStatus.NOT_ACCEPTABLE, str(error), "urn:readout:problem:not-acceptable"
            )
        case Gone():
            return Refusal(HTTPStatus.GONE, str(error), "urn:readout:problem:gone")
        case DatabaseUnavailable():
            return _unavailable(str(error), "unavailable")
        case DeadlineExceeded():
            detail = "This takes longer than a question may; ask for less, as with more filters."
            return _unavailable(detail, "timeout")
        case Overloaded():
            detail = "As many questions are being answered as may be; ask again in a while."
            return _unavailable(detail, "overloaded")
    return internal_error()


def _unavailable(detail: str, kind: str) -> Refusal:
    return Refusal(
        HTTPStatus.SERVICE_UNAVAILABLE, detail, f"urn:readout:problem:{kind}", headers=_RETRY
    )
