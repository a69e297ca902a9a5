"""What trips share: people, organizations, cities, topics and sources, while a load writes them.

One file defines such a record, others may define it alike or refer to it by its id.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from app.domain.collections import PARTICIPANTS
from app.domain.countries import country_name, country_spellings
from app.domain.records import Resource, indexed_record
from app.domain.shared_collections import CITIES, ORGANIZATIONS, SOURCES, TOPICS
from app.domain.spellings import spellings_of, with_squeezed
from app.domain.tripfile import (
    CityPart,
    OrganizationPart,
    ParticipantPart,
    SourcePart,
    TopicPart,
    TripFilePart,
)
from app.store.keys import FIRST_TRIP_NUMBER, RECORD_BITS
from app.store.sql.indexing import Index
from app.store.sql.profiles import SharedShapes
from app.store.sql.writer import Writer

SHARED = {
    resource.name: resource for resource in (SOURCES, ORGANIZATIONS, CITIES, TOPICS, PARTICIPANTS)
}

_PARTS: dict[str, type[TripFilePart]] = {
    "sources": SourcePart,
    "organizations": OrganizationPart,
    "cities": CityPart,
    "topics": TopicPart,
    "participants": ParticipantPart,
}
_ALIAS_GROUPS = {
    PARTICIPANTS.name: ("participant", "official"),
    CITIES.name: ("city",),
    TOPICS.name: ("topic",),
    ORGANIZATIONS.name: ("organization", "party"),
}
_MENTION = ("trip_key", "shared_key", "definition")
_COUNTRY_GROUPS = ("country", "party")


OF_A_LAYER = "+"
"""The suffix of a definition that comes from a register's layer, not from the trip's file."""


class Mention(NamedTuple):
    """A trip's mention of a shared record; `definition` identifies how the trip defines it."""

    name: str
    id: str
    definition: str | None


class Undefined(NamedTuple):
    """A shared record that trips speak of and none defines; `trips` are their keys."""

    name: str
    id: str
    trips: list[int]


def definition_columns(name: str, columns: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the columns of the table of a shared list that definitions fill."""
    table = SHARED[name].table
    return tuple(
        column
        for column in columns[table]
        # The country of a participant is that of the latest trip, not of the definition.
        if (table, column) != ("participant", "country_code")
    )


class _Keys(dict[tuple[str, str], int]):
    """The keys of shared records by list and id; looked up, or given out, when first asked for."""

    def __init__(self, find_or_number: Callable[[str, str], int]) -> None:
        self._find_or_number = find_or_number

    def __missing__(self, named: tuple[str, str]) -> int:
        self[named] = key = self._find_or_number(*named)
        return key


class SharedRecords:
    """The shared records, while one load brings them in line with the trip files."""

    def __init__(self, connection: Writer, index: Index) -> None:
        """Take the connection of the load's transaction, and its index."""
        self._connection = connection
        self._index = index
        self._shapes = SharedShapes(connection, index.count_meetings)
        self.keys = _Keys(self._find_or_number)
        self._stated: dict[int, tuple[Any, ...]] = {}
        self._touched: dict[int, Resource] = {}
        self._redefined: set[int] = set()
        self._countries: set[str] = set()
        self._next_key: int = connection.execute(
            "SELECT coalesce(max(key), 0) + 1 FROM document WHERE key < ?",
            (FIRST_TRIP_NUMBER << RECORD_BITS,),
        ).fetchone()[0]

    def add_countries(self, codes: Iterable[str]) -> None:
        """Add the countries with these codes, and their spellings, where they are new."""
        for code in sorted(set(codes) - self._countries):
            self._connection.execute(
                "INSERT INTO country (code, name) VALUES (?, ?)"
                " ON CONFLICT (code) DO UPDATE SET name = excluded.name",
                (code, country_name(code)),
            )
            for group in _COUNTRY_GROUPS:
                self._index.alias(group, code, with_squeezed(country_spellings(code)))
            self._countries.add(code)

    def state(
        self,
        trip_key: int,
        mentions: Sequence[Mention],
        definitions: dict[str, list[tuple[Any, ...]]],
        columns: Mapping[str, tuple[str, ...]],
    ) -> None:
        """Write which shared records a trip mentions, and how it defines them.

        `definitions` are rows of the tables of shared records, by list.
        """
        for name, statements in definitions.items():
            filled = definition_columns(name, columns)
            for row in statements:
                self._define(SHARED[name].table, filled, row)
        rows = []
        for name, id_, definition in mentions:
            key = self.keys[name, id_]
            rows.append((trip_key, key, definition))
            self._touched[key] = SHARED[name]
        self._connection.insert("mention", _MENTION, rows)

    def mentions(self, trip_key: int) -> list[tuple[int, str | None]]:
        """Return the keys of the shared records a trip mentions, and how it defines each."""
        return self._connection.execute(
            "SELECT shared_key, definition FROM mention WHERE trip_key = ?", (trip_key,)
        ).fetchall()

    def restate(self, trip_key: int, mentions: Sequence[tuple[int, str | None]]) -> None:
        """Write the mentions of a trip again, as `mentions` returned them."""
        rows = [(trip_key, key, definition) for key, definition in mentions]
        self._connection.insert("mention", _MENTION, rows)

    def _find_or_number(self, name: str, id_: str) -> int:
        found = self._connection.execute(
            f"SELECT key FROM {SHARED[name].table} WHERE id = ?", (id_,)
        ).fetchone()
        if found is not None:
            return int(found[0])
        key, self._next_key = self._next_key, self._next_key + 1
        self._index.reserve(key, name)
        return key

    def _define(self, table: str, columns: tuple[str, ...], row: tuple[Any, ...]) -> None:
        key = self.keys[row[0]]
        if key in self._stated:
            return
        self._stated[key] = row
        values = (key, *(self.keys[v] if isinstance(v, tuple) else v for v in row[1:]))
        before = self._connection.execute(
            f"SELECT {', '.join(columns)} FROM {table} WHERE key = ?", (key,)
        ).fetchone()
        if before == values:
            return
        if before is not None:
            self._redefined.add(key)
            assignments = ", ".join(f"{column} = ?" for column in columns[1:])
            self._connection.execute(
                f"UPDATE {table} SET {assignments} WHERE key = ?", (*values[1:], key)
            )
            return
        marks = ", ".join("?" * len(columns))
        self._connection.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", values
        )

    def touch(self, trip_key: int) -> None:
        """Note that a trip changes or goes: shared records it mentions are written or removed."""
        for table, key in self._connection.execute(
            "SELECT d.collection, d.key FROM mention AS m JOIN document AS d"
            " ON d.key = m.shared_key WHERE m.trip_key = ?",
            (trip_key,),
        ).fetchall():
            self._touched[key] = SHARED[table]

    def referring(self, trip_keys: Iterable[int]) -> set[int]:
        """Return the trips that refer to redefined records, or to participants of these trips."""
        found: set[int] = set()
        shown = set(self._redefined)
        for trip_key in trip_keys:
            shown |= {
                key
                for (key,) in self._connection.execute(
                    "SELECT m.shared_key FROM mention AS m JOIN participant AS p"
                    " ON p.key = m.shared_key WHERE m.trip_key = ? AND m.definition IS NOT NULL",
                    (trip_key,),
                )
            }
        for key in shown:
            for (trip,) in self._connection.execute(
                "SELECT trip_key FROM mention WHERE shared_key = ? AND definition IS NULL", (key,)
            ):
                found.add(trip)
        return found

    def definition(self, name: str, id_: str) -> Any:
        """Return the definition of a shared record as a part of a trip file, or None.

        A participant has the office of the latest trip that defines them.
        """
        table = SHARED[name].table
        row = self._one(f"SELECT * FROM {table} WHERE id = ?", (id_,))
        if row is None:
            return None
        key = row.pop("key")
        row["country"] = row.pop("country_code", None)
        if name == PARTICIPANTS.name:
            office = self._one(
                "SELECT a.title, a.country_code AS country, o.id AS organization, a.note"
                " FROM mention AS m JOIN appearance AS a"
                " ON a.trip_key = m.trip_key AND a.participant_key = m.shared_key"
                " LEFT JOIN organization AS o ON o.key = a.organization_key"
                " WHERE m.shared_key = ? AND m.definition IS NOT NULL"
                " ORDER BY m.trip_key DESC LIMIT 1",
                (key,),
            )
            row |= office or {"title": None, "country": None, "organization": None, "note": None}
        part = _PARTS[name]
        known = {field: value for field, value in row.items() if field in part.model_fields}
        return part.model_validate(known)

    def _one(self, statement: str, parameters: tuple[Any, ...]) -> dict[str, Any] | None:
        cursor = self._connection.execute(statement, parameters)
        row = cursor.fetchone()
        if row is None:
            return None
        return dict(zip((column[0] for column in cursor.description), row, strict=True))

    def undefined(self) -> Iterator[Undefined]:
        """Yield the records that trips mention but, after this load, none defines."""
        ids = {(name, key): id_ for (name, id_), key in self.keys.items()}
        for key, resource in sorted(self._touched.items()):
            mentioned, defined = self._connection.execute(
                "SELECT count(*), count(definition) FROM mention WHERE shared_key = ?", (key,)
            ).fetchone()
            if mentioned and not defined:
                rows = self._connection.execute(
                    "SELECT trip_key FROM mention WHERE shared_key = ? ORDER BY 1", (key,)
                )
                id_ = ids.get((resource.name, key)) or self._id(key, resource)
                yield Undefined(resource.name, id_, [trip for (trip,) in rows])

    def disagreements(self) -> Iterator[tuple[str, str, list[int]]]:
        """Yield records with several definitions: list, id, and one trip for each definition."""
        for key, resource in sorted(self._touched.items()):
            rows = self._connection.execute(
                "SELECT max(trip_key) FROM mention WHERE shared_key = ? AND definition IS NOT NULL"
                " AND definition NOT LIKE ? GROUP BY definition ORDER BY 1",
                (key, f"%{OF_A_LAYER}"),
            ).fetchall()
            if len(rows) > 1:
                yield resource.name, self._id(key, resource), [trip for (trip,) in rows]

    def _id(self, key: int, resource: Resource) -> str:
        (found,) = self._connection.execute(
            f"SELECT id FROM {resource.table} WHERE key = ?", (key,)
        ).fetchone()
        return str(found)

    def finish(self) -> None:
        """Write the documents of touched records; remove records that no trip mentions any more."""
        for key, resource in sorted(self._touched.items()):
            mentioned = self._connection.execute(
                "SELECT 1 FROM mention WHERE shared_key = ? LIMIT 1", (key,)
            ).fetchone()
            if mentioned:
                self._write(key, resource)
            else:
                self._remove(key, resource)
        self._connection.execute(
            "DELETE FROM country WHERE NOT EXISTS"
            " (SELECT 1 FROM city AS c WHERE c.country_code = country.code) AND NOT EXISTS"
            " (SELECT 1 FROM appearance AS a WHERE a.country_code = country.code) AND NOT EXISTS"
            " (SELECT 1 FROM stop AS s WHERE s.country_code = country.code) AND NOT EXISTS"
            " (SELECT 1 FROM meeting AS m WHERE m.country_code = country.code) AND NOT EXISTS"
            " (SELECT 1 FROM quote AS q WHERE q.country_code = country.code) AND NOT EXISTS"
            " (SELECT 1 FROM agreement AS g WHERE g.country_code = country.code) AND NOT EXISTS"
            " (SELECT 1 FROM agreement_party AS p WHERE p.country_code = country.code)"
        )
        execute = self._connection.execute
        named = {code for (code,) in execute("SELECT value FROM alias WHERE names = 'country'")}
        existing = {code for (code,) in execute("SELECT code FROM country")}
        for code in sorted((named | self._countries) - existing):
            for group in _COUNTRY_GROUPS:
                self._index.alias(group, code, ())

    def _write(self, key: int, resource: Resource) -> None:
        record = self._shapes.record(key, resource)
        shape = getattr(record, "shape", record)
        if resource is PARTICIPANTS:
            self._connection.execute(
                "UPDATE participant SET country_code = ? WHERE key = ?",
                (shape.country and shape.country.code, key),
            )
        for group in _ALIAS_GROUPS.get(resource.name, ()):
            self._index.alias(group, shape.id, spellings_of(group, shape))
        self._index.fill(key, indexed_record(resource, record, shape.updated_at))

    def _remove(self, key: int, resource: Resource) -> None:
        row = self._connection.execute(
            f"SELECT id FROM {resource.table} WHERE key = ?", (key,)
        ).fetchone()
        if row is None:
            return
        self._connection.execute(
            "INSERT INTO gone (collection, id) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (resource.name, row[0]),
        )
        for group in _ALIAS_GROUPS.get(resource.name, ()):
            self._index.alias(group, row[0], ())
        self._index.remove(key, key)
        self._connection.execute(f"DELETE FROM {resource.table} WHERE key = ?", (key,))
        self._connection.execute("DELETE FROM document WHERE key = ?", (key,))
