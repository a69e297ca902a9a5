"""Every name of every country, as a filter, and what is suggested for a name misspelt."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal

from app.domain import countries
from app.domain.countries import codes_of
from app.ingest.loader import load
from app.store.sqlite.database import migrate
from tests.client import Client
from tests.trips import city, trip, write_trips

NAMES: dict[str, list[str]] = json.loads(
    Path(countries.__file__).with_name("countries.json").read_text("utf-8")
)


@pytest.fixture(scope="module")
def everywhere(
    portal: BlockingPortal, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    """A client of the service with one city in each country."""
    folder = tmp_path_factory.mktemp("everywhere")
    migrate(folder / "readout.db")
    part = trip(cities=[city(f"city-{code.lower()}", country=code) for code in NAMES])
    load(folder / "readout.db", write_trips(folder / "trips", [part]))
    opened = Client(portal, folder / "readout.db")
    yield opened
    opened.close()


@pytest.mark.slow
@pytest.mark.parametrize("code", NAMES)
def test_every_name_of_a_country_finds_it(everywhere: Client, code: str) -> None:
    for name in (code, *NAMES[code]):
        for typed in (name, name.upper(), f"the {name.removeprefix('the ').removeprefix('The ')}"):
            found = everywhere.ids("cities", country=typed)
            if name in NAMES and typed == name:
                assert found == [f"city-{code.lower()}"]
            assert set(found) == {f"city-{known.lower()}" for known in codes_of(typed)}, typed
            assert f"city-{code.lower()}" in found, typed


def misspelt(name: str) -> set[str]:
    """Return a name with two letters swapped, with one missing and with one doubled."""
    middle = len(name) // 2
    return {
        f"{name[:3]}{name[4]}{name[3]}{name[5:]}",
        f"{name[:middle]}{name[middle + 1 :]}",
        f"{name[:middle]}{name[middle]}{name[middle:]}",
    }


@pytest.mark.slow
@pytest.mark.parametrize("code", NAMES)
def test_every_name_misspelt_suggests_its_country_first(everywhere: Client, code: str) -> None:
    for name in NAMES[code]:
        if len(name) < 7:
            continue  # With one letter wrong, a short name may be meant for many.
        for typed in misspelt(name):
            answer = everywhere.ask("cities", country=typed)
            if answer.total == 0:
                suggested = answer.notices[0]["suggestions"]
                assert suggested[0] in codes_of(name), (typed, suggested)
