"""Visits from any table: a CSV file with a line for each, and columns under known names.

A mapping file, in YAML, says which columns have other names, and describes the register:

    id: example-visits
    title: Visits of the example ministry
    url: https://example.org/visits
    columns:
      traveller: Minister
      start: From
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from app.domain.countries import code_of
from app.domain.issues import Issue
from app.domain.names import did_you_mean, fold
from app.ingest.importers.base import (
    Entry,
    ImportedTrip,
    LeftOut,
    Notes,
    Part,
    Position,
    day_of,
    fault,
)
from app.ingest.importers.building import (
    Draft,
    Traveller,
    TripIds,
    checked,
    countries_in_title,
    days_of,
    title_of,
    with_unique_ids,
)
from app.ingest.importers.joining import joined, merged
from app.ingest.importers.people import slug
from app.ingest.importers.places import city_named, codes_of_city, split_places
from app.ingest.reading import TripFileError

COLUMNS = (
    "traveller", "title", "country", "organization", "city", "city_country", "start", "end",
    "remarks", "id",
)  # fmt: skip
"""`country` or `organization` is what the traveller speaks for, `city_country` where the city is;
`id` identifies a line, its number where there is no such column."""

_NEEDED = ("traveller", "city", "start")
_OF_THE_REGISTER = ("id", "title", "publisher", "url", "citation")
RESERVED = ("curated", "travels", "visits")


@dataclass(frozen=True)
class Mapped:
    """What a mapping file says: what the register is, and its columns by what they hold."""

    register: str
    source: Part
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Line:
    entry: Entry
    traveller: str
    title: str
    country: str
    organization: str
    city_country: str


def read_mapping(mapping: Path | None, table: Path) -> Mapped:
    """Return what a mapping file says of a table; without one, what the table's name does.

    Raises `TripFileError` for a file that says something else.
    """
    said: Any = {}
    if mapping is not None:
        try:
            said = yaml.safe_load(mapping.read_text("utf-8")) or {}
        except OSError as error:
            cause = error.strerror or "cannot be read"
            raise TripFileError([Issue("", cause, file=str(mapping))]) from None
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            cause = f"is not YAML: {' '.join(str(error).split())}"
            raise TripFileError([Issue("", cause, file=str(mapping))]) from None
    issues = list(_faults_of(said, mapping or table))
    if issues:
        raise TripFileError(issues)
    register = said.get("id") or slug(table.stem)
    if register in RESERVED or register != slug(register):
        cause = f'"{register}" is taken or is not an id; write id: and another'
        raise TripFileError([Issue("id", cause, file=str(mapping or table))])
    source = {
        "id": register,
        "title": said.get("title") or table.name,
        "kind": "dataset",
        **{name: said[name] for name in ("publisher", "url", "citation") if said.get(name)},
    }
    if "url" not in source and "citation" not in source:
        source["citation"] = table.name
    return Mapped(register, source, dict(said.get("columns") or {}))


def _faults_of(said: Any, file: Path) -> Iterator[Issue]:
    if not isinstance(said, dict):
        yield Issue("", "is not a mapping; it has fields such as columns:", file=str(file))
        return
    known = (*_OF_THE_REGISTER, "columns")
    columns = said.get("columns") or {}
    if not isinstance(columns, dict):
        yield Issue("columns", "is not a set of fields, as traveller: Name", file=str(file))
        columns = {}
    for names, allowed, at in ((said, known, ""), (columns, COLUMNS, "columns.")):
        for name, value in names.items():
            if name not in allowed:
                hint = did_you_mean(str(name), allowed) or f"; known: {', '.join(allowed)}"
                yield Issue(f"{at}{name}", f"is not known{hint}", file=str(file))
            elif name != "columns" and not isinstance(value, str):
                yield Issue(f"{at}{name}", "is not text; put it in quotes", file=str(file))


def table(
    path: Path, notes: Notes, read: Callable[[Path], None], mapped: Mapped | None = None
) -> Iterable[ImportedTrip]:
    """Yield the trips of a table. Raises `TripFileError` with all that is wrong with it."""
    mapped = mapped or read_mapping(None, path)
    by_person: dict[str, list[_Line]] = {}
    lines = list(_lines(path, mapped))
    notes.entries, notes.files = len(lines), 1
    read(path)
    for _, line in with_unique_ids([(line.entry, line) for line in lines]):
        by_person.setdefault(fold(line.traveller), []).append(line)
    ids = TripIds()
    for some in by_person.values():
        placed: dict[str, list[tuple[Part, Part | None]]] = {}
        for line in some:
            stops = _stops(line, notes)
            if stops:
                placed[line.entry.id] = stops
        by_entry = {line.entry.id: line for line in some}
        person = {
            "id": slug(some[0].traveller), "kind": "official", "name": some[0].traveller
        }  # fmt: skip
        visits = merged(line.entry for line in some if line.entry.id in placed)
        for trip in joined(visits):
            stops_ = [
                (visit, stop, city) for visit in trip for stop, city in placed[visit.entry.id]
            ]
            traveller = _traveller(person, by_entry[trip[0].entry.id], mapped)
            codes = countries_in_title([(stop, city) for _, stop, city in stops_])
            title = title_of(person["name"], codes)
            yield checked(Draft(ids.of(trip, person["id"]), title, traveller, trip, stops_))


def _lines(path: Path, mapped: Mapped) -> Iterator[_Line]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            header = [name.strip() for name in next(reader, [])]
            rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except OSError as error:
        cause = error.strerror or "cannot be read"
        raise TripFileError([Issue("", cause, file=str(path))]) from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise TripFileError([Issue("", f"is not CSV: {error}", file=str(path))]) from None
    at = _columns(path, header, mapped)
    issues: list[Issue] = []
    for number, row in rows:
        cells = {
            name: " ".join(row[place].split()) if place < len(row) else ""
            for name, place in at.items()
        }
        try:
            yield _line(cells, Position(path, number))
        except TripFileError as error:
            issues += error.issues
    if issues:
        raise TripFileError(issues)


def _columns(path: Path, header: list[str], mapped: Mapped) -> dict[str, int]:
    found, issues = {}, []
    for name in COLUMNS:
        called = mapped.columns.get(name, name)
        if called in header:
            found[name] = header.index(called)
        elif name in mapped.columns or name in _NEEDED:
            hint = did_you_mean(called, header)
            issues.append(Issue(called, f"no column has this name{hint}", file=str(path), line=1))
    if not issues and not {"country", "organization"} & found.keys():
        cause = "no column has this name; it, or organization, is what the traveller speaks for"
        issues.append(Issue("country", cause, file=str(path), line=1))
    if issues:
        raise TripFileError(issues)
    return found


def _line(cells: Mapping[str, str], at: Position) -> _Line:
    for name in ("traveller", "start"):
        if not cells[name]:
            raise TripFileError([fault(at, name, "is empty")])
    start = day_of(cells["start"], at, "start")
    end = day_of(cells["end"], at, "end") if cells.get("end") else start
    if end < start:
        raise TripFileError([fault(at, "end", f"{end} is before {start}")])
    country, organization = cells.get("country", ""), cells.get("organization", "")
    if country and code_of(country) is None:
        raise TripFileError([fault(at, "country", f'no country is known as "{country}"')])
    if not country and not organization:
        raise TripFileError([fault(at, "country", "is empty, and so is organization")])
    where = cells.get("city_country", "")
    places = split_places(cells["city"])
    id_ = cells.get("id") or str(at.line)
    entry = Entry(id_, start, end, where, places, cells.get("remarks", ""), at)
    return _Line(entry, cells["traveller"], cells.get("title", ""), country, organization, where)


def _stops(line: _Line, notes: Notes) -> list[tuple[Part, Part | None]]:
    """Return the stops of a line; if the country of one is unknown, none, and note why."""
    entry, code = line.entry, code_of(line.city_country) if line.city_country else None
    stops: list[tuple[Part, Part | None]] = []
    for place in entry.places or ("",):
        codes = [code] if code else codes_of_city(place)
        if len(codes) != 1:
            cause = f'it is not known in which country "{place}" is; add a column city_country'
            if line.city_country:
                cause = f'no country is known as "{line.city_country}"'
            notes.left_out.append(LeftOut(entry, cause))
            return []
        stop: Part = {"country": codes[0], **days_of(entry, len(entry.places))}
        city = city_named(place, codes[0]) if place else None
        if place:
            stop["place"] = place
        if city:
            stop["city"] = city["id"]
        elif place:
            named = (place, line.city_country)
            notes.without_position[named] = notes.without_position.get(named, 0) + 1
        stops.append((stop, city))
    return stops


def _traveller(person: Part, line: _Line, mapped: Mapped) -> Traveller:
    office: Part = {"title": line.title} if line.title else {}
    organizations: tuple[Part, ...] = ()
    if line.country:
        office["country"] = code_of(line.country)
    if line.organization:
        organization = {"id": slug(line.organization), "name": line.organization}
        office["organization"] = organization["id"]
        organizations = (organization,)
    return Traveller(person, office, mapped.source, organizations)
