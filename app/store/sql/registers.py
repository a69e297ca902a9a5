"""Registers in the tables: their trips as they state them, their ties, and layers on trips."""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from app.store.sql.shared import OF_A_LAYER
from app.store.sql.writer import Reader, Writer

Definitions = dict[str, Any]
Ties = dict[str, str]

_TRIP = ("register_id", "id", "digest", "uses", "body")
_LAYER = ("trip_id", "register_id", "body")
_LISTS = {
    "sources": ("source", "NULL"),
    "organizations": ("organization", "NULL"),
    "cities": ("city", "country_code"),
    "participants": ("participant", "NULL"),
}
_TABLES = {
    "register": ("id", "definitions", "ties"),
    "register_trip": _TRIP,
    "layer": _LAYER,
}


class RegisterTripRow(NamedTuple):
    """A trip as its register states it."""

    id: str
    digest: str
    uses: list[str]
    body: bytes


@dataclass
class KnownRecord:
    """A record that trip files or another register define, with what identifies it."""

    id: str
    name: str
    kind: str = ""
    names: set[str] = field(default_factory=set)
    identifiers: set[tuple[str, str]] = field(default_factory=set)
    countries: set[str] = field(default_factory=set)


def packed(content: bytes) -> bytes:
    """Return the JSON of a register's trip as it is stored."""
    return zlib.compress(content, 1)  # 8 % larger than at level 6, in half the time.


def unpacked(body: bytes) -> Any:
    """Return the plain values whose JSON was packed."""
    return json.loads(zlib.decompress(body))


class Registers:
    """The registers, while one load writes."""

    def __init__(self, connection: Writer) -> None:
        """Take the connection of the load's transaction."""
        self._execute = connection.execute
        self._many = connection.executemany
        self._insert = connection.insert
        self._layered: set[str] | None = None

    def ids(self) -> list[str]:
        """Return the ids of all registers, in their order."""
        return [id_ for (id_,) in self._execute("SELECT id FROM register ORDER BY id")]

    def state(self, register: str) -> tuple[Definitions, Ties]:
        """Return what the trips of a register define, and its ties."""
        definitions, ties = self._execute(
            "SELECT definitions, ties FROM register WHERE id = ?", (register,)
        ).fetchone()
        return json.loads(definitions), json.loads(ties)

    def tie(self, register: str, ties: Ties) -> None:
        """Write the ties of a register."""
        written = json.dumps(ties, ensure_ascii=False, sort_keys=True)
        self._execute("UPDATE register SET ties = ? WHERE id = ?", (written, register))

    def replace(
        self, register: str, definitions: Definitions, trips: Iterable[RegisterTripRow]
    ) -> tuple[set[str], set[str]]:
        """Write the trips of a register in place of those it had.

        Returns the ids of those that are new or changed, and of those that are gone.
        """
        before: dict[str, str] = dict(
            self._execute("SELECT id, digest FROM register_trip WHERE register_id = ?", (register,))
        )
        self._execute(
            "INSERT INTO register (id, definitions, ties) VALUES (?, ?, '{}')"
            " ON CONFLICT (id) DO UPDATE SET definitions = excluded.definitions",
            (register, json.dumps(definitions, ensure_ascii=False)),
        )
        changed, ids = set(), set()
        rows = []
        for trip in trips:
            ids.add(trip.id)
            if before.get(trip.id) != trip.digest:
                changed.add(trip.id)
                uses = json.dumps(trip.uses, ensure_ascii=False)
                rows.append((register, trip.id, trip.digest, uses, trip.body))
        gone = before.keys() - ids
        self._many(
            "DELETE FROM register_trip WHERE register_id = ? AND id = ?",
            [(register, id_) for id_ in (*gone, *(changed & before.keys()))],
        )
        self._insert("register_trip", _TRIP, rows)
        return changed, gone

    def trip_ids(self, register: str) -> list[str]:
        """Return the ids of the trips of a register, as it states them."""
        rows = self._execute(
            "SELECT id FROM register_trip WHERE register_id = ? ORDER BY id", (register,)
        )
        return [id_ for (id_,) in rows]

    def remove(self, register: str) -> None:
        """Remove a register and its stated trips, but neither its served trips nor its layers."""
        self._execute("DELETE FROM register_trip WHERE register_id = ?", (register,))
        self._execute("DELETE FROM register WHERE id = ?", (register,))

    def uses(self, register: str) -> Iterator[tuple[str, set[str]]]:
        """Yield each trip of a register with the ties that it has."""
        for id_, uses in self._execute(
            "SELECT id, uses FROM register_trip WHERE register_id = ? ORDER BY id", (register,)
        ).fetchall():
            yield id_, set(json.loads(uses))

    def trip(self, register: str, trip_id: str) -> Any:
        """Return the plain values of a trip of a register."""
        (body,) = self._execute(
            "SELECT body FROM register_trip WHERE register_id = ? AND id = ?", (register, trip_id)
        ).fetchone()
        return unpacked(body)

    # --- layers -------------------------------------------------------------------------------

    def layers(self, trip_id: str) -> list[Any]:
        """Return what registers add to a trip, in the order of the registers."""
        if self._layered is None:
            rows = self._execute("SELECT DISTINCT trip_id FROM layer")
            self._layered = {id_ for (id_,) in rows}
        if trip_id not in self._layered:
            return []
        rows = self._execute(
            "SELECT body FROM layer WHERE trip_id = ? ORDER BY register_id", (trip_id,)
        )
        return [json.loads(body) for (body,) in rows]

    def lay(self, register: str, layers: Mapping[str, Any]) -> set[str]:
        """Write a register's layers by trip id; return the ids of trips whose layer has changed."""
        before = dict(
            self._execute("SELECT trip_id, body FROM layer WHERE register_id = ?", (register,))
        )
        after = {id_: json.dumps(layer, ensure_ascii=False) for id_, layer in layers.items()}
        changed = {id_ for id_ in before.keys() | after.keys() if before.get(id_) != after.get(id_)}
        self._many(
            "DELETE FROM layer WHERE register_id = ? AND trip_id = ?",
            [(register, id_) for id_ in changed],
        )
        self._insert(
            "layer",
            _LAYER,
            [(id_, register, after[id_]) for id_ in changed & after.keys()],
        )
        self._layered = None
        return changed

    # --- what trip files define ---------------------------------------------------------------

    def curated_trips(self, origin: str) -> set[str]:
        """Return the ids of the trips of one origin."""
        return {id_ for (id_,) in self._execute("SELECT id FROM trip WHERE origin = ?", (origin,))}

    def covered(self, origin: str) -> dict[str, list[str]]:
        """Return, by register entry, the trips of one origin that cover it."""
        found: dict[str, list[str]] = {}
        for entry, id_ in self._execute(
            "SELECT e.entry, t.id FROM register_entry AS e JOIN trip AS t ON t.key = e.trip_key"
            " WHERE t.origin = ? ORDER BY e.entry, t.id",
            (origin,),
        ):
            found.setdefault(entry, []).append(id_)
        return found

    def known(self, origin: str, name: str) -> dict[str, KnownRecord]:
        """Return the records of a shared list that trips of one origin define, by id.

        Each has the other names and identifiers from trips of that origin, and countries: that of a
        city, or those that an official represented on those trips.
        """
        table, country = _LISTS[name]
        label = "title" if name == "sources" else "name"
        kind = "kind" if name == "participants" else "''"
        by_key: dict[int, KnownRecord] = {}
        for key, id_, called, what, code in self._execute(
            f"SELECT r.key, r.id, r.{label}, {kind}, {country} FROM {table} AS r WHERE EXISTS"
            " (SELECT 1 FROM mention AS m JOIN trip AS t ON t.key = m.trip_key"
            " WHERE m.shared_key = r.key AND m.definition NOT LIKE ? AND t.origin = ?)",
            (f"%{OF_A_LAYER}", origin),
        ):
            by_key[key] = KnownRecord(id_, called, what, {called}, set(), {code} if code else set())
        self._add_names(origin, by_key)
        if name == "participants":
            for key, code in self._execute(
                "SELECT DISTINCT a.participant_key, a.country_code FROM appearance AS a"
                " JOIN trip AS t ON t.key = a.trip_key"
                " WHERE t.origin = ? AND a.country_code IS NOT NULL",
                (origin,),
            ):
                if key in by_key:
                    by_key[key].countries.add(code)
        return {record.id: record for record in by_key.values()}

    def _add_names(self, origin: str, by_key: Mapping[int, KnownRecord]) -> None:
        for key, called in self._execute(
            "SELECT o.record_key, o.name FROM other_name AS o JOIN trip AS t ON t.key = o.trip_key"
            " WHERE t.origin = ?",
            (origin,),
        ):
            if key in by_key:
                by_key[key].names.add(called)
        for key, scheme, value in self._execute(
            "SELECT i.record_key, i.scheme, i.value FROM identifier AS i"
            " JOIN trip AS t ON t.key = i.trip_key WHERE t.origin = ?",
            (origin,),
        ):
            if key in by_key:
                by_key[key].identifiers.add((scheme, value))


def kept_registers(connection: Reader) -> dict[str, list[tuple[Any, ...]]]:
    """Return all registers of a database: the rows of each of their tables."""
    return {
        table: connection.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()
        for table, columns in _TABLES.items()
    }


def write_registers(connection: Writer, kept: Mapping[str, list[tuple[Any, ...]]]) -> None:
    """Write registers that were read from a database."""
    for table, rows in kept.items():
        connection.insert(table, _TABLES[table], rows)
