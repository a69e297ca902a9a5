"""What the service should answer, worked out from trip files in the plainest way.

Nothing here is shared with the service's own filters: every record is looked at, one by one.
"""

import calendar
import datetime
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

import pycountry

from app.ingest.tripfile import TripFile
from tests.trips import Part

DATES = ("date", "date_from", "date_to")
_OF_ALL_DATED = {"city", "country", "official", "trip", "topic", "meeting", "q", *DATES}
HAS = {
    "trips": _OF_ALL_DATED,
    "meetings": {*_OF_ALL_DATED, "format"},
    "participants": {*_OF_ALL_DATED, "met_with", "kind"},
    "quotes": _OF_ALL_DATED,
    "agreements": {*_OF_ALL_DATED, "kind", "party"},
    "cities": {"country", "q"},
    "topics": {"q"},
    "sources": {"q"},
}
"""The filters that each collection has."""

OF_MEETINGS = ("city", "trip", "topic", "meeting", "met_with", *DATES)
"""The filters of participants that must hold together for one meeting they took part in."""

FACETS = ("city", "country", "official", "trip", "topic", "format", "kind", "party")
"""What has facets, in whichever collection has such values."""

PERIODS = {"day": 10, "month": 7, "year": 4}

NO_FACETS = {"trips": {"trip"}, "participants": {"official"}}
"""Values that only name the record itself."""

Pairs = Sequence[tuple[str, str]]
Wanted = dict[str, set[str]]


@cache
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
    title: str = ""
    text: str = ""
    participants: list[str] = field(default_factory=list)

    @cached_property
    def columns(self) -> list[list[str]]:
        """The words of its title, and those of its text."""
        return [words_of(self.title), words_of(self.text)]


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
        return [record.id for record in self.records(collection, pairs)]

    def records(self, collection: str, pairs: Pairs = ()) -> list[Record]:
        """Return all records that match, in order."""
        wanted = self._wanted(pairs)
        return [
            record
            for record in self.collections[collection]
            if (_sat_there if collection == "participants" else _matches)(record, wanted)
        ]

    def _wanted(self, pairs: Pairs) -> Wanted:
        wanted: Wanted = {}
        for parameter, value in pairs:
            wanted.setdefault(parameter, set()).update(self._meant(parameter, value))
        return wanted

    def facets(self, collection: str, pairs: Pairs = ()) -> dict[str, Counter[str]]:
        """Return how many records each value of each facet would give, beside other filters."""
        dated = collection not in ("cities", "topics", "sources")
        found: dict[str, Counter[str]] = {}
        for facet in FACETS:
            if facet in HAS[collection] - NO_FACETS.get(collection, set()):
                others = [pair for pair in pairs if pair[0] != facet]
                found[facet] = self._counts(collection, facet, others)
        others = [pair for pair in pairs if pair[0] not in DATES]
        for facet, length in PERIODS.items():
            if dated:
                found[facet] = self._periods(collection, others, length)
        return found

    def _counts(self, collection: str, facet: str, pairs: Pairs) -> Counter[str]:
        counts: Counter[str] = Counter()
        for record in self.records(collection, pairs):
            if collection == "participants" and facet in OF_MEETINGS:
                counts.update(
                    {value for part in self._sat_in(record, pairs) for value in part.values[facet]}
                )
            else:
                counts.update(record.values[facet])
        return counts

    def _sat_in(self, person: Record, pairs: Pairs) -> list[Record]:
        """Return the meetings of a participant for which a query of participants holds."""
        of_meeting = {k: v for k, v in self._wanted(pairs).items() if k in OF_MEETINGS}
        met = of_meeting.pop("met_with", None)
        return [part for part in person.sat_in if _is_such(part, person, of_meeting, met)]

    def _periods(self, collection: str, pairs: Pairs, length: int) -> Counter[str]:
        counts: Counter[str] = Counter()
        for record in self.records(collection, pairs):
            dated = self._sat_in(record, pairs) if collection == "participants" else [record]
            counts.update({day[:length] for part in dated for day in _days_of(part)})
        return counts

    def network(self, pairs: Pairs = ()) -> tuple[Counter[str], dict[tuple[str, str], list[str]]]:
        """Return how often each participant is met, and the meetings that every two share."""
        nodes: Counter[str] = Counter()
        links: dict[tuple[str, str], list[str]] = {}
        for record in self.records("meetings", pairs):
            nodes.update(record.participants)
            for two in itertools.combinations(sorted(record.participants), 2):
                links.setdefault(two, []).append(record.id)
        return nodes, links

    def hits(self, pairs: Pairs, collections: Iterable[str] = ()) -> set[tuple[str, str]]:
        """Return the collection and id of all that a search across collections finds."""
        asked = {parameter for parameter, _ in pairs}
        found = set()
        for collection in collections or self.collections:
            if asked <= HAS[collection]:
                found |= {(collection, id_) for id_ in self.ids(collection, pairs)}
        return found

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
            city.title, city.text = part["name"], _country_name(part["country"])
            self._spell("city", part["id"], part["name"])
        for part in trip["topics"]:
            self._share("topics", part, plain(part["name"])).title = part["name"]
            self._spell("topic", part["id"], part["name"])
        for part in trip["sources"]:
            source = self._share("sources", part, plain(part["title"]))
            source.title, source.text = part["title"], part["publisher"]
        called = {
            person["id"]: _joined(person["title"], person["name"])
            for person in trip["participants"]
        }
        where_is = {
            city["id"]: _joined(city["name"], _country_name(city["country"]))
            for city in trip["cities"]
        }
        topic_names = {topic["id"]: topic["name"] for topic in trip["topics"]}
        at = {part["id"]: part["city"] for part in trip["meetings"]}

        def topics_of(part: dict[str, Any]) -> list[str]:
            return [topic_names[topic] for topic in part["topics"]]

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
            record.participants = part["participants"]
            record.title = part["title"]
            record.text = _joined(
                part["summary"],
                where_is.get(part["city"]),
                *(called[person] for person in part["participants"]),
                *topics_of(part),
                *(
                    said["text"]
                    for said in trip["quotes"]
                    if said["occasion"]["meeting"] == part["id"]
                ),
                *(made["title"] for made in trip["agreements"] if made["meeting"] == part["id"]),
            )
            meetings[part["id"]] = record
            for person in part["participants"]:
                people[person].sat_in.append(record)
        for part in trip["quotes"]:
            record = self._dated("quotes", part, trip)
            record.values = where(part) | {
                "official": {part["speaker"]},
                "meeting": {part["occasion"]["meeting"]} - {None},
            }
            record.title = part["text"]
            record.text = _joined(
                called[part["speaker"]],
                part["occasion"]["audience"],
                where_is.get(part["city"]),
                *topics_of(part),
            )
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
                title=part["title"],
                text=_joined(
                    part["summary"],
                    part["kind"],
                    *(_country_name(code) for code in part["parties"]),
                    *(called[person] for person in settled_at.participants),
                    where_is.get(at[part["meeting"]]),
                    *topics_of(part),
                ),
            )
            del record.values["format"]
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
        record = Record(trip["id"], first, values, first, last, title=trip["title"])
        record.text = _joined(
            trip["summary"],
            *(called[person] for person in trip["travellers"]),
            *(where_is[stop["city"]] for stop in trip["stops"]),
        )
        self.collections["trips"].append(record)

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
        # The title of the latest trip counts; trips are loaded in the order of time.
        record.title = part["name"]
        record.text = _joined(
            part["title"], _country_name(part["country"]) if part["country"] else None
        )
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
    return _country_names().get(plain(name), set())


@cache
def _country_names() -> dict[str, set[str]]:
    """Return the codes of the countries that have a plain name."""
    found: dict[str, set[str]] = {}
    for country in pycountry.countries:
        for known in ("alpha_2", "alpha_3", "name", "common_name", "official_name"):
            name = plain(getattr(country, known, None) or country.name)
            found.setdefault(name, set()).add(country.alpha_2)
    return found


def _matches(record: Record, wanted: Wanted) -> bool:
    return all(_has(record, parameter, values) for parameter, values in wanted.items())


def _has(record: Record, parameter: str, values: set[str]) -> bool:
    if parameter in DATES:
        return _overlaps(record, parameter, values)
    if parameter == "q":
        return any(words_match(typed, record.columns) for typed in values)
    return bool(values & record.values[parameter])


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
    return any(_is_such(meeting, person, of_meeting, met) for meeting in person.sat_in)


def _is_such(meeting: Record, person: Record, wanted: Wanted, met: set[str] | None) -> bool:
    return _matches(meeting, wanted) and (
        met is None or bool(meeting.values["official"] & met - {person.id})
    )


def _days_of(record: Record) -> Iterator[str]:
    first, last = map(datetime.date.fromisoformat, (record.earliest, record.latest))
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield datetime.date.fromordinal(ordinal).isoformat()


def words_of(text: str) -> list[str]:
    """Return the words of a text as a search sees them: no case, no accents, no punctuation."""
    letters = unicodedata.normalize("NFKD", text)
    return re.findall(
        r"[^\W_]+", "".join(c for c in letters if not unicodedata.combining(c)).lower()
    )


def words_match(typed: str, columns: list[list[str]]) -> bool:
    """Return whether what is typed finds a record with these words in its title and its text."""
    asked = False
    for minus, quoted, bare, star in re.findall(r'(-?)(?:"([^"]*)"?|([^\s"]+))(\*?)', typed):
        phrase = words_of(quoted + bare)
        if phrase:
            asked = True
            is_open = bool(star) or (quoted + bare).endswith("*")
            stands = any(_stands_in(phrase, is_open, column) for column in columns)
            if stands == bool(minus):
                return False
    return asked


def _stands_in(phrase: list[str], is_open: bool, column: list[str]) -> bool:
    *whole, last = phrase
    for begin in range(len(column) - len(whole)):
        stands = column[begin : begin + len(whole)] == whole
        end = column[begin + len(whole)]
        if stands and (end.startswith(last) if is_open else end == last):
            return True
    return False


def _joined(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)


def _country_name(code: str) -> str:
    country = pycountry.countries.get(alpha_2=code)
    return str(getattr(country, "common_name", country.name))
