"""Trips in the tables: found, written and deleted, each with all that is its own."""

import datetime
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.domain.collections import RESOURCES
from app.domain.records import IndexedRecord
from app.domain.tripfile import TripFile
from app.store.keys import RECORD_BITS, trip_number
from app.store.sql.indexing import Index
from app.store.sql.rows import Insert
from app.store.sql.shared import SharedRecords
from app.store.sql.writer import Reader, Writer

MAX_RECORDS = 1 << RECORD_BITS
"""How many records a trip may have."""

TEXT_FORMAT = 1
"""The number of the form in which the texts of trips are written."""

_BY_TRIP = (
    "evidence", "other_name", "identifier", "former_id", "related_trip", "register_entry",
    "meeting_reference", "appearance", "mention", "trip_text",
)  # fmt: skip
_BY_RECORD = {
    "inferred_field": "record_key", "record_topic": "record_key", "presence": "record_key",
    "agreement_party": "agreement_key", "agreement": "key", "quote": "key",
    "meeting_participant": "meeting_key", "meeting": "key", "stop": "key", "trip": "key",
    "document": "key",
}  # fmt: skip
_DELETE = (
    # For a column of trip keys, the range holds just one; for keys of records, all of the trip's.
    *(f"DELETE FROM {table} WHERE trip_key BETWEEN ? AND ?" for table in _BY_TRIP),
    *(
        f"DELETE FROM {table} WHERE {column} BETWEEN ? AND ?"
        for table, column in _BY_RECORD.items()
    ),
)
_IDS_AT_ONCE = 500
_OF_TRIPS = ("trips", "meetings", "quotes", "agreements")


@dataclass(frozen=True)
class StoredTrip:
    """A trip that is in the database, and what identifies its content."""

    key: int
    digest: str
    origin: str


class KeptTrip(NamedTuple):
    """A trip as the database keeps it."""

    text: bytes
    updated_at: str
    origin: str


def kept_shapes(connection: Reader) -> str | None:
    """Return the shapes that a database's documents were made for; None where there are none."""
    row = connection.execute("SELECT shapes FROM revision").fetchone()
    return str(row[0]) if row else None


def kept_trips(connection: Reader) -> list[KeptTrip]:
    """Return all trips that a database keeps."""
    rows = connection.execute(
        "SELECT x.body, t.updated_at, t.origin FROM trip AS t"
        " JOIN trip_text AS x ON x.trip_key = t.key ORDER BY t.key"
    )
    return [KeptTrip(zlib.decompress(body), *rest) for body, *rest in rows]


def removed_records(connection: Reader) -> list[tuple[str, str, str]]:
    """Return the removed records in a database: collection, id and time of removal."""
    return connection.execute("SELECT collection, id, removed_at FROM removed").fetchall()


def write_removed(connection: Writer, removed: list[tuple[str, str, str]]) -> None:
    """Write removed records that were read from a database."""
    connection.insert("removed", ("collection", "id", "removed_at"), removed)


def trip_text(trip: TripFile) -> str:
    """Return a trip in canonical form, JSON, from which it can be read again."""
    return trip.model_dump_json(exclude_defaults=True)


class Trips:
    """The trips, while one load writes them."""

    def __init__(self, connection: Writer, index: Index, shared: SharedRecords, now: str) -> None:
        """Take the connection of the load's transaction, and the time of the load."""
        self._connection = connection
        self._index = index
        self._shared = shared
        self._now = now
        self.columns = connection.table_columns()
        self._inserts = {table: Insert(table, columns) for table, columns in self.columns.items()}
        connection.execute(
            "CREATE TEMP TABLE gone (collection TEXT, id TEXT, PRIMARY KEY (collection, id))"
        )

    def find(self, trip_id: str) -> StoredTrip | None:
        """Return the trip with this id, or None."""
        row = self._connection.execute(
            "SELECT t.key, x.digest, t.origin FROM trip AS t"
            " JOIN trip_text AS x ON x.trip_key = t.key WHERE t.id = ?",
            (trip_id,),
        ).fetchone()
        return StoredTrip(*row) if row else None

    def ids(self, origin: str | None = None) -> list[str]:
        """Return the ids of all trips, or of those from one origin."""
        execute = self._connection.execute
        if origin is None:
            rows = execute("SELECT id FROM trip ORDER BY id")
        else:
            rows = execute("SELECT id FROM trip WHERE origin = ? ORDER BY id", (origin,))
        return [id_ for (id_,) in rows]

    def free_key(self, trip_id: str, start_date: datetime.date) -> int:
        """Return the key that a trip is to have."""
        key = trip_number(trip_id, start_date) << RECORD_BITS
        while self._connection.execute(
            "SELECT 1 FROM trip_text WHERE trip_key = ?", (key,)
        ).fetchone():
            key += 1 << RECORD_BITS
        return key

    def text(self, trip_key: int) -> TripFile:
        """Return a trip as its file says it."""
        (body,) = self._connection.execute(
            "SELECT body FROM trip_text WHERE trip_key = ?", (trip_key,)
        ).fetchone()
        return TripFile.model_validate_json(zlib.decompress(body))

    def state(self, trip_key: int, digest: str, body: bytes) -> None:
        """Write the text of a trip, which also marks its key as taken."""
        columns = ("trip_key", "format", "digest", "body")
        self._connection.insert("trip_text", columns, [(trip_key, TEXT_FORMAT, digest, body)])

    def insert(
        self,
        trip_key: int,
        records: Sequence[IndexedRecord],
        rows: Mapping[str, list[tuple[Any, ...]]],
    ) -> None:
        """Write the records and rows of a trip with this key."""
        self._index.add(list(enumerate(records, trip_key)), self._shared.keys)
        for table, some in rows.items():
            self._inserts[table](self._connection, some, trip_key, self._shared.keys)

    def taken(
        self, trip_key: int, ids: Mapping[str, Sequence[str]]
    ) -> Iterator[tuple[str, int, str, str]]:
        """Yield the ids that a record of another trip has: collection, position, id and trip."""
        for collection, some in ids.items():
            table = RESOURCES[collection].table
            for first in range(0, len(some), _IDS_AT_ONCE):
                part = some[first : first + _IDS_AT_ONCE]
                for id_, other in self._connection.execute(
                    f"SELECT r.id, t.id FROM {table} AS r JOIN trip AS t ON t.key = r.trip_key"
                    f" WHERE r.id IN ({', '.join('?' * len(part))}) AND r.trip_key <> ?",
                    (*part, trip_key),
                ):
                    yield collection, some.index(id_), id_, other

    def delete(self, trip_key: int) -> None:
        """Delete a trip and all that is its own; the shared records it mentions are touched."""
        last = trip_key + MAX_RECORDS - 1
        self._shared.touch(trip_key)
        for name in _OF_TRIPS:
            self._connection.execute(
                f"INSERT INTO gone (collection, id) SELECT ?, id FROM {RESOURCES[name].table}"
                " WHERE key BETWEEN ? AND ? ON CONFLICT DO NOTHING",
                (name, trip_key, last),
            )
        self._index.remove(trip_key, last)
        for statement in _DELETE:
            self._connection.execute(statement, (trip_key, last))

    def documents(self, trip_key: int) -> list[tuple[str, str]]:
        """Return the collection and document of each record of a trip, in order."""
        return self._connection.execute(
            "SELECT collection, body FROM document WHERE key BETWEEN ? AND ? ORDER BY key",
            (trip_key, trip_key + MAX_RECORDS - 1),
        ).fetchall()

    def finish(self) -> None:
        """Write down which records were removed, and clear that for those that came back."""
        execute = self._connection.execute
        for resource in RESOURCES.values():
            execute(
                "INSERT INTO removed (collection, id, removed_at)"
                " SELECT g.collection, g.id, ? FROM gone AS g WHERE g.collection = ?"
                f" AND NOT EXISTS (SELECT 1 FROM {resource.table} AS r WHERE r.id = g.id)"
                " ON CONFLICT (collection, id) DO UPDATE SET removed_at = excluded.removed_at",
                (self._now, resource.name),
            )
            execute(
                "DELETE FROM removed WHERE collection = ?"
                f" AND EXISTS (SELECT 1 FROM {resource.table} AS r WHERE r.id = removed.id)",
                (resource.name,),
            )
        execute("DROP TABLE gone")

    def referring_to_meetings_of(self, trip_keys: Sequence[int]) -> set[int]:
        """Return the trips that refer to meetings of these trips, or define ones they refer to."""
        found: set[int] = set()
        for key in trip_keys:
            for (other,) in self._connection.execute(
                "SELECT r.trip_key FROM meeting AS m"
                " JOIN meeting_reference AS r ON r.meeting_id = m.id WHERE m.trip_key = ?"
                " UNION SELECT m.trip_key FROM meeting_reference AS r"
                " JOIN meeting AS m ON m.id = r.meeting_id WHERE r.trip_key = ?",
                (key, key),
            ):
                found.add(other)
        return found - set(trip_keys)

    def undefined_meetings(self) -> list[tuple[str, str]]:
        """Return the meetings that a trip speaks of and none defines: trip and meeting."""
        return self._connection.execute(
            "SELECT t.id, r.meeting_id FROM meeting_reference AS r"
            " JOIN trip AS t ON t.key = r.trip_key"
            " WHERE NOT EXISTS (SELECT 1 FROM meeting AS m WHERE m.id = r.meeting_id)"
            " ORDER BY t.id, r.meeting_id"
        ).fetchall()

    def defining_meeting(self, meeting_id: str) -> int | None:
        """Return the key of the trip that defines a meeting, or None."""
        row = self._connection.execute(
            "SELECT trip_key FROM meeting WHERE id = ?", (meeting_id,)
        ).fetchone()
        return row[0] if row else None

    def speaking_of_meeting(self, meeting_id: str) -> list[int]:
        """Return the keys of the trips that speak of a meeting that another defines."""
        rows = self._connection.execute(
            "SELECT trip_key FROM meeting_reference WHERE meeting_id = ? ORDER BY trip_key",
            (meeting_id,),
        )
        return [key for (key,) in rows]

    def has_links(self, trip_key: int) -> bool:
        """Return whether a trip refers to meetings of others, or others refer to its meetings."""
        row = self._connection.execute(
            "SELECT 1 FROM meeting_reference WHERE trip_key = ? UNION ALL"
            " SELECT 1 FROM meeting AS m JOIN meeting_reference AS r ON r.meeting_id = m.id"
            " WHERE m.trip_key = ? LIMIT 1",
            (trip_key, trip_key),
        ).fetchone()
        return row is not None

    def stored(self, trip_key: int) -> tuple[str, str, str] | None:
        """Return the digest, the time of the last change and the origin of a trip, or None."""
        row: tuple[str, str, str] | None = self._connection.execute(
            "SELECT x.digest, t.updated_at, t.origin FROM trip AS t"
            " JOIN trip_text AS x ON x.trip_key = t.key WHERE t.key = ?",
            (trip_key,),
        ).fetchone()
        return row

    def body(self, trip_key: int) -> bytes:
        """Return the text of a trip as it is stored."""
        (body,) = self._connection.execute(
            "SELECT body FROM trip_text WHERE trip_key = ?", (trip_key,)
        ).fetchone()
        return bytes(body)

    def known_ids(self, name: str) -> list[str]:
        """Return the ids of a collection, for suggestions."""
        rows = self._connection.execute(f"SELECT id FROM {RESOURCES[name].table} ORDER BY id")
        return [id_ for (id_,) in rows]
