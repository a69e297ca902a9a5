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

from app.domain.countries import country_codes, country_name, country_spellings
from app.domain.tripfile import TripFile
from app.store.keys import trip_number
from tests.trips import Part

DATES = ("date", "date_from", "date_to")
_OF_ALL = {"updated_since", "q"}
_OF_ALL_DATED = {
    "city", "country", "official", "organization", "trip", "topic", "meeting", "source",
    *_OF_ALL, *DATES,
}  # fmt: skip
HAS = {
    "trips": {*_OF_ALL_DATED, "title", "status", "recorded"},
    "meetings": {*_OF_ALL_DATED, "participant", "format", "kind", "status"},
    "participants": {*_OF_ALL_DATED, "met_with", "kind", "participant", "title"},
    "quotes": _OF_ALL_DATED,
    "agreements": {*_OF_ALL_DATED, "kind", "party"},
    "organizations": _OF_ALL,
    "cities": {"country", *_OF_ALL},
    "topics": _OF_ALL,
    "sources": {"trip", *_OF_ALL},
}
"""The filters that each collection has."""

OF_PRESENCE = ("city", "trip", "topic", "meeting", "met_with", *DATES)
"""The filters of participants that must hold together for one thing they had part in."""

OF_STAYS = ("city", "country", *DATES)
"""The filters of trips that must hold together for one stop, where there is a date."""

FACETS = (
    "city", "country", "official", "organization", "participant", "trip", "topic", "format",
    "kind", "party", "source", "status", "title", "recorded",
)  # fmt: skip
"""What has facets, in whichever collection has such values."""

PERIODS = {"day": 10, "month": 7, "year": 4}

NO_FACETS = {"trips": {"trip"}, "participants": {"official", "participant"}, "sources": {"trip"}}
"""Values that only name the record itself."""

UNDATED = ("organizations", "cities", "topics", "sources")
SHARED = ("sources", "organizations", "cities", "topics", "participants")

Pairs = Sequence[tuple[str, str]]
Wanted = dict[str, set[str]]


@cache
def plain(name: str) -> str:
    """Return a name without case, accents and punctuation."""
    letters = unicodedata.normalize("NFKD", re.sub("['\u2019\u02bb]", "", name).casefold())
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
    """A record: its place in the list, its bounds, and its values by filter.

    `stays` are the stops of a trip, `had_part` what a participant had part in.
    """

    id: str
    place: tuple[Any, ...]
    values: dict[str, set[str]] = field(default_factory=dict)
    earliest: str = ""
    latest: str = ""
    kind: str = ""
    stays: list["Record"] = field(default_factory=list)
    had_part: list["Record"] = field(default_factory=list)
    title: str = ""
    text: str = ""
    participants: list[str] = field(default_factory=list)

    @cached_property
    def columns(self) -> list[list[str]]:
        """The words of its title, and those of its text."""
        return [words_of(self.title), words_of(self.text)]


class Reference:
    """The records of trip files, in whichever order they were loaded."""

    def __init__(self, trips: Iterable[TripFile]) -> None:
        self.collections: dict[str, list[Record]] = {name: [] for name in HAS}
        self._spellings: dict[str, dict[str, set[str]]] = {}
        self._trips = sorted(
            (trip.model_dump(mode="json") for trip in trips),
            key=lambda trip: (
                trip["start_date"],
                trip_number(trip["id"], _day(trip["start_date"])),
            ),
        )
        self._defined: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in SHARED}
        self._entries = {trip["id"]: _by_id(trip["participants"]) for trip in self._trips}
        self._meetings = {
            part["id"]: (trip, part)
            for trip in self._trips
            for part in trip["meetings"]
            if part["title"] is not None
        }
        for trip in self._trips:
            for name in SHARED:
                for part in trip[name]:
                    if part["title" if name == "sources" else "name"] is not None:
                        self._defined[name][part["id"]] = part | {"defined_by": trip["id"]}
        self._people: dict[str, Record] = {}
        self._add_shared()
        for trip in self._trips:
            self._add(trip)
        for records in self.collections.values():
            records.sort(key=lambda record: record.place)

    def ids(self, collection: str, pairs: Pairs = ()) -> list[str]:
        """Return the ids of all records that match, in order; their number is the total."""
        return [record.id for record in self.records(collection, pairs)]

    def records(self, collection: str, pairs: Pairs = ()) -> list[Record]:
        """Return all records that match, in order."""
        wanted = self._wanted(pairs)
        matches = {"participants": _was_there, "trips": _went_there}.get(collection, _matches)
        return [record for record in self.collections[collection] if matches(record, wanted)]

    def _wanted(self, pairs: Pairs) -> Wanted:
        wanted: Wanted = {}
        for parameter, value in pairs:
            wanted.setdefault(parameter, set()).update(self._meant(parameter, value))
        return wanted

    def facets(self, collection: str, pairs: Pairs = ()) -> dict[str, Counter[str]]:
        """Return how many records each value of each facet would give, beside other filters."""
        found: dict[str, Counter[str]] = {}
        for facet in FACETS:
            if facet in HAS[collection] - NO_FACETS.get(collection, set()):
                others = [pair for pair in pairs if pair[0] != facet]
                found[facet] = self._counts(collection, facet, others)
        others = [pair for pair in pairs if pair[0] not in DATES]
        for facet, length in PERIODS.items():
            if collection not in UNDATED:
                found[facet] = self._periods(collection, others, length)
        return found

    def _counts(self, collection: str, facet: str, pairs: Pairs) -> Counter[str]:
        counts: Counter[str] = Counter()
        wanted = self._wanted(pairs)
        for record in self.records(collection, pairs):
            parts = [record]
            if collection == "participants" and facet in OF_PRESENCE:
                parts = self._had_part(record, pairs)
            elif collection == "trips" and facet in OF_STAYS and wanted.keys() & {*DATES}:
                parts = _stays_there(record, wanted)
            counts.update({value for part in parts for value in part.values.get(facet, ())})
        return counts

    def _had_part(self, person: Record, pairs: Pairs) -> list[Record]:
        """Return what a participant had part in for which a query of participants holds."""
        wanted = {k: v for k, v in self._wanted(pairs).items() if k in OF_PRESENCE}
        return _parts_there(person, wanted)

    def _periods(self, collection: str, pairs: Pairs, length: int) -> Counter[str]:
        counts: Counter[str] = Counter()
        wanted = self._wanted(pairs)
        for record in self.records(collection, pairs):
            dated = [record]
            if collection == "participants":
                dated = self._had_part(record, pairs)
            elif collection == "trips" and wanted.keys() & {"city", "country"}:
                dated = _stays_there(record, wanted)
            counts.update({day[:length] for part in dated for day in _days_of(part)})
        return counts

    def network(self, pairs: Pairs = ()) -> tuple[Counter[str], dict[tuple[str, str], list[str]]]:
        """Return how often each participant is met, and the meetings that every two share."""
        nodes: Counter[str] = Counter()
        links: dict[tuple[str, str], list[str]] = {}
        for record in self.records("meetings", pairs):
            if record.values["status"] == {"cancelled"}:
                continue
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
        spelled = self._spellings.get(names, {})
        found = spelled.get(plain(value).replace(" ", ""), set())
        if value in {id_ for ids in spelled.values() for id_ in ids}:
            found = {value}  # An id means its record and no other.
        if parameter in ("country", "party"):
            return _codes(value) | found
        if names in ("official", "participant", "city", "topic", "organization", "title"):
            return found
        return {value}

    def _spell(self, names: str, id_: str, *spellings: str | None) -> None:
        for spelling in (id_, *filter(None, spellings)):
            key = plain(spelling).replace(" ", "")
            self._spellings.setdefault(names, {}).setdefault(key, set()).add(id_)

    # What trips share

    def _spoken_of(self, name: str) -> list[str]:
        """Return the ids of what trips speak of; nothing else is served."""
        return sorted(self._defined[name])

    def _add_shared(self) -> None:
        for id_, part in self._defined["cities"].items():
            names = self._other_names("cities", id_)
            record = self._share("cities", part, {"country": {part["country"]}})
            record.text = _joined(*names, _country_name(part["country"]))
            self._spell("city", id_, part["name"], *names)
        for id_, part in self._defined["topics"].items():
            names = self._other_names("topics", id_)
            self._share("topics", part, {}).text = _joined(*names)
            self._spell("topic", id_, part["name"], *names)
        for id_, part in self._defined["organizations"].items():
            names = self._other_names("organizations", id_)
            self._share("organizations", part, {}).text = _joined(*names)
            for group in ("organization", "party"):
                self._spell(group, id_, part["name"], *names)
        for part in self._defined["sources"].values():
            record = self._share("sources", {**part, "name": part["title"]}, {"trip": set()})
            record.text = _joined(part["publisher"], part["citation"])
        for id_, part in self._defined["participants"].items():
            family, given = part["family_name"], part["given_name"] or ""
            called = " ".join(filter(None, (family, given))) if family else part["name"]
            is_official = part["kind"] == "official"
            names = self._other_names("participants", id_)
            record = self._people[id_] = self._share(
                "participants",
                {**part, "sorted": called},
                {
                    "official": {id_} if is_official else set(),
                    "participant": {id_},
                    "kind": {part["kind"]},
                    "country": set(),
                    "organization": set(),
                    "title": set(),
                    "source": set(),
                },
            )
            record.text = _joined(*names)
            orders = (family, given, f"{family} {given}", f"{given} {family}") if family else ()
            self._spell("participant", id_, part["name"], *names, *orders)
            if is_official:
                self._spell("official", id_, part["name"], *names, *orders)

    def _share(self, collection: str, part: dict[str, Any], values: Wanted) -> Record:
        place = (plain(part.get("sorted") or part["name"]), part["id"])
        record = Record(part["id"], place, values, title=part["name"])
        self.collections[collection].append(record)
        return record

    def _other_names(self, name: str, id_: str) -> list[str]:
        return [
            other
            for trip in self._trips
            for part in trip[name]
            if part["id"] == id_
            for other in part["other_names"]
        ]

    # What is a trip's own

    def _office(self, trip: dict[str, Any], id_: str) -> dict[str, Any]:
        """Return what somebody was on a trip, or else on the trip that defines them."""
        entry = self._entries[trip["id"]].get(id_, {})
        if any(entry.get(name) for name in ("title", "country", "organization")):
            return entry
        defined = self._defined["participants"][id_]
        return self._entries[defined["defined_by"]][id_]

    def _called(self, trip: dict[str, Any], id_: str) -> str:
        office = self._office(trip, id_)
        organization = self._defined["organizations"].get(office["organization"], {})
        name = self._defined["participants"][id_]["name"]
        return _joined(office["title"], name, organization.get("name"))

    def _organizations(self, trip: dict[str, Any], people: Iterable[str]) -> set[str]:
        return {self._office(trip, id_)["organization"] for id_ in people} - {None}

    def _where(self, part: dict[str, Any]) -> Wanted:
        city = part["city"]
        countries = {part["country"]}
        if city:
            countries.add(self._defined["cities"][city]["country"])
        return {"city": {city} - {None}, "country": countries - {None}}

    def _place(self, part: dict[str, Any]) -> str:
        city = self._defined["cities"].get(part["city"], {})
        codes = [code for code in (city.get("country"), part["country"]) if code]
        return _joined(part["place"], city.get("name"), *map(_country_name, codes))

    def _topics(self, part: dict[str, Any]) -> list[str]:
        return [self._defined["topics"][topic]["name"] for topic in part["topics"]]

    def _officials(self, people: Iterable[str]) -> set[str]:
        return {id_ for id_ in people if self._defined["participants"][id_]["kind"] == "official"}

    def _dated(
        self, collection: str, trip: dict[str, Any], part: dict[str, Any], when: dict[str, Any]
    ) -> Record:
        earliest = when["date"] or when["earliest_date"]
        latest = when.get("end_date") or when["date"] or when["latest_date"]
        # An open bound is the trip's, and never turns the two round.
        earliest, latest = (
            earliest or min(trip["start_date"], latest or trip["start_date"]),
            latest or max(trip["end_date"], earliest or trip["end_date"]),
        )
        return Record(
            part.get("id", ""), (earliest, *self._order(trip, collection, part)), {}, earliest,
            latest, collection,
        )  # fmt: skip

    def _order(self, trip: dict[str, Any], collection: str, part: Any) -> tuple[Any, ...]:
        lists = ["trips", "stops", "meetings", "quotes", "agreements"]
        position = (
            trip[collection].index(part) if collection in trip and part in trip[collection] else 0
        )
        number = trip_number(trip["id"], _day(trip["start_date"]))
        return number, lists.index(collection), position

    def _add(self, trip: dict[str, Any]) -> None:
        record = self._add_trip(trip)
        stops = trip["stops"] or [
            dict.fromkeys(("city", "country", "place", "arrival_date", "departure_date",
                           "earliest_date", "latest_date"))
            | {"travellers": [], "status": "held"}
        ]  # fmt: skip
        for stop in stops:
            self._add_stay(trip, record, stop)
        for part in trip["meetings"]:
            if part["title"] is not None:
                self._add_meeting(trip, part)
        for part in trip["quotes"]:
            self._add_quote(trip, part)
        for part in trip["agreements"]:
            self._add_agreement(trip, part)
        mentioned = {
            *trip["travellers"], *self._entries[trip["id"]],
            *(person for stop in trip["stops"] for person in stop["travellers"]),
            *(person for part in trip["meetings"] for person in part["participants"]),
            *(part["speaker"] for part in trip["quotes"] if part["speaker"]),
        }  # fmt: skip
        for id_ in mentioned:
            office, values = self._office(trip, id_), self._people[id_].values
            for name in ("country", "organization", "title"):
                values[name] |= {office[name]} - {None}
            values["source"] |= _sources(self._entries[trip["id"]].get(id_, {"evidence": []}))
            self._describe(id_)
            if office["title"]:
                self._spell("title", office["title"])

    def _describe(self, id_: str) -> None:
        record = self._people[id_]
        latest = [
            self._office(trip, id_)
            for trip in self._trips
            if id_ in self._entries[trip["id"]] or id_ in trip["travellers"]
            or any(id_ in part["participants"] for part in trip["meetings"])
            or any(id_ == part["speaker"] for part in trip["quotes"])
        ]  # fmt: skip
        office = max(latest, key=lambda _: 0) if not latest else latest[-1]
        organization = self._defined["organizations"].get(office["organization"], {})
        record.text = _joined(
            *self._other_names("participants", id_), *record.values["title"],
            _country_name(office["country"]) if office["country"] else None,
            organization.get("name"),
        )  # fmt: skip

    def _add_trip(self, trip: dict[str, Any]) -> Record:
        first, last = trip["start_date"], trip["end_date"]
        record = Record(trip["id"], (first, *self._order(trip, "trips", trip)), {}, first, last)
        sources = {part["id"] for part in trip["sources"]} | _all_sources(trip)
        record.values = {
            "city": set(),
            "country": set(),
            "official": set(trip["travellers"]),
            "organization": self._organizations(trip, trip["travellers"]),
            "title": {self._office(trip, id_)["title"] for id_ in trip["travellers"]} - {None},
            "trip": {trip["id"]},
            # Those of a meeting that another trip defines, too.
            "topic": {
                topic
                for part in trip["meetings"]
                for topic in self._meetings.get(part["id"], (trip, part))[1]["topics"]
            },
            "meeting": {part["id"] for part in trip["meetings"]},
            "source": sources,
            "status": {trip["status"]},
            "recorded": {"yes" if trip["meetings"] else "no"},
        }
        record.title = trip["title"]
        record.text = _joined(
            trip["summary"],
            *(self._called(trip, person) for person in trip["travellers"]),
            *(_joined(self._place(stop), stop["remarks"]) for stop in trip["stops"]),
        )
        self.collections["trips"].append(record)
        for source in self.collections["sources"]:
            if source.id in sources | set(_mentioned_sources(trip)):
                source.values["trip"].add(trip["id"])
        return record

    def _add_stay(self, trip: dict[str, Any], record: Record, stop: dict[str, Any]) -> None:
        if "cancelled" in (stop["status"], trip["status"]):
            return
        when = {
            "date": None,
            "earliest_date": stop["earliest_date"] or stop["arrival_date"],
            "latest_date": stop["latest_date"] or stop["departure_date"],
        }
        stay = self._dated("stops", trip, stop, when)
        stay.values = self._where(stop) | {"trip": {trip["id"]}, "topic": set(), "meeting": set()}
        for name in ("city", "country"):
            record.values[name] |= stay.values[name]
        record.stays.append(stay)
        for person in stop["travellers"] or trip["travellers"]:
            self._people[person].had_part.append(stay)

    def _add_meeting(self, trip: dict[str, Any], part: dict[str, Any]) -> None:
        record = self._dated("meetings", trip, part, part)
        speaking = [
            other
            for other in self._trips
            if other is trip or any(m["id"] == part["id"] for m in other["meetings"])
        ]
        record.values = self._where(part) | {
            "official": self._officials(part["participants"]),
            "participant": set(part["participants"]),
            "organization": self._organizations(trip, part["participants"]),
            "trip": {other["id"] for other in speaking},
            "topic": set(part["topics"]),
            "meeting": {part["id"]},
            "format": {part["format"]} - {None},
            "kind": {part["kind"]},
            "status": {part["status"]},
            "source": _sources(part),
        }
        record.participants = part["participants"]
        record.title = part["title"]
        record.text = _joined(
            part["summary"],
            self._place(part),
            *(self._called(trip, person) for person in part["participants"]),
            *self._topics(part),
            *(
                _words_said(said)
                for other in self._trips
                for said in other["quotes"]
                if said["occasion"]["meeting"] == part["id"]
            ),
            *(
                made["title"]
                for other in self._trips
                for made in other["agreements"]
                if made["meeting"] == part["id"]
            ),
        )
        self.collections["meetings"].append(record)
        if part["status"] != "cancelled":
            for person in part["participants"]:
                self._people[person].had_part.append(record)

    def _add_quote(self, trip: dict[str, Any], part: dict[str, Any]) -> None:
        record = self._dated("quotes", trip, part, part)
        speaker = [part["speaker"]] if part["speaker"] else []
        record.values = self._where(part) | {
            "official": set(speaker),
            "organization": self._organizations(trip, speaker),
            "trip": {trip["id"]},
            "topic": set(part["topics"]),
            "meeting": {part["occasion"]["meeting"]} - {None},
            "source": _sources(part),
        }
        record.title = _words_said(part)
        record.text = _joined(
            (part["translation"] or {}).get("text"),
            *(self._called(trip, person) for person in speaker),
            part["attribution"],
            part["occasion"]["audience"],
            self._place(part),
            *self._topics(part),
        )
        self.collections["quotes"].append(record)
        for person in speaker:
            self._people[person].had_part.append(record)

    def _add_agreement(self, trip: dict[str, Any], part: dict[str, Any]) -> None:
        settled_in, settled_at = self._meetings.get(part["meeting"], (trip, None))
        own_day = any(part[name] for name in ("date", "earliest_date", "latest_date"))
        own_place = any(part[name] for name in ("city", "place", "country"))
        if settled_at and not own_day:
            when = self._dated("meetings", settled_in, settled_at, settled_at)
        else:
            when = self._dated("agreements", trip, part, part)
        record = Record(
            part["id"], (when.earliest, *self._order(trip, "agreements", part)), {},
            when.earliest, when.latest,
        )  # fmt: skip
        at = settled_at if settled_at and not own_place else part
        people = settled_at["participants"] if settled_at else []
        organizations = {party for party in part["parties"] if not party.isupper()}
        record.values = self._where(at) | {
            "official": self._officials(people),
            "trip": {trip["id"]},
            "topic": set(part["topics"]),
            "meeting": {part["meeting"]} - {None},
            "kind": {part["kind"]},
            "party": set(part["parties"]),
            "organization": organizations,
            "source": _sources(part) | ({part["document"]} - {None}),
        }
        record.title = part["title"]
        record.text = _joined(
            part["summary"],
            part["kind"],
            *(
                self._defined["organizations"][party]["name"]
                if party in organizations
                else _country_name(party)
                for party in part["parties"]
            ),
            *(self._called(settled_in, person) for person in people),
            self._place(at),
            *self._topics(part),
        )
        self.collections["agreements"].append(record)


def _by_id(parts: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {part["id"]: part for part in parts}


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def _words_said(quote: dict[str, Any]) -> str:
    text = quote["text"]
    return text if isinstance(text, str) else " ".join(text)


def _sources(part: dict[str, Any]) -> set[str]:
    return {passage["source"] for passage in part["evidence"]}


def _all_sources(trip: dict[str, Any]) -> set[str]:
    lists = ("stops", "participants", "meetings", "quotes", "agreements")
    return _sources(trip).union(*(_sources(part) for name in lists for part in trip[name]))


def _mentioned_sources(trip: dict[str, Any]) -> set[str]:
    return _all_sources(trip) | {part["document"] for part in trip["agreements"]}


def reference_of(*trips: Part) -> Reference:
    """Return what is to be expected of made-up trips that were loaded in this order."""
    return Reference(TripFile.model_validate(part) for part in trips)


def _codes(name: str) -> set[str]:
    return _country_names().get(plain(name), set())


@cache
def _country_names() -> dict[str, set[str]]:
    """Return the codes of the countries that have a plain name."""
    found: dict[str, set[str]] = {}
    for code in country_codes():
        for known in country_spellings(code):
            found.setdefault(known, set()).add(code)
    return found


def _matches(record: Record, wanted: Wanted) -> bool:
    return all(_has(record, parameter, values) for parameter, values in wanted.items())


def _has(record: Record, parameter: str, values: set[str]) -> bool:
    if parameter in DATES:
        return _overlaps(record, parameter, values)
    if parameter == "updated_since":  # All were loaded just now.
        return any(value < "2026" for value in values)
    if parameter == "q":
        return any(words_match(typed, record.columns) for typed in values)
    return bool(values & record.values.get(parameter, set()))


def _overlaps(record: Record, parameter: str, dates: set[str]) -> bool:
    for first, last in map(days, dates):
        begins_in_time = parameter == "date_from" or record.earliest <= last
        ends_in_time = parameter == "date_to" or record.latest >= first
        if begins_in_time and ends_in_time:
            return True
    return False


def _was_there(person: Record, wanted: Wanted) -> bool:
    of_person = {name: values for name, values in wanted.items() if name not in OF_PRESENCE}
    of_presence = {name: values for name, values in wanted.items() if name in OF_PRESENCE}
    if not _matches(person, of_person):
        return False
    return not of_presence or bool(_parts_there(person, of_presence))


def _parts_there(person: Record, wanted: Wanted) -> list[Record]:
    """Return what a participant had part in for which all that is wanted of it holds."""
    met = wanted.get("met_with")
    others = {name: values for name, values in wanted.items() if name != "met_with"}
    parts = person.had_part
    if met is not None or "meeting" in wanted:
        parts = [part for part in parts if part.kind == "meetings"]
    return [
        part
        for part in parts
        if _matches(part, others)
        and (met is None or bool(part.values["official"] & met - {person.id}))
    ]


def _went_there(trip: Record, wanted: Wanted) -> bool:
    if not (wanted.keys() & {*DATES} and wanted.keys() & {"city", "country"}):
        return _matches(trip, wanted)
    others = {name: values for name, values in wanted.items() if name not in OF_STAYS}
    return _matches(trip, others) and bool(_stays_there(trip, wanted))


def _stays_there(trip: Record, wanted: Wanted) -> list[Record]:
    of_stays = {name: values for name, values in wanted.items() if name in OF_STAYS}
    return [stay for stay in trip.stays if _matches(stay, of_stays)]


def _days_of(record: Record) -> Iterator[str]:
    first, last = map(datetime.date.fromisoformat, (record.earliest, record.latest))
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield datetime.date.fromordinal(ordinal).isoformat()


def words_of(text: str) -> list[str]:
    """Return the words of a text as a search sees them: no case, accents or apostrophes."""
    letters = unicodedata.normalize("NFKD", re.sub("['\u2019\u02bb]", "", text))
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
            phrases = [phrase]
            if bare and not is_open and len(phrase) == 1:
                phrases = [[form] for form in _numbers(phrase[0])]
            stands = any(_stands_in(each, is_open, part) for each in phrases for part in columns)
            if stands == bool(minus):
                return False
    return asked


_IRREGULAR = [
    ("bus", "buses"), ("child", "children"), ("crisis", "crises"), ("gas", "gases"),
    ("half", "halves"), ("life", "lives"), ("man", "men"), ("woman", "women"),
]  # fmt: skip


def _numbers(word: str) -> set[str]:
    """Return a word of three letters or more in its singular and plural."""
    if len(word) < 3 or not word.isascii() or not word.isalpha():
        return {word}
    for pair in _IRREGULAR:
        if word in pair:
            return {*pair}
    if re.search("^..s$", word):
        return {word}
    if word.endswith("ies"):
        return {word, f"{word[:-3]}y"}
    if re.search("(s|x|z|ch|sh)es$", word):
        return {word, word[:-2], word[:-1]}
    if re.search("[^sui]s$", word):
        return {word, word[:-1]}
    if re.search("[^aeiou]y$", word):
        return {word, f"{word[:-1]}ies"}
    return {word, f"{word}es" if re.search("(s|x|z|ch|sh)$", word) else f"{word}s"}


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


_country_name = country_name
