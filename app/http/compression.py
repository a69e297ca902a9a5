"""Which content coding a client gets, and bodies in it."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import cramjam

SMALLEST = 1024
"""Bodies below this size, in bytes, are sent as they are: coding them saves no packet."""

# In order of preference if the client has none: speed matters more than the last percent.
_CODINGS = ("zstd", "br", "gzip")
# `*` stands for gzip alone: some proxies send it, but decode no newer coding.
_OF_A_STAR = "gzip"
_LEVELS = {"zstd": 6, "br": 5, "gzip": 6}
_COMPRESS = {
    "zstd": cramjam.zstd.compress,
    "br": cramjam.brotli.compress,
    "gzip": cramjam.gzip.compress,
}
_COMPRESSORS: dict[str, Any] = {
    "zstd": cramjam.zstd.Compressor,
    "br": cramjam.brotli.Compressor,
    "gzip": cramjam.gzip.Compressor,
}
_ACCEPTED = re.compile(r"([^\s;]+)\s*(?:;\s*q=(0(?:\.[0-9]*)?|1(?:\.0*)?))?")
_MAX_HEADER_LENGTH = 256


def encode(body: bytes, coding: str) -> bytes:
    """Return a body in a content coding."""
    return bytes(_COMPRESS[coding](body, _LEVELS[coding]))


def encoded(pieces: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """Yield a body in a content coding, flushed after each piece; no piece is empty."""
    encoder = _COMPRESSORS[coding](_LEVELS[coding])
    for piece in pieces:
        encoder.compress(piece)
        if done := bytes(encoder.flush()):
            yield done
    if done := bytes(encoder.finish()):
        yield done


def negotiate(accept_encoding: bytes) -> str:
    """Return the coding that an Accept-Encoding header wants most, or "" for none."""
    # No browser sends more than this, and cached headers have to stay small.
    if len(accept_encoding) > _MAX_HEADER_LENGTH:
        return ""
    return _negotiated(accept_encoding)


@lru_cache(maxsize=256)
def _negotiated(accept_encoding: bytes) -> str:
    wanted: dict[str, float] = {}
    for part in accept_encoding.decode("latin-1").lower().split(","):
        accepted = _ACCEPTED.fullmatch(part.strip())
        if accepted:
            wanted[accepted[1]] = float(accepted[2] or 1)
    if "*" in wanted:
        wanted.setdefault(_OF_A_STAR, wanted["*"])
    weights = {coding: wanted.get(coding, 0.0) for coding in _CODINGS}
    best = max(_CODINGS, key=lambda coding: weights[coding])
    if weights[best] == 0 or weights[best] < wanted.get("identity", 0.0):
        return ""
    return best
