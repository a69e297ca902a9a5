"""A load beside the running server: no answer fails or is a mixture, and all see it in a second."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.ingest.loader import load
from app.settings import PROJECT
from tests.http.codings import CODINGS, DECODE
from tests.trips import Part, meeting, trip, write_trips

pytestmark = pytest.mark.slow

READERS = 4
REQUESTS_A_CONNECTION = 5
PAUSE_SECONDS = 0.005
WITHIN_SECONDS = 1.0
PATIENCE_SECONDS = 30.0

# Two versions of one trip that differ in everything that can be counted or read.
SIZES = {"Old": 30, "New": 47}
PATHS = ["/meetings?limit=7", "/meetings?city=oslo&limit=200", "/meetings?official=One&limit=3"]


def version(name: str) -> Part:
    meetings = [meeting(f"m{i}", title=name, city="oslo") for i in range(SIZES[name])]
    return trip(title=name, meetings=meetings)


@dataclass(frozen=True)
class Seen:
    """One answer: when it was asked for, by which process it was given, and what it says."""

    started: float
    process: str
    status: int
    tag: str
    titles: frozenset[str]
    total: int


class Readers:
    """Threads that ask all the time, over one connection after another."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(i,)) for i in range(READERS)]
        self.seen: list[Seen] = []
        self.failures: list[Exception] = []

    def __enter__(self) -> "Readers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, processes: int, since: float) -> None:
        """Wait until that many processes have answered requests made since then."""
        until = time.monotonic() + PATIENCE_SECONDS
        while len({seen.process for seen in self.seen.copy() if seen.started >= since}) < processes:
            assert self.failures == []
            assert time.monotonic() < until, "a process gets no requests"
            time.sleep(0.05)

    def _read(self, number: int) -> None:
        try:
            while not self._stop.is_set():
                connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
                for _ in range(REQUESTS_A_CONNECTION):
                    number += 1
                    path, coding = PATHS[number % len(PATHS)], CODINGS[number % len(CODINGS)]
                    self.seen.append(ask(connection, path, coding))
                    time.sleep(PAUSE_SECONDS)  # Or no time would be left for the load.
                connection.close()
        except Exception as error:
            self.failures.append(error)


def ask(connection: http.client.HTTPConnection, path: str, coding: str) -> Seen:
    started = time.monotonic()
    connection.request("GET", path, headers={"Accept-Encoding": coding})
    response = connection.getresponse()
    body = response.read()
    page = json.loads(DECODE[response.headers.get("Content-Encoding", "identity")](body))
    return Seen(
        started,
        response.headers["X-Request-ID"].partition("-")[0],
        response.status,
        response.headers["ETag"],
        frozenset(item["title"] for item in page["items"]),
        page["total"],
    )


@contextmanager
def serving(environment: dict[str, str], log: Path, workers: int) -> Iterator[int]:
    """Run the server for the time of a `with` block, at the port that it yields."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["-m", "app", "serve", "--port", str(port), "--workers", str(workers)]
    with (
        log.open("wb") as lines,
        subprocess.Popen(  # noqa: S603
            [sys.executable, *command], cwd=PROJECT, env=environment, stderr=lines, stdout=lines
        ) as server,
    ):
        try:
            until = time.monotonic() + PATIENCE_SECONDS
            while not is_ready(port):
                assert server.poll() is None, log.read_text("utf-8")
                assert time.monotonic() < until, log.read_text("utf-8")
                time.sleep(0.05)
            yield port
        finally:
            server.terminate()
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()


def is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@pytest.mark.parametrize(("workers", "loads"), [(1, ["New", "Old"]), (2, ["New"])])
def test_all_see_a_load_within_a_second(tmp_path: Path, workers: int, loads: list[str]) -> None:
    files = {name: write_trips(tmp_path / name, [version(name)])[0] for name in SIZES}
    database = tmp_path / "readout.db"
    environment = {
        **os.environ,
        "READOUT_DATABASE_URL": f"sqlite:///{database}",
        "READOUT_SEED": str(tmp_path / "Old"),
        "READOUT_LOG_LEVEL": "warning",
    }
    log = tmp_path / "server.log"
    # From when to when each version, and it alone, may be seen.
    alone: list[tuple[str, float, float]] = []
    with serving(environment, log, workers) as port, Readers(port) as readers:
        name, since = "Old", time.monotonic()
        for following in loads:
            readers.wait_for(workers, since)
            alone.append((name, since, time.monotonic()))
            load(database, [files[following]])
            name, since = following, time.monotonic() + WITHIN_SECONDS
        readers.wait_for(workers, since)
        alone.append((name, since, time.monotonic()))
    assert readers.failures == []
    assert log.read_text("utf-8") == ""

    tags: dict[str, set[str]] = {name: set() for name in SIZES}
    for seen in readers.seen:
        assert seen.status == 200
        (told,) = seen.titles
        assert seen.total == SIZES[told]
        revision = re.fullmatch(r'"([0-9a-z]+)-[0-9a-z]+(\.[a-z]+)?"', seen.tag)
        assert revision, seen.tag
        tags[told].add(revision[1])
    assert all(tags.values())
    assert not tags["Old"] & tags["New"]

    assert len({seen.process for seen in readers.seen}) == workers
    for name, since, until in alone:
        within = [seen for seen in readers.seen if since <= seen.started <= until]
        late = [seen for seen in within if seen.titles != {name}]
        assert late == []
        assert len({seen.process for seen in within}) == workers
