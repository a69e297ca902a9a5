"""What Pydantic cannot see of a trip file: that its parts fit each other.

The checks read plain values and pass over whatever has the wrong shape, which Pydantic reports, so
that a curator is told every fault of a file at once.
"""

import datetime
from collections.abc import Iterator
from typing import Any

from app.loading.yamltree import Location
from app.text import did_you_mean, fold
from app.vocabulary import ParticipantKind

Fault = tuple[Location, str]
Part = dict[str, Any]

SHARED_LISTS = ("sources", "cities", "topics", "participants")
RECORD_LISTS = ("meetings", "quotes", "agreements")


def check_references(trip: Part) -> Iterator[Fault]:
    """Yield the faults of a trip file given as plain values: where each is and what is wrong."""
    ids = {name: _ids(trip, name) for name in (*SHARED_LISTS, *RECORD_LISTS)}
    officials = [
        part["id"]
        for _, part in _parts(trip, "participants")
        if part.get("kind") == ParticipantKind.OFFICIAL and isinstance(part.get("id"), str)
    ]
    for name in ids:
        yield from _repeated_ids(trip, name)
    yield from _trip(trip, ids, officials)
    for location, part in _parts(trip, "participants"):
        yield from _participant(location, part)
        yield from _evidence(location, part, ids)
    for location, part in _parts(trip, "meetings"):
        yield from _meeting(location, part, ids, trip)
    for location, part in _parts(trip, "quotes"):
        yield from _quote(location, part, ids, officials)
    for location, part in _parts(trip, "agreements"):
        yield from _agreement(location, part, ids)


def _parts(trip: Part, name: str) -> Iterator[tuple[Location, Part]]:
    entries = trip.get(name)
    if isinstance(entries, list):
        for position, entry in enumerate(entries):
            if isinstance(entry, dict):
                yield (name, position), entry


def _ids(trip: Part, name: str) -> list[str]:
    return [part["id"] for _, part in _parts(trip, name) if isinstance(part.get("id"), str)]


def _repeated_ids(trip: Part, name: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for location, part in _parts(trip, name):
        given = part.get("id")
        if isinstance(given, str):
            if given in seen:
                yield (*location, "id"), f'"{given}" is the id of another entry of {name}'
            seen.add(given)


def _known(location: Location, value: object, kind: str, known: list[str]) -> Iterator[Fault]:
    if isinstance(value, str) and value not in known:
        yield location, f'no {kind} "{value}"{did_you_mean(value, known) or _listed(known)}'


def _listed(known: list[str]) -> str:
    return f"; known: {', '.join(known[:8])}" if known else "; the file lists none"


def _all_known(location: Location, values: object, kind: str, known: list[str]) -> Iterator[Fault]:
    if not isinstance(values, list):
        return
    for position, value in enumerate(values):
        yield from _known((*location, position), value, kind, known)
    yield from _repeated_values(location, values)


def _repeated_values(location: Location, values: object) -> Iterator[Fault]:
    if isinstance(values, list):
        for position, value in enumerate(values):
            if isinstance(value, str) and value in values[:position]:
                yield (*location, position), f'"{value}" is listed twice'


def _day(value: object) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(str(value)) if value is not None else None
    except ValueError:
        return None


def _in_order(location: Location, part: Part, first_field: str, last_field: str) -> Iterator[Fault]:
    first, last = _day(part.get(first_field)), _day(part.get(last_field))
    if first and last and first > last:
        yield (*location, last_field), f"{last} is before the {first_field}, {first}"


def _within_trip(location: Location, part: Part, fields: list[str], trip: Part) -> Iterator[Fault]:
    first, last = _day(trip.get("start_date")), _day(trip.get("end_date"))
    for field in fields:
        day = _day(part.get(field))
        if day and first and last and not first <= day <= last:
            yield (*location, field), f"{day} is outside the trip, {first} to {last}"


def _trip(trip: Part, ids: dict[str, list[str]], officials: list[str]) -> Iterator[Fault]:
    yield from _in_order((), trip, "start_date", "end_date")
    yield from _all_known(("travellers",), trip.get("travellers"), "official", officials)
    for location, stop in _parts(trip, "stops"):
        yield from _known((*location, "city"), stop.get("city"), "city", ids["cities"])
        yield from _in_order(location, stop, "arrival_date", "departure_date")
        yield from _within_trip(location, stop, ["arrival_date", "departure_date"], trip)
    yield from _evidence((), trip, ids)


def _participant(location: Location, part: Part) -> Iterator[Fault]:
    if part.get("kind") == ParticipantKind.OFFICIAL:
        for field in ("family_name", "title", "country"):
            if part.get(field) is None:
                yield (*location, field), f'is missing; an official has "{field}:"'
        for field in ("family_name", "given_name"):
            name, whole = part.get(field), part.get("name")
            if isinstance(name, str) and isinstance(whole, str) and fold(name) not in fold(whole):
                yield (*location, field), f'"{name}" is not part of the name "{whole}"'
    elif part.get("kind") == ParticipantKind.GROUP:
        for field in ("family_name", "given_name", "title"):
            if part.get(field) is not None:
                yield (*location, field), "belongs to an official; a group has none"


def _meeting(
    location: Location, part: Part, ids: dict[str, list[str]], trip: Part
) -> Iterator[Fault]:
    participants = part.get("participants")
    yield from _all_known(
        (*location, "participants"), participants, "participant", ids["participants"]
    )
    yield from _dated(location, part)
    yield from _within_trip(location, part, ["date", "earliest_date", "latest_date"], trip)
    yield from _common(location, part, ids)


def _quote(
    location: Location, part: Part, ids: dict[str, list[str]], officials: list[str]
) -> Iterator[Fault]:
    yield from _known((*location, "speaker"), part.get("speaker"), "official", officials)
    occasion = part.get("occasion")
    if isinstance(occasion, dict):
        meeting = occasion.get("meeting")
        at = (*location, "occasion", "meeting")
        yield from _known(at, meeting, "meeting", ids["meetings"])
        if meeting is None and occasion.get("when") is not None:
            yield at, f'is missing; "{occasion["when"]}" which meeting was it said?'
        if meeting is not None and occasion.get("when") is None:
            yield (*location, "occasion", "when"), "is missing; write before, during or after"
    yield from _dated(location, part)
    yield from _common(location, part, ids)


def _agreement(location: Location, part: Part, ids: dict[str, list[str]]) -> Iterator[Fault]:
    yield from _known((*location, "meeting"), part.get("meeting"), "meeting", ids["meetings"])
    yield from _repeated_values((*location, "parties"), part.get("parties"))
    yield from _common(location, part, ids)


def _dated(location: Location, part: Part) -> Iterator[Fault]:
    if part.get("date") is not None:
        for field in ("earliest_date", "latest_date"):
            if part.get(field) is not None:
                yield (*location, field), "stands beside a date; give the day or its bounds"
    yield from _in_order(location, part, "earliest_date", "latest_date")


def _common(location: Location, part: Part, ids: dict[str, list[str]]) -> Iterator[Fault]:
    yield from _known((*location, "city"), part.get("city"), "city", ids["cities"])
    yield from _all_known((*location, "topics"), part.get("topics"), "topic", ids["topics"])
    yield from _repeated_values((*location, "inferred"), part.get("inferred"))
    inferred = part.get("inferred")
    if isinstance(inferred, list):
        for position, field in enumerate(inferred):
            if isinstance(field, str) and field in ("date", "city") and part.get(field) is None:
                yield (*location, "inferred", position), f'"{field}" is inferred but not given'
    yield from _evidence(location, part, ids)


def _evidence(location: Location, part: Part, ids: dict[str, list[str]]) -> Iterator[Fault]:
    for inside, passage in _parts(part, "evidence"):
        at = (*location, *inside, "source")
        yield from _known(at, passage.get("source"), "source", ids["sources"])
