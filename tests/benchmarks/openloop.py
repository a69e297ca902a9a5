"""Load at a given rate, whatever the service does: requests come when they are due.

wrk sends the next request when the last was answered, so that a service that stops for a second is
asked nothing in that second, and the wait that others would have had is not seen. Here each request
has a time at which it is due, at random as those of independent clients are; it is sent on the next
free connection, and what it took is counted from when it was due.

What asks must not be what limits. It is one event loop of uvloop's that sends ready bytes, and of
an answer reads the status and the length. `compare_held` has it ask bare uvicorn first, which sends
the same answers and does nothing else: no row could show more than its rate there. How late it was
itself, where a connection was free, is counted, too: `Step.late`.
"""

import asyncio
import gc
import math
import random
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import uvloop

from tests.benchmarks.load import percentile
from tests.benchmarks.servers import HOST

CONNECTIONS = 64
TICK_SECONDS = 0.001
"""How often it looks for what is due; so much later, at most, it sends."""

BACKLOG_SECONDS = 1.0
"""With so many seconds' requests waiting, a step is over: what is behind does not catch up."""

PATIENCE_SECONDS = 5.0
"""How long the last answers of a step are waited for."""

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"\r\ncontent-length: "


@dataclass(frozen=True)
class Step:
    """What came of some seconds at one rate: milliseconds from due to answered, and failures."""

    rate: float
    p50: float
    p99: float
    late: float
    """How late requests were sent for which a connection was free: p99."""

    answered: int
    failed: int
    """Those that the service answered with a failure of its own, and those not answered at all."""


def at_rate(port: int, requests: Iterator[bytes], rate: float, seconds: float) -> Step:
    """Ask a server of this machine for some seconds, so many times a second.

    Raises RuntimeError where it is asked what it refuses.
    """
    gc.collect()
    gc.disable()  # Its pauses would be counted as the service's.
    try:
        return uvloop.run(_Generator(port, requests, rate).run(seconds))
    finally:
        gc.enable()


class _Generator:
    """Requests that are due, those on their way, and what came of them."""

    def __init__(self, port: int, requests: Iterator[bytes], rate: float) -> None:
        self._port, self._requests, self._rate = port, requests, rate
        self._chance = random.Random(rate)  # noqa: S311 - the same times for each service
        self.free: deque[_Connection] = deque()
        self._due: deque[float] = deque()
        self.took: list[float] = []
        self._late: list[float] = []
        self.failed = 0
        self._wrong: list[dict[str, Any]] = []

    async def run(self, seconds: float) -> Step:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, wrong: self._wrong.append(wrong))
        for _ in range(CONNECTIONS):
            _, connection = await loop.create_connection(
                lambda: _Connection(self), HOST, self._port
            )
            self.free.append(connection)
        opened, asked = list(self.free), 0
        following = time.perf_counter()
        until = following + seconds
        most = max(self._rate * BACKLOG_SECONDS, CONNECTIONS)
        while (now := time.perf_counter()) < until and len(self._due) < most:
            while following <= now:
                self._due.append(following)
                asked += 1
                if self.free:
                    self._late.append(now - following)
                following += self._chance.expovariate(self._rate)
                self.send()
            await asyncio.sleep(TICK_SECONDS)
        gone = len(self._due) >= most
        patience = time.perf_counter() + (0 if gone else PATIENCE_SECONDS)
        while len(self.took) + self.failed < asked and time.perf_counter() < patience:
            await asyncio.sleep(TICK_SECONDS)
        unanswered = asked - len(self.took) - self.failed
        for connection in opened:
            connection.close()
        if self._wrong:
            raise RuntimeError(f"the load failed: {self._wrong[0]}")
        return self._step(unanswered)

    def _step(self, unanswered: int) -> Step:
        # What was never answered took longer than anything.
        took = [*sorted(self.took), *[math.inf] * (unanswered + self.failed)] or [math.inf]
        return Step(
            self._rate,
            percentile(took, 0.5) * 1000,
            percentile(took, 0.99) * 1000,
            percentile(sorted(self._late) or [0.0], 0.99) * 1000,
            len(self.took),
            self.failed + unanswered,
        )

    def send(self) -> None:
        """Send what is due on the connections that are free."""
        while self._due and self.free:
            self.free.popleft().ask(next(self._requests), self._due.popleft())


class _Connection(asyncio.Protocol):
    """One connection: a request, its whole answer, and then the next."""

    _transport: asyncio.Transport

    def __init__(self, generator: _Generator) -> None:
        self._generator = generator
        self._due: float | None = None
        self._head = b""
        self._left = 0
        self._right = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def ask(self, request: bytes, due: float) -> None:
        self._due, self._head, self._left = due, b"", 0
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        if self._left:
            self._left -= len(data)
        else:
            self._head += data
            end = self._head.find(_END_OF_HEAD)
            if end < 0:
                return
            status = self._head[9:12]
            self._right = status in (b"200", b"304")
            if not self._right and status < b"500":
                raise RuntimeError(f"answered with {status.decode()}, which is no fault of load")
            self._left = self._length(end) - (len(self._head) - end - len(_END_OF_HEAD))
        if self._left == 0:
            self._answered()

    def _length(self, end: int) -> int:
        head = self._head[:end].lower() + b"\r\n"
        at = head.find(_LENGTH)
        if at < 0:
            return 0  # As 304 has it; pages of 20 are never sent without a length.
        start = at + len(_LENGTH)
        return int(head[start : head.index(b"\r", start)])

    def _answered(self) -> None:
        assert self._due is not None
        if self._right:
            self._generator.took.append(time.perf_counter() - self._due)
        else:
            self._generator.failed += 1
        self._due = None
        self._generator.free.append(self)
        self._generator.send()

    def close(self) -> None:
        self._due = None
        self._transport.abort()

    def connection_lost(self, _: Exception | None) -> None:
        if self._due is not None:
            self._generator.failed += 1
        self._due = None
        if self in self._generator.free:
            self._generator.free.remove(self)
