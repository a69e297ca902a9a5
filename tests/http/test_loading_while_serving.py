"""A load while serving: a reader sees the old revision or the new one, never a mixture."""

import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from app.ingest.loader import load
from app.store.sqlite.database import writing
from tests.client import Client, MakeClient
from tests.trips import Part, agreement, meeting, quote, topic, trip, write_trips

pytestmark = pytest.mark.slow

LOADS = 24
READERS = 4

# Two versions of one trip that differ in everything that can be counted or read.
SIZES = {"Old": 30, "New": 47}


def version(name: str) -> Part:
    size = SIZES[name]
    people = ["official-one", "official-two", "official-three"]
    return trip(
        title=name,
        topics=[topic("rivers"), topic(f"only-{name.lower()}")],
        meetings=[
            meeting(f"m{i}", people[i % 2], people[2], title=name, topics=["rivers"],
                    date=f"2024-0{i % 3 + 1}-01")
            for i in range(size)
        ],
        quotes=[quote(f"q{i}", text=name, date="2024-02-01") for i in range(size)],
        agreements=[agreement(f"a{i}", f"m{i}", title=name) for i in range(size)],
    )  # fmt: skip


# What a whole answer says of its version: the words of its records, and how many there are.
Told = tuple[set[str], int]


def told(field: str) -> Callable[[dict[str, object]], Told]:
    def tell(body: dict[str, object]) -> Told:
        items, total = body["items"], body["total"]
        assert isinstance(items, list)
        assert isinstance(total, int)
        return {item[field] for item in items}, total

    return tell


def meetings_of(body: dict[str, object]) -> Told:
    sat_in = body["meetings_total"]
    assert isinstance(sat_in, int)
    return set(), sat_in


def trip_itself(body: dict[str, object]) -> Told:
    meetings = body["meetings"]
    assert isinstance(meetings, list)
    return {str(body["title"])}, len(meetings)


QUESTIONS = {
    "/meetings?limit=7": told("title"),
    "/meetings?topic=rivers&official=One&official=Two&limit=9": told("title"),
    "/meetings?date=2024-01&date=2024-02&date=2024-03&city=nowhere&limit=3": told("title"),
    "/meetings?date_from=2023&limit=200": told("title"),
    "/quotes?date_to=2024-02&limit=5": told("text"),
    "/agreements?official=Three&limit=200": told("title"),
    "/participants/official-three": meetings_of,
    "/trips/example-trip": trip_itself,
}


def test_readers_see_one_revision_or_the_other(made_up: MakeClient, tmp_path: Path) -> None:
    client = made_up(version("Old"))
    files = {name: write_trips(tmp_path / name, [version(name)]) for name in SIZES}
    stop = threading.Event()
    seen: list[tuple[str, httpx.Response]] = []
    failures: list[BaseException] = []

    def read() -> None:
        try:
            while not stop.is_set():
                seen.extend((path, client.get(path)) for path in QUESTIONS)
        except BaseException as error:
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    for number in range(LOADS):
        load(client.database.path, files["New" if number % 2 == 0 else "Old"])
    stop.set()
    for reader in readers:
        reader.join()
    assert failures == []

    revisions: dict[str, set[str]] = {"Old": set(), "New": set()}
    for path, response in seen:
        assert response.status_code == 200, (path, response.text)
        words, total = QUESTIONS[path](response.json())
        if "city=nowhere" in path:
            assert (words, total) == (set(), 0)
            continue
        name = next(name for name, size in SIZES.items() if size == total)
        assert words <= {name}, path
        revisions[name].add(response.headers["etag"].split("-")[0])
    # Both were seen, each under its own revision.
    assert {name: len(tags) for name, tags in revisions.items()} == {"Old": 1, "New": 1}
    assert revisions["Old"] != revisions["New"]


def see(client: Client, name: str) -> None:
    for path, tell in QUESTIONS.items():
        words, total = tell(client.get(path).json())
        if "city=nowhere" not in path:
            assert words <= {name}
            assert total == SIZES[name]


def test_what_is_not_committed_is_not_seen(made_up: MakeClient, tmp_path: Path) -> None:
    client = made_up(version("Old"))
    see(client, "Old")

    class Crash(Exception):
        pass

    def crash_while_writing() -> None:
        with writing(client.database.path) as connection:
            connection.execute("UPDATE document SET body = '{}'")
            connection.execute("DELETE FROM posting")
            connection.execute("UPDATE revision SET id = 'unfinished'")
            see(client, "Old")
            raise Crash

    with pytest.raises(Crash):
        crash_while_writing()
    see(client, "Old")
    load(client.database.path, write_trips(tmp_path / "new", [version("New")]))
    see(client, "New")


def test_a_request_under_way_keeps_its_revision(made_up: MakeClient, tmp_path: Path) -> None:
    client = made_up(version("Old"))
    with client.database.snapshot() as snapshot:
        load(client.database.path, write_trips(tmp_path / "new", [version("New")]))
        ((count,),) = snapshot.rows("SELECT count(*) FROM meeting")
        assert count == SIZES["Old"]
        assert client.get("/meetings").json()["total"] == SIZES["New"]
    with client.database.snapshot() as snapshot:
        ((count,),) = snapshot.rows("SELECT count(*) FROM meeting")
        assert count == SIZES["New"]
