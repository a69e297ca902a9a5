"""What Pydantic cannot check in a trip file: whether its parts fit each other.

The checks read plain values and skip those of the wrong shape, which Pydantic reports, so that a
curator sees every fault of a file at once. What a file mentions and does not define may be defined
by another; the loader checks that.
"""

import datetime
import re
from collections.abc import Iterable, Iterator, Set
from functools import lru_cache
from typing import Any

from app.domain.countries import code_of, country_codes
from app.domain.fields import SLUG_PATTERN
from app.domain.names import did_you_mean, fold
from app.domain.vocabulary import OccasionWhen, ParticipantKind
from app.ingest.explaining import shown
from app.ingest.yamltree import Location

Fault = tuple[Location, str]
Part = dict[str, Any]

SHARED_LISTS = ("sources", "organizations", "cities", "topics", "participants")
RECORD_LISTS = ("meetings", "quotes", "agreements")

RESERVED_IDS = ("facets",)
"""Words that stand in the place of an id in the paths of other routes."""

# The fields of an entry without a name, which refers to a definition in another file.
_IN_A_REFERENCE = {
    "sources": {"id", "former_ids"},
    "organizations": {"id", "former_ids", "other_names", "identifiers"},
    "cities": {"id", "former_ids", "other_names", "identifiers"},
    "topics": {"id", "former_ids", "other_names"},
    "participants": {
        "id", "former_ids", "other_names", "identifiers", "title", "country", "organization",
        "evidence", "note",
    },
    "meetings": {"id"},
}  # fmt: skip
_NAME_FIELDS = {"sources": "title", "meetings": "title"}
_NEEDED = {"cities": "country", "participants": "kind"}


def check_references(trip: Part) -> Iterator[Fault]:
    """Yield the faults of a trip file given as plain values: where each is and what is wrong."""
    for name in (*SHARED_LISTS, *RECORD_LISTS):
        yield from _repeated_ids(trip, name)
        for location, part in _parts(trip, name):
            yield from _reserved_id(location, part)
            if name in _IN_A_REFERENCE:
                yield from _definition(name, location, part)
    groups = _ids(person for person in _parts(trip, "participants") if _is_group(person[1]))
    yield from _reserved_id((), trip)
    yield from _trip(trip, groups)
    for location, part in _parts(trip, "sources"):
        yield from _source(location, part)
    for location, part in _parts(trip, "participants"):
        yield from _participant(location, part)
        yield from _evidence(location, part)
    for location, part in _parts(trip, "meetings"):
        yield from _meeting(location, part)
    for location, part in _parts(trip, "quotes"):
        yield from _quote(location, part, groups)
    agreements = _ids(_parts(trip, "agreements"))
    for location, part in _parts(trip, "agreements"):
        yield from _agreement(location, part, agreements)


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


def _definition(name: str, location: Location, part: Part) -> Iterator[Fault]:
    """Yield what a definition lacks, or that an entry is neither a definition nor a reference."""
    name_field = _NAME_FIELDS.get(name, "name")
    if part.get(name_field) is None:
        beyond = {field for field, value in part.items() if value not in (None, [], {})}
        if beyond - _IN_A_REFERENCE[name]:
            yield (
                (*location, name_field),
                "is missing; without it the entry refers to what another trip file defines, and"
                f" has only {_listed(_IN_A_REFERENCE[name])}",
            )
        return
    field = _NEEDED.get(name)
    if field and part.get(field) is None:
        yield (*location, field), f'is missing; a definition has "{field}:"'


def _listed(fields: Iterable[str]) -> str:
    return ", ".join(f'"{field}:"' for field in sorted(fields, key=lambda f: (f != "id", f)))


def _repeated_values(location: Location, values: object) -> Iterator[Fault]:
    met: set[str] = set()
    for position, value in enumerate(values if isinstance(values, list) else ()):
        if isinstance(value, str):
            if value in met:
                yield (*location, position), f"{shown(value)} is listed twice"
            met.add(value)


def _official(location: Location, value: object, role: str, groups: Set[str]) -> Iterator[Fault]:
    if isinstance(value, str) and value in groups:
        yield location, f"{shown(value)} is a group; {role} is an official"


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


def _trip(trip: Part, groups: Set[str]) -> Iterator[Fault]:
    yield from _in_order((), trip, "start_date", "end_date")
    travellers = trip.get("travellers")
    if isinstance(travellers, list):
        for position, traveller in enumerate(travellers):
            yield from _official(("travellers", position), traveller, "a traveller", groups)
    for field in ("travellers", "related", "records"):
        yield from _repeated_values((field,), trip.get(field))
    for at, stop in _parts(trip, "stops"):
        yield from _stop(at, stop, trip)
    yield from _inferred((), trip)
    yield from _evidence((), trip)


def _stop(at: Location, stop: Part, trip: Part) -> Iterator[Fault]:
    if stop.get("city") is None and stop.get("country") is None:
        cause = "is missing; a stop has a city, a country, or a place with its country"
        yield (*at, "country" if stop.get("place") is not None else "city"), cause
    yield from _in_order(at, stop, "arrival_date", "departure_date")
    yield from _in_order(at, stop, "earliest_date", "latest_date")
    days = ("arrival_date", "departure_date", "earliest_date", "latest_date")
    yield from _within_trip(at, stop, days, trip)
    travellers = stop.get("travellers")
    if isinstance(travellers, list):
        listed = trip.get("travellers")
        everyone = [one for one in listed if isinstance(one, str)] if listed else []
        for position, traveller in enumerate(travellers):
            if (
                isinstance(traveller, str)
                and isinstance(listed, list)
                and traveller not in everyone
            ):
                hint = did_you_mean(traveller, everyone)
                cause = f"{shown(traveller)} is not among the travellers of the trip{hint}"
                yield (*at, "travellers", position), cause
        yield from _repeated_values((*at, "travellers"), travellers)
    yield from _inferred(at, stop)
    yield from _evidence(at, stop)


def _source(location: Location, part: Part) -> Iterator[Fault]:
    if part.get("title") is not None and part.get("url") is None and part.get("citation") is None:
        yield (*location, "url"), 'is missing; a source has a "url:" or a "citation:"'


def _participant(location: Location, part: Part) -> Iterator[Fault]:
    defines = part.get("name") is not None
    if part.get("kind") == ParticipantKind.OFFICIAL:
        if defines and part.get("country") is None and part.get("organization") is None:
            cause = 'is missing; an official has a "country:" or an "organization:"'
            yield (*location, "country"), cause
        name, whole = part.get("family_name"), part.get("name")
        if isinstance(name, str) and isinstance(whole, str) and fold(name) not in fold(whole):
            cause = f"{shown(name)} is not part of the name {shown(whole)}"
            yield (*location, "family_name"), cause
    elif _is_group(part):
        for field in ("family_name", "given_name", "title"):
            if part.get(field) is not None:
                yield (*location, field), "belongs to an official; a group has none"
    if defines:
        yield from _given(location, part, "evidence")


def _meeting(location: Location, part: Part) -> Iterator[Fault]:
    if part.get("title") is not None:
        yield from _given(location, part, "participants")
        yield from _given(location, part, "evidence")
    yield from _repeated_values((*location, "participants"), part.get("participants"))
    if part.get("part_of") is not None and part.get("part_of") == part.get("id"):
        yield (*location, "part_of"), "is the meeting itself"
    start, end = part.get("start_time"), part.get("end_time")
    if end is not None and start is None:
        yield (*location, "start_time"), "is missing; an end_time stands beside a start_time"
    in_a_day = part.get("end_date") in (None, part.get("date"))
    if in_a_day and isinstance(start, str) and isinstance(end, str) and end < start:
        yield (*location, "end_time"), f"{shown(end)} is before the start_time, {shown(start)}"
    yield from _dated(location, part)
    yield from _common(location, part)


def _given(location: Location, part: Part, field: str) -> Iterator[Fault]:
    """Yield a fault if a list is missing or empty; Pydantic reports a value that is no list."""
    if field not in part:
        yield (*location, field), f'is missing; add "{field}:"'
    elif part[field] == []:
        yield (*location, field), "is an empty list; it needs at least one entry"


def _quote(location: Location, part: Part, groups: Set[str]) -> Iterator[Fault]:
    yield from _given(location, part, "evidence")
    yield from _official((*location, "speaker"), part.get("speaker"), "a speaker", groups)
    speaker, attribution = part.get("speaker"), part.get("attribution")
    if speaker is None and attribution is None:
        cause = "is missing; where the source withholds the name, write attribution: instead"
        yield (*location, "speaker"), cause
    elif speaker is not None and attribution is not None:
        yield (*location, "attribution"), "stands beside a speaker; give the one or the other"
    if isinstance(part.get("text"), list) and not part["text"]:
        yield (*location, "text"), "is empty"
    occasion = part.get("occasion")
    if isinstance(occasion, dict):
        meeting, when = occasion.get("meeting"), occasion.get("when")
        at = (*location, "occasion", "meeting")
        if meeting is None and when == OccasionWhen.DURING:
            yield at, f"is missing; {shown(when)} which meeting was it said?"
        if meeting is not None and when is None:
            yield (*location, "occasion", "when"), "is missing; write before, during or after"
    yield from _dated(location, part)
    yield from _common(location, part)


def _agreement(location: Location, part: Part, agreements: Set[str]) -> Iterator[Fault]:
    yield from _given(location, part, "evidence")
    parties = part.get("parties")
    yield from _repeated_values((*location, "parties"), parties)
    if isinstance(parties, list):
        for position, party in enumerate(parties):
            if isinstance(party, str) and not _is_party(party):
                code = code_of(party)
                right = f"write it as {code}" if code else "write it as JP, or as nato"
                cause = f"{shown(party)} is neither a country code nor the id of an organization"
                yield (*location, "parties", position), f"{cause}; {right}"
    whole = part.get("part_of")
    if isinstance(whole, str):
        if whole == part.get("id"):
            yield (*location, "part_of"), "is the agreement itself"
        elif whole not in agreements:
            hint = did_you_mean(whole, agreements)
            yield (*location, "part_of"), f"no agreement {shown(whole)} in this file{hint}"
    yield from _dated(location, part)
    yield from _common(location, part)


def _is_party(party: str) -> bool:
    return party in country_codes() if party.isupper() else bool(re.match(SLUG_PATTERN, party))


def _dated(location: Location, part: Part) -> Iterator[Fault]:
    if part.get("date") is not None:
        for field in ("earliest_date", "latest_date"):
            if part.get(field) is not None:
                yield (*location, field), "stands beside a date; give the day or its bounds"
    elif part.get("end_date") is not None:
        yield (*location, "date"), "is missing; an end_date stands beside a date"
    yield from _in_order(location, part, "date", "end_date")
    yield from _in_order(location, part, "earliest_date", "latest_date")


def _common(location: Location, part: Part) -> Iterator[Fault]:
    yield from _repeated_values((*location, "topics"), part.get("topics"))
    yield from _inferred(location, part)
    yield from _evidence(location, part)


_MAY_BE_LEFT_OUT = {
    "date", "end_date", "city", "place", "country", "occasion", "start_time", "end_time", "format",
    "meeting", "speaker", "stops", "arrival_date", "departure_date", "earliest_date",
    "latest_date", "travellers",
}  # fmt: skip


def _inferred(location: Location, part: Part) -> Iterator[Fault]:
    inferred = part.get("inferred")
    yield from _repeated_values((*location, "inferred"), inferred)
    if isinstance(inferred, list):
        for position, field in enumerate(inferred):
            # Pydantic checks the fields that may not be left out.
            if isinstance(field, str) and field in _MAY_BE_LEFT_OUT and not part.get(field):
                yield (*location, "inferred", position), f'"{field}" is inferred but not given'


def _evidence(location: Location, part: Part) -> Iterator[Fault]:
    for inside, passage in _parts(part, "evidence"):
        at = (*location, *inside)
        if all(passage.get(field) is None for field in ("text_start", "page", "locator")):
            cause = "is missing; give the first words, or a page or a locator in their place"
            yield (*at, "text_start"), cause
        for field in ("text_end", "prefix", "suffix"):
            if passage.get(field) is not None and passage.get("text_start") is None:
                yield (*at, field), "stands beside a text_start"
