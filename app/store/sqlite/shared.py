"""What trips share: people, cities, topics and sources.

Every trip file says of them what it needs. Where two files speak of one id they must say the same,
so that the order in which files are loaded never matters. A title may differ: it is held at a time.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.domain import entities as schemas
from app.domain.collections import CITIES, PARTICIPANTS, SOURCES, TOPICS, Resource
from app.domain.countries import country_name, country_spellings
from app.domain.documents import passage_url
from app.domain.names import fold
from app.domain.vocabulary import ParticipantKind
from app.ingest.explaining import shown
from app.ingest.preparing import Prepared
from app.ingest.reading import Complaint, ReadTrip, read_trip_file
from app.ingest.records import country
from app.ingest.rendering import render
from app.ingest.triprows import FIELD_OF_COLUMN, SHARED_COLUMNS
from app.ingest.yamltree import Location
from app.store.keys import FIRST_TRIP_NUMBER, RECORD_BITS
from app.store.sqlite.indexing import Index
from app.store.sqlite.rows import Insert

MEETINGS_SHOWN = 1000
"""How many meeting ids a participant's document holds; the rest are a request away."""

_insert_country = Insert("country", "code", "name", or_ignore=True)

_RESOURCES = {resource.name: resource for resource in (PARTICIPANTS, CITIES, TOPICS, SOURCES)}
_INSERTS = {
    name: Insert(_RESOURCES[name].table, "key", *columns)
    for name, columns in SHARED_COLUMNS.items()
}
_ALIASES = {PARTICIPANTS.name: "official", CITIES.name: "city", TOPICS.name: "topic"}


@dataclass(frozen=True)
class _Statement:
    """What a trip file says of a shared record, and where.

    The file itself is not held: a load may be of many thousand. Those that disagree are read again.
    """

    values: tuple[Any, ...]
    path: Path
    location: Location
    resource: Resource


class SharedRecords:
    """The shared records, while one load brings them in line with the trip files."""

    def __init__(self, connection: sqlite3.Connection, index: Index) -> None:
        """Take the connection of the load's transaction, and its index."""
        self._connection = connection
        self._index = index
        self._keys: dict[str, dict[str, int]] = {name: {} for name in SHARED_COLUMNS}
        self._said: dict[tuple[str, str], _Statement] = {}
        self._changed: dict[int, _Statement] = {}
        self._previous: dict[int, tuple[Any, ...]] = {}
        self._stale: dict[int, Resource] = {}
        self._countries: set[str] = set()
        self._trips: set[str] = set()
        self._read_again: dict[Path, ReadTrip] = {}
        self._next_key: int = connection.execute(
            "SELECT coalesce(max(key), 0) + 1 FROM document WHERE key < ?",
            (FIRST_TRIP_NUMBER << RECORD_BITS,),
        ).fetchone()[0]

    def keys(self, resource: Resource) -> dict[str, int]:
        """Return the keys of the shared records that trip files told `state` of, by their ids."""
        return self._keys[resource.name]

    def _add_countries(self, codes: set[str]) -> None:
        """Add the countries with these codes, and their spellings, where they are new."""
        for code in sorted(codes - self._countries):
            _insert_country(self._connection, [(code, country_name(code))])
            self._index.alias("country", code, country_spellings(code))
            self._countries.add(code)

    def state(self, prepared: Prepared) -> Iterator[Complaint]:
        """Take what a trip file says of shared records; yield where an earlier file disagrees."""
        rows = prepared.rows
        self._trips.add(rows.id)
        self._add_countries(rows.countries)
        for name, statements in rows.shared.items():
            for position, values in enumerate(statements):
                said = _Statement(values, prepared.path, (name, position), _RESOURCES[name])
                yield from self._take(said)

    def _take(self, said: _Statement) -> Iterator[Complaint]:
        name = (said.resource.name, said.values[0])
        earlier = self._said.get(name)
        if earlier is not None:
            if earlier.values != said.values:
                yield from self._disagreements(said, earlier)
            return
        self._said[name] = said
        columns = SHARED_COLUMNS[said.resource.name]
        table = said.resource.table
        row = self._connection.execute(
            f"SELECT key, {', '.join(columns)} FROM {table} WHERE id = ?",
            (said.values[0],),
        ).fetchone()
        if row is None:
            key = self._next_key
            self._next_key += 1
            self._index.reserve(said.resource, key)
            _INSERTS[said.resource.name](self._connection, [(key, *said.values)])
            self._stale[key] = said.resource
        else:
            key = int(row[0])
            if row[1:] != said.values:
                assignments = ", ".join(f"{column} = ?" for column in columns)
                self._connection.execute(
                    f"UPDATE {table} SET {assignments} WHERE key = ?",
                    (*said.values, key),
                )
                self._stale[key] = said.resource
                self._changed[key] = said
                self._previous[key] = row[1:]
        self._keys[said.resource.name][said.values[0]] = key

    def touch(self, trip_key: int) -> None:
        """Note that a trip changes or goes: whom it mentions is to be served anew, or to go."""
        for key, collection in self._connection.execute(
            "SELECT d.key, d.collection FROM mention m JOIN document d ON d.key = m.shared_key"
            " WHERE m.trip_key = ?",
            (trip_key,),
        ):
            self._stale[key] = _RESOURCES[collection]

    def disagreements(self) -> Iterator[Complaint]:
        """Yield where what was loaded disagrees with a trip that was not loaded with it."""
        for key, said in self._changed.items():
            for (trip_id,) in self._connection.execute(
                "SELECT t.id FROM mention m JOIN trip t ON t.key = m.trip_key"
                " WHERE m.shared_key = ? ORDER BY t.id",
                (key,),
            ):
                if trip_id not in self._trips:
                    for field, mine, other in _differences(said, self._previous[key]):
                        elsewhere = f'{other} in the trip "{trip_id}", loaded before'
                        yield self._disagreement(said, field, mine, elsewhere)
                    break

    def _disagreements(self, said: _Statement, earlier: _Statement) -> Iterator[Complaint]:
        for field, mine, other in _differences(said, earlier.values):
            place = self._complaint(earlier, field, "").place
            yield self._disagreement(said, field, mine, f"{other} in {place}")

    def _disagreement(self, said: _Statement, field: str, mine: str, elsewhere: str) -> Complaint:
        advice = "correct what is wrong and load both files together"
        return self._complaint(said, field, f"{mine} here, but {elsewhere}; {advice}")

    def _complaint(self, said: _Statement, field: str, cause: str) -> Complaint:
        read = self._read_again.get(said.path)
        if read is None:
            read = self._read_again[said.path] = read_trip_file(said.path)
        return read.complaint((*said.location, field), cause)

    def finish(self) -> None:
        """Render what is stale, and remove what no trip mentions any more."""
        for key, resource in sorted(self._stale.items()):
            (mentioned,) = self._connection.execute(
                "SELECT EXISTS (SELECT 1 FROM mention WHERE shared_key = ?)", (key,)
            ).fetchone()
            if mentioned:
                self._render(key, resource)
            else:
                self._remove(key, resource)
        self._connection.execute(
            "DELETE FROM country WHERE NOT EXISTS"
            " (SELECT 1 FROM city WHERE country_code = country.code) AND NOT EXISTS"
            " (SELECT 1 FROM participant WHERE country_code = country.code) AND NOT EXISTS"
            " (SELECT 1 FROM agreement_party WHERE country_code = country.code)"
        )
        self._connection.execute(
            "DELETE FROM alias WHERE names = 'country' AND value NOT IN (SELECT code FROM country)"
        )

    def _remove(self, key: int, resource: Resource) -> None:
        table = resource.table
        (id_,) = self._connection.execute(
            f"SELECT id FROM {table} WHERE key = ?",
            (key,),
        ).fetchone()
        if resource.name in _ALIASES:
            self._index.alias(_ALIASES[resource.name], id_, ())
        self._index.remove(key, key)
        self._connection.execute(f"DELETE FROM {table} WHERE key = ?", (key,))
        self._connection.execute("DELETE FROM document WHERE key = ?", (key,))

    def _render(self, key: int, resource: Resource) -> None:
        columns = SHARED_COLUMNS[resource.name]
        row = self._connection.execute(
            f"SELECT {', '.join(columns)} FROM {resource.table} WHERE key = ?",
            (key,),
        ).fetchone()
        values = dict(zip(columns, row, strict=True))
        spellings = {fold(values["id"])}
        match resource.name:
            case PARTICIPANTS.name:
                record: schemas.Shape = self._participant(key, values)
                if values["kind"] == ParticipantKind.OFFICIAL:
                    spellings |= official_spellings(values)
                    self._index.alias("official", values["id"], spellings)
                else:
                    self._index.alias("official", values["id"], ())
            case CITIES.name:
                values["country"] = country(values.pop("country_code"))
                record = schemas.CityShape(**values)
                self._index.alias("city", values["id"], spellings | {fold(values["name"])})
            case TOPICS.name:
                record = schemas.TopicShape(**values)
                self._index.alias("topic", values["id"], spellings | {fold(values["name"])})
            case _:
                record = schemas.SourceShape(**values)
        self._index.fill(key, render(resource, record))

    def _participant(self, key: int, values: dict[str, Any]) -> schemas.ParticipantShape:
        # The title of the latest trip alone is read: somebody may have been on thousands.
        trip_key, title = self._connection.execute(
            "SELECT trip_key, title FROM appearance WHERE participant_key = :key AND trip_key ="
            " (SELECT t.key FROM appearance a JOIN trip t ON t.key = a.trip_key"
            " WHERE a.participant_key = :key"
            " ORDER BY t.start_date DESC, t.end_date DESC, t.id DESC LIMIT 1)",
            {"key": key},
        ).fetchone()
        meetings = self._connection.execute(
            "SELECT m.id FROM meeting_participant p JOIN meeting m ON m.key = p.meeting_key"
            " WHERE p.participant_key = ? ORDER BY p.earliest_date, p.meeting_key LIMIT ?",
            (key, MEETINGS_SHOWN),
        ).fetchall()
        (total,) = self._connection.execute(
            "SELECT count(*) FROM meeting_participant WHERE participant_key = ?", (key,)
        ).fetchone()
        passages = self._connection.execute(
            "SELECT s.id, s.url, e.text_start, e.text_end FROM evidence e"
            " JOIN source s ON s.key = e.source_key"
            " WHERE e.record_key = ? AND e.trip_key = ? ORDER BY e.position",
            (key, trip_key),
        ).fetchall()
        return schemas.ParticipantShape(
            id=values["id"],
            kind=values["kind"],
            name=values["name"],
            family_name=values["family_name"],
            given_name=values["given_name"],
            title=title,
            country=country(values["country_code"]),
            meetings=[id_ for (id_,) in meetings],
            meetings_total=total,
            evidence=[
                schemas.PassageShape(
                    source=source,
                    text_start=start,
                    text_end=end,
                    url=passage_url(address, start, end),
                )
                for source, address, start, end in passages
            ],
        )


def _differences(said: _Statement, others: tuple[Any, ...]) -> Iterator[tuple[str, str, str]]:
    """Yield the fields in which a statement differs from another of its id, and both values."""
    for column, mine, other in zip(
        SHARED_COLUMNS[said.resource.name], said.values, others, strict=True
    ):
        if mine != other:
            yield FIELD_OF_COLUMN.get(column, column), _told(mine), _told(other)


def _told(value: object) -> str:
    return "nothing" if value is None else shown(value)


def official_spellings(values: dict[str, Any]) -> set[str]:
    """Return the folded spellings of an official's name: full, family name, and both orders."""
    family, given = values["family_name"], values["given_name"] or ""
    names = {values["name"], family, f"{family} {given}", f"{given} {family}"}
    return {fold(name) for name in names}
