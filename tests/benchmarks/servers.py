"""The services that are measured, each started here, on a free port, and stopped afterwards."""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from app.settings import PROJECT
from app.store.engines import Database
from tests.benchmarks import bare, canned, tutorial
from tests.benchmarks.databases import readout_environment
from tests.benchmarks.machine import Cores, memory_of, pin
from tests.benchmarks.queries import Asked, Reduced, reduced

START_SECONDS = 60.0
STOP_SECONDS = 15.0

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Answer:
    """What a service answered."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Server:
    """A service that runs: how it is asked, and what its answers hold."""

    name: str
    port: int
    pid: int
    target: Callable[[Asked], str]
    items: Callable[[bytes], Reduced]

    def get(self, target: str, **headers: str) -> Answer:
        """Return the answer to one request."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=START_SECONDS)
        with contextlib.closing(connection):
            connection.request("GET", target, headers=headers)
            response = connection.getresponse()
            return Answer(
                response.status,
                {name.lower(): value for name, value in response.getheaders()},
                response.read(),
            )

    def asked(self, asked: Asked) -> Answer:
        """Return the answer to a query; raise RuntimeError if it is none."""
        target = self.target(asked)
        answer = self.get(target)
        if answer.status != 200:
            raise RuntimeError(f"{self.name} answers {target} with {answer.status}")
        return answer

    @property
    def memory(self) -> int:
        """The resident bytes of the service."""
        return memory_of(self.pid)


def readout_target(asked: Asked) -> str:
    """Return the address of a query at Readout."""
    return f"/meetings?{asked.query_string}"


def _readout_items(body: bytes) -> Reduced:
    return reduced(json.loads(body)["items"])


@contextmanager
def readout(
    database: Database,
    folder: Path,
    cores: Cores,
    *,
    name: str = "Readout",
    project: Path = PROJECT,
    **settings: object,
) -> Iterator[Server]:
    """Serve a database with Readout, of this checkout or another, with these settings."""
    port = _free_port()
    environment = readout_environment(database, port=port, log_level="warning", **settings)
    command = [sys.executable, "-m", "app", "serve"]
    with _running(name, command, environment, folder, port, cores, "/readyz", project) as pid:
        yield Server(name, port, pid, readout_target, _readout_items)


@contextmanager
def tutorial_way(database: Path, folder: Path, cores: Cores) -> Iterator[Server]:
    """Serve the tutorial's database as the tutorials do."""
    port = _free_port()
    environment = {**os.environ, tutorial.DATABASE_VARIABLE: str(database)}
    command = _uvicorn(tutorial.__name__, port)

    def target(asked: Asked) -> str:
        return f"/meetings?{urlencode(asked.plain)}"

    def items(body: bytes) -> Reduced:
        return reduced(map(tutorial.common, json.loads(body)))

    with _running("tutorial", command, environment, folder, port, cores, "/meetings") as pid:
        yield Server("tutorial", port, pid, target, items)


@contextmanager
def datasette(database: Path, folder: Path, cores: Cores) -> Iterator[Server]:
    """Serve the tutorial's database with Datasette's canned queries."""
    port = _free_port()
    described = folder / "datasette.json"
    described.write_text(json.dumps(canned.metadata()))
    # `--immutable` lets it open the file without locks; long queries are let end.
    command = [
        sys.executable, "-m", "datasette", "serve", "--immutable", str(database), "--metadata",
        str(described), "--port", str(port), "--host", HOST, "--setting", "sql_time_limit_ms",
        "60000",
    ]  # fmt: skip

    def target(asked: Asked) -> str:
        query = canned.name_of(tuple(asked.plain))
        parameters = urlencode({**asked.plain, "_shape": "array"})
        return f"/{canned.DATABASE_NAME}/{query}.json?{parameters}"

    def items(body: bytes) -> Reduced:
        return reduced(map(canned.common, json.loads(body)))

    with _running(
        "Datasette", command, dict(os.environ), folder, port, cores, "/-/versions.json"
    ) as pid:
        yield Server("Datasette", port, pid, target, items)


@contextmanager
def bare_uvicorn(name: str, answers: bare.Answers, folder: Path, cores: Cores) -> Iterator[Server]:
    """Send answers of Readout's, by query string, from nothing but uvicorn."""
    port = _free_port()
    path = folder / f"answers-{port}"
    bare.write_answers(path, answers)
    environment = {**os.environ, bare.ANSWERS_VARIABLE: str(path)}
    ready = f"/meetings?{next(iter(answers)).decode()}"
    command = _uvicorn(bare.__name__, port)
    with _running(name, command, environment, folder, port, cores, ready) as pid:
        yield Server(name, port, pid, readout_target, _readout_items)


def _uvicorn(module: str, port: int) -> list[str]:
    return [
        sys.executable, "-m", "uvicorn", f"{module}:create_app", "--factory", "--host", HOST,
        "--port", str(port), "--no-access-log", "--log-level", "warning",
    ]  # fmt: skip


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        port: int = found.getsockname()[1]
    return port


@contextmanager
def _running(
    name: str,
    command: list[str],
    environment: dict[str, Any],
    folder: Path,
    port: int,
    cores: Cores,
    ready: str,
    project: Path = PROJECT,
) -> Iterator[int]:
    """Run a server on these cores until the end of a `with` block."""
    log = folder / f"{name.lower().replace(' ', '-')}-{port}.log"
    with (
        log.open("wb") as lines,
        subprocess.Popen(  # noqa: S603 - commands of this module
            command,
            cwd=project,
            env=environment,
            stdout=lines,
            stderr=subprocess.STDOUT,
            preexec_fn=pin(cores),
        ) as process,
    ):
        try:
            _wait(name, process, port, ready, log)
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(name: str, process: "subprocess.Popen[bytes]", port: int, ready: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection(HOST, port, timeout=START_SECONDS)
        with contextlib.closing(connection):
            try:
                connection.request("GET", ready)
                if connection.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.05)
    raise RuntimeError(f"{name} does not start: {log.read_text()[-2000:]}")
