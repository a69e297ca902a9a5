"""YAML of a trip: its file as a curator would write it, with all that it speaks of defined in it.

A meeting that another trip defines stays a reference. The definition of a person needs evidence:
where this trip gives none, another's evidence is added, with its source.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import yaml
from pydantic_core import from_json

from app.representations.formats import Context, Document, Format

_DEFINING = {
    "participants": ("kind", "name", "family_name", "given_name", "other_names", "identifiers"),
    "organizations": ("name", "other_names", "identifiers", "note"),
    "cities": (
        "name", "country", "latitude", "longitude", "timezone", "other_names", "identifiers",
        "note",
    ),
    "topics": ("name", "other_names", "note"),
    "sources": (
        "title", "publisher", "url", "citation", "published", "retrieved", "language", "kind",
        "archived_url", "note",
    ),
}  # fmt: skip
"""The fields that define a record which several trips may speak of; people speak for
organizations and rest on sources, so that they come first."""

_FIRST = ("id", "kind", "name", "title", "text", "summary", "date", "start_date", "end_date")
"""The fields that come first in each part of a file, as they say most."""

_Find = Callable[[str, str], Document]


def write(documents: Iterator[bytes], context: Context) -> Iterator[bytes]:
    """Yield the file of each trip."""

    def find(collection: str, id_: str) -> Document:
        document = context.record(collection, id_)
        if document is None:
            raise LookupError(f"no record {id_} in {collection}")
        found: Document = from_json(document)
        return found

    for document in documents:
        id_ = from_json(document)["id"]
        text = context.trip_file(id_)
        if text is None:
            raise LookupError(f"no trip {id_}")
        trip = complete(json.loads(text), find)
        yield f"# {context.record_url('trips', id_)}\n".encode()
        yield yaml.safe_dump(trip, sort_keys=False, allow_unicode=True, width=100).encode()


def complete(trip: Document, find: _Find) -> Document:
    """Return a trip file, given as data, completed with the definitions from other trips."""
    completed = dict(trip)
    for name, fields in _DEFINING.items():
        parts = {part["id"]: part for part in completed.get(name, [])}
        for id_ in _mentioned(completed, name):
            part = parts.setdefault(id_, {"id": id_})
            if ("title" if name == "sources" else "name") not in part:
                parts[id_] = _defined(part, fields, find(name, id_), completed["id"])
        if parts:
            completed[name] = list(parts.values())
    return _ordered(completed)


def _ordered(part: Document) -> Document:
    """Return a part of a file with the fields of `_FIRST` first, also in nested parts."""
    named = {name: part[name] for name in _FIRST if name in part}
    return {
        name: [_ordered(each) if isinstance(each, dict) else each for each in value]
        if isinstance(value, list)
        else value
        for name, value in (named | part).items()
    }


def _defined(part: Document, fields: tuple[str, ...], record: Document, trip: str) -> Document:
    """Return a part of a file as the definition of a record, with what the trip says of it."""
    defined = {"id": part["id"]}
    defined |= {field: record[field] for field in fields if record[field] not in (None, [], {})}
    if "country" in fields:
        defined["country"] = record["country"]["code"]
    if "kind" in fields and "appearances" in record:
        defined |= _office(record, trip)
        defined["evidence"] = [
            {name: value for name, value in each.items() if name != "url" and value is not None}
            for each in record["evidence"]
        ]
    for name in ("other_names", "identifiers"):
        if name in part and name in defined:
            part = {name_: value for name_, value in part.items() if name_ != name}
    if part.keys() & {"title", "country", "organization"} and "appearances" in record:
        for name in ("title", "country", "organization"):
            defined.pop(name, None)
    return defined | part


def _office(record: Document, trip: str) -> Document:
    """Return a person's office on a trip, or else the latest one."""
    on_trip = (each for each in record["appearances"] if each["trip"] == trip)
    office = next(on_trip, record)
    found = {
        "title": office["title"],
        "country": (office["country"] or {}).get("code"),
        "organization": (office["organization"] or {}).get("id"),
    }
    return {name: value for name, value in found.items() if value is not None}


def _mentioned(trip: Document, name: str) -> Iterator[str]:
    """Yield the ids of records that a trip file speaks of, those that it lists first."""
    yield from (part["id"] for part in trip.get(name, []))
    records: list[Any] = [
        *(part for of in ("meetings", "quotes", "agreements") for part in trip.get(of, [])),
        *trip.get("stops", []),
    ]
    if name == "sources":
        for part in (trip, *records, *trip.get("participants", [])):
            yield from (each["source"] for each in part.get("evidence", []))
            yield from filter(None, [part.get("document")])
    elif name == "organizations":
        parties = (party for part in records for party in part.get("parties", []))
        yield from (party for party in parties if not party.isupper())
        people = trip.get("participants", [])
        yield from (part["organization"] for part in people if part.get("organization"))
    elif name == "participants":
        yield from trip["travellers"]
        for part in records:
            yield from (*part.get("travellers", []), *part.get("participants", []))
            yield from filter(None, [part.get("speaker")])
    else:
        for part in records:
            yield from part.get("topics", []) if name == "topics" else ()
            yield from filter(None, [part.get("city")] if name == "cities" else [])


FORMAT = Format(
    "yaml",
    "application/yaml",
    "YAML, the trip as a file that can be loaded",
    write,
    aliases=("application/x-yaml", "text/yaml"),
    lists=frozenset(),
    records=frozenset({"trips"}),
)
