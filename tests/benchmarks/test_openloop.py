"""The load at a given rate: waiting counts, and so does what is not answered."""

import itertools
import math
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.benchmarks.held import CLOSE, highest, often, once
from tests.benchmarks.load import raw_request
from tests.benchmarks.openloop import Step, at_rate

pytestmark = pytest.mark.slow

STALL_SECONDS = 0.8
REQUESTS = [raw_request(("/x", ""))]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    status = 200
    stalls = threading.Event()

    def do_GET(self) -> None:
        if self.stalls.is_set():
            time.sleep(STALL_SECONDS)
        self.send_response(self.status)
        self.send_header("Content-Length", "70000")
        self.end_headers()
        self.wfile.write(b"x" * 70_000)

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


class Server(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, request: object, _: object) -> None:
        """Say nothing of a client that has gone, as it does where a step is over."""
        assert isinstance(sys.exc_info()[1], OSError), request


@contextmanager
def serving(*, status: int = 200) -> Iterator[tuple[int, threading.Event]]:
    stalls = threading.Event()
    handler = type("Handler", (Handler,), {"status": status, "stalls": stalls})
    with Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, stalls
        server.shutdown()


def test_all_that_is_due_is_asked_and_answered() -> None:
    with serving() as (port, _):
        step = at_rate(port, itertools.cycle(REQUESTS), 50, 2.0)
    assert step.failed == 0
    assert 60 < step.answered < 140
    assert 0 < step.p50 <= step.p99 < math.inf


def test_a_wait_counts_for_all_who_would_have_waited() -> None:
    with serving() as (port, stalls):
        stalls.set()
        # 64 connections are answered 80 times a second; what else is due waits longer and longer.
        step = at_rate(port, itertools.cycle(REQUESTS), 120, 2.0)
    assert step.failed == 0
    assert step.answered > 180
    assert step.p99 > 1.5 * STALL_SECONDS * 1000


def test_refusals_and_silence_are_failures() -> None:
    with serving(status=503) as (port, _):
        step = at_rate(port, itertools.cycle(REQUESTS), 50, 1.0)
    assert step.answered == 0
    assert step.failed > 20
    assert step.p99 == math.inf


def test_what_the_service_refuses_is_no_load() -> None:
    with serving(status=422) as (port, _), pytest.raises(RuntimeError, match="422"):
        at_rate(port, itertools.cycle(REQUESTS), 50, 1.0)


def test_what_is_far_behind_is_over() -> None:
    with serving() as (port, stalls):
        stalls.set()
        begun = time.monotonic()
        step = at_rate(port, itertools.cycle(REQUESTS), 5000, 20.0)
    assert time.monotonic() - begun < 15
    assert step.failed > 1000


@pytest.mark.parametrize("limit", [3.0, 99.0, 101.0, 1234.0, 50_000.0])
def test_the_highest_rate_is_found(limit: float) -> None:
    asked: list[float] = []

    def ask(rate: float) -> Step:
        asked.append(rate)
        # The first try of a rate fails now and then, as machines pause.
        holds = rate <= limit and (len(asked) % 3 != 0 or asked[-2:] == [rate, rate])
        return Step(rate, 1, 10 if holds else 60, 0, 1, 0)

    found = highest(ask, 100_000).rate
    assert found <= limit < found * CLOSE * 1.001
    assert len(asked) < 60


def test_where_no_rate_is_held_none_is_found() -> None:
    assert highest(lambda rate: Step(rate, 1, 1, 0, 1, failed=1), 1000).rate == 0
    assert highest(lambda rate: Step(rate, 1, 1, 0, 1, 0), 1000).rate == 800


def test_what_is_asked_once_is_never_asked_again() -> None:
    some = list(itertools.islice(once(["/a?limit=20", "/b?limit=20"]), 20))
    assert len(set(some)) == 20
    asked = list(itertools.islice(often([f"/{n}?x=1" for n in range(1000)]), 20_000))
    first, second = (asked.count(raw_request((f"/{n}?x=1", ""))) for n in (0, 1))
    assert 1.5 < first / second < 2.0
