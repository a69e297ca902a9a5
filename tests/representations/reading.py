"""What a file in some format holds, read by libraries that have nothing to do with Readout."""

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import feedparser
import icalendar
import openpyxl


def csv_rows(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def xlsx_rows(body: bytes) -> list[dict[str, Any]]:
    book = openpyxl.load_workbook(io.BytesIO(body), read_only=True)
    rows = [row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]
    header, *rest = rows
    return [dict(zip(header, row, strict=True)) for row in rest]


def events(body: bytes) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(body).walk("VEVENT"))


def features(body: bytes) -> list[dict[str, Any]]:
    return list(json.loads(body)["features"])


def feed(body: bytes) -> Any:
    found = feedparser.parse(body)
    assert not found.bozo, found.bozo_exception
    return found


def _csv(body: bytes, _collection: str) -> list[str]:
    return [row["id"] for row in csv_rows(body)]


def _xlsx(body: bytes, _collection: str) -> list[str]:
    return [row["id"] for row in xlsx_rows(body)]


def _ndjson(body: bytes, _collection: str) -> list[str]:
    return [json.loads(line)["id"] for line in body.splitlines()]


def _jsonld(body: bytes, collection: str) -> list[str]:
    nodes = json.loads(body)["@graph"]
    assert all(node["@id"].rpartition("/")[0].endswith(f"/{collection}") for node in nodes)
    return [node["@id"].rpartition("/")[2] for node in nodes]


def _geojson(body: bytes, collection: str) -> list[str]:
    return [
        feature["id"]
        for feature in features(body)
        if feature["properties"]["collection"] == collection
    ]


def _ics(body: bytes, collection: str) -> list[str]:
    uids = [str(event["uid"]) for event in events(body)]
    return [uid.removeprefix(f"{collection}/").removesuffix("@readout") for uid in uids]


def _md(body: bytes, collection: str) -> list[str]:
    return re.findall(rf"^## \[.*\]\(\S*/{collection}/([^/)]+)\)", body.decode(), re.MULTILINE)


def _atom(body: bytes, collection: str) -> list[str]:
    entries = feed(body).entries
    return [entry.id.removeprefix(f"urn:readout:{collection}:") for entry in entries]


IDS_OF: dict[str, Callable[[bytes, str], list[str]]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "ndjson": _ndjson,
    "jsonld": _jsonld,
    "geojson": _geojson,
    "ics": _ics,
    "md": _md,
    "atom": _atom,
}
"""What returns the ids of the records in a list of a collection, by the suffix of its format."""
