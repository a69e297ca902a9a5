"""Whether the process lives and can serve: 503 while there is nothing to serve, and recovery."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from app.domain.collections import RESOURCES
from app.ingest.loader import load
from app.settings import PROJECT
from app.store.sqlite.database import migrate
from tests.client import SEEDED_RECORDS, Client, MakeClient, MakeDatabase, problem
from tests.trips import trip

DATA = [
    *(f"/{name}" for name in RESOURCES),
    *SEEDED_RECORDS,
]


def test_a_service_with_data_lives_and_is_ready(client: Client) -> None:
    live, ready = client.get("/livez"), client.get("/readyz")
    assert (live.status_code, live.json()["status"]) == (200, "alive")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    for response in (live, ready):
        assert response.headers["cache-control"] == "no-store"
        assert "etag" not in response.headers
    # The revision is what answers are told apart by.
    revision = ready.json()["revision"]
    assert client.get("/meetings").headers["etag"].startswith(f'"{revision}-')


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
@pytest.mark.parametrize("added", ["x=1", "_=1763938800", "collect[]=readout&name[]=ready", "%FF"])
def test_what_a_probe_adds_is_ignored(client: Client, path: str, added: str) -> None:
    assert client.get(f"{path}?{added}").status_code == client.get(path).status_code == 200


def leave_missing(path: Path) -> None:
    assert not path.exists()


def make_folder(path: Path) -> None:
    path.mkdir()


def make_empty(path: Path) -> None:
    path.touch()


def make_text(path: Path) -> None:
    path.write_text("This is not a database. " * 100)


def make_short_text(path: Path) -> None:
    path.write_text("text")


def make_truncated(path: Path) -> None:
    migrate(path)
    path.write_bytes(path.read_bytes()[:5000])


def make_foreign(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE meeting (id TEXT)")
    connection.commit()
    connection.close()


def make_unmigrated(path: Path) -> None:
    migrate(path)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.commit()
    connection.close()


def make_migrated_back(path: Path) -> None:
    migrate(path)
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM alembic_version")
    connection.commit()
    connection.close()


UNSERVABLE = {
    leave_missing: "there is no database yet; run: readout serve",
    make_folder: "there is no database yet; run: readout serve",
    make_empty: "the database is not one of Readout's",
    make_text: "the database cannot be read",
    make_short_text: "the database cannot be read",
    make_truncated: "the database cannot be read",
    make_foreign: "the database is not one of Readout's",
    make_unmigrated: "the database needs a migration; run: readout serve",
    make_migrated_back: "the database needs a migration; run: readout serve",
    migrate: "no trip has been loaded yet; run: readout load seed",
}


@pytest.mark.sqlite
@pytest.mark.parametrize(("make", "detail"), UNSERVABLE.items())
def test_503_with_the_reason_until_there_is_something_to_serve(
    tmp_path: Path, seed_database: Path, serve: MakeClient, make: object, detail: str
) -> None:
    path = tmp_path / "served.db"
    assert callable(make)
    make(path)
    client = serve(path)
    for _ in range(2):
        for address in ("/readyz", *DATA):
            response = client.get(address)
            assert response.status_code == 503
            found = problem(response)
            assert found["detail"] == detail
            assert found["title"] == "Service Unavailable"
            assert found["type"] == "urn:readout:problem:unavailable"
            assert int(response.headers["retry-after"]) > 0
            assert str(tmp_path) not in response.text
        assert client.get("/livez").status_code == 200
        # What is wrong with a request is not looked at, or told as ever; it is no 500.
        assert client.get("/meetings?cursor=x").status_code in (422, 503)
        assert client.get("/nothing").status_code == 404
    if make is make_folder:
        path.rmdir()
    shutil.copy(seed_database, tmp_path / "arriving.db")
    (tmp_path / "arriving.db").replace(path)
    # As what stood there was no database, no connection to it can have been kept.
    if make in (leave_missing, make_folder, make_text, make_short_text, make_truncated):
        for address in ("/readyz", *DATA):
            assert client.get(address).status_code == 200


@pytest.mark.parametrize("make", [leave_missing, make_empty, migrate])
def test_recovery_once_the_database_is_prepared_in_place(
    tmp_path: Path, serve: MakeClient, make: object
) -> None:
    path = tmp_path / "served.db"
    assert callable(make)
    make(path)
    client = serve(path)
    assert client.get("/readyz").status_code == 503
    migrate(path)
    response = client.get("/meetings")
    assert response.status_code == 503
    assert problem(response)["detail"].startswith("no trip has been loaded yet")
    load(path, [PROJECT / "seed"])
    assert client.get("/readyz").status_code == 200
    assert len(client.ids("meetings")) == 8


@pytest.mark.sqlite
def test_a_database_that_breaks_while_it_is_served(made_up: MakeClient) -> None:
    client = made_up(trip())
    assert client.get("/trips").status_code == 200
    connection = sqlite3.connect(client.database.path)
    connection.execute("ALTER TABLE document RENAME TO elsewhere")
    connection.commit()
    for address in ("/trips", "/trips?official=One", "/trips/example-trip"):
        response = client.get(address)
        assert response.status_code == 503
        assert problem(response)["detail"] == "the database cannot be read"
        for leak in ("document", "elsewhere", "table", "SELECT", "sqlite", "Traceback", ".py"):
            assert leak not in response.text
    connection.execute("ALTER TABLE elsewhere RENAME TO document")
    connection.commit()
    connection.close()
    assert client.ids("trips") == ["example-trip"]


@pytest.mark.parametrize(
    "name", ["with space.db", "a#b%41.db", "Ünï-日本.db", "100%.db", "a'b&c;d.db"]
)
def test_a_database_by_any_name_is_served(
    make_database: MakeDatabase, serve: MakeClient, name: str
) -> None:
    assert serve(make_database(trip(), name=name)).ids("trips") == ["example-trip"]
