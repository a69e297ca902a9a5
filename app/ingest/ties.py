"""Ties: what the people, cities, entries and trips of a register stand for here.

A register defines people and cities under its own ids. If trip files, or another register, define
the same person, its trips refer to that definition; if they use the id for something else, its own
record gets another id. A tie is one such finding, by what it is about:

* `participants/antony-john-blinken`: `=antony-blinken`, the one that is defined elsewhere, or
  `~…`, another id for the register's own;
* `places/US/anchorage`: the city of that name, which the register does not know;
* `entries/3992`: the trips of trip files that cover it;
* `trips/…`: the trips that cover all of it, or another id.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.names import fold
from app.domain.vocabulary import ParticipantKind
from app.store.sql.registers import Definitions, KnownRecord, Ties

LISTS = ("sources", "organizations", "cities", "participants")
MAIN_REGISTER = "travels"
"""The register whose entries a trip file names by their ids alone."""

FIRST_REGISTERS = (MAIN_REGISTER, "visits")

SAME, RENAMED = "=", "~"


@dataclass
class Known:
    """What there is beside a register: definitions by list and id, trips, covered entries."""

    records: dict[str, dict[str, KnownRecord]]
    trips: set[str]
    covered: Mapping[str, list[str]]
    _index: dict[str, dict[Any, list[str]]] = field(default_factory=dict)

    def candidates(self, name: str, keys: Iterable[Any]) -> list[KnownRecord]:
        """Return the records of a list that have one of some identifiers or folded names."""
        if name not in self._index:
            index: dict[Any, list[str]] = {}
            for record in self.records[name].values():
                for key in (*record.identifiers, *_spellings(record.names)):
                    index.setdefault(key, []).append(record.id)
            self._index[name] = index
        ids = dict.fromkeys(id_ for key in keys for id_ in self._index[name].get(key, ()))
        return [self.records[name][id_] for id_ in ids]

    def with_register(self, definitions: Definitions, ties: Ties) -> "Known":
        """Return what is known for the next register: this, and a register's own definitions."""
        records = {name: dict(known) for name, known in self.records.items()}
        for name in LISTS:
            for id_, part in definitions[name].items():
                tie = ties.get(f"{name}/{id_}", RENAMED + id_)
                if tie[0] == RENAMED:
                    records[name][tie[1:]] = _known(tie[1:], part)
        trips = {served for id_ in definitions["trips"] for served in trip_ids(ties, id_)}
        return Known(records, self.trips | trips, self.covered)


def trip_ids(ties: Ties, id_: str) -> list[str]:
    """Return the ids of the trips that a trip of a register is served as: its own, or others'."""
    tie = ties.get(f"trips/{id_}")
    return tie[1:].split() if tie else [id_]


def own_trip_id(ties: Ties, id_: str) -> str | None:
    """Return the id of a register's trip as it is served; None where others cover all of it."""
    tie = ties.get(f"trips/{id_}", RENAMED + id_)
    return tie[1:] if tie[0] == RENAMED else None


def ties_of(register: str, definitions: Definitions, known: Known) -> Ties:
    """Return the ties of a register, given what its trips define and what there is beside it."""
    ties: Ties = {}
    for name in LISTS:
        for id_, part in definitions[name].items():
            found = _found(name, id_, part, known)
            if found is not None:
                ties[f"{name}/{id_}"] = SAME + found.id
            elif id_ in known.records[name]:
                ties[f"{name}/{id_}"] = RENAMED + _free(f"{id_}-{register}", known.records[name])
    for code, place in definitions["places"]:
        cities = [
            city for city in known.candidates("cities", [fold(place)]) if code in city.countries
        ]
        if len(cities) == 1:
            ties[place_key(code, place)] = SAME + cities[0].id
    for id_, stops in definitions["trips"].items():
        covering: dict[str, None] = {}
        uncovered = False
        for entries in stops:
            trips = [trip for entry in entries for trip in _covering(register, entry, known)]
            covering.update(dict.fromkeys(trips))
            uncovered = uncovered or not trips
            if trips:
                for entry in entries:
                    ties[f"entries/{entry}"] = SAME + " ".join(dict.fromkeys(trips))
        if covering and not uncovered:
            ties[f"trips/{id_}"] = SAME + " ".join(covering)
        elif id_ in known.trips:
            ties[f"trips/{id_}"] = RENAMED + _free(f"{id_}-{register}", known.trips)
    return ties


def place_key(code: str, place: str) -> str:
    """Return the key of the tie of a place."""
    return f"places/{code}/{fold(place)}"


def _covering(register: str, entry: str, known: Known) -> list[str]:
    plain = known.covered.get(entry, []) if register == MAIN_REGISTER else []
    return [*plain, *known.covered.get(f"{register}:{entry}", ())]


def _free(id_: str, taken: Iterable[str]) -> str:
    free, number = id_, 1
    while free in taken:
        number += 1
        free = f"{id_}-{number}"
    return free


def _found(name: str, id_: str, part: Any, known: Known) -> KnownRecord | None:
    """Return the only known record that is the same as a register's, or None."""
    wanted = _known(id_, part)
    same_id = known.records[name].get(id_)
    if name == "sources":
        return same_id
    by_identifier = known.candidates(name, wanted.identifiers)
    if len(by_identifier) == 1:
        return by_identifier[0]
    if same_id and _may_be_same(name, wanted, same_id):
        return same_id
    by_name = [
        record
        for record in known.candidates(name, _spellings(wanted.names))
        if _may_be_same(name, wanted, record)
    ]
    return by_name[0] if len(by_name) == 1 else None


def _may_be_same(name: str, one: KnownRecord, other: KnownRecord) -> bool:
    if name == "organizations":
        return True
    if name == "participants":
        initials = _initials(one.name), _initials(other.name)
        if other.kind != ParticipantKind.OFFICIAL or (all(initials) and initials[0] != initials[1]):
            return False
    return not one.countries or not other.countries or bool(one.countries & other.countries)


def _known(id_: str, part: Any) -> KnownRecord:
    name = part.get("name") or part.get("title") or id_
    return KnownRecord(
        id_,
        name,
        part.get("kind", ""),
        {name, *part.get("other_names", ())},
        set(part.get("identifiers", {}).items()),
        set(part.get("countries", ())),
    )


def _initials(name: str) -> set[str]:
    return {word for word in fold(name).split() if len(word) == 1}


def _spellings(names: Iterable[str]) -> Iterator[str]:
    """Yield names folded, and without initials: Antony J. Blinken is Antony Blinken."""
    for name in names:
        words = fold(name).split()
        yield " ".join(words)
        whole = [word for word in words if len(word) > 1]
        if len(whole) > 1:
            yield " ".join(whole)
