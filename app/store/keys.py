"""How records are numbered, which is also the order in which lists give those of one day."""

import datetime
import hashlib

RECORD_BITS = 20
"""A trip's records are numbered ``(trip number << RECORD_BITS) + position in the trip file``.

So records of one day are in the order of the trip file, and a trip is one range of keys.
"""

FIRST_TRIP_NUMBER = 1 << 20
"""Keys below ``FIRST_TRIP_NUMBER << RECORD_BITS`` belong to what trips share: people, cities, …"""

_HASH_BITS = 18


def trip_number(trip_id: str, start_date: datetime.date) -> int:
    """Return the number of a trip: by its first day, then by its id.

    It follows from the trip alone, so that lists have one order however trips were loaded; and
    files that are loaded in the order of their days are written in the order of their keys. Of two
    trips of one day whose ids hash alike, one in 262,144, the second takes the next free number.
    """
    hashed = int.from_bytes(hashlib.sha256(trip_id.encode()).digest()[:4], "big")
    return FIRST_TRIP_NUMBER + (start_date.toordinal() << _HASH_BITS) + (hashed >> 32 - _HASH_BITS)
