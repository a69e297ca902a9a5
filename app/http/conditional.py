"""ETags, and what a client says of the answers it takes and those it has."""

import hashlib
from collections.abc import Iterable

from app.http.compression import negotiate


def answer_tag(revision: str, shapes: str, path: str, query_string: bytes) -> bytes:
    """Return what identifies an answer whatever its coding.

    That are the revision, the shapes in which it is served, and the address.
    """
    asked = b"%b %b?%b" % (shapes.encode(), path.encode(), query_string)
    return f"{revision}-{hashlib.blake2b(asked, digest_size=8).hexdigest()}".encode()


def etag_of(tag: bytes, coding: str) -> bytes:
    """Return the ETag of an answer in a coding, "" for none."""
    return b'"%b.%b"' % (tag, coding.encode()) if coding else b'"%b"' % tag


def wants_page(accept: str) -> bool:
    """Return whether an Accept header would rather have HTML than JSON; browsers' do."""
    weights = {"text/html": 0.0, "application/json": 0.0}
    for part in accept.lower().split(","):
        media, *parameters = (piece.strip() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    weight = float(parameter[2:])
                except ValueError:
                    weight = 0.0
        if media in weights:
            weights[media] = max(weights[media], weight)
    return weights["text/html"] > weights["application/json"]


class Conditions:
    """What the headers of a request say of the answer."""

    __slots__ = ("accept", "accept_encoding", "if_none_match", "request_id")

    def __init__(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Take the headers of a request."""
        self.accept = self.accept_encoding = self.if_none_match = self.request_id = b""
        for name, value in headers:
            # What a header that is given twice lists is one list.
            if name == b"accept-encoding":
                self.accept_encoding += b"," + value if self.accept_encoding else value
            elif name == b"accept":
                self.accept += b"," + value if self.accept else value
            elif name == b"if-none-match":
                self.if_none_match += b"," + value if self.if_none_match else value
            elif name == b"x-request-id":
                self.request_id = value

    @property
    def wants_page(self) -> bool:
        """Whether the client would rather have HTML than JSON; browsers would."""
        return b"html" in self.accept.lower() and wants_page(self.accept.decode("latin-1"))

    @property
    def coding(self) -> str:
        """The coding in which the client gets an answer that is worth coding, or "" for none."""
        return negotiate(self.accept_encoding) if self.accept_encoding else ""

    def known_form(self, tag: bytes) -> bytes | None:
        """Return the ETag under which the client has the answer with this tag.

        It is one in the coding that the client gets, or in none. A cache may name others that it
        keeps, but these are for clients that take another coding.
        """
        entries = self.if_none_match.split(b",")
        known = {entry.strip().removeprefix(b"W/") for entry in entries}
        for etag in (etag_of(tag, self.coding), etag_of(tag, "")):
            if etag in known:
                return etag
        return None

    @property
    def any_form_is_known(self) -> bool:
        """Whether any answer at all is one that the client has."""
        return self.if_none_match.strip() == b"*"
