"""Every format holds the records that JSON does, whatever is asked for."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from anyio.from_thread import BlockingPortal

from app.domain.collections import RESOURCES
from app.domain.filters import Reads
from app.domain.records import Resource
from app.ingest.loader import load
from app.ingest.reading import find_trip_files
from app.representations.formats import Format
from app.representations.registry import FORMATS, formats_of_list
from app.settings import PROJECT
from tests.client import Client
from tests.made_up import rich_trips
from tests.representations.reading import IDS_OF
from tests.trips import write_trips

pytestmark = pytest.mark.slow

MANY = 3000
"""More meetings than are read at once."""


@pytest.fixture(scope="module")
def client(
    portal: BlockingPortal, migrated_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    """A client of the service with trips that use all of the model, and the seeded one."""
    path = tmp_path_factory.mktemp("formats") / "readout.db"
    shutil.copy(migrated_database, path)
    load(path, find_trip_files([PROJECT / "tests" / "trips", PROJECT / "seed"]))
    opened = Client(portal, path)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def many(
    portal: BlockingPortal, migrated_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    """A client of the service with meetings that are read in several pieces."""
    folder = tmp_path_factory.mktemp("many")
    shutil.copy(migrated_database, folder / "readout.db")
    load(folder / "readout.db", write_trips(folder / "trips", rich_trips(MANY)))
    opened = Client(portal, folder / "readout.db")
    yield opened
    opened.close()


def queries(client: Client, resource: Resource) -> Iterator[str]:
    """Yield what a list may be asked for: nothing, and each filter with values that find some."""
    yield ""
    facets = client.get(f"/{resource.name}/facets").json()["facets"]
    for known in resource.filters:
        if known.reads is Reads.CHOICE:
            yield from (f"{known.parameter}={word}" for word in known.choices)
        values = [each["value"] for each in facets.get(known.parameter, [])[:3]]
        yield from (f"{known.parameter}={quote(value)}" for value in (known.example, *values))
    dates = [each["value"] for each in facets.get("month", facets.get("day", []))[:2]]
    yield from (f"date={month}" for month in dates)
    yield from ("sort=-updated", f"sort=-{resource.order}")


def json_ids(client: Client, collection: str, query: str) -> list[str]:
    asked = [tuple(pair.split("=", 1)) for pair in query.split("&") if pair]
    pages = client.get(f"/{collection}?limit=200&{query}")
    ids = [item["id"] for item in pages.json()["items"]]
    while pages.json()["next"]:
        pages = client.get(pages.json()["next"])
        ids += [item["id"] for item in pages.json()["items"]]
    assert asked or ids
    return ids


def format_ids(client: Client, collection: str, suffix: str, query: str) -> list[str]:
    response = client.get(f"/{collection}.{suffix}?{query}".removesuffix("?"))
    assert response.status_code == 200, response.text
    return IDS_OF[suffix](response.content, collection)


def test_all_formats_are_read_here() -> None:
    assert {known.suffix for known in FORMATS if known.lists != frozenset()} == IDS_OF.keys()


@pytest.mark.parametrize("resource", RESOURCES.values(), ids=RESOURCES)
def test_for_every_filter(client: Client, resource: Resource) -> None:
    found = 0
    for query in dict.fromkeys(queries(client, resource)):
        expected = json_ids(client, resource.name, query)
        found += bool(expected)
        for known in formats_of_list(resource):
            ids = format_ids(client, resource.name, known.suffix, query)
            if known.sort and "sort=" not in query and "q=" not in query:
                assert sorted(ids) == sorted(expected), (known.suffix, query)
            else:
                assert ids == expected, (known.suffix, query)
    assert found > 2


@pytest.fixture(scope="module")
def all_ids(many: Client) -> list[str]:
    ids = json_ids(many, "meetings", "fields=id")
    assert len(ids) == MANY
    return ids


@pytest.mark.parametrize("known", [*filter(lambda each: each.lists is None or each.lists, FORMATS)],
                         ids=lambda known: known.suffix)  # fmt: skip
def test_of_thousands_of_meetings(many: Client, all_ids: list[str], known: Format) -> None:
    # Two of the libraries take long for so many whole records.
    if known.suffix == "ics":
        body = many.get("/meetings.ics").content
        ids = re.findall(r"^UID:meetings/(.*)@readout\r$", body.decode(), re.MULTILINE)
    else:
        asked = "fields=id,title,date" if known.suffix == "xlsx" else ""
        ids = format_ids(many, "meetings", known.suffix, asked)
    assert (sorted(ids) if known.sort else ids) == (sorted(all_ids) if known.sort else all_ids)
    for query in ("city=city-1&format=virtual", "date=2005", "status=cancelled", "q=river glacier"):
        expected = json_ids(many, "meetings", query)
        ids = format_ids(many, "meetings", known.suffix, query)
        assert sorted(ids) == sorted(expected)
        assert expected
