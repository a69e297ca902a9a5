"""How records are numbered, and so in which order lists give those of one day."""

RECORD_BITS = 20
"""A trip's records are numbered ``(trip number << RECORD_BITS) + position in the trip file``.

Records of one day so follow each other as the trip file tells them, and a trip is one key range.
"""

FIRST_TRIP_NUMBER = 1 << 20
"""Keys below ``FIRST_TRIP_NUMBER << RECORD_BITS`` belong to what trips share: people, cities, …"""
