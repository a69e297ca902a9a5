"""What is removed, renamed or replaced: what is left, and what its addresses answer."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.ingest.loader import TripsNotRemoved, load, remove
from app.ingest.reading import TripFileError
from app.ingest.rebuilding import load_in_place_of, rebuild
from app.store.base import DatabaseUnavailable
from app.store.sqlite.database import migrate
from tests.client import MakeClient, MakeDatabase, problem
from tests.ingest.tables import assert_sound, content_of, rows_of
from tests.trips import Part, agreement, city, loaded_at, meeting, quote, trip, write_trips


def north(**fields: object) -> Part:
    return trip(
        "north",
        **{
            "meetings": [meeting("north-1", city="oslo", topics=["rivers"])],
            "quotes": [quote("north-q", occasion={"when": "after", "meeting": "north-1"})],
            "agreements": [agreement("north-a", "north-1")],
            **fields,
        },
    )


def south() -> Part:
    return trip("south", meetings=[meeting("south-1", city="oslo")])


def referring() -> Part:
    """A trip that shares the meeting of `north`, and refers to its city."""
    part = trip("east", meetings=[])
    part["meetings"] = [{"id": "north-1"}]
    part["quotes"] = [{**quote("east-q", city="oslo"), "occasion": {"meeting": "north-1",
                                                                   "when": "before"}}]  # fmt: skip
    return part


def test_what_is_removed_leaves_what_a_fresh_load_gives(make_database: MakeDatabase) -> None:
    database = make_database(north(), south())
    result = remove(database, ["north"])
    assert (result.removed, result.added) == (["north"], [])
    assert_sound(database)
    assert content_of(database) == content_of(make_database(south(), name="fresh.db"))


def test_only_these_and_nothing_else(make_database: MakeDatabase, tmp_path: Path) -> None:
    database = make_database(north(), south())
    files = write_trips(tmp_path / "only", [south(), trip("west")])
    result = load(database, files, only=True)
    assert (result.added, result.unchanged, result.removed) == (["west"], ["south"], ["north"])
    fresh = make_database(trip("west"), south(), name="fresh.db")
    assert content_of(database) == content_of(fresh)


def test_a_trip_is_renamed_with_its_meetings(make_database: MakeDatabase, tmp_path: Path) -> None:
    database = make_database(north())
    renamed = {**north(), "id": "far-north", "former_ids": ["north"]}
    load(database, write_trips(tmp_path / "renamed", [renamed]), only=True)
    assert_sound(database)
    assert content_of(database) == content_of(make_database(renamed, name="fresh.db"))


def test_a_trip_that_does_not_exist_is_told(make_database: MakeDatabase) -> None:
    database = make_database(north(), south())
    before = rows_of(database)
    with pytest.raises(TripsNotRemoved, match='no trip "nort"; did you mean "north"'):
        remove(database, ["south", "nort"])
    assert rows_of(database) == before


def test_what_others_refer_to_stays(make_database: MakeDatabase, tmp_path: Path) -> None:
    east = referring()
    del east["quotes"][0]["city"]
    database = make_database(north(), {**east, "cities": []})
    before = rows_of(database)
    with pytest.raises(TripsNotRemoved) as caught:
        remove(database, ["north"])
    assert str(caught.value) == (
        'meetings "north-1": "east" would refer to it, and no trip would define it'
    )
    without = north(meetings=[], quotes=[], agreements=[])
    with pytest.raises(TripFileError, match='"east" would refer to it'):
        load(database, write_trips(tmp_path / "edited", [without]))
    assert rows_of(database) == before
    assert remove(database, ["north", "east"]).removed == ["north", "east"]


def test_an_address_of_what_was_removed_is_gone_until_it_is_back(
    made_up: MakeClient, tmp_path: Path
) -> None:
    client = made_up(north(), south())
    database = client.database.path
    with loaded_at("2026-02-03T04:05:06Z"):
        remove(database, ["north"])
    for path in ("/trips/north", "/meetings/north-1", "/quotes/north-q", "/agreements/north-a",
                 "/topics/rivers"):  # fmt: skip
        response = client.get(path)
        assert response.status_code == 410, path
        gone = problem(response)
        assert gone["type"] == "urn:readout:problem:gone"
        assert gone["detail"].endswith("was removed at 2026-02-03T04:05:06Z")
    assert client.get("/cities/oslo").status_code == 200
    assert client.get("/trips/never").status_code == 404
    load(database, write_trips(tmp_path / "again", [north()]))
    assert client.get("/meetings/north-1").status_code == 200


def test_a_former_id_leads_to_the_record(made_up: MakeClient) -> None:
    client = made_up(
        north(
            former_ids=["old-north"],
            meetings=[
                meeting("north-1", city="oslo", topics=["rivers"], former_ids=["old-1", "older-1"])
            ],
            cities=[city("oslo", former_ids=["christiania"])],
        )
    )
    for old, new in (
        ("/trips/old-north", "/trips/north"),
        ("/meetings/old-1", "/meetings/north-1"),
        ("/meetings/older-1?fields=id", "/meetings/north-1?fields=id"),
        ("/cities/christiania", "/cities/oslo"),
    ):
        response = client.get(old)
        assert (response.status_code, response.headers["location"]) == (308, new)
        assert client.get(new).status_code == 200


# --- databases of other versions --------------------------------------------------------------


def test_where_shapes_have_changed_all_is_rebuilt_from_the_trips_that_are_kept(
    made_up: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with loaded_at("2025-05-05T05:05:05Z"):
        client = made_up(north(), referring())
    database = client.database.path
    before = content_of(database)
    old = client.get("/meetings/north-1")
    with closing(sqlite3.connect(database)) as connection, connection:
        # As another shape would have it.
        connection.execute("UPDATE document SET body = '{\"id\": \"x\"}' WHERE body <> ''")
        connection.execute("UPDATE revision SET shapes = 'other'")
    result = rebuild(database)
    assert result is not None
    assert sorted(result.added) == ["east", "north"]
    assert content_of(database) == before
    monkeypatch.setattr("app.store.sqlite.served_file.LOOK_SECONDS", 0)
    client.forget()
    assert client.get("/meetings/north-1").json() == old.json()
    assert rebuild(database) is None


def test_a_file_that_takes_the_place_of_the_database_is_served(
    make_database: MakeDatabase, serve: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.sqlite.served_file.LOOK_SECONDS", 0)
    database, other = make_database(north()), make_database(south(), name="other.db")
    client = serve(database)
    assert client.ids("trips") == ["north"]
    other.replace(database)
    assert client.ids("trips") == ["south"]


def test_a_database_that_keeps_no_trips_is_refused_with_what_mends_it(tmp_path: Path) -> None:
    database = tmp_path / "readout.db"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE alembic_version (version_num)")
        connection.execute("INSERT INTO alembic_version VALUES ('0002')")
    before = database.read_bytes()
    with pytest.raises(DatabaseUnavailable, match="run: readout load --only"):
        migrate(database)
    assert database.read_bytes() == before
    files = write_trips(tmp_path / "trips", [north()])
    broken = write_trips(tmp_path / "broken", [north(title="")])
    with pytest.raises(TripFileError):
        load_in_place_of(database, broken)
    assert database.read_bytes() == before
    load_in_place_of(database, files)
    migrate(database)
    assert_sound(database)


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path, migrated_database: Path) -> None:
    database = tmp_path / "readout.db"
    shutil.copy(migrated_database, database)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(DatabaseUnavailable, match="made by a newer Readout"):
        migrate(database)
