"""Which problem stands for which exception."""

from http import HTTPStatus

from app.http.files import RangeNotSatisfiable
from app.http.problems import Refusal, internal_error, unavailable
from app.query.reading import InvalidQuery
from app.store.base import DatabaseUnavailable, DeadlineExceeded


class NotFound(Exception):
    """Nothing is served under this address; the message says so to a client.

    `near` is a path that may have been meant, or "".
    """

    def __init__(self, message: str, near: str = "") -> None:
        """Take what is said to a client, and the path that may have been meant."""
        super().__init__(message)
        self.near = near


class Gone(Exception):
    """What was served under this address was removed; the message says when."""


class NotAcceptable(Exception):
    """Nothing that the client accepts is served under this address; the message says what is."""


class Overloaded(Exception):
    """As many questions are being answered as may be, and this one has waited long enough."""


def refusal_of(error: Exception) -> Refusal:
    """Return the refusal for an exception; it tells nothing of an unexpected one."""
    match error:
        case InvalidQuery():
            errors = [
                {
                    "parameter": issue.path, "value": issue.value, "message": issue.message,
                    "suggestions": issue.suggestions,
                }
                for issue in error.issues
            ]  # fmt: skip
            return Refusal(
                HTTPStatus.UNPROCESSABLE_ENTITY, str(error),
                "urn:readout:problem:invalid-parameters", errors,
            )  # fmt: skip
        case NotFound():
            kind = "urn:readout:problem:not-found"
            return Refusal(HTTPStatus.NOT_FOUND, str(error), kind, near=error.near)
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
            return unavailable(str(error), "unavailable")
        case DeadlineExceeded():
            detail = "This takes longer than a question may; ask for less, as with more filters."
            return unavailable(detail, "timeout")
        case Overloaded():
            detail = "As many questions are being answered as may be; ask again in a while."
            return unavailable(detail, "overloaded")
    return internal_error()
