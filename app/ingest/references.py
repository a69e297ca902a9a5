"""What Pydantic cannot see of a trip file: that its parts fit each other.

The checks read plain values and pass over whatever has the wrong shape, which Pydantic reports, so
that a curator is told every fault of a file at once.
"""

import datetime
from collections.abc import Iterable, Iterator, Set
from functools import lru_cache
from typing import Any

from app.domain.names import did_you_mean, fold
from app.domain.vocabulary import ParticipantKind
from app.ingest.explaining import shown
from app.ingest.yamltree import Location

Fault = tuple[Location, str]
Part = dict[str, Any]
Known = dict[str, Set[str] | None]
"""The ids that references may name, by list; None where a list is too broken to tell."""

SHARED_LISTS = ("sources", "cities", "topics", "participants")
RECORD_LISTS = ("meetings", "quotes", "agreements")

RESERVED_IDS = ("facets",)
"""What stands in the place of an id in the addresses of other answers."""


def check_references(trip: Part) -> Iterator[Fault]:
    """Yield the faults of a trip file given as plain values: where each is and what is wrong."""
    known: Known = {name: _ids(_parts(trip, name)) for name in (*SHARED_LISTS, *RECORD_LISTS)}
    for name in known:
        yield from _repeated_ids(trip, name)
        for location, part in _parts(trip, name):
            yield from _reserved_id(location, part)
        if not isinstance(trip.get(name, []), list):
            known[name] = None
    people = list(_parts(trip, "participants"))
    known["groups"] = _ids(person for person in people if _is_group(person[1]))
    # Whoever is of a kind that does not exist may be an official, and is complained about anyway.
    known["officials"] = known["participants"] and _ids(
        person for person in people if not _is_group(person[1])
    )
    yield from _reserved_id((), trip)
    yield from _trip(trip, known)
    for location, part in people:
        yield from _participant(location, part)
        yield from _evidence(location, part, known)
    for location, part in _parts(trip, "meetings"):
        yield from _meeting(location, part, known, trip)
    for location, part in _parts(trip, "quotes"):
        yield from _quote(location, part, known)
    for location, part in _parts(trip, "agreements"):
        yield from _agreement(location, part, known)


def _parts(trip: Part, name: str) -> Iterator[tuple[Location, Part]]:
    entries = trip.get(name)
    if isinstance(entries, list):
        for position, entry in enumerate(entries):
            if isinstance(entry, dict):
                yield (name, position), entry


def _ids(parts: Iterable[tuple[Location, Part]]) -> Set[str]:
    given = (part.get("id") for _, part in parts)
    return dict.fromkeys(id_ for id_ in given if isinstance(id_, str)).keys()


def _is_group(part: Part) -> bool:
    return bool(part.get("kind") == ParticipantKind.GROUP)


def _repeated_ids(trip: Part, name: str) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for location, part in _parts(trip, name):
        given = part.get("id")
        if isinstance(given, str):
            position = int(location[-1])
            if first.setdefault(given, position) != position:
                yield (*location, "id"), f"{shown(given)} is the id of {name}[{first[given]}], too"


def _reserved_id(location: Location, part: Part) -> Iterator[Fault]:
    if part.get("id") in RESERVED_IDS:
        yield (*location, "id"), f"{shown(part['id'])} is an address of its own; take another id"


def _known(location: Location, value: object, kind: str, known: Set[str] | None) -> Iterator[Fault]:
    if isinstance(value, str) and known is not None and value not in known:
        hint = did_you_mean(value, known) or _listed(known)
        yield location, f"no {kind} {shown(value)}{hint}"


def _listed(known: Set[str]) -> str:
    if not known:
        return "; the file lists none"
    more = ", …" if len(known) > 8 else ""
    return f"; known: {', '.join(list(known)[:8])}{more}"


def _all_known(
    location: Location, values: object, kind: str, known: Set[str] | None
) -> Iterator[Fault]:
    if isinstance(values, list) and not (known is not None and _all_among(values, known)):
        for position, value in enumerate(values):
            yield from _known((*location, position), value, kind, known)
        yield from _repeated_values(location, values)


def _all_among(values: list[object], known: Set[str]) -> bool:
    """Return whether every value is known and none is repeated: without looking at each, if so."""
    try:
        distinct = set(values)
    except TypeError:  # A list or a set of fields among them.
        return False
    return len(distinct) == len(values) and distinct <= known


def _repeated_values(location: Location, values: object) -> Iterator[Fault]:
    if isinstance(values, list) and len(values) > 1:
        for position, value in enumerate(values):
            if isinstance(value, str) and value in values[:position]:
                yield (*location, position), f"{shown(value)} is listed twice"


def _official(location: Location, value: object, role: str, known: Known) -> Iterator[Fault]:
    if isinstance(value, str) and value in (known["groups"] or ()):
        yield location, f"{shown(value)} is a group; {role} is an official"
    else:
        yield from _known(location, value, "official", known["officials"])


def _day(value: object) -> datetime.date | None:
    """Return the day that is written as days are in a trip file, or None."""
    return _written_day(value) if isinstance(value, str) else None


@lru_cache(maxsize=1024)  # A trip has few days, and each is looked at many times.
def _written_day(text: str) -> datetime.date | None:
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None


def _in_order(location: Location, part: Part, first_field: str, last_field: str) -> Iterator[Fault]:
    first, last = _day(part.get(first_field)), _day(part.get(last_field))
    if first and last and first > last:
        yield (*location, last_field), f"{last} is before the {first_field}, {first}"


def _within_trip(
    location: Location, part: Part, fields: Iterable[str], trip: Part
) -> Iterator[Fault]:
    first, last = _day(trip.get("start_date")), _day(trip.get("end_date"))
    if first is None or last is None or first > last:
        return
    for field in fields:
        day = _day(part.get(field))
        if day and not first <= day <= last:
            yield (*location, field), f"{day} is outside the trip, {first} to {last}"


def _trip(trip: Part, known: Known) -> Iterator[Fault]:
    yield from _in_order((), trip, "start_date", "end_date")
    travellers = trip.get("travellers")
    if isinstance(travellers, list):
        for position, traveller in enumerate(travellers):
            yield from _official(("travellers", position), traveller, "a traveller", known)
        yield from _repeated_values(("travellers",), travellers)
    for at, stop in _parts(trip, "stops"):
        yield from _known((*at, "city"), stop.get("city"), "city", known["cities"])
        yield from _in_order(at, stop, "arrival_date", "departure_date")
        yield from _within_trip(at, stop, ("arrival_date", "departure_date"), trip)
    yield from _evidence((), trip, known)


def _participant(location: Location, part: Part) -> Iterator[Fault]:
    if part.get("kind") == ParticipantKind.OFFICIAL:
        for field in ("family_name", "title", "country"):
            if part.get(field) is None:
                yield (*location, field), f'is missing; an official has "{field}:"'
        for field in ("family_name", "given_name"):
            name, whole = part.get(field), part.get("name")
            if isinstance(name, str) and isinstance(whole, str) and fold(name) not in fold(whole):
                cause = f"{shown(name)} is not part of the name {shown(whole)}"
                yield (*location, field), cause
    elif _is_group(part):
        for field in ("family_name", "given_name", "title"):
            if part.get(field) is not None:
                yield (*location, field), "belongs to an official; a group has none"


def _meeting(location: Location, part: Part, known: Known, trip: Part) -> Iterator[Fault]:
    at = (*location, "participants")
    yield from _all_known(at, part.get("participants"), "participant", known["participants"])
    yield from _dated(location, part)
    yield from _within_trip(location, part, ("date", "earliest_date", "latest_date"), trip)
    yield from _common(location, part, known)


def _quote(location: Location, part: Part, known: Known) -> Iterator[Fault]:
    yield from _official((*location, "speaker"), part.get("speaker"), "a speaker", known)
    occasion = part.get("occasion")
    if isinstance(occasion, dict):
        meeting, when = occasion.get("meeting"), occasion.get("when")
        at = (*location, "occasion", "meeting")
        yield from _known(at, meeting, "meeting", known["meetings"])
        if meeting is None and when is not None:
            yield at, f"is missing; {shown(when)} which meeting was it said?"
        if meeting is not None and when is None:
            yield (*location, "occasion", "when"), "is missing; write before, during or after"
    yield from _dated(location, part)
    yield from _common(location, part, known)


def _agreement(location: Location, part: Part, known: Known) -> Iterator[Fault]:
    yield from _known((*location, "meeting"), part.get("meeting"), "meeting", known["meetings"])
    yield from _repeated_values((*location, "parties"), part.get("parties"))
    yield from _common(location, part, known)


def _dated(location: Location, part: Part) -> Iterator[Fault]:
    if part.get("date") is not None:
        for field in ("earliest_date", "latest_date"):
            if part.get(field) is not None:
                yield (*location, field), "stands beside a date; give the day or its bounds"
    yield from _in_order(location, part, "earliest_date", "latest_date")


def _common(location: Location, part: Part, known: Known) -> Iterator[Fault]:
    yield from _known((*location, "city"), part.get("city"), "city", known["cities"])
    yield from _all_known((*location, "topics"), part.get("topics"), "topic", known["topics"])
    inferred = part.get("inferred")
    yield from _repeated_values((*location, "inferred"), inferred)
    if isinstance(inferred, list):
        for position, field in enumerate(inferred):
            # The fields that may be left out; Pydantic sees to the others.
            if field in ("date", "city", "occasion") and not part.get(field):
                yield (*location, "inferred", position), f'"{field}" is inferred but not given'
    yield from _evidence(location, part, known)


def _evidence(location: Location, part: Part, known: Known) -> Iterator[Fault]:
    for inside, passage in _parts(part, "evidence"):
        at = (*location, *inside, "source")
        yield from _known(at, passage.get("source"), "source", known["sources"])
