"""ETags, and the request headers for content negotiation and conditional requests."""

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache

from app.http.compression import negotiate


def answer_tag(revision: str, shapes: str, path: str, query_string: bytes) -> bytes:
    """Return the part of an ETag that is the same in every coding.

    It depends on the revision, the shapes in which it is served, and the address.
    """
    asked = b"%b %b?%b" % (shapes.encode(), path.encode(), query_string)
    return f"{revision}-{hashlib.blake2b(asked, digest_size=8).hexdigest()}".encode()


def etag_of(tag: bytes, coding: str) -> bytes:
    """Return the ETag of an answer in a coding, "" for none."""
    return b'"%b.%b"' % (tag, coding.encode()) if coding else b'"%b"' % tag


JSON = "application/json"

_MAX_ACCEPT_LENGTH = 1024
"""Longer Accept headers are cut off, in bytes, as the results of negotiation are cached by
header."""


def _weights(accept: bytes) -> dict[str, float]:
    """Return the weight, from 0 to 1, that an Accept header gives to each media range."""
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

    Among equal weights, a type that the header names wins, and else the first offered.
    """
    if not accept.strip():
        return offered[0]
    weights = _weights(accept)
    best, best_rank = None, (0.0, False)
    for media in offered:
        ranges = (media, f"{media.partition('/')[0]}/*", "*/*")
        # The most specific range that matches counts.
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
    """The request headers that decide the form of the answer."""

    __slots__ = (
        "accept", "accept_encoding", "coding", "if_none_match", "request_id", "takes_json",
    )  # fmt: skip

    def __init__(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Take the headers of a request.

        `coding` is the content coding for answers that are large enough, or "" for none.
        `takes_json` says whether the client gets JSON wherever that is offered. For other clients,
        the format has to be negotiated among those offered at the address.
        """
        self.accept = self.accept_encoding = self.if_none_match = self.request_id = b""
        for name, value in headers:
            # Repeated headers form a single list.
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
        """Return the ETag in If-None-Match that matches the answer with this tag, or None.

        Only the coding that the client would get counts, or no coding. A cache may send the ETags
        of other codings, but it stores those for other clients.
        """
        entries = self.if_none_match.split(b",")
        known = {entry.strip().removeprefix(b"W/") for entry in entries}
        for etag in (etag_of(tag, self.coding), etag_of(tag, "")):
            if etag in known:
                return etag
        return None

    @property
    def any_form_is_known(self) -> bool:
        """Whether If-None-Match is `*`, which matches any answer."""
        return self.if_none_match.strip() == b"*"
