"""Trip files, registers, tables and dumps that were harmed: loaded, or refused with a reason.

What is refused leaves the database as it was.
"""

import random
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from app.cli import commands
from app.settings import PROJECT
from tests.client import Client
from tests.databases import revision_of
from tests.registers import visit, write_travels
from tests.trips import meeting, trip, write_trips

SEED = next((PROJECT / "seed").glob("*.yaml"))
TRIES = 60
ODD: tuple[Any, ...] = (
    None, "", " ", 0, -1, 10**30, 1.5, float("nan"), True, [], {}, [[]], {"a": {}}, "\0",
    "é" * 3000, "2021-02-30", "0000-00-00", "KP", "---", "&a *a", "<b>",
)  # fmt: skip

pytestmark = pytest.mark.sqlite


def tried(database: Path, *arguments: str) -> int:
    """Run a command; see that it ends in order, with a reason if it fails; return its status."""
    before = revision_of(database)
    done = CliRunner().invoke(
        commands, arguments, env={"READOUT_DATABASE_URL": f"sqlite:///{database}"}
    )
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code in (0, 1), done.output
    assert "Traceback" not in done.output
    if done.exit_code:
        assert done.stderr.strip()
        assert revision_of(database) == before
    return done.exit_code


def mutated(chance: random.Random, node: Any) -> Any:
    """Return a tree in which one node was left out, doubled, or replaced by something odd."""
    if isinstance(node, dict) and node and chance.random() < 0.8:
        key = chance.choice(sorted(node, key=str))
        changed = dict(node)
        how = chance.random()
        if how < 0.2:
            del changed[key]
        elif how < 0.3:
            changed[str(chance.choice(ODD))] = changed.pop(key)
        else:
            changed[key] = mutated(chance, node[key])
        return changed
    if isinstance(node, list) and node and chance.random() < 0.8:
        at = chance.randrange(len(node))
        how = chance.random()
        if how < 0.2:
            return node[:at] + node[at + 1 :]
        if how < 0.3:
            return [*node, node[at]]
        return [*node[:at], mutated(chance, node[at]), *node[at + 1 :]]
    return chance.choice(ODD)


def flipped(chance: random.Random, content: bytes) -> bytes:
    """Return bytes of which some were changed, left out, or cut off."""
    harmed = bytearray(content)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(harmed))
        match chance.randrange(4):
            case 0:
                harmed[at] = chance.randrange(256)
            case 1:
                del harmed[at : at + chance.randrange(1, 40)]
            case 2:
                harmed[at:at] = bytes(chance.choice(b"\0\n:-{}[]&*!\"'#\xff \t") for _ in range(3))
            case _:
                del harmed[at + 1 :]
    return bytes(harmed)


@pytest.fixture
def database(seed_database: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(seed_database, tmp_path / "readout.db"))


def test_trip_files_with_odd_nodes(database: Path, tmp_path: Path) -> None:
    chance, whole = random.Random(1), yaml.safe_load(SEED.read_text())  # noqa: S311
    file, statuses = tmp_path / "trip.yaml", []
    for _ in range(TRIES):
        file.write_text(yaml.safe_dump(mutated(chance, whole), allow_unicode=True))
        assert tried(database, "check", str(file)) == tried(database, "load", str(file))
        statuses.append(tried(database, "load", str(file)))
    assert {0, 1} == set(statuses)


def test_trip_files_with_flipped_bytes(database: Path, tmp_path: Path) -> None:
    chance = random.Random(2)  # noqa: S311
    file = tmp_path / "trip.yaml"
    for _ in range(TRIES):
        file.write_bytes(flipped(chance, SEED.read_bytes()))
        tried(database, "load", str(file))


def test_registers_with_flipped_bytes(database: Path, tmp_path: Path) -> None:
    chance = random.Random(3)  # noqa: S311
    folder = write_travels(
        tmp_path / "travels", [visit(at, f"1966-0{at}-01") for at in range(1, 6)]
    )
    (file,) = folder.glob("*-travels/*.xml")
    whole = file.read_bytes()
    for _ in range(TRIES):
        file.write_bytes(flipped(chance, whole))
        tried(database, "import", "travels", str(folder))


def test_tables_with_flipped_bytes(database: Path, tmp_path: Path) -> None:
    chance = random.Random(4)  # noqa: S311
    file = tmp_path / "table.csv"
    whole = (
        b"traveller,title,country,city,start,end,remarks\n"
        b'Dean Rusk,secretary,Japan,Tokyo,1966-12-05,1966-12-07,"Met, and spoke"\n'
        b"Dean Rusk,secretary,Philippines,Manila,1966-10-24,1966-10-26,\n"
    )
    for _ in range(TRIES):
        file.write_bytes(flipped(chance, whole))
        tried(database, "import", "table", str(file))


def test_dumps_with_flipped_bytes(database: Path, tmp_path: Path, client: Client) -> None:
    chance = random.Random(5)  # noqa: S311
    whole = client.get("/dump.zip").content
    file = tmp_path / "dump.zip"
    for _ in range(TRIES):
        file.write_bytes(flipped(chance, whole))
        tried(database, "load", str(file))


@settings(derandomize=True)
@given(st.binary(max_size=200))
def test_any_bytes_are_no_trip_or_one(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.mktemp("any") / "trip.yaml"
    file.write_bytes(content)
    done = CliRunner().invoke(commands, ["check", str(file)])
    assert done.exit_code == 1
    assert done.stderr.strip()


def test_a_file_that_is_right_is_loaded(database: Path, tmp_path: Path) -> None:
    (file,) = write_trips(tmp_path / "right", [trip(meetings=[meeting("m")])])
    assert tried(database, "load", str(file)) == 0
