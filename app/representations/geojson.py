"""GeoJSON (RFC 7946), for maps: longitude first, no position where none is known."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from pydantic_core import from_json, to_json

from app.representations.formats import DATED, Context, Document, Format
from app.representations.words import country, location, people, position, title

_PLACED = DATED | {"cities"}
_PROPERTIES = (
    "date", "end_date", "start_date", "earliest_date", "latest_date", "arrival_date",
    "departure_date", "start_time", "end_time", "status", "kind", "format", "summary", "place",
    "text", "attribution", "remarks", "updated_at",
)  # fmt: skip

_Position = tuple[float, float]
"""Degrees east and north, in GeoJSON's order."""


def write(documents: Iterator[bytes], context: Context) -> Iterator[bytes]:
    """Yield a collection with a feature for each record.

    A trip's feature is its route; its stops have features of their own. A single trip also gets
    those of its meetings.
    """
    yield b'{"type":"FeatureCollection","features":['
    before = b""
    for feature in _features(documents, context):
        yield before + to_json(feature)
        before = b","
    yield b"]}"


def _features(documents: Iterator[bytes], context: Context) -> Iterator[Document]:
    collection = context.resource.name
    for document in documents:
        record = from_json(document)
        if collection != "trips":
            yield _feature(collection, record, _point(record), context)
            continue
        yield _feature(collection, record, route(record["stops"]), context)
        for number, stop in enumerate(record["stops"], 1):
            stop = {"id": f"{record['id']}/stops/{number}", **stop}
            yield _feature("stops", stop, _point(stop), context, of=record)
        if not context.is_list:
            for meeting in context.related("meetings", f"trip={record['id']}&limit=200"):
                part = from_json(meeting)
                yield _feature("meetings", part, _point(part), context)


def _feature(
    collection: str,
    record: Document,
    geometry: Document | None,
    context: Context,
    of: Document | None = None,
) -> Document:
    owner = record if of is None else of
    address = context.record_url("trips" if of else collection, owner["id"])
    name = title(record) if of is None else location(record)
    properties: dict[str, Any] = {"collection": collection, "title": name}
    properties |= {key: record[key] for key in _PROPERTIES if key in record}
    if "city" in record:
        properties["city"] = (record["city"] or {}).get("name")
    if "country" in record:
        properties["country"] = country(record)
    if of is None and people(record):
        properties["people"] = [each["name"] for each in people(record)]
    if record.get("topics"):
        properties["topics"] = [each["name"] for each in record["topics"]]
    if of is not None:
        properties["trip"] = of["id"]
    properties["url"] = address
    return {
        "type": "Feature",
        "id": record["id"],
        "geometry": geometry,
        "properties": properties,
    }


def _point(record: Document) -> Document | None:
    at = position(record)
    return None if at is None else {"type": "Point", "coordinates": [at[1], at[0]]}


def route(stops: Sequence[Document]) -> Document | None:
    """Return the way from stop to stop, as far as their positions are known; None if none is.

    A route is cut where it crosses the date line: maps would draw it the other way round.
    """
    known = (position(stop) for stop in stops if stop["status"] != "cancelled")
    points: list[_Position] = []
    for at in known:
        if at is not None and (not points or points[-1] != (at[1], at[0])):
            points.append((at[1], at[0]))
    if not points:
        return None
    if len(points) == 1:
        return {"type": "Point", "coordinates": points[0]}
    lines: list[list[_Position]] = [[points[0]]]
    for (east, north), (next_east, next_north) in pairwise(points):
        if abs(next_east - east) > 180:
            edge = 180.0 if east > next_east else -180.0
            beyond = next_east + 2 * edge
            share = (edge - east) / (beyond - east)
            crossing = round(north + share * (next_north - north), 6)
            lines[-1].append((edge, crossing))
            lines.append([(-edge, crossing)])
        lines[-1].append((next_east, next_north))
    if len(lines) == 1:
        return {"type": "LineString", "coordinates": lines[0]}
    return {"type": "MultiLineString", "coordinates": lines}


FORMAT = Format(
    "geojson",
    "application/geo+json",
    "GeoJSON, for maps",
    write,
    lists=_PLACED,
    records=_PLACED,
)
