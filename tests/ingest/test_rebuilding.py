"""A database of other shapes is rebuilt beside the processes that serve it, and loses nothing."""

import multiprocessing
import shutil
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from app.ingest import rebuilding
from app.ingest.loader import load, remove
from app.ingest.rebuilding import rebuild, rebuild_beside
from app.store.base import DatabaseUnavailable
from app.store.sql.writer import Reader
from app.store.sqlite.database import sole_writer
from app.store.sqlite.rebuilds import note_rebuild, rebuild_noted
from tests.benchmarks.data import write_trips as write_many
from tests.client import MakeClient, MakeDatabase, problem
from tests.test_cli import Service
from tests.trips import trip, write_trips

TRIPS = 40

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]


def outdate(database: Path) -> None:
    """Let a database look as if it had been written for other shapes."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE revision SET shapes = 'other'")


def test_what_was_removed_is_gone_after_a_rebuild_too(
    make_database: MakeDatabase, serve: MakeClient
) -> None:
    database = make_database(trip("one"), trip("two"))
    remove(database, ["two"])
    gone = serve(database).get("/trips/two")
    assert gone.status_code == 410
    outdate(database)
    assert rebuild(database) is not None
    after = serve(database).get("/trips/two")
    assert (after.status_code, after.json()["detail"]) == (410, gone.json()["detail"])


def test_how_far_a_rebuild_is_is_why_nothing_is_served(
    make_database: MakeDatabase, serve: MakeClient
) -> None:
    database = make_database(trip("one"))
    outdate(database)
    client = serve(database)
    for noted, told in (
        (None, "the database has to be rebuilt; run: readout serve"),
        (
            "is being rebuilt: reading trips, 3 of 7 trips",
            "the database is being rebuilt: reading trips, 3 of 7 trips",
        ),
    ):
        if noted:
            note_rebuild(database, noted)
        for path in ("/readyz", "/meetings"):
            response = client.get(path)
            assert (response.status_code, problem(response)["detail"]) == (503, told)
        assert client.get("/livez").status_code == 200


def test_a_load_waits_for_a_rebuild_and_is_not_lost(
    make_database: MakeDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = make_database(trip("one"))
    outdate(database)
    reading, loaded = threading.Event(), threading.Event()
    kept_trips = rebuilding.kept_trips

    def slowly(connection: Reader) -> object:
        kept = kept_trips(connection)
        reading.set()
        assert not loaded.wait(0.3), "the load did not wait"
        return kept

    monkeypatch.setattr(rebuilding, "kept_trips", slowly)
    both = threading.Thread(target=rebuild, args=[database])
    both.start()
    assert reading.wait(10)
    load(database, write_trips(tmp_path / "trips", [trip("two")]))
    loaded.set()
    both.join()
    with closing(sqlite3.connect(database)) as connection:
        ids = connection.execute("SELECT id FROM trip ORDER BY id").fetchall()
    assert ids == [("one",), ("two",)]


def test_two_rebuilds_are_one(make_database: MakeDatabase) -> None:
    database = make_database(trip("one"))
    outdate(database)
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        results = pool.map(rebuild, [database, database])
    assert sorted(result is None for result in results) == [False, True]


def test_nobody_else_writes_beside_the_sole_writer(
    make_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    database = make_database(trip("one"))
    monkeypatch.setattr("app.store.sqlite.database.LOCK_WAIT_SECONDS", 0.05)
    with sole_writer(database), pytest.raises(DatabaseUnavailable, match="database is locked"):
        load(database, write_trips(tmp_path / "trips", [trip("two")]))


def test_why_a_database_cannot_be_rebuilt_is_served(
    make_database: MakeDatabase, serve: MakeClient
) -> None:
    database = make_database(trip("one"))
    outdate(database)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE trip_text SET body = x'00'")
    before = database.read_bytes()
    rebuild_beside(database, "warning")
    assert database.read_bytes() == before
    detail = serve(database).get("/readyz").json()["detail"]
    assert detail.startswith("the database cannot be rebuilt: ")


def test_serve_listens_at_once_and_serves_once_it_is_rebuilt(
    tmp_path: Path, migrated_database: Path
) -> None:
    database = tmp_path / "readout.db"
    shutil.copy(migrated_database, database)
    write_many(tmp_path / "trips", TRIPS * 50)
    result = load(database, [tmp_path / "trips"])
    outdate(database)
    service = Service(database_url=f"sqlite:///{database}")
    details = set()
    try:
        give_up = time.monotonic() + 60
        while time.monotonic() < give_up:
            try:
                ready = service.get("/readyz")
            except httpx.TransportError:
                continue
            if ready.status_code == 200:
                break
            assert ready.status_code == 503
            assert service.get("/livez").status_code == 200
            assert service.get("/meetings").status_code in (200, 503)
            details.add(ready.json()["detail"])
        assert ready.json()["revision"] == result.revision
        assert service.get("/trips").json()["total"] == TRIPS
        assert any("is being rebuilt: reading trips, " in detail for detail in details), details
    finally:
        service.stop()
    assert rebuild_noted(database) is None
