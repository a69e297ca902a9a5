"""Processes that help with work that comes in many like parts, whose results come in order.

Not a pool of `concurrent.futures` or `multiprocessing`: those pass work on in threads of their own,
and where one of these cannot be started, or ends, for want of memory, who waits for a result waits
for ever. Here nothing waits but on a pipe, which ends when the process at its other end does.
"""

import gc
import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import IO, Any, TypeVar

# The path first: a helper has to find the same Readout as who started it, wherever that runs.
_BEGIN = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer);"
    " from app.ingest.helping import serve; serve()"
)

Part = TypeVar("Part")
Outcome = TypeVar("Outcome")


def in_order(
    work: Callable[[Part], Outcome], parts: Sequence[Part], processes: int
) -> Iterator[Outcome]:
    """Yield what `work` returns for each part, in their order, done by so many other processes.

    A part whose process could not be started, or has failed, is done in this one: so what is wrong
    with the part itself is raised here, and a helper that had no memory costs time alone.
    """
    helpers: list[_Helper] = []
    try:
        for _ in range(min(processes, len(parts))):
            helper = _Helper.started(work)
            if helper is None:
                break
            helpers.append(helper)
        # A helper is sent a part only when it has none: one that is busy handing over a result
        # reads nothing, and two that both write wait for ever. Taking turns keeps the order.
        waiting: deque[tuple[Part, _Helper | None]] = deque()
        left = iter(parts)
        for part in islice(left, max(len(helpers), 1)):
            one = helpers[len(waiting)] if helpers else None
            waiting.append((part, _taken(one, part)))
        while waiting:
            part, one = waiting.popleft()
            result = _done(work, part, one)
            for following in islice(left, 1):
                waiting.append((following, _taken(one, following)))
            yield result
    finally:
        for helper in helpers:
            helper.end()


def _taken(helper: "_Helper | None", part: object) -> "_Helper | None":
    """Give a helper a part; return it if there is hope of a result."""
    return helper if helper and helper.take(part) else None


def _done(work: Callable[[Part], Outcome], part: Part, helper: "_Helper | None") -> Outcome:
    result = helper.result() if helper else None
    return work(part) if result is None else result[0]


class _Helper:
    """One process, what it is sent and what comes back; it fails once and for good."""

    def __init__(
        self, process: "subprocess.Popen[bytes]", sent: IO[bytes], back: IO[bytes]
    ) -> None:
        self._process, self._sent, self._back = process, sent, back
        self._failed = False

    @classmethod
    def started(cls, work: Callable[..., Any]) -> "_Helper | None":
        """Return a process that does `work`, or None where there is no room for another."""
        try:
            # Not forked: a copy of this process would hold its database connection, too. What it
            # says of its failure is said by this process, which then does the same itself. -P: no
            # file of the current folder takes the place of a module.
            process = subprocess.Popen(  # noqa: S603 - this project's own
                [sys.executable, "-P", "-c", _BEGIN],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        except (OSError, MemoryError):
            return None
        assert process.stdin is not None  # noqa: S101 - for mypy
        assert process.stdout is not None  # noqa: S101 - for mypy
        helper = cls(process, process.stdin, process.stdout)
        try:
            helper._send(sys.path)
            helper._send(work)
        except BaseException:  # Whatever it was: no process stays behind.
            helper.end()
            raise
        return helper

    def take(self, part: object) -> bool:
        """Give it a part to do; return whether it has not failed."""
        self._send(part)
        return not self._failed

    def result(self) -> tuple[Any] | None:
        """Wait for what it makes of its part; return None if it fails."""
        if self._failed:
            return None
        try:
            return (pickle.load(self._back),)  # noqa: S301 - written by `serve` below
        except (EOFError, pickle.UnpicklingError, OSError):
            self._failed = True
            return None

    def _send(self, value: object) -> None:
        if self._failed:
            return
        try:
            pickle.dump(value, self._sent)
            self._sent.flush()
        except OSError:
            self._failed = True

    def end(self) -> None:
        """End it, whatever it does, and wait until it has ended."""
        self._process.kill()
        # Closing writes what could not be sent: to nobody, by now.
        with suppress(OSError):
            self._sent.close()
        self._back.close()
        self._process.wait()


def serve() -> None:
    """Do what is sent to this process until nothing more can come: it is a helper."""
    parts, results = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # Results are all that may go there.
    # What is made of a part has no cycles; looking for them would take a sixth of the time.
    gc.disable()
    work = pickle.load(parts)  # noqa: S301 - sent by who started this process
    while True:
        try:
            part = pickle.load(parts)  # noqa: S301 - as above
        except EOFError:
            return
        pickle.dump(work(part), results)
        results.flush()
