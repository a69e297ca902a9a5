"""Helper processes for work in many similar parts, whose results come in order.

This is no pool of `concurrent.futures` or `multiprocessing`: those pass work on in threads, and if
a thread cannot start, or ends, for lack of memory, the caller waits for ever. Here the caller waits
only on pipes, which close when the process at the other end does.
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

# The path first: a helper has to import the same Readout as its parent, wherever that runs.
_BEGIN = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer);"
    " from app.ingest.helping import serve; serve()"
)

Part = TypeVar("Part")
Outcome = TypeVar("Outcome")


def in_order(
    work: Callable[[Part], Outcome], parts: Sequence[Part], processes: int
) -> Iterator[Outcome]:
    """Yield what `work` returns for each part, in order, done by up to `processes` helpers.

    A part whose helper could not start, or has failed, is done in this process: so an error in the
    part itself is raised here, and a helper without memory only costs time.
    """
    helpers: list[_Helper] = []
    try:
        for _ in range(min(processes, len(parts))):
            helper = _Helper.started(work)
            if helper is None:
                break
            helpers.append(helper)
        # A helper is sent a part only when it has none: while it writes a result, it reads nothing,
        # and if both sides write, both wait for ever. Taking turns keeps the order.
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
    """Send a part to a helper; return the helper unless it has failed."""
    return helper if helper and helper.take(part) else None


def _done(work: Callable[[Part], Outcome], part: Part, helper: "_Helper | None") -> Outcome:
    result = helper.result() if helper else None
    return work(part) if result is None else result[0]


class _Helper:
    """One process, and the pipes to and from it; once it has failed, it is not used again."""

    def __init__(
        self, process: "subprocess.Popen[bytes]", sent: IO[bytes], back: IO[bytes]
    ) -> None:
        self._process, self._sent, self._back = process, sent, back
        self._failed = False

    @classmethod
    def started(cls, work: Callable[..., Any]) -> "_Helper | None":
        """Start a process that does `work`; return None if that is impossible."""
        try:
            # Not forked: a copy of this process would share its database connection. Its error
            # output is dropped: this process then does the part itself, and raises the error. -P:
            # no file of the current folder shadows a module.
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
        except BaseException:  # Leave no process behind.
            helper.end()
            raise
        return helper

    def take(self, part: object) -> bool:
        """Send the helper a part; return whether it is still usable."""
        self._send(part)
        return not self._failed

    def result(self) -> tuple[Any] | None:
        """Wait for the result of its part; return None if the helper fails."""
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
        """Kill the process, and wait until it has ended."""
        self._process.kill()
        # Closing flushes data that could not be sent, which fails by now.
        with suppress(OSError):
            self._sent.close()
        self._back.close()
        self._process.wait()


def serve() -> None:
    """Do the parts that are sent to this helper process, until its input ends."""
    parts, results = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # Only results may go to stdout.
    # Results have no cycles; garbage collection would take a sixth of the time.
    gc.disable()
    work = pickle.load(parts)  # noqa: S301 - sent by who started this process
    while True:
        try:
            part = pickle.load(parts)  # noqa: S301 - as above
        except EOFError:
            return
        pickle.dump(work(part), results)
        results.flush()
