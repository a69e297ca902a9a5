"""ETags, and what a client says of the answers it takes and those it has."""

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache

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


JSON = "application/json"

_MAX_ACCEPT_LENGTH = 1024
"""Of an Accept header, in bytes, the rest is not looked at: what was negotiated is remembered."""


def _weights(accept: bytes) -> dict[str, float]:
    """Return what an Accept header says of each range of media types, from 0 to 1."""
    weights: dict[str, float] = {}
    for part in accept.decode("latin-1").lower().split(","):
        media, *parameters = (piece.strip() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            name, _, value = (piece.strip() for piece in parameter.partition("="))
            if name == "q":
                weight = float(value) if _WEIGHT.fullmatch(value) else 0.0
        if media:
            weights[media] = max(weights.get(media, 0.0), weight)
    return weights


_WEIGHT = re.compile(r"0(?:\.[0-9]*)?|1(?:\.0*)?|\.[0-9]+")


@lru_cache(maxsize=256)
def negotiate_media(accept: bytes, offered: tuple[str, ...]) -> str | None:
    """Return the media type of those offered that an Accept header wants most, or None.

    Of several that are wanted alike it is one that the header names, and else the first offered.
    """
    if not accept.strip():
        return offered[0]
    weights = _weights(accept)
    best, best_rank = None, (0.0, False)
    for media in offered:
        ranges = (media, f"{media.partition('/')[0]}/*", "*/*")
        # The narrowest range that fits is the one that holds.
        weight = next((weights[each] for each in ranges if each in weights), 0.0)
        if weight and (weight, media in weights) > best_rank:
            best, best_rank = media, (weight, media in weights)
    return best


@lru_cache(maxsize=256)
def _takes_json(accept: bytes) -> bool:
    weights = _weights(accept)
    named = max((weight for media, weight in weights.items() if "*" not in media), default=0.0)
    if JSON in weights:
        return weights[JSON] > 0 and weights[JSON] == named
    ranges = (weights[each] for each in ("application/*", "*/*") if each in weights)
    return not named and next(ranges, 0.0) > 0


class Conditions:
    """What the headers of a request say of the answer."""

    __slots__ = (
        "accept", "accept_encoding", "coding", "if_none_match", "request_id", "takes_json",
    )  # fmt: skip

    def __init__(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Take the headers of a request.

        `coding` is that of an answer which is worth coding, or "" for none. `takes_json` says
        whether the client gets JSON where that is served, whatever else is: of others it has to be
        worked out what they get, of what is offered under an address.
        """
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
        self.accept = self.accept[:_MAX_ACCEPT_LENGTH]
        self.takes_json = not self.accept or _takes_json(self.accept)
        self.coding = negotiate(self.accept_encoding) if self.accept_encoding else ""

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
