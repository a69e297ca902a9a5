"""Everything at once: what is dumped is loaded again, as it was."""

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli import commands
from app.domain.collections import RESOURCES
from app.domain.issues import Issue
from app.domain.tripfile import trip_file_schema
from app.ingest.loader import load
from app.ingest.reading import TripFileError, find_trip_files
from app.settings import PROJECT
from app.store.sqlite.store import SqliteStore
from tests.client import Client, MakeClient, MakeDatabase, problem
from tests.ingest.tables import content_of
from tests.trips import loaded_at, trip, write_trips

FILES = find_trip_files([PROJECT / "tests" / "trips", PROJECT / "seed"])


@pytest.fixture
def database(migrated_database: Path, tmp_path: Path) -> Path:
    """A database with all kinds of trips, loaded at two times."""
    path = tmp_path / "first.db"
    shutil.copy(migrated_database, path)
    load(path, FILES)
    with loaded_at("2026-05-05T05:05:05Z"):
        load(path, write_trips(tmp_path / "later", [trip("later")]))
    return path


@pytest.fixture
def dump(database: Path, serve: MakeClient, tmp_path: Path) -> Path:
    response = serve(database).get("/dump.zip")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/zip"
    path = tmp_path / "dump.zip"
    path.write_bytes(response.content)
    return path


@pytest.mark.slow
def test_a_dump_gives_the_same_revision(
    database: Path, dump: Path, migrated_database: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again.db"
    shutil.copy(migrated_database, again)
    with loaded_at("2027-01-01T00:00:00Z"):
        result = load(again, [dump])
    assert len(result.added) == len(FILES) + 1
    assert result.revision == SqliteStore(database).revision()
    assert content_of(again) == content_of(database)


@pytest.mark.slow
def test_it_can_be_loaded_over_itself_and_by_the_command(
    dump: Path, tmp_path: Path, migrated_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "by-command.db"
    shutil.copy(migrated_database, path)
    monkeypatch.setenv("READOUT_DATABASE_URL", f"sqlite:///{path}")
    first = CliRunner().invoke(commands, ["load", str(dump)])
    assert first.exit_code == 0, first.output
    assert f"{len(FILES) + 1} trips added" in first.output
    again = CliRunner().invoke(commands, ["load", "--only", str(dump)])
    assert f"0 changed, {len(FILES) + 1} unchanged" in again.output
    assert CliRunner().invoke(commands, ["check", str(dump)]).exit_code == 0


def test_what_it_holds(dump: Path, database: Path) -> None:
    with zipfile.ZipFile(dump) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        index = json.loads(archive.read("dump.json"))
        assert archive.read("trip.schema.json").decode() == trip_file_schema()
        ids = [json.loads(archive.read(entry["file"]))["id"] for entry in index["trips"]]
    assert index["revision"] == SqliteStore(database).revision()
    assert ids == sorted(ids) == [entry["id"] for entry in index["trips"]]
    assert {name for name in names if name.startswith("trips/")} == {
        f"trips/{id_}.json" for id_ in ids
    }
    later = index["trips"][ids.index("later")]
    assert later["updated_at"] == "2026-05-05T05:05:05Z"
    assert later["origin"] == "curated"


def test_it_is_the_same_file_each_time_and_goes_on_from_any_byte(
    database: Path, serve: MakeClient
) -> None:
    first, second = serve(database), serve(database)
    whole = first.get("/dump.zip")
    assert second.get("/dump.zip").content == whole.content
    etag, size = whole.headers["etag"], len(whole.content)
    assert whole.headers["accept-ranges"] == "bytes"
    assert first.get("/dump.zip", headers={"If-None-Match": etag}).status_code == 304
    head = first.head("/dump.zip")
    assert (head.headers["content-length"], head.content) == (str(size), b"")
    for asked, start, end in (
        ("bytes=0-99", 0, 100), ("bytes=100-", 100, size), ("bytes=-7", size - 7, size),
        (f"bytes=5-{size * 2}", 5, size),
    ):  # fmt: skip
        for more in ({}, {"If-Range": etag}):
            part = first.get("/dump.zip", headers={"Range": asked, **more})
            assert part.status_code == 206
            assert part.content == whole.content[start:end]
            assert part.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
            assert part.headers["etag"] == etag
    for headers in (
        {"Range": "bytes=0-99", "If-Range": '"another"'},
        {"Range": "lines=0-9"},
        {"Range": "bytes=9-2"},
        {"Range": "bytes=0-1,5-6"},
    ):
        assert first.get("/dump.zip", headers=headers).content == whole.content
    refused = first.get("/dump.zip", headers={"Range": f"bytes={size}-"})
    assert refused.status_code == 416
    assert problem(refused)["title"] == "Range Not Satisfiable"
    assert refused.headers["content-range"] == f"bytes */{size}"


def test_it_follows_the_data(database: Path, serve: MakeClient, tmp_path: Path) -> None:
    client = serve(database)
    before = client.get("/dump.zip")
    load(database, write_trips(tmp_path / "more", [trip("more")]))
    after = client.get("/dump.zip")
    assert after.headers["etag"] != before.headers["etag"]
    assert "trips/more.json" in zipfile.ZipFile(io.BytesIO(after.content)).namelist()


def written(path: Path, **files: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", ".").replace("--", "/"), text)
    return path


def _index(**changes: Any) -> str:
    entry = {"file": "trips/a.json", "updated_at": "2026-01-01T00:00:00Z", "origin": "curated"}
    return json.dumps({"trips": [{**entry, **changes}]})


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.write_bytes(b"no zip"), "is not a ZIP file that can be read"),
        (lambda path: written(path, a="b"), "is not a dump: dump.json"),
        (lambda path: written(path, dump__json='{"trips": [{}]}'), "is not a dump: dump.json"),
        (lambda path: written(path, dump__json='{"trips": []}'), "holds no trip file"),
        (lambda path: written(path, dump__json="{"), "is not a dump: "),
        (
            lambda path: written(path, dump__json=_index(file="../../evil.json")),
            'names a file "../../evil.json", which is none of a trip',
        ),
        (lambda path: written(path, dump__json=_index()), "is not a dump: dump.json"),
        *(
            (
                lambda path, change=change: written(
                    path, dump__json=_index(**change), **{"trips--a__json": "{}"}
                ),
                f'is not a dump: "{next(iter(change))}" of trips/a.json is not a',
            )
            for change in (
                {"updated_at": 5},
                {"updated_at": "yesterday"},
                {"updated_at": "2026-02-30T00:00:00Z"},
                {"updated_at": "2026-1-1T00:00:00Z"},
                {"origin": None},
                {"origin": "<b>"},
            )
        ),
        (
            lambda path: written(
                path,
                dump__json=json.dumps({"trips": json.loads(_index())["trips"] * 2}),
                **{"trips--a__json": "{}"},
            ),
            'is not a dump: dump.json in it names "trips/a.json" twice',
        ),
    ],
)
def test_what_is_no_dump(
    make_database: MakeDatabase, tmp_path: Path, make: Callable[[Path], object], said: str
) -> None:
    path = tmp_path / "bad.zip"
    make(path)
    with pytest.raises(TripFileError) as error:
        load(make_database(trip("a")), [path])
    (complaint,) = error.value.issues
    assert str(complaint).startswith(f"{path}: ")
    assert said in str(complaint)


def test_a_fault_in_a_dump_is_named_by_file_and_line(
    make_database: MakeDatabase, tmp_path: Path
) -> None:
    text = '{\n"id": "a",\n"titel": "x"\n}'
    path = written(tmp_path / "bad.zip", dump__json=_index(), **{"trips--a__json": text})
    with pytest.raises(TripFileError) as error:
        load(make_database(trip("b")), [path])
    assert any(str(each).startswith(f"{path}/trips/a.json:3: titel: ")
               for each in error.value.issues)  # fmt: skip


@pytest.mark.slow
def test_the_yaml_of_every_trip_can_be_loaded(
    database: Path, serve: MakeClient, migrated_database: Path, tmp_path: Path
) -> None:
    client = serve(database)
    folder = tmp_path / "yaml"
    folder.mkdir()
    for id_ in client.ids("trips"):
        response = client.get(f"/trips/{id_}.yaml")
        assert response.headers["content-type"] == "application/yaml"
        (folder / f"{id_}.yaml").write_bytes(response.content)
    again = tmp_path / "again.db"
    shutil.copy(migrated_database, again)
    load(again, [folder])
    other = serve(again)
    for resource in RESOURCES.values():
        for record in pages(client, resource.name):
            found = other.get(f"/{resource.name}/{record['id']}").json()
            found.pop("updated_at")
            record.pop("updated_at")
            if resource.name == "trips":
                # Who is defined here brings along what another trip says of them.
                sources, more = record.pop("sources"), found.pop("sources")
                assert all(source in more for source in sources)
            if resource.name == "participants":
                passages, more = record.pop("evidence"), found.pop("evidence")
                assert all(passage in more for passage in passages)
            assert found == record


def pages(client: Client, collection: str) -> list[dict[str, Any]]:
    return [item for answer in client.pages(collection, ("limit", "200")) for item in answer.items]


@pytest.mark.slow
def test_the_yaml_of_a_trip_stands_alone(
    database: Path, serve: MakeClient, migrated_database: Path, tmp_path: Path
) -> None:
    client = serve(database)
    referring = 0
    for id_ in client.ids("trips"):
        path = tmp_path / f"{id_}.yaml"
        path.write_bytes(client.get(f"/trips/{id_}.yaml").content)
        alone = tmp_path / f"{id_}.db"
        shutil.copy(migrated_database, alone)
        complaints: list[Issue] = []
        try:
            load(alone, [path])
        except TripFileError as error:
            complaints = error.issues
        # A meeting that another trip defines stays a reference.
        assert all("meeting" in str(each) for each in complaints), complaints
        referring += bool(complaints)
    assert referring < len(FILES)
