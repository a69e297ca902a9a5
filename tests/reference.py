"""What the service should answer, worked out from trip files in the plainest way.

Nothing here is shared with the service's own filters: every record is looked at, one by one.
"""

import calendar
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pycountry

from app.loading.tripfile import TripFile
from tests.trips import Part

DATES = ("date", "date_from", "date_to")
OF_MEETINGS = ("city", "trip", "topic", "meeting", "met_with", *DATES)
"""The filters of participants that must hold together for one meeting they took part in."""

Pairs = Sequence[tuple[str, str]]
Wanted = dict[str, set[str]]


def plain(name: str) -> str:
    """Return a name without case, accents and punctuation."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    kept = (letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", " ", "".join(kept)).strip()


def days(date: str) -> tuple[str, str]:
    """Return the first and last day of a day, month or year."""
    match date.split("-"):
        case [year]:
            return f"{year}-01-01", f"{year}-12-31"
        case [year, month]:
            last = calendar.monthrange(int(year), int(month))[1]
            return f"{year}-{month}-01", f"{year}-{month}-{last}"
    return date, date


@dataclass
class Record:
    """A record: its place in the list, its bounds, and its values by filter."""

    id: str
    place: str
    values: dict[str, set[str]] = field(default_factory=dict)
    earliest: str = ""
    latest: str = ""
    sat_in: list["Record"] = field(default_factory=list)


class Reference:
    """The records of trip files that were loaded in this order."""

    def __init__(self, trips: Iterable[TripFile]) -> None:
        self.collections: dict[str, list[Record]] = {
            name: []
            for name in (
                "trips", "meetings", "participants", "quotes", "agreements", "cities", "topics",
                "sources",
            )
        }  # fmt: skip
        self._spellings: dict[str, dict[str, set[str]]] = {"official": {}, "city": {}, "topic": {}}
        self._shared: dict[tuple[str, str], Record] = {}
        for trip in trips:
            self._add(trip.model_dump(mode="json"))
        for records in self.collections.values():
            records.sort(key=lambda record: record.place)

    def ids(self, collection: str, pairs: Pairs = ()) -> list[str]:
        """Return the ids of all records that match, in order; their number is the total."""
        wanted: Wanted = {}
        for parameter, value in pairs:
            wanted.setdefault(parameter, set()).update(self._meant(parameter, value))
        return [
            record.id
            for record in self.collections[collection]
            if (_sat_there if collection == "participants" else _matches)(record, wanted)
        ]

    def _meant(self, parameter: str, value: str) -> set[str]:
        names = "official" if parameter == "met_with" else parameter
        if names in self._spellings:
            return self._spellings[names].get(plain(value), set())
        if parameter in ("country", "party"):
            return _codes(value)
        return {value}

    def _spell(self, names: str, id_: str, *spellings: str) -> None:
        for spelling in (id_, *spellings):
            self._spellings[names].setdefault(plain(spelling), set()).add(id_)

    def _add(self, trip: dict[str, Any]) -> None:
        cities = {city["id"]: city["country"] for city in trip["cities"]}
        people = {person["id"]: self._person(person) for person in trip["participants"]}
        officials = {part["id"] for part in trip["participants"] if part["kind"] == "official"}
        for part in trip["cities"]:
            city = self._share("cities", part, plain(part["name"]))
            city.values = {"country": {part["country"]}}
            self._spell("city", part["id"], part["name"])
        for part in trip["topics"]:
            self._share("topics", part, plain(part["name"]))
            self._spell("topic", part["id"], part["name"])
        for part in trip["sources"]:
            self._share("sources", part, plain(part["title"]))

        def where(part: dict[str, Any]) -> Wanted:
            city = part["city"]
            return {
                "city": {city} if city else set(),
                "country": {cities[city]} if city else set(),
                "trip": {trip["id"]},
                "topic": set(part["topics"]),
            }

        meetings: dict[str, Record] = {}
        for part in trip["meetings"]:
            record = self._dated("meetings", part, trip)
            record.values = where(part) | {
                "official": officials & set(part["participants"]),
                "meeting": {part["id"]},
                "format": {part["format"]},
            }
            meetings[part["id"]] = record
            for person in part["participants"]:
                people[person].sat_in.append(record)
        for part in trip["quotes"]:
            record = self._dated("quotes", part, trip)
            record.values = where(part) | {
                "official": {part["speaker"]},
                "meeting": {part["occasion"]["meeting"]} - {None},
            }
        for part in trip["agreements"]:
            settled_at = meetings[part["meeting"]]
            record = Record(
                part["id"],
                settled_at.place,
                settled_at.values
                | {
                    "topic": set(part["topics"]),
                    "kind": {part["kind"]},
                    "party": set(part["parties"]),
                },
                settled_at.earliest,
                settled_at.latest,
            )
            self.collections["agreements"].append(record)
        stops = {stop["city"] for stop in trip["stops"]}
        values = {
            "city": stops,
            "country": {cities[stop] for stop in stops},
            "official": set(trip["travellers"]),
            "trip": {trip["id"]},
            "topic": {topic for part in trip["meetings"] for topic in part["topics"]},
            "meeting": set(meetings),
        }
        first, last = trip["start_date"], trip["end_date"]
        self.collections["trips"].append(Record(trip["id"], first, values, first, last))

    def _share(self, collection: str, part: dict[str, Any], place: str) -> Record:
        name = (collection, part["id"])
        if name not in self._shared:
            self._shared[name] = Record(part["id"], place)
            self.collections[collection].append(self._shared[name])
        return self._shared[name]

    def _person(self, part: dict[str, Any]) -> Record:
        family, given = part["family_name"], part["given_name"] or ""
        record = self._share(
            "participants", part, plain(f"{family} {given}" if family else part["name"])
        )
        is_official = part["kind"] == "official"
        record.values = {
            "country": {part["country"]} - {None},
            "official": {part["id"]} if is_official else set(),
            "kind": {part["kind"]},
        }
        if is_official:
            names = (part["name"], family, f"{family} {given}", f"{given} {family}")
            self._spell("official", part["id"], *names)
        return record

    def _dated(self, collection: str, part: dict[str, Any], trip: dict[str, Any]) -> Record:
        earliest = part["date"] or part["earliest_date"]
        latest = part["date"] or part["latest_date"]
        # An open bound is the trip's, and never turns the two round.
        earliest, latest = (
            earliest or min(trip["start_date"], latest or trip["start_date"]),
            latest or max(trip["end_date"], earliest or trip["end_date"]),
        )
        record = Record(part["id"], earliest, {}, earliest, latest)
        self.collections[collection].append(record)
        return record


def reference_of(*trips: Part) -> Reference:
    """Return what is to be expected of made-up trips that were loaded in this order."""
    return Reference(TripFile.model_validate(part) for part in trips)


def _codes(name: str) -> set[str]:
    fields = ("alpha_2", "alpha_3", "name", "common_name", "official_name")
    return {
        country.alpha_2
        for country in pycountry.countries
        if plain(name) in {plain(getattr(country, known, None) or country.name) for known in fields}
    }


def _matches(record: Record, wanted: Wanted) -> bool:
    return all(
        _overlaps(record, parameter, values)
        if parameter in DATES
        else bool(values & record.values[parameter])
        for parameter, values in wanted.items()
    )


def _overlaps(record: Record, parameter: str, dates: set[str]) -> bool:
    for first, last in map(days, dates):
        begins_in_time = parameter == "date_from" or record.earliest <= last
        ends_in_time = parameter == "date_to" or record.latest >= first
        if begins_in_time and ends_in_time:
            return True
    return False


def _sat_there(person: Record, wanted: Wanted) -> bool:
    of_person = {name: values for name, values in wanted.items() if name not in OF_MEETINGS}
    of_meeting = {name: values for name, values in wanted.items() if name in OF_MEETINGS}
    met = of_meeting.pop("met_with", None)
    if not _matches(person, of_person):
        return False
    if not of_meeting and met is None:
        return True
    return any(
        _matches(meeting, of_meeting)
        and (met is None or bool(meeting.values["official"] & met - {person.id}))
        for meeting in person.sat_in
    )
