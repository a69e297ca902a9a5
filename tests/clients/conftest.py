"""A service with records by the dozen on a port of its own, and what the tools need."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.domain.collections import RESOURCES
from app.ingest.loader import load
from app.settings import PROJECT
from tests.clients.installing import install_node_tools, install_python_tools, shared
from tests.routers.many import many_records
from tests.trips import write_trips
from tests.web.conftest import Site

ORGANIZATIONS = [{"id": f"body-{number}", "name": f"Body {number}"} for number in range(9)]
STEP = 4
"""How many records the clients ask for at a time: fewer than there are of each."""


class Service:
    """The service, its description in a file, and what it answers to a plain HTTP client."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.description = folder / "openapi.json"
        self.description.write_text(httpx.get(f"{url}/openapi.json").text, "utf-8")

    def get(self, path: str) -> Any:
        response = httpx.get(f"{self.url}{path}")
        assert response.status_code == 200, response.text
        return response.json()

    def ids(self, path: str) -> list[str]:
        """Return the ids of a list on all its pages."""
        found, following = [], path
        while following:
            page = self.get(following)
            found += [item["id"] for item in page["items"]]
            following = page["next"]
        return found

    def expected(self) -> dict[str, Any]:
        """Return what every generated client has to find."""
        expected = {
            "lists": {name: self.ids(f"/{name}?limit=100") for name in RESOURCES},
            "best": self.ids("/meetings?q=japan"),
            "hits": self.ids("/search?q=climate&limit=100"),
            "errors": ["limit"],
            "sparse": [{"id": id_} for id_ in self.ids("/meetings?limit=3&city=Seoul")[:3]],
        }
        assert all(len(ids) > STEP for ids in expected["lists"].values())
        # Otherwise nobody would see whether a client sends an order that it was not given.
        assert expected["best"] != self.ids("/meetings?q=japan&sort=date")
        return expected


@pytest.fixture(scope="session")
def service(migrated_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("clients")
    database = folder / "readout.db"
    shutil.copy(migrated_database, database)
    first, *others = many_records()
    trips = [{**first, "organizations": ORGANIZATIONS}, *others]
    load(database, [PROJECT / "seed", *write_trips(folder / "trips", trips)])
    site = Site(database)
    yield Service(site.url, folder)
    site.close()


@pytest.fixture(scope="session")
def node_tools(service: Service) -> Iterator[Path]:
    """A folder with the tools that run on Node, and the description."""
    with shared("node", install_node_tools) as folder:
        shutil.copy(service.description, folder / "openapi.json")
        yield folder


@pytest.fixture(scope="session")
def python_tools() -> Iterator[Path]:
    """The folder of commands of an environment with the tools for Python."""
    with shared("python", install_python_tools) as folder:
        yield folder / "bin"


def told(printed: str) -> Any:
    """Return what a client's program printed last: JSON."""
    return json.loads(printed.strip().splitlines()[-1])
