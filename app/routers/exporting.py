"""Whole lists, streamed in pieces from one revision; threads write them.

The memory for a list does not grow with its length. The settings limit how many are written at a
time, and for how long; past that, the connection is reset, so that no client takes a part for the
whole.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import chain
from typing import NamedTuple

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from app.http.answers import Answer, headers_of_data
from app.http.compression import encoded
from app.http.conditional import Conditions, etag_of
from app.http.responses import Headers
from app.routers.problems import Overloaded
from app.routers.running import disconnected
from app.store.base import DeadlineExceeded, Held, Interrupted

PIECE_BYTES = 64 * 1024
"""The size of the pieces in which a list is sent; a list that fits into one is an answer like any
other."""


class WholeList(NamedTuple):
    """A list to be streamed: functions that open and write it, and its media type.

    `tag` returns the tag of its ETag for a revision and an edition.
    """

    open: Callable[[], Held]
    write: Callable[[Held], Iterator[bytes]]
    tag: Callable[[str, int], bytes]
    media_type: str
    is_compressed: bool


class Exports:
    """Writes whole lists, few at a time, none for long. For one event loop."""

    def __init__(self, max_running: int, max_seconds: float, wait_seconds: float) -> None:
        """Take the number of lists at a time, and the seconds one may take, and wait to begin."""
        self._places = asyncio.Semaphore(max_running)
        self._threads = CapacityLimiter(max_running)
        self._max_seconds = max_seconds
        self._wait_seconds = wait_seconds

    async def begin(
        self,
        whole: WholeList,
        conditions: Conditions,
        receive: Receive,
        max_age: int,
        *,
        is_head: bool,
    ) -> "Answer | Export":
        """Return a short list as an answer, and a longer one as an export that sends it.

        Raises `Overloaded` if no place becomes free in time, `ClientDisconnect` if the client goes
        first, and what the store raises.
        """
        deadline = asyncio.get_running_loop().time() + self._max_seconds
        try:
            async with asyncio.timeout(self._wait_seconds):
                await self._places.acquire()
        except TimeoutError as error:
            raise Overloaded from error
        writing = _Writing(whole, conditions.coding, is_head=is_head)
        try:
            async with _bounded(deadline), _until_gone(receive):
                first = await self._in_thread(writing.first)
        except BaseException:
            await self.end(writing)
            raise
        if writing.is_complete:
            await self.end(writing)
            return Answer(
                first, writing.revision, writing.tag, max_age, None, whole.media_type,
                is_compressed=whole.is_compressed,
            )  # fmt: skip
        own = [(b"etag", etag_of(writing.tag, writing.coding))]
        if writing.coding:
            own.append((b"content-encoding", writing.coding.encode()))
        headers = [*own, *headers_of_data(max_age, whole.media_type)]
        return Export(self, writing, first, headers, deadline)

    async def next(self, writing: "_Writing") -> bytes:
        """Return the next piece of a list; it is empty at the end."""
        return await self._in_thread(writing.next)

    async def end(self, writing: "_Writing") -> None:
        """Stop writing a list, however far it came, and free its place."""
        writing.stop()
        closing = asyncio.ensure_future(run_sync(writing.close))
        closing.add_done_callback(lambda _: self._places.release())
        # Shielded: a cancelled request has to free its place, too.
        await asyncio.shield(closing)

    async def _in_thread(self, work: Callable[[], bytes]) -> bytes:
        return await run_sync(work, limiter=self._threads)


class _Writing:
    """A list that is being written; methods but `stop` run in threads, one at a time."""

    def __init__(self, whole: WholeList, coding: str, *, is_head: bool) -> None:
        self._whole, self._is_head = whole, is_head
        self.coding = "" if whole.is_compressed else coding
        self._held: Held | None = None
        self._pieces: Iterator[bytes] = iter(())
        # A thread may go on for a moment after its request has ended.
        self._lock = threading.Lock()
        self._is_stopped = False
        self.is_complete = False
        self.revision, self.tag = "", b""

    def first(self) -> bytes:
        """Return the beginning: all of a short list, not encoded, else the first piece to send."""
        with self._lock:
            try:
                return self._begin()
            except Interrupted:  # Another host may have it; nothing has been sent yet.
                if self._held is not None:
                    self._held.close()
                return self._begin()

    def _begin(self) -> bytes:
        self._held = held = self._whole.open()
        if self._is_stopped:
            held.stop()
        self.revision = held.revision
        self.tag = self._whole.tag(held.revision, held.edition)
        pieces = _pieces(self._whole.write(held))
        begun = next(pieces, b"")
        second = next(pieces, b"") if len(begun) >= PIECE_BYTES else b""
        if not second:
            self.is_complete = True
            return begun
        if self._is_head:
            return b""
        whole = chain((begun, second), pieces)
        self._pieces = encoded(whole, self.coding) if self.coding else whole
        return next(self._pieces)

    def next(self) -> bytes:
        """Return the next piece; it is empty at the end."""
        with self._lock:
            return next(self._pieces, b"")

    def stop(self) -> None:
        """Make a thread that is still writing end soon; any thread may call this."""
        self._is_stopped = True
        if self._held is not None:
            self._held.stop()

    def close(self) -> None:
        """Close the snapshot."""
        with self._lock:
            if self._held is not None:
                self._held.close()


def _pieces(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Yield parts joined into pieces that are worth sending; none is empty."""
    waiting: list[bytes] = []
    size = 0
    for part in parts:
        waiting.append(part)
        size += len(part)
        if size >= PIECE_BYTES:
            yield b"".join(waiting)
            waiting, size = [], 0
    if size:
        yield b"".join(waiting)


class Export:
    """A response that sends a list that has begun; like Starlette's, an ASGI application."""

    def __init__(
        self, exports: Exports, writing: _Writing, first: bytes, headers: Headers, deadline: float
    ) -> None:
        """Take the first piece, the headers, and the deadline by the event loop's clock."""
        self._exports, self._writing, self._first = exports, writing, first
        self.headers, self._deadline = headers, deadline

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Send the list; raise `DeadlineExceeded`, without ending it, if it takes too long."""
        try:
            async with _bounded(self._deadline), _until_gone(receive):
                await send({"type": "http.response.start", "status": 200, "headers": self.headers})
                piece = self._first
                while piece:
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
                    piece = await self._exports.next(self._writing)
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            await self._exports.end(self._writing)


@asynccontextmanager
async def _bounded(deadline: float) -> AsyncIterator[None]:
    """Raise `DeadlineExceeded` in a block that has not ended by a time of the loop's clock."""
    try:
        async with asyncio.timeout_at(deadline):
            yield
    except TimeoutError as error:
        raise DeadlineExceeded("a whole list takes longer than one may") from error


@asynccontextmanager
async def _until_gone(receive: Receive) -> AsyncIterator[None]:
    """Raise `ClientDisconnect` in a block if the client disconnects before its end."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - coroutines run in tasks
    left = False

    async def watch() -> None:
        nonlocal left
        await disconnected(receive)
        left = True
        task.cancel()

    watching = asyncio.create_task(watch())
    try:
        yield
    except asyncio.CancelledError:
        if left and not task.uncancel():
            raise ClientDisconnect from None
        raise
    finally:
        watching.cancel()
