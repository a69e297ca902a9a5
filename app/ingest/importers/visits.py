"""Visits by foreign leaders to the United States, from `HistoryAtState/visits`."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.domain.issues import Issue
from app.domain.names import fold
from app.ingest.importers.base import Entry, ImportedTrip, Merged, Notes, Part
from app.ingest.importers.building import Draft, Traveller, TripIds, checked, with_unique_ids
from app.ingest.importers.files import days, records_of
from app.ingest.importers.joining import joined, merged
from app.ingest.importers.people import slug, split_title
from app.ingest.importers.places import country_of, in_a_sentence
from app.ingest.importers.xmlfile import XmlRecord
from app.ingest.reading import TripFileError

REGISTER = "visits"

_PAGES = "https://history.state.gov/departmenthistory/visits"
_PUBLISHER = "Office of the Historian, U.S. Department of State"
_HOST = "US"
_ONE_NAME = "The register gives no other name; entries with it, of one country, are one person's."


@dataclass(frozen=True)
class Visitor:
    """A visitor, as the register writes the name, and as it is parsed."""

    written: str
    title: str | None
    name: str
    speaks_for: str
    """The country or organization, as written."""
    page: str
    """The id of the register's page of that country."""
    code: str | None

    @property
    def person(self) -> tuple[str, str]:
        """The key that all entries of one person share."""
        return fold(self.name), self.page or fold(self.speaks_for)


def visits(path: Path, notes: Notes, read: Callable[[Path], None]) -> Iterable[ImportedTrip]:
    """Yield the trips of a checkout of the register, or of some of its files.

    Raises `TripFileError` with all that is wrong with them.
    """
    by_person: dict[tuple[str, str], list[tuple[Entry, Visitor]]] = {}
    for entry, visitor in with_unique_ids(_entries(path, notes, read)):
        by_person.setdefault(visitor.person, []).append((entry, visitor))
    ids, trip_ids = _PersonIds(), TripIds()
    for entries in by_person.values():
        person = ids.person(entries[0][1])
        visitors = {entry.id: visitor for entry, visitor in entries}
        for trip in joined(merged(entry for entry, _ in entries)):
            visitor = visitors[trip[0].entry.id]
            traveller = _traveller(person, visitor)
            stops: list[tuple[Merged, Part, Part | None]] = []
            for visit in trip:
                stop: Part = {
                    "country": _HOST,
                    "arrival_date": visit.entry.start.isoformat(),
                    "departure_date": visit.entry.end.isoformat(),
                }
                stops.append((visit, stop, None))
            of = in_a_sentence(visitor.code) if visitor.code else visitor.speaks_for
            title = f"{visitor.written} of {of} in {in_a_sentence(_HOST)}"
            yield checked(Draft(trip_ids.of(trip, person["id"]), title, traveller, trip, stops))


def _entries(
    path: Path, notes: Notes, read: Callable[[Path], None]
) -> Sequence[tuple[Entry, Visitor]]:
    entries: list[tuple[Entry, Visitor]] = []
    issues: list[Issue] = []
    for record in records_of(path, "visits", "visit", notes, read):
        try:
            entries.append(_entry(record))
        except TripFileError as error:
            issues += error.issues
    if issues:
        raise TripFileError(issues)
    notes.entries += len(entries)
    return entries


def _entry(record: XmlRecord) -> tuple[Entry, Visitor]:
    start, end = days(record)
    written, speaks_for = record.given("visitor"), record.given("from")
    title, name = split_title(written)
    page = record.field_attributes["from"].get("id", "")
    visitor = Visitor(written, title, name, speaks_for, page, country_of(speaks_for, start))
    description = record.text("description")
    entry = Entry(record.given("id"), start, end, speaks_for, (), description, record.at)
    return entry, visitor


class _PersonIds:
    """Gives each person the slug of their name, and the country where two would have one."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def person(self, visitor: Visitor) -> Part:
        """Return the definition of a visitor."""
        id_ = slug(visitor.name)
        if id_ in self._taken:
            id_ = f"{id_}-{slug(visitor.speaks_for)}"
        first, number = id_, 1
        while id_ in self._taken:
            number += 1
            id_ = f"{first}-{number}"
        self._taken.add(id_)
        return {"id": id_, "kind": "official", "name": visitor.name}


def _traveller(person: Part, visitor: Visitor) -> Traveller:
    office: Part = {}
    organizations: tuple[Part, ...] = ()
    if visitor.title:
        office["title"] = visitor.title
    if visitor.code:
        office["country"] = visitor.code
    else:
        # A state that has no code, such as Hawaii, or an organization.
        organization = {"id": slug(visitor.speaks_for), "name": visitor.speaks_for}
        office["organization"] = organization["id"]
        organizations = (organization,)
    if " " not in visitor.name:
        office["note"] = _ONE_NAME
    return Traveller(person, office, _source(visitor), organizations)


def _source(visitor: Visitor) -> Part:
    page = slug(visitor.page) if visitor.page else ""
    return {
        "id": f"{REGISTER}-{page or slug(visitor.speaks_for)}",
        "title": "Visits by foreign leaders: " + (page.replace("-", " ").title() or "all"),
        "publisher": _PUBLISHER,
        "url": f"{_PAGES}/{page}" if page else _PAGES,
        "kind": "dataset",
        "language": "en",
    }
