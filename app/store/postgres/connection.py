"""A connection for reading, whose waits for the host end at a deadline."""

import select
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import psycopg
from psycopg import pq
from psycopg.abc import PQGen
from psycopg.pq.abc import PGconn
from psycopg.types.numeric import Int8BinaryDumper
from psycopg.waiting import Ready, Wait

from app.store.base import Deadline, DeadlineExceeded

Value = TypeVar("Value")

LOOK_SECONDS = 0.05
"""How often a waiting thread checks its deadline, and whether its host has been given up."""

_IN_TRANSACTION, _IN_ERROR = pq.TransactionStatus.INTRANS, pq.TransactionStatus.INERROR
_READ, _WRITE = select.POLLIN | select.POLLHUP | select.POLLERR, select.POLLOUT


class HostLost(Exception):
    """A host does not answer any more, or has ended the connection or statement."""


@lru_cache(2048)
def translated(statement: str) -> str:
    """Return a statement as psycopg takes it, with `%s` for each value instead of `?`."""
    return statement.replace("%", "%%").replace("?", "%s")


def connect(conninfo: str, seconds: float) -> "ReadingConnection":
    """Connect to one host; raise `HostLost` if that fails, or takes longer."""
    until = time.monotonic() + seconds
    raw = pq.PGconn.connect_start(conninfo.encode())
    while raw.status != pq.ConnStatus.BAD:
        state = raw.connect_poll()
        if state == pq.PollingStatus.OK:
            raw.nonblocking = 1
            return ReadingConnection(raw)
        if state == pq.PollingStatus.FAILED:
            break
        waiting = select.poll()
        waiting.register(raw.socket, _READ if state == pq.PollingStatus.READING else _WRITE)
        left = until - time.monotonic()
        if left <= 0 or not waiting.poll(left * 1000):
            raw.finish()
            raise HostLost("the connection could not be made in time")
    message = raw.error_message.decode(errors="replace").strip()
    raw.finish()
    raise HostLost(message)


class ReadingConnection(psycopg.Connection[tuple[Any, ...]]):
    """A connection whose every wait ends at a deadline, or once its host is given up."""

    def __init__(self, raw: PGconn) -> None:
        """Take a connection that has been made."""
        super().__init__(raw)
        self.opened_at = time.monotonic()
        self._is_ending = False
        self.deadline: Deadline | None = None
        self.is_given_up: Callable[[], bool] = lambda: False
        self.autocommit = True
        # psycopg would send each number in the smallest type that fits, and plans depend on types.
        self.adapters.register_dumper(int, Int8BinaryDumper)

    def wait(
        self,
        gen: PQGen[Value],
        interval: float = LOOK_SECONDS,
        timeout: float | None = None,  # noqa: ARG002 - the deadline is what counts
    ) -> Value:
        """Wait for what the host answers.

        Raises `DeadlineExceeded` or `HostLost`; the connection cannot be used afterwards.
        """
        try:
            state = next(gen)
            socket = self.pgconn.socket
            waiting = select.poll()
            waiting.register(socket, _events(state))
            while True:
                left = interval
                deadline = self.deadline  # Another thread may set it to stop this one.
                if deadline is not None:
                    left = min(left, deadline.seconds_left)
                    if left <= 0:
                        raise DeadlineExceeded("the deadline has passed")
                ready = waiting.poll(left * 1000)
                if ready:
                    happened = ready[0][1]
                    came = (1 if happened & _READ else 0) | (2 if happened & _WRITE else 0)
                    before, state = state, gen.send(Ready(came))
                    if state != before:
                        waiting.modify(socket, _events(state))
                elif self.is_given_up():
                    raise HostLost("the host does not answer")
        except StopIteration as end:
            value: Value = end.value
            return value

    def begin(self, statement: str) -> list[tuple[Any, ...]]:
        """Begin a transaction that sees one state of the data, and return the rows of a statement.

        A single round trip does both, and has the host observe the deadline, too.
        """
        if self._is_ending:
            self.wait(_answered(self.pgconn))
            self._is_ending = False
        left = 0 if self.deadline is None else max(1, int(self.deadline.seconds_left * 1000))
        cursor = self.cursor()
        cursor.execute(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
            f" SET LOCAL statement_timeout = {left}; {statement}"
        )
        while cursor.nextset():
            pass
        return cursor.fetchall()

    def end(self) -> bool:
        """Have the host end the transaction; return whether the connection can be used again.

        The host's answer is read when the next transaction begins, so that no client waits for it.
        """
        if self.pgconn.transaction_status not in (_IN_TRANSACTION, _IN_ERROR):
            return False
        try:
            self.pgconn.send_query(b"ROLLBACK")
            self._is_ending = self.pgconn.flush() == 0
        except psycopg.Error:
            return False
        return self._is_ending

    def rows(self, statement: str, parameters: Sequence[str | int]) -> list[tuple[Any, ...]]:
        """Return all rows of a statement."""
        cursor = self.cursor(binary=True)
        cursor.execute(translated(statement), parameters)
        return cursor.fetchall()


def _answered(raw: PGconn) -> PQGen[None]:
    """Wait until the host has answered every query that was sent."""
    while True:
        raw.consume_input()
        while not raw.is_busy():
            if raw.get_result() is None:
                return
        yield Wait.R


def _events(state: int) -> int:
    return (_READ if state & 1 else 0) | (_WRITE if state & 2 else 0)
