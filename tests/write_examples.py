"""The examples of the OpenAPI document: requests, and what the service answers over `seed/`.

`python -m tests.write_examples` asks all of them and writes the answers to the file that the
document takes them from.
"""

import json
import logging
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, NoReturn
from unittest.mock import patch

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal

from app.domain.collections import RESOURCES
from app.http.problems import MEDIA_TYPE as PROBLEM
from app.ingest.loader import load, remove
from app.representations.registry import formats_of_list, formats_of_record
from app.routers.openapi import EXAMPLES
from app.settings import PROJECT
from app.store.sqlite.database import migrate
from tests.client import Client
from tests.trips import agreement, loaded_at, meeting, official, quote, trip, write_trips

REQUEST_ID = "f3b1c2d4e5a64788"
"""Sent with every request, for every problem to have it."""

REVISION = "9d1f0c6ab8e24375"
"""Given to the data, since the real one differs with every release."""

_TRIP = trip(
    "2024-example",
    organizations=[{"id": "nato", "name": "NATO",
                    "other_names": ["North Atlantic Treaty Organization"],
                    "identifiers": {"wikidata": "Q7184"}}],
    participants=[official("official-one", organization="nato")],
    meetings=[meeting("2024-example-meeting", title="Climate talks, after those of Blinken")],
    quotes=[quote("2024-example-quote")],
    agreements=[agreement("2024-example-agreement", "2024-example-meeting", parties=["nato"])],
)  # fmt: skip

Examples = dict[str, dict[str, Any]]
"""By operation and status: `request`, a path with its query string, and `body`, the answer."""

# What the list of a collection is asked for, and what it refuses.
_LISTS = {
    "trips": ("official=Austin&country=Japan", "date=March+2021"),
    "meetings": ("official=Chung", "date=16+March+2021&oficial=Chung"),
    "participants": ("met_with=Suga&limit=2", "kind=officials"),
    "quotes": ("date=2021-03-16&limit=1", "date_from=2021-03-18&date_to=2021-03-15"),
    "agreements": ("party=KR&topic=climate", "kind=pact&party=KR"),
    "organizations": ("limit=1", "contry=KR"),
    "cities": ("country=KR", "contry=KR"),
    "topics": ("limit=3", "limit=1000"),
    "sources": ("limit=1", "cursor=2"),
}
_ANY_LIST = ("limit=1", "limit=0")

# What is asked of the facets of a collection, and what they refuse.
_FACETS = {
    "trips": ("facet=city,country", "facet=format"),
    "meetings": ("official=Blinken&facet=country,format,day", "facet=citty"),
    "participants": ("city=Seoul&facet=city,kind", "limit=0"),
    "quotes": ("facet=topic&limit=3", "date=yesterday"),
    "agreements": ("party=KR&facet=kind,party", "kind=pact"),
    "organizations": ("", "facet=city"),
    "cities": ("", "facet=city"),
    "topics": ("q=climate", "facet=city"),
    "sources": ("", "sort=name"),
}


def requests() -> dict[str, dict[str, str]]:
    """Return the requests to be made, by operation and status."""
    asked = {}
    for resource in RESOURCES.values():
        path = f"/{resource.name}"
        found, refused = _LISTS.get(resource.name, _ANY_LIST)
        asked[f"list_{resource.name}"] = {
            "200": f"{path}?{found}",
            "422": f"{path}?{refused}",
            "500": path,
            "503": path,
        } | {
            f"200 {known.essence}": f"{path}.{known.suffix}?limit=1"
            for known in formats_of_list(resource)
        }
        found, refused = _FACETS[resource.name]
        asked[f"count_{resource.singular}_facets"] = {
            "200": f"{path}/facets?{found}".removesuffix("?"),
            "422": f"{path}/facets?{refused}",
            "500": f"{path}/facets",
            "503": f"{path}/facets",
        }
        record = f"{path}/{resource.example_id}"
        asked[f"get_{resource.singular}"] = {
            "200": record,
            "404": record[:-1],
            "410": record,
            "422": f"{record}?limit=1",
            "500": record,
            "503": record,
        } | {
            f"200 {known.essence}": f"{record}.{known.suffix}"
            for known in formats_of_record(resource)
        }
    asked["search"] = {
        "200": "/search?q=climate&limit=2",
        "422": "/search?city=Seoul",
        "500": "/search?q=climate",
        "503": "/search?q=climate",
    }
    asked["count_search_facets"] = {
        "200": "/search/facets?q=climate",
        "422": "/search/facets?city=Seoul",
        "500": "/search/facets?q=climate",
        "503": "/search/facets?q=climate",
    }
    asked["get_network"] = {
        "200": "/network?city=Seoul",
        "200 text/xml": "/network.graphml?city=Seoul",
        "422": "/network?met_with=Suga",
        "500": "/network",
        "503": "/network",
    }
    asked["get_dump"] = {
        "200": "/dump.zip", "206": "/dump.zip", "416": "/dump.zip", "422": "/dump.zip?limit=1",
        "500": "/dump.zip", "503": "/dump.zip",
    }  # fmt: skip
    # Its numbers differ from one request to the next: of its answer, there is an excerpt.
    asked["get_metrics"] = {"500": "/metrics"}
    asked["get_liveness"] = {"200": "/livez", "500": "/livez"}
    asked["get_readiness"] = {"200": "/readyz", "500": "/readyz", "503": "/readyz"}
    for operation in asked.values():
        if "503" in operation and operation["200"] not in ("/readyz", "/dump.zip"):
            operation["406"] = operation["503"]
    return asked


_NEEDED_BY_ALL = (
    "query.reading.Reader.read",
    "routers.health._health",
    "http.metrics.Metrics.text",
)
"""What one part or another of each answer comes from."""


_HEADERS = {
    "206": {"Range": "bytes=0-99"},
    "406": {"Accept": "image/png"},
    "416": {"Range": "bytes=999999999-"},
}
"""What is sent for an answer of some status, beside the request id."""


def _fail(*_: object, **__: object) -> NoReturn:
    raise RuntimeError("a fault")


class Service:
    """The service with the trips of a database; also without a database, and with a fault.

    The database is given another revision, so it must not be one that others use.
    """

    def __init__(self, portal: BlockingPortal, database: Path) -> None:
        with closing(sqlite3.connect(database)) as connection, connection:
            connection.execute("UPDATE revision SET id = ?", (REVISION,))
        self._serving = Client(portal, database)
        with_organization = database.with_name("with-organization.db")
        shutil.copy(database, with_organization)
        load(with_organization, write_trips(database.parent / "trips", [_TRIP]))
        self._with_organization = Client(portal, with_organization)
        removed = database.with_name("removed.db")
        shutil.copy(with_organization, removed)
        remove(removed, [_TRIP["id"], "2021-03-tokyo-seoul"])
        self._removed = Client(portal, removed)
        self._empty = Client(portal, database.with_name("no.db"))
        self._failing = Client(portal, database)

    def ask(self, status: str, request: str) -> httpx.Response:
        """Return the answer to a request by the service in the state that gives this status."""
        # The source of the seeded trip names no organization that could be found.
        found = self._with_organization if "organization" in request else self._serving
        client = {
            "410": self._removed,
            "500": self._failing,
            "503": self._empty,
        }.get(status, found)
        with ExitStack() as faults:
            for name in _NEEDED_BY_ALL if status == "500" else ():
                faults.enter_context(patch(f"app.{name}", _fail))
            headers = {"X-Request-ID": REQUEST_ID, **_HEADERS.get(status, {})}
            return client.get(request, headers=headers)

    def close(self) -> None:
        for client in (
            self._serving,
            self._with_organization,
            self._removed,
            self._empty,
            self._failing,
        ):
            client.close()


def answered(service: Service) -> Examples:
    """Return all requests with their answers; raise ValueError for one with another status."""
    examples: Examples = {}
    for operation, asked in requests().items():
        examples[operation] = {}
        for status, request in asked.items():
            response = service.ask(status, request)
            if response.status_code != int(status[:3]):
                raise ValueError(f"{request} is answered by {response.status_code}, not {status}")
            example = {"request": request}
            # What is no text, or like the example of the list, is looked at where it is.
            is_same = bool(status[3:]) and operation.startswith("get_")
            if is_text(response) and not is_same:
                example["body"] = body_of(response)
            examples[operation][status] = example
    return examples


def body_of(response: httpx.Response) -> Any:
    """Return the body of an answer as an example holds it: what JSON says, or the text."""
    is_json = response.headers["content-type"] in ("application/json", PROBLEM)
    return response.json() if is_json else response.text


def is_text(response: httpx.Response) -> bool:
    """Return whether an answer is text, as an example can hold it."""
    try:
        response.content.decode()
    except UnicodeDecodeError:
        return False
    return True


def text_of(examples: Examples) -> str:
    """Return the text of the file that holds these examples."""
    return json.dumps(examples, indent=2, ensure_ascii=False) + "\n"


@contextmanager
def _seeded_service() -> Iterator[Service]:
    with tempfile.TemporaryDirectory() as directory, start_blocking_portal() as portal:
        database = Path(directory) / "readout.db"
        migrate(database)
        load(database, [PROJECT / "seed"])
        service = Service(portal, database)
        yield service
        service.close()


if __name__ == "__main__":
    # The faults are wanted.
    logging.disable()
    with loaded_at(), _seeded_service() as running:
        EXAMPLES.write_text(text_of(answered(running)), "utf-8")
