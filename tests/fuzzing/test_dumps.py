"""Dumps that were harmed, as files and in what they hold: loaded and served, or refused.

What is refused leaves the database as it was.
"""

import io
import json
import random
import shutil
import warnings
import zipfile
from pathlib import Path

import pytest

from app.domain.tripfile import DUMP_INDEX
from tests.client import Client, MakeClient
from tests.fuzzing.cases import chances
from tests.fuzzing.harming import ODD, checked_and_loaded, flipped, mutated
from tests.trips import meeting, trip

SERVED = (
    "/trips.atom",
    "/trips.ics",
    "/trips.csv",
    "/meetings.xlsx",
    "/meetings.jsonld",
    "/dump.zip",
)
"""Formats that look into the times and origins that a dump brings with it."""

Member = tuple[str, bytes]

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]


@pytest.fixture
def database(seed_database: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(seed_database, tmp_path / "readout.db"))


@pytest.fixture
def whole(made_up: MakeClient) -> bytes:
    """A dump of two trips that the seed does not have."""
    client = made_up(trip("one", meetings=[meeting("m")]), trip("two"), name="dumped.db")
    return client.get("/dump.zip").content


def members(dump: bytes) -> list[Member]:
    with zipfile.ZipFile(io.BytesIO(dump)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def write(file: Path, held: list[Member]) -> None:
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w") as archive:
        warnings.filterwarnings("ignore", "Duplicate name")  # That is what is tried.
        for name, content in held:
            archive.writestr(name, content)


def changed(chance: random.Random, held: list[Member]) -> list[Member]:
    """Return members of which one is left out, doubled, called otherwise or changed."""
    at = chance.randrange(len(held))
    name, content = held[at]
    match chance.randrange(6):
        case 0:
            return held[:at] + held[at + 1 :]
        case 1:
            return [*held, (name, chance.choice((content, b"{}", flipped(chance, content))))]
        case 2:
            odd = chance.choice(
                ("../up.json", "/trips/a.json", "trips/", "trips/É.json", "a" * 300)
            )
            return [*held[:at], (odd, content), *held[at + 1 :]]
        case 3:
            return [*held[:at], (name, flipped(chance, content)), *held[at + 1 :]]
        case _:
            # The index half of the time: all else is found by it.
            at = chance.choice((at, [name for name, _ in held].index(DUMP_INDEX)))
            name, content = held[at]
            harmed = json.dumps(mutated(chance, json.loads(content))).encode()
            return [*held[:at], (name, harmed), *held[at + 1 :]]


def test_dumps_with_flipped_bytes(database: Path, tmp_path: Path, whole: bytes) -> None:
    file = tmp_path / "dump.zip"
    statuses = set()
    for chance in chances("dumps"):
        file.write_bytes(flipped(chance, whole))
        statuses.add(checked_and_loaded(database, file))
    assert 1 in statuses


def test_dumps_with_changed_members(
    database: Path, tmp_path: Path, whole: bytes, serve: MakeClient
) -> None:
    file, held = tmp_path / "dump.zip", members(whole)
    client, statuses = serve(database), set()
    for chance in chances("members"):
        write(file, changed(chance, held))
        status = checked_and_loaded(database, file)
        if status == 0:
            assert_served(client)
        statuses.add(status)
    assert statuses == {0, 1}


def assert_served(client: Client) -> None:
    for path in SERVED:
        assert client.get(path).status_code == 200, path


@pytest.mark.parametrize("name", ["trips/one.json", DUMP_INDEX])
def test_dumps_with_a_name_twice_are_refused(
    name: str, database: Path, tmp_path: Path, whole: bytes
) -> None:
    file, held = tmp_path / "dump.zip", members(whole)
    for second in (dict(held)[name], *(json.dumps(odd).encode() for odd in ODD)):
        write(file, [*held, (name, second)])
        assert checked_and_loaded(database, file) == 1
