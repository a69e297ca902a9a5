"""Names that nobody has: the few that share most trigrams are compared, however many there are."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.domain.names import nearest
from app.ingest.loader import load
from app.store.sql.memory import Memory
from app.store.sql.trigrams import MAX_CANDIDATES, Spellings, like_spellings, trigrams
from app.store.sqlite.snapshot import SqliteSnapshot
from app.store.sqlite.writing import WritingConnection
from tests.benchmarks.statements import open_read_only
from tests.ingest.tables import assert_sound
from tests.trips import official, trip, write_trips

NAMES = 3000
CALLED = ("aaltonen", "bergqvist", "castellano", "drozdov", "eriksson", "fujimoto", "grigoryan")


def test_trigrams_are_of_words_with_blanks_around() -> None:
    assert trigrams("jo lee") == ["  j", " jo", "jo ", "  l", " le", "lee", "ee "]
    assert trigrams("aaaa") == ["  a", " aa", "aaa", "aa "]
    assert trigrams("") == []


@pytest.fixture(scope="module")
def database(migrated_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with thousands of spellings of officials, and one trip."""
    path = tmp_path_factory.mktemp("trigrams") / "readout.db"
    shutil.copy(migrated_database, path)
    people = [official("official-one", name="Ngozi Okonjo"), official("official-two")]
    load(path, write_trips(path.parent / "trips", [trip(participants=people)]))
    with closing(sqlite3.connect(path, factory=WritingConnection)) as connection:
        spellings = Spellings(connection)
        for number in range(NAMES):
            name = f"{CALLED[number % len(CALLED)]} number {number}"
            spellings.set("official", f"made-up-{number}", [name, name.replace(" ", "")])
        spellings.merge()
        connection.commit()
    return path


@pytest.fixture
def snapshot(database: Path) -> Iterator[SqliteSnapshot]:
    with closing(open_read_only(database)) as connection:
        yield SqliteSnapshot(connection, "revision", Memory())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Ngozi Okonko", "official-one"),
        ("Ngosi Okonjo", "official-one"),
        ("Okonjo-Ngozi", "official-one"),
        ("Fujimotto number 1153", "made-up-1153"),
        ("grigoryan nmber 2008", "made-up-2008"),
    ],
)
def test_a_name_is_found_among_thousands(snapshot: SqliteSnapshot, typed: str, meant: str) -> None:
    found = like_spellings(snapshot, "official", typed)
    assert 0 < len(found) <= MAX_CANDIDATES
    assert nearest(typed, found)[0] == meant


def test_what_thousands_share_alike_tells_nothing(snapshot: SqliteSnapshot) -> None:
    assert like_spellings(snapshot, "official", "numbr") == []
    assert like_spellings(snapshot, "official", "zzz") == []
    assert like_spellings(snapshot, "official", "--") == []


def test_groups_of_names_are_apart(snapshot: SqliteSnapshot) -> None:
    for names, has in (("official", True), ("participant", False)):
        found = {value for _, value in like_spellings(snapshot, names, "drozdov number 3")}
        assert ("made-up-3" in found) == has


def test_spellings_that_go_take_their_trigrams_with_them(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "readout.db"
    shutil.copy(database, path)
    with closing(sqlite3.connect(path, factory=WritingConnection)) as connection:
        spellings = Spellings(connection)
        spellings.set("official", "made-up-3", ["drozdova"])
        spellings.set("official", "official-one", [])
        for number in range(4, NAMES):
            spellings.set("official", f"made-up-{number}", [])
        spellings.merge()
        connection.commit()
        texts = {text for (text,) in connection.execute("SELECT text FROM spelling")}
    assert {"drozdova", "aaltonen number 0"} <= texts
    assert "drozdov number 3" not in texts
    # Participants are found under their names, too.
    assert "ngozi okonjo" in texts
    with closing(open_read_only(path)) as opened:
        snapshot = SqliteSnapshot(opened, "revision", Memory())
        assert ("drozdova", "made-up-3") in like_spellings(snapshot, "official", "drozdowa")
        found = {value for _, value in like_spellings(snapshot, "official", "ngozi okonjo")}
        assert "official-one" not in found
        found = {value for _, value in like_spellings(snapshot, "participant", "ngozi okonko")}
        assert "official-one" in found
    assert_sound(path)
