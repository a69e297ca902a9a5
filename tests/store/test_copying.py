"""The copy of the data that other programs get, and how it is offered."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pandas
import pytest
from typer.testing import CliRunner

from app.cli import commands
from app.ingest.loader import load
from app.store.base import DatabaseUnavailable
from app.store.sqlite.copying import copy_of, write_copy
from tests.client import MakeClient, MakeDatabase, problem
from tests.trips import agreement, meeting, quote, trip, write_trips

pytestmark = pytest.mark.sqlite

TRIP = trip(meetings=[meeting("m")], quotes=[quote("q")], agreements=[agreement("a", "m")])


def test_it_holds_the_data_and_no_index(make_database: MakeDatabase) -> None:
    path = make_database(TRIP)
    write_copy(path)
    with (
        closing(sqlite3.connect(path)) as served,
        closing(sqlite3.connect(copy_of(path))) as copy,
    ):
        tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_schema")}
        assert {"trip", "meeting", "participant", "evidence", "document", "revision"} <= tables
        assert not tables & {"term", "posting", "alias", "trip_text"}
        assert not any(name.startswith("search_") for name in tables)
        for table in ("trip", "meeting", "quote", "agreement", "participant", "document"):
            rows = f"SELECT * FROM {table} ORDER BY key"
            assert copy.execute(rows).fetchall() == served.execute(rows).fetchall()
        assert copy.execute("PRAGMA foreign_key_check").fetchall() == []
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        frame = pandas.read_sql("SELECT id, title FROM meeting", copy)
    assert frame["id"].tolist() == ["m"]
    assert copy_of(path).stat().st_size < path.stat().st_size


def test_a_load_makes_it_where_a_setting_asks(
    make_database: MakeDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_database(TRIP)
    (more,) = write_trips(tmp_path / "more", [trip("more")])
    monkeypatch.setenv("READOUT_DATABASE_URL", f"sqlite:///{path}")
    assert CliRunner().invoke(commands, ["load", str(more)]).exit_code == 0
    assert not copy_of(path).exists()
    monkeypatch.setenv("READOUT_OFFER_DATABASE", "true")
    for command, trips in ((["load", str(more)], 2), (["remove", "more"], 1)):
        assert CliRunner().invoke(commands, command).exit_code == 0
        with closing(sqlite3.connect(copy_of(path))) as copy:
            assert copy.execute("SELECT count(*) FROM trip").fetchone() == (trips,)


@pytest.mark.slow
def test_it_is_offered_where_a_setting_asks(
    make_database: MakeDatabase, serve: MakeClient, tmp_path: Path
) -> None:
    path = make_database(TRIP)
    assert serve(path).get("/readout.db").status_code == 404
    client = serve(path, offer_database=True)
    missing = client.get("/readout.db")
    assert missing.status_code == 503
    assert "no copy" in problem(missing)["detail"]
    write_copy(path)
    response = client.get("/readout.db")
    assert response.headers["content-type"] == "application/vnd.sqlite3"
    assert response.content == copy_of(path).read_bytes()
    etag = response.headers["etag"]
    assert client.get("/readout.db", headers={"If-None-Match": etag}).status_code == 304
    part = client.get("/readout.db", headers={"Range": "bytes=0-14"})
    assert (part.status_code, part.content) == (206, b"SQLite format 3")
    write_copy(path)
    assert client.get("/readout.db").headers["etag"] == etag
    load(path, write_trips(tmp_path / "more", [trip("more")]))
    write_copy(path)
    assert client.get("/readout.db").headers["etag"] != etag


def test_what_cannot_be_copied(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable):
        write_copy(tmp_path / "no.db")
    assert not copy_of(tmp_path / "no.db").exists()
