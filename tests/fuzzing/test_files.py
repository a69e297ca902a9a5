"""Trip files, registers and tables that were harmed: loaded, or refused with a reason.

What is refused leaves the database as it was.
"""

import shutil
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from app.cli import commands
from app.settings import PROJECT
from tests.fuzzing.cases import COUNTED, chances, examples
from tests.fuzzing.harming import checked_and_loaded, flipped, mutated, tried
from tests.registers import leader, visit, write_travels, write_visits
from tests.trips import meeting, trip, write_trips

SEED = next((PROJECT / "seed").glob("*.yaml"))

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]


@pytest.fixture
def database(seed_database: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(seed_database, tmp_path / "readout.db"))


def test_trip_files_with_odd_nodes(database: Path, tmp_path: Path) -> None:
    whole = yaml.safe_load(SEED.read_text("utf-8"))
    file, statuses = tmp_path / "trip.yaml", set()
    for chance in chances("odd nodes"):
        file.write_text(yaml.safe_dump(mutated(chance, whole), allow_unicode=True), "utf-8")
        statuses.add(checked_and_loaded(database, file))
    assert statuses == {0, 1}


def test_trip_files_with_flipped_bytes(database: Path, tmp_path: Path) -> None:
    whole = SEED.read_bytes()
    file, statuses = tmp_path / "trip.yaml", set()
    for chance in chances("trip files"):
        file.write_bytes(flipped(chance, whole))
        statuses.add(checked_and_loaded(database, file))
    assert 1 in statuses


def test_the_register_of_travels_with_flipped_bytes(database: Path, tmp_path: Path) -> None:
    folder = write_travels(
        tmp_path / "travels", [visit(at, f"1966-0{at}-01") for at in range(1, 6)]
    )
    (file,) = folder.glob("*-travels/*.xml")
    hold_imports(database, "travels", folder, file)


def test_the_register_of_visits_with_flipped_bytes(database: Path, tmp_path: Path) -> None:
    folder = write_visits(
        tmp_path / "visits",
        leader(1, "1971-01-26", "1971-01-28", page="spain"),
        leader(2, "1971-06-10", visitor="Chancellor Willy Brandt", speaks_for="Germany"),
        leader(3, "1972-03-01", visitor="Secretary General Luns", speaks_for="NATO"),
        leader(4, "1973-11-05", visitor="Queen Sālote & suite", description=""),
    )
    hold_imports(database, "visits", folder, folder / "data" / "1970.xml")


def test_tables_with_flipped_bytes(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_bytes(
        b"traveller,title,country,city,start,end,remarks\n"
        b'Dean Rusk,secretary,Japan,Tokyo,1966-12-05,1966-12-07,"Met, and spoke"\n'
        b"Dean Rusk,secretary,Philippines,Manila,1966-10-24,1966-10-26,\n"
    )
    hold_imports(database, "table", file, file)


def hold_imports(database: Path, register: str, path: Path, file: Path) -> None:
    """Import what one file of a register became by harm, many times, beginning with none."""
    whole = file.read_bytes()
    assert tried(database, "import", register, path) == 0
    statuses = set()
    for chance in chances(register):
        file.write_bytes(flipped(chance, whole))
        statuses.add(tried(database, "import", register, path))
    assert statuses == {0, 1}


@examples
@given(st.binary(max_size=200))
def test_any_bytes_are_no_trip(
    seed_database: Path, tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "any-trip.yaml"
    file.write_bytes(content)
    served = {"READOUT_DATABASE_URL": f"sqlite:///{seed_database}"}
    done = CliRunner().invoke(commands, ["check", str(file)], env=served)
    assert done.exit_code == 1
    assert done.stderr.strip()
    COUNTED["check: refused"] += 1


def test_a_file_that_is_right_is_loaded(database: Path, tmp_path: Path) -> None:
    (file,) = write_trips(tmp_path / "right", [trip(meetings=[meeting("m")])])
    assert checked_and_loaded(database, file) == 0
