"""Two editions of some trips, and what a database holds of them."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.trips import Part, meeting, trip, write_trips

EDITIONS = {"Old": 5, "New": 8}
"""The editions, which stand in every title, and how many meetings each trip has in them."""


def edition(name: str, trips: int = 20) -> list[Part]:
    """Return the trips of an edition."""
    return [
        trip(
            f"trip-{number}",
            title=name,
            meetings=[meeting(f"m-{number}-{at}", title=name) for at in range(EDITIONS[name])],
        )
        for number in range(trips)
    ]


def write_edition(folder: Path, name: str, trips: int = 20) -> list[Path]:
    """Write the trips of an edition into a folder of its own; return their files."""
    return write_trips(folder / name, edition(name, trips))


def content_of(path: Path) -> str:
    """Return a digest of all that a database serves, and see that it is whole.

    Raises AssertionError where SQLite finds a fault in it.
    """
    digest = hashlib.sha256()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        for (revision,) in connection.execute("SELECT id FROM revision"):
            digest.update(revision.encode())
        for collection, body in connection.execute(
            "SELECT collection, body FROM document ORDER BY collection, body"
        ):
            digest.update(f"{collection}\n{body}\n".encode())
    return digest.hexdigest()
