"""Clients that hold on to connections, or do not read what they asked for."""

import resource
import socket
import time
from contextlib import ExitStack
from pathlib import Path

from app.ingest.loader import load
from app.store.engines import engine_of
from tests.faults.data import write_edition
from tests.faults.results import Result
from tests.faults.service import Service

CONNECTIONS_AN_ADDRESS = 20_000
"""A client has so many ports, or fewer, to connect from; each address of the loopback has them."""


def idle_connections(count: int, folder: Path) -> Result:
    """Open connections that ask nothing, as many as the service is set to take."""
    result = Result("beside idle connections others are answered", count)
    _allow_open_files(count + 500)
    with ExitStack() as opened, Service(_database(folder), max_connections=count + 20) as service:
        before = _memory(service)
        for at in range(count):
            opened.enter_context(_connected(service.port, at))
        begun = time.monotonic()
        answered = service.get("/meetings?limit=3")
        took = time.monotonic() - begun
        result.expect(answered.status == 200, f"answered {answered.status}")
        grown = _memory(service) - before
        result.seen = f"{grown / count:.1f} KiB a connection; an answer took {took * 1000:.0f} ms"
        result.expect(grown < 32 * count, f"{grown} KiB more")
    return result


def too_many_connections(most: int, folder: Path) -> Result:
    """Open more connections than there may be: the rest is told so, and later ones are let in."""
    result = Result("of connections beyond the bound each is answered 503", most)
    with Service(_database(folder), max_connections=most) as service:
        with ExitStack() as opened:
            for at in range(most):
                opened.enter_context(_connected(service.port, at))
            for _ in range(5):
                answer = service.get("/livez")
                result.expect(answer.status == 503, f"answered {answer.status}")
        service.wait_until_ready()
    return result


def slow_readers(count: int, folder: Path) -> Result:
    """Ask for long lists without reading: memory is bounded, and others are answered."""
    result = Result("beside clients that do not read others are answered", count)
    _allow_open_files(count + 500)
    request = b"GET /meetings?limit=200 HTTP/1.1\r\nHost: localhost\r\n\r\n" * 16
    with (
        ExitStack() as opened,
        Service(_database(folder, trips=100), read_seconds=3, idle_seconds=3) as service,
    ):
        before = _memory(service)
        reading = [opened.enter_context(_connected(service.port, at)) for at in range(count)]
        for one in reading:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.sendall(request)
        most = 0.0
        for _ in range(20):
            begun = time.monotonic()
            result.expect(service.get("/livez").status == 200, "/livez does not answer")
            most = max(most, time.monotonic() - begun)
            time.sleep(0.05)
        grown = (_memory(service) - before) // 1024
        result.seen = f"{grown} MiB more; /livez took {most * 1000:.0f} ms at most"
        result.expect(grown < 256, f"{grown} MiB more")
        until = time.monotonic() + 20
        while _connections(service) > 5 and time.monotonic() < until:
            time.sleep(0.1)
        result.expect(_connections(service) <= 5, "connections of those who do not read are kept")
        result.expect(service.get("/meetings?limit=3").status == 200, "it does not serve")
    return result


def _database(folder: Path, trips: int = 20) -> Path:
    path = folder / "readout.db"
    engine_of(path).migrate(path)
    load(path, write_edition(folder, "Old", trips))
    return path


def _connected(port: int, at: int) -> socket.socket:
    client = socket.socket()
    client.settimeout(10)
    client.bind((f"127.0.0.{2 + at // CONNECTIONS_AN_ADDRESS}", 0))
    client.connect(("127.0.0.1", port))
    return client


def _allow_open_files(count: int) -> None:
    """Let this process, and those it starts, open so many files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count <= hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))
    elif hard < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))  # Root may.


def _memory(service: Service) -> int:
    """Return the resident memory of a service, in KiB."""
    status = Path(f"/proc/{service.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def _connections(service: Service) -> int:
    """Return how many sockets a service has open, the one it listens at included."""
    found = 0
    for each in Path(f"/proc/{service.process.pid}/fd").iterdir():
        try:
            found += str(each.readlink()).startswith("socket:")
        except OSError:  # Closed meanwhile.
            continue
    return found
