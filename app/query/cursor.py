"""Where a page ends, as an opaque token.

A cursor holds the place of the last record of a page in its list, the number of all matches, the
revision that number was found in and the fingerprint of the query it belongs to. A checksum tells a
cursor that was cut or changed from one that was given out; it protects no secret.
"""

import base64
import binascii
import hashlib
import json
from typing import NamedTuple

from pydantic_core import to_json

_PURPOSE = b"readout cursor 1"
_CHECKSUM_BYTES = 8
MAX_CURSOR_LENGTH = 1000


class InvalidCursor(Exception):
    """A cursor that was not given out for this query; the message says so to a client."""


class Position(NamedTuple):
    """The place of a record in a list, and how many records the list has in `revision`.

    `place` is what the list is ordered by: a date, a folded name or a score.
    """

    place: str | int
    key: int
    total: int
    revision: str


def _checksum(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_CHECKSUM_BYTES, key=_PURPOSE).digest()


def known_total(after: Position | None, revision: str, shown: int, more: bool) -> int | None:
    """Return how many records a list has, where that is known without counting.

    A cursor carries the number found in its revision; a first page that is the last shows them all.
    """
    if after is not None and after.revision == revision:
        return after.total
    return shown if after is None and not more else None


def write_cursor(position: Position, fingerprint: str) -> str:
    """Return the cursor of the page after `position` in the list of a query."""
    content = to_json(
        (position.place, position.key, position.total, position.revision, fingerprint)
    )
    return base64.urlsafe_b64encode(_checksum(content) + content).rstrip(b"=").decode()


def read_cursor(cursor: str, fingerprint: str) -> Position:
    """Return the position a cursor stands for; raise `InvalidCursor` if it is not this query's."""
    broken = "is not a cursor of this service; take it whole from next_cursor, or leave it out"
    if len(cursor) > MAX_CURSOR_LENGTH or not cursor.isascii():
        raise InvalidCursor(broken)
    try:
        token = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise InvalidCursor(broken) from None
    content = token[_CHECKSUM_BYTES:]
    if token[:_CHECKSUM_BYTES] != _checksum(content):
        raise InvalidCursor(broken)
    try:
        place, key, total, revision, belongs_to = json.loads(content)
        position = _checked(Position(place, key, total, revision))
    except (TypeError, ValueError, RecursionError):
        # The checksum is no secret: anyone who reads this code can forge a cursor.
        raise InvalidCursor(broken) from None
    if belongs_to != fingerprint:
        raise InvalidCursor("belongs to a query with other filters; start it without a cursor")
    return position


def _checked(position: Position) -> Position:
    """Return a position that SQLite takes; raise ValueError or TypeError for any other."""
    if isinstance(position.place, str):
        position.place.encode()
        if "\0" in position.place:
            raise ValueError
    elif type(position.place) is not int or abs(position.place) >= 1 << 63:
        raise ValueError
    if not isinstance(position.revision, str):
        raise TypeError
    for number in (position.key, position.total):
        if type(number) is not int or not 0 <= number < 1 << 63:
            raise ValueError
    return position
