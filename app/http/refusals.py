"""Refusals by the connection, before there is a request for the application."""

import logging
from http import HTTPStatus

from app.http.problems import Refusal

log = logging.getLogger("readout.wire")


class RequestRefused(Exception):
    """Raised within the parser to refuse a request."""

    def __init__(self, refusal: Refusal) -> None:
        """Take the refusal to answer with."""
        super().__init__(refusal.detail)
        self.refusal = refusal


def bad_request(detail: str) -> Refusal:
    """Return the refusal of a request that breaks the rules of HTTP."""
    return Refusal(HTTPStatus.BAD_REQUEST, detail)


def too_many_bytes(status: HTTPStatus, what: str, most: int) -> Refusal:
    """Return the refusal of a request with a part that is too long."""
    return Refusal(status, f"the {what} of a request may have {most} bytes")


def not_understood(piece: bytes) -> Refusal:
    """Return the refusal of bytes that the parser cannot parse."""
    line = piece.partition(b"\r\n")[0]
    if line.isascii():
        return bad_request("this is no HTTP request that can be understood")
    return bad_request(
        "the address holds bytes that are not ASCII; percent-encode it as UTF-8, as S%C3%A9oul"
    )


def log_refusal(client: str, refusal: Refusal, request_id: bytes) -> None:
    """Log a request that was refused."""
    log.log(
        logging.WARNING if refusal.status >= 500 else logging.INFO,
        "%s refused %d: %s request_id=%s",
        client, refusal.status, refusal.detail, request_id.decode(),
        extra={"fields": {
            "client": client, "status": refusal.status, "request_id": request_id.decode(),
        }},
    )  # fmt: skip
