"""A register's trip as it is served: with its ties applied, and without covered stops."""

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.domain.names import fold
from app.domain.tripfile import TripFile
from app.ingest.importers.building import countries_in_title, title_of
from app.ingest.ties import LISTS, RENAMED, SAME, own_trip_id, place_key, trip_ids
from app.store.sql.registers import Definitions, Ties

Plain = dict[str, Any]

_OF_A_REFERENCE = ("other_names", "identifiers")
_OF_THE_TRIP = ("title", "country", "organization", "evidence", "note")
_DAYS = ("arrival_date", "departure_date", "earliest_date", "latest_date")
_FIRST, _LAST = ("arrival_date", "earliest_date"), ("departure_date", "latest_date")


def plain_of(trip: TripFile, stops: Sequence[Sequence[str]]) -> Plain:
    """Return a trip of a register as it is stored: with the entries of each stop."""
    return {
        "trip": trip.model_dump(mode="json", exclude_defaults=True),
        "stops": [list(entries) for entries in stops],
    }


def uses_of(plain: Plain) -> list[str]:
    """Return the keys of the ties that a trip of a register may have."""
    trip = plain["trip"]
    uses = [f"trips/{trip['id']}", *(f"trips/{id_}" for id_ in trip.get("related", ()))]
    uses += [f"{name}/{part['id']}" for name in LISTS for part in trip.get(name, ())]
    uses += [f"entries/{entry}" for entries in plain["stops"] for entry in entries]
    uses += [place_key(*place) for place in _places(trip)]
    return list(dict.fromkeys(uses))


def _places(trip: Plain) -> Iterator[tuple[str, str]]:
    for stop in trip["stops"]:
        if "place" in stop and "city" not in stop:
            yield stop["country"], stop["place"]


def definitions_of(trips: Sequence[Plain]) -> Definitions:
    """Return what the trips of a register define, name and rest on, for its ties."""
    found: Definitions = {name: {} for name in LISTS}
    places: dict[tuple[str, str], None] = {}
    for plain in trips:
        trip = plain["trip"]
        for name in LISTS:
            for part in trip.get(name, ()):
                if part["id"] not in found[name]:
                    found[name][part["id"]] = _defined(name, part)
        places.update(dict.fromkeys(_places(trip)))
    return {
        **found,
        "places": [list(place) for place in places],
        "trips": {plain["trip"]["id"]: plain["stops"] for plain in trips},
    }


def _defined(name: str, part: Plain) -> Plain:
    if name == "sources":
        return {"title": part["title"]}
    kept = ("name", "kind", "other_names", "identifiers")
    defined = {field_: part[field_] for field_ in kept if field_ in part}
    if part.get("country"):
        defined["countries"] = [part["country"]]
    return defined


@dataclass
class Tying:
    """Ties the trips of one register; `called` returns the name that an id has elsewhere."""

    ties: Ties
    called: Callable[[str, str], str | None]
    laid: dict[str, list[Plain]] = field(default_factory=dict)
    """The layers on trips that cover entries of the register, by the ids of these trips."""

    def trip(self, plain: Plain) -> TripFile | None:
        """Return a trip as it is served, or None where others cover all of it.

        `plain` is changed in place.
        """
        trip = plain["trip"]
        covered = [
            any(f"entries/{entry}" in self.ties for entry in entries) for entries in plain["stops"]
        ]
        own = own_trip_id(self.ties, trip["id"])
        if own is None:
            return None
        if any(covered):
            self._without(trip, covered, plain["stops"])
        trip["id"] = own
        related = [id_ for other in trip.get("related", ()) for id_ in trip_ids(self.ties, other)]
        trip["related"] = [id_ for id_ in dict.fromkeys(related) if id_ != own]
        self._tie(trip)
        return TripFile.model_validate(trip)

    def lay(self, plain: Plain) -> None:
        """Add a layer to each trip that covers entries of this one."""
        trip = plain["trip"]
        for position, entries in enumerate(plain["stops"]):
            covering: dict[str, None] = {}
            for entry in entries:
                covering.update(dict.fromkeys(self.ties.get(f"entries/{entry}", SAME)[1:].split()))
            if not covering:
                continue
            part: Plain = copy.deepcopy(
                {
                    **{name: trip.get(name, []) for name in LISTS},
                    "travellers": trip["travellers"],
                    "stops": [trip["stops"][position]],
                }
            )
            of_stop = part["stops"][0].get("city")
            part["cities"] = [city for city in part["cities"] if city["id"] == of_stop]
            part["traveller"] = part["participants"][0]["name"]
            self._tie(part)
            for id_ in covering:
                self.laid.setdefault(id_, []).append(part)

    def _tie(self, trip: Plain) -> None:
        """Replace the ids in a register's trip by what their ties stand for."""
        ids: dict[str, dict[str, str]] = {}
        for name in LISTS:
            ids[name] = {}
            for position, part in enumerate(trip.get(name, ())):
                tie = self.ties.get(f"{name}/{part['id']}")
                if tie is not None:
                    ids[name][part["id"]] = tie[1:]
                    trip[name][position] = self._tied(name, part, tie)
        people, cities = ids["participants"], ids["cities"]
        trip["travellers"] = [people.get(id_, id_) for id_ in trip["travellers"]]
        for person in trip["participants"]:
            if "organization" in person:
                organization = person["organization"]
                person["organization"] = ids["organizations"].get(organization, organization)
        for stop in trip["stops"]:
            if "city" in stop:
                stop["city"] = cities.get(stop["city"], stop["city"])
            elif "place" in stop:
                tie = self.ties.get(place_key(stop["country"], stop["place"]))
                if tie is not None:
                    stop["city"] = tie[1:]
        for evidence in _evidence(trip):
            evidence["source"] = ids["sources"].get(evidence["source"], evidence["source"])

    def _tied(self, name: str, part: Plain, tie: str) -> Plain:
        """Return an entry with its tie applied: under another id, or turned into a reference."""
        if tie[0] == RENAMED:
            return {**part, "id": tie[1:]}
        entry: Plain = {"id": tie[1:]}
        if part["id"] != tie[1:]:
            entry["former_ids"] = [part["id"]]
        if name == "sources":
            return entry
        entry |= {kept: part[kept] for kept in _OF_A_REFERENCE if kept in part}
        if name == "participants":
            entry |= {kept: part[kept] for kept in _OF_THE_TRIP if kept in part}
        called = self.called(name, tie[1:])
        names = dict.fromkeys((part["name"], *part.get("other_names", ())))
        entry["other_names"] = [other for other in names if other != called]
        return entry

    def _without(
        self, trip: Plain, covered: Sequence[bool], stops: Sequence[Sequence[str]]
    ) -> None:
        """Leave out of a trip the stops that other trips cover; it is related to those."""
        cities = {city["id"]: city for city in trip.get("cities", ())}
        in_title = [(stop, cities.get(stop.get("city"))) for stop in trip["stops"]]
        staying = [not one for one in covered]
        entries = {
            entry for stays, some in zip(staying, stops, strict=True) for entry in some if stays
        }
        tail = title_of("", countries_in_title(in_title))  # With its space: " in Japan".
        if trip["title"].endswith(tail):
            rest = [one for one, stays in zip(in_title, staying, strict=True) if stays]
            name = trip["title"].removesuffix(tail)
            trip["title"] = title_of(name, countries_in_title(rest))
        trip["stops"] = [stop for stop, stays in zip(trip["stops"], staying, strict=True) if stays]
        used = {stop.get("city") for stop in trip["stops"]}
        trip["cities"] = [city for city in trip.get("cities", ()) if city["id"] in used]
        trip["records"] = [entry for entry in trip["records"] if entry in entries]
        locators = {f"entry {entry}" for entry in entries}
        trip["evidence"] = [one for one in trip["evidence"] if one["locator"] in locators]
        for person in trip["participants"]:
            person["evidence"] = trip["evidence"][:1]
        trip["start_date"] = min(_day(stop, _FIRST) for stop in trip["stops"])
        trip["end_date"] = max(_day(stop, _LAST) for stop in trip["stops"])
        if len({tuple(some) for some, stays in zip(stops, staying, strict=True) if stays}) < 2:
            trip.pop("inferred", None)
        others = {
            id_
            for some, one in zip(stops, covered, strict=True)
            for entry in some
            if one
            for id_ in self.ties.get(f"entries/{entry}", SAME)[1:].split()
        }
        trip["related"] = [*trip.get("related", ()), *sorted(others)]


def _day(stop: Plain, fields: Sequence[str]) -> str:
    return next(str(stop[name]) for name in fields if name in stop)


def _evidence(trip: Plain) -> Iterator[Plain]:
    yield from trip.get("evidence", ())
    for part in (*trip["participants"], *trip["stops"]):
        yield from part.get("evidence", ())


def with_layers(trip: TripFile, layers: Sequence[Sequence[Plain]]) -> TripFile:
    """Return a trip with what registers add to it: days of its stops, remarks, more stops.

    Nothing that the trip file says is changed.
    """
    if not layers:
        return trip
    plain = trip.model_dump(mode="json", exclude_defaults=True)
    stops: list[Plain] = plain.setdefault("stops", [])
    for layer in layers:
        free = list(stops)
        last = -1
        for part in layer:
            added = part["stops"][0]
            found = next((stop for stop in free if _is_same(stop, added)), None)
            if found is None:
                last += 1
                stops.insert(last, _added(added, part, trip))
            else:
                free = [stop for stop in free if stop is not found]
                _fill(found, added, part, trip)
                last = next(place for place, stop in enumerate(stops) if stop is found)
            for name in LISTS:
                _list(plain, name, part[name])
    return TripFile.model_validate(plain)


def _is_same(stop: Plain, added: Plain) -> bool:
    if "city" in stop or "city" in added:
        return stop.get("city") == added.get("city")
    place, other = stop.get("place"), added.get("place")
    same_place = place is None or other is None or fold(place) == fold(other)
    return same_place and stop.get("country") == added.get("country")


def _within(added: Plain, trip: TripFile) -> bool:
    first, last = _day(added, _FIRST), _day(added, _LAST)
    return trip.start_date.isoformat() <= first and last <= trip.end_date.isoformat()


def _days(added: Plain) -> Plain:
    return {name: added[name] for name in _DAYS if name in added}


def _fill(stop: Plain, added: Plain, part: Plain, trip: TripFile) -> None:
    given: list[str] = []
    if not _days(stop) and _within(added, trip):
        stop.update(_days(added))
        given.append("days")
    if "remarks" not in stop and "remarks" in added:
        stop["remarks"] = added["remarks"]
        given.append("remarks")
    stop["evidence"] = [*stop.get("evidence", ()), *added["evidence"]]
    if given and "note" not in stop:
        stop["note"] = _note(given, part)


def _added(added: Plain, part: Plain, trip: TripFile) -> Plain:
    kept = added if _within(added, trip) else {
        name: value for name, value in added.items() if name not in _DAYS
    }  # fmt: skip
    travellers = [id_ for id_ in part["travellers"] if id_ in trip.travellers]
    alone = {"travellers": travellers} if travellers and len(trip.travellers) > 1 else {}
    return {**kept, **alone, "note": kept.get("note") or _note(["stop"], part)}


def _note(given: Sequence[str], part: Plain) -> str:
    what = " and ".join(given)
    return f"{what[0].upper()}{what[1:]} from the register of {part['traveller']}'s travels."


def _list(plain: Plain, name: str, parts: Sequence[Plain]) -> None:
    """Add a layer's entries to a list; those already listed get its other names and ids."""
    entries = {entry["id"]: entry for entry in plain.get(name, ())}
    new = []
    for part in parts:
        entry = entries.get(part["id"])
        if entry is not None and name != "sources":
            for field_ in ("other_names", "former_ids"):
                both = (*entry.get(field_, ()), *part.get(field_, ()))
                entry[field_] = list(dict.fromkeys(both))
            entry["identifiers"] = {**part.get("identifiers", {}), **entry.get("identifiers", {})}
        elif (
            entry is None and name != "participants"
        ):  # Whom a trip file does not name does not travel on it.
            new.append(part)
    if new:
        plain[name] = [*plain.get(name, ()), *new]
