"""Load on a service: wrk, or a stand-in where it is not installed."""

import gc
import json
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.machine import Cores, pin
from tests.benchmarks.servers import HOST, Server

_SCRIPT = Path(__file__).with_name("load.lua")
_END_OF_HEADERS = b"\r\n\r\n"
_LENGTH = b"content-length: "

WRK = shutil.which("wrk")

Request = tuple[str, str]
"""A target, and the ETag to send with it, or nothing."""


@dataclass
class Load:
    """Requests for one service, sent in turn over a number of connections.

    Each run goes on in the list where a run as long as the last would end, so that none begins
    with what was just asked.
    """

    server: Server
    requests: Sequence[Request]
    folder: Path
    connections: int
    cores: Cores
    wrk: str | None = field(default_factory=lambda: WRK)
    _next: int = field(default=0, init=False)

    def run(self, seconds: float) -> float:
        """Return how many requests a second are answered; raise RuntimeError if one is not."""
        rate = self._wrk(self.wrk, seconds) if self.wrk else self._stand_in(seconds)
        self._next += round(rate * seconds)
        return rate

    def _wrk(self, wrk: str, seconds: float) -> float:
        file = self.folder / f"requests-{self.server.port}"
        file.write_text("".join(f"{target}\t{etag}\n" for target, etag in self.requests))
        # wrk takes whole seconds.
        command = [
            wrk, "-t1", f"-c{self.connections}", f"-d{max(round(seconds), 1)}s", "--timeout", "60s",
            "-s", _SCRIPT, f"http://{HOST}:{self.server.port}", "--", file, str(self._next),
        ]  # fmt: skip
        told = subprocess.run(  # noqa: S603 - found by its name on the path
            command, capture_output=True, text=True, check=True, preexec_fn=pin(self.cores)
        )
        result = json.loads(told.stdout.strip().splitlines()[-1])
        if result["failed"] or not result["requests"]:
            raise RuntimeError(f"{self.server.name} failed under load: {told.stdout}")
        return float(result["requests"] / result["microseconds"] * 1e6)

    def _stand_in(self, seconds: float) -> float:
        sent = [raw_request(request) for request in self.requests]
        counts = [0] * self.connections
        until = time.perf_counter() + seconds

        def ask(number: int) -> None:
            with Connection(self.server.port) as connection:
                position = self._next + number
                while time.perf_counter() < until:
                    connection.ask(sent[position % len(sent)])
                    position += self.connections
                    counts[number] += 1

        started = time.perf_counter()
        threads = [threading.Thread(target=ask, args=[n]) for n in range(self.connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if not all(counts):
            raise RuntimeError(f"{self.server.name} failed under load")
        return sum(counts) / (time.perf_counter() - started)


def raw_request(request: Request) -> bytes:
    """Return the bytes of a request."""
    target, etag = request
    condition = f"If-None-Match: {etag}\r\n" if etag else ""
    return f"GET {target} HTTP/1.1\r\nHost: {HOST}\r\n{condition}\r\n".encode()


class Connection:
    """One connection that asks, and waits for the whole answer, with little time of its own."""

    def __init__(self, port: int) -> None:
        """Connect to a server of this machine."""
        self._socket = socket.create_connection((HOST, port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> "Connection":
        """Return this connection."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._socket.close()

    def ask(self, request: bytes) -> int:
        """Send a request and return how many bytes its answer has; RuntimeError if it is none."""
        self._socket.sendall(request)
        received = b""
        while (end := received.find(_END_OF_HEADERS)) < 0:
            received += self._receive()
        status = received[9:12]
        if status == b"304":
            return 0
        headers = received[:end].lower() + b"\r\n"
        if status != b"200":
            raise RuntimeError(f"answered with {status.decode()}: {request.decode()}")
        length = headers.find(_LENGTH)
        if length < 0:
            return self._chunked(received[end + len(_END_OF_HEADERS) :])
        start = length + len(_LENGTH)
        size = int(headers[start : headers.find(b"\r", start)])
        left = size - (len(received) - end - len(_END_OF_HEADERS))
        while left > 0:
            left -= len(self._receive())
        return size

    def _chunked(self, received: bytes) -> int:
        while not received.endswith(b"0\r\n\r\n"):
            received += self._receive()
        return len(received)

    def _receive(self) -> bytes:
        received = self._socket.recv(1 << 18)
        if not received:
            raise RuntimeError("the server closed the connection")
        return received


def latencies(port: int, requests: Sequence[bytes], seconds: float) -> list[float]:
    """Return the milliseconds that each request takes, one after the other, sorted."""
    found: list[float] = []
    gc.disable()  # Its pauses would be counted as the service's.
    try:
        with Connection(port) as connection:
            connection.ask(requests[0])
            clock = time.perf_counter
            until = clock() + seconds
            position = 0
            while (started := clock()) < until:
                connection.ask(requests[position % len(requests)])
                found.append((clock() - started) * 1000)
                position += 1
    finally:
        gc.enable()
    return sorted(found)


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the value that this share of sorted values does not exceed."""
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
