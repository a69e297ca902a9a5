"""From the visits of one traveller to a checked trip, in plain values until it is checked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from app.domain.countries import country_name
from app.domain.names import fold
from app.domain.tripfile import TripFile
from app.ingest.explaining import explain
from app.ingest.importers.base import Entry, ImportedTrip, Merged, Notes, Part, fault
from app.ingest.importers.places import city_of, in_a_sentence, listed
from app.ingest.reading import TripFileError, written
from app.ingest.references import check_references

Stops = list[tuple[Part, Part | None]]
"""Stops as a trip file has them, each with the city that it is in."""


@dataclass(frozen=True)
class Traveller:
    """Who travels: the definition, what they were on this trip, and the source that says so."""

    person: Part
    office: Part
    source: Part
    organizations: tuple[Part, ...] = ()


@dataclass
class Draft:
    """A trip before it is checked; its related trips may still be added."""

    id: str
    title: str
    traveller: Traveller
    visits: Sequence[Merged]
    stops: list[tuple[Merged, Part, Part | None]]
    related: list[str] = field(default_factory=list)

    @property
    def start(self) -> Any:
        """The first day."""
        return min(visit.entry.start for visit in self.visits)

    @property
    def end(self) -> Any:
        """The last day."""
        return max(visit.entry.end for visit in self.visits)


def evidence_of(visit: Merged, source: Part) -> list[Part]:
    """Return what a visit rests on: its entries, in the source."""
    return [{"source": source["id"], "locator": f"entry {id_}"} for id_ in visit.ids]


def days_of(entry: Entry, places: int) -> Part:
    """Return the days of a stop: exact if it is the only place, else bounds."""
    first, last = entry.start.isoformat(), entry.end.isoformat()
    if places > 1:
        return {"earliest_date": first, "latest_date": last}
    return {"arrival_date": first, "departure_date": last}


def stops_of(visit: Merged, code: str, notes: Notes) -> Stops:
    """Return the stops of a visit: one for each place it names, or the country alone."""
    entry = visit.entry
    stops: Stops = []
    for place in entry.places or ("",):
        stop: Part = {"country": code, **days_of(entry, len(entry.places))}
        city = None
        if place:
            stop["place"] = place
            city = city_of(place, entry.country)
            if city:
                stop["city"] = city["id"]
            else:
                named = (place, entry.country)
                notes.without_position[named] = notes.without_position.get(named, 0) + 1
        if fold(entry.country) != fold(country_name(code)):
            stop["note"] = f'The register calls the country "{entry.country}".'
        stops.append((stop, city))
    return stops


def countries_in_title(stops: Sequence[tuple[Part, Part | None]]) -> list[str]:
    """Return the codes of the countries that a title names.

    For a city, it is today's country if the country of the time still exists: Senegal, not France.
    """
    return [
        city["country"] if city and len(stop["country"]) == 2 else stop["country"]
        for stop, city in stops
    ]


def title_of(name: str, codes: Sequence[str]) -> str:
    """Return what a trip is called: somebody, and the countries in their order."""
    return f"{name} in {listed(in_a_sentence(code) for code in codes)}"


def checked(draft: Draft) -> ImportedTrip:
    """Check a draft by the rules of trip files; return the trip, or raise `TripFileError`."""
    plain = _plain(draft)
    first = draft.visits[0].entry
    try:
        trip = TripFile.model_validate(plain)
    except ValidationError as error:
        explained = [explain(found) for found in error.errors(include_url=False)]
        faults = [(written(at), cause) for at, cause in explained]
    else:
        faults = [(written(at), cause) for at, cause in check_references(plain)]
        if not faults:
            stops = tuple(tuple(visit.ids) for visit, _, _ in draft.stops)
            return ImportedTrip(trip, tuple(draft.visits), stops)
    raise TripFileError(
        [fault(first.at, f"entry {first.id}: {what}", cause) for what, cause in faults]
    )


def _plain(draft: Draft) -> Part:
    traveller = draft.traveller
    source, person = traveller.source, traveller.person
    cities = {city["id"]: city for _, _, city in draft.stops if city}
    evidence = [passage for visit in draft.visits for passage in evidence_of(visit, source)]
    trip: Part = {
        "id": draft.id,
        "title": draft.title,
        "start_date": draft.start.isoformat(),
        "end_date": draft.end.isoformat(),
        "travellers": [person["id"]],
        "stops": [_stop(visit, stop, source) for visit, stop, _ in draft.stops],
        "sources": [source],
        "organizations": list(traveller.organizations),
        "cities": list(cities.values()),
        "participants": [{**person, **traveller.office, "evidence": evidence[:1]}],
        "records": [id_ for visit in draft.visits for id_ in visit.ids],
        "related": draft.related,
        "evidence": evidence,
    }
    if len(draft.visits) > 1:
        # That these visits were one journey is not stated.
        trip["inferred"] = ["stops"]
    return trip


def _stop(visit: Merged, stop: Part, source: Part) -> Part:
    remarks = {"remarks": visit.entry.remarks} if visit.entry.remarks else {}
    return {**stop, **remarks, "evidence": evidence_of(visit, source)}


class TripIds:
    """Gives each trip an id: its first day and who travels, and the entry where two have both."""

    def __init__(self) -> None:
        """Begin with no trips."""
        self._taken: set[str] = set()

    def of(self, visits: Sequence[Merged], who: str) -> str:
        """Return the id of a trip that consists of these visits."""
        first = visits[0].entry
        id_ = f"{first.start.isoformat()}-{who}"
        if id_ in self._taken:
            id_ = f"{id_}-{first.id}"
        self._taken.add(id_)
        return id_


def with_unique_ids(entries: Sequence[tuple[Entry, Any]]) -> Iterator[tuple[Entry, Any]]:
    """Yield entries; raise `TripFileError` with every entry whose id another has."""
    first: dict[str, Entry] = {}
    faults = []
    for entry, _ in entries:
        other = first.setdefault(entry.id, entry)
        if other is not entry:
            cause = f"entry {entry.id} stands in {other.at.file}:{other.at.line}, too"
            faults.append(fault(entry.at, "id", cause))
    if faults:
        raise TripFileError(faults)
    yield from entries
