"""Travels abroad of the presidents and secretaries of state, from `HistoryAtState/travels`."""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from app.domain.issues import Issue
from app.ingest.importers.base import Entry, ImportedTrip, LeftOut, Merged, Notes, Part, fault
from app.ingest.importers.building import (
    Draft,
    Traveller,
    TripIds,
    checked,
    countries_in_title,
    stops_of,
    title_of,
    with_unique_ids,
)
from app.ingest.importers.files import days, records_of
from app.ingest.importers.joining import joined, merged
from app.ingest.importers.people import person_of, president_from
from app.ingest.importers.places import country_of, split_places
from app.ingest.importers.xmlfile import XmlRecord
from app.ingest.reading import TripFileError

REGISTER = "travels"

_PAGES = "https://history.state.gov/departmenthistory/travels"
_PUBLISHER = "Office of the Historian, U.S. Department of State"
_TITLES = {"president": "President", "secretary": "Secretary of State"}
_ELECT = re.compile(r"\bas president-elect\b", re.IGNORECASE)

Who = tuple[str, str, str]
"""The role, the register's id and the full name of a traveller."""


def travels(path: Path, notes: Notes, read: Callable[[Path], None]) -> Iterable[ImportedTrip]:
    """Yield the trips of a checkout of the register, or of some of its files.

    Raises `TripFileError` with all that is wrong with them.
    """
    by_traveller: dict[tuple[str, str], tuple[Who, list[Entry]]] = {}
    for entry, who in with_unique_ids(_entries(path, notes, read)):
        by_traveller.setdefault(who[:2], (who, []))[1].append(entry)
    ids = TripIds()
    drafts = [
        draft
        for who, entries in by_traveller.values()
        for draft in _drafts(who, entries, ids, notes)
    ]
    _relate(drafts)
    return map(checked, drafts)


def _entries(path: Path, notes: Notes, read: Callable[[Path], None]) -> Sequence[tuple[Entry, Who]]:
    entries: list[tuple[Entry, Who]] = []
    issues: list[Issue] = []
    for record in records_of(path, "trips", "trip", notes, read):
        try:
            entries.append(_entry(record))
        except TripFileError as error:
            issues += error.issues
    if issues:
        raise TripFileError(issues)
    notes.entries += len(entries)
    return entries


def _entry(record: XmlRecord) -> tuple[Entry, Who]:
    role, who = record.attributes.get("role", ""), record.attributes.get("who", "")
    if role not in _TITLES:
        cause = f'"{role}" is neither president nor secretary'
        raise TripFileError([fault(record.at, "@role", cause)])
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", who):
        raise TripFileError([fault(record.at, "@who", f'"{who}" is not an id')])
    start, end = days(record)
    entry = Entry(
        record.given("id"), start, end, record.given("country"),
        split_places(record.text("locale")), record.text("remarks"), record.at,
    )  # fmt: skip
    return entry, (role, who, record.given("name"))


def _drafts(who: Who, entries: list[Entry], ids: TripIds, notes: Notes) -> Iterable[Draft]:
    role, id_, full_name = who
    person = person_of(id_, full_name)
    codes_of_entries: dict[str, str] = {}
    for entry in entries:
        code = country_of(entry.country, entry.start)
        if code is None:
            cause = f'no country is known as "{entry.country}"'
            notes.left_out.append(LeftOut(entry, cause))
        else:
            codes_of_entries[entry.id] = code
    placed = [entry for entry in entries if entry.id in codes_of_entries]
    for visits in joined(merged(placed)):
        stops = []
        for visit in visits:
            code = codes_of_entries[visit.entry.id]
            stops += [(visit, stop, city) for stop, city in stops_of(visit, code, notes)]
        codes = countries_in_title([(stop, city) for _, stop, city in stops])
        office = {"title": _title(role, id_, visits), "country": "US"}
        yield Draft(
            ids.of(visits, person["id"]),
            title_of(person["name"], codes),
            Traveller(person, office, _source(role, id_, full_name)),
            visits,
            stops,
        )


def _title(role: str, who: str, visits: Sequence[Merged]) -> str:
    """Return the title held on a trip: before the term a president was president-elect."""
    if role == "president":
        since = president_from(who)
        if all(
            _ELECT.search(visit.entry.remarks) or visit.entry.end.isoformat() < since
            for visit in visits
        ):
            return "President-elect"
    return _TITLES[role]


def _source(role: str, who: str, full_name: str) -> Part:
    return {
        "id": f"{REGISTER}-{role}-{who}",
        "title": f"Travels abroad of the {_TITLES[role]}: {full_name}",
        "publisher": _PUBLISHER,
        "url": f"{_PAGES}/{role}/{who}",
        "kind": "dataset",
        "language": "en",
    }


def _relate(drafts: Sequence[Draft]) -> None:
    """Relate trips of a president and of a secretary that overlap in one country."""
    of_presidents: dict[str, list[tuple[Draft, Entry]]] = {}
    for draft in drafts:
        if _role(draft) == "president":
            for visit, stop, _ in draft.stops:
                of_presidents.setdefault(stop["country"], []).append((draft, visit.entry))
    for draft in drafts:
        if _role(draft) == "president":
            continue
        for visit, stop, _ in draft.stops:
            for other, entry in of_presidents.get(stop["country"], ()):
                overlap = entry.start <= visit.entry.end and visit.entry.start <= entry.end
                if overlap and other.id not in draft.related:
                    draft.related.append(other.id)
                    other.related.append(draft.id)


def _role(draft: Draft) -> str:
    return "secretary" if draft.traveller.office["title"] == _TITLES["secretary"] else "president"
