"""Whole lists: written piece by piece in threads, from one revision, and never seeming complete.

The memory that one takes does not grow with it. Few are written at a time, and none for longer than
the settings say; then the connection is cut, so that no client takes a part for the whole.
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
"""How large the pieces are that a list is sent in; what fits into one is answered as any page."""


class WholeList(NamedTuple):
    """A list to be written whole: what opens it, what writes it, and what is said of it.

    `tag` returns what identifies the answer for a revision and an edition.
    """

    open: Callable[[], Held]
    write: Callable[[Held], Iterator[bytes]]
    tag: Callable[[str, int], bytes]
    media_type: str
    is_compressed: bool


class Exports:
    """Writes whole lists, few at a time, none for long. For one event loop."""

    def __init__(self, max_running: int, max_seconds: float, wait_seconds: float) -> None:
        """Take how many there may be, how long one may take, and how long it may wait for that."""
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
        """Return a list that is short as an answer, and another as what sends it.

        Raises `Overloaded` where as many are being written as may be, `ClientDisconnect` if the
        client goes first, and what the store raises.
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
        """Return the next piece of a list; none at its end."""
        return await self._in_thread(writing.next)

    async def end(self, writing: "_Writing") -> None:
        """Let go of what writes a list, however far it came."""
        writing.stop()
        closing = asyncio.ensure_future(run_sync(writing.close))
        closing.add_done_callback(lambda _: self._places.release())
        # Also where the request is cancelled: else the place would be taken for ever.
        await asyncio.shield(closing)

    async def _in_thread(self, work: Callable[[], bytes]) -> bytes:
        return await run_sync(work, limiter=self._threads)


class _Writing:
    """A list that is being written; all but `stop` is for threads, one at a time."""

    def __init__(self, whole: WholeList, coding: str, *, is_head: bool) -> None:
        self._whole, self._is_head = whole, is_head
        self.coding = "" if whole.is_compressed else coding
        self._held: Held | None = None
        self._pieces: Iterator[bytes] = iter(())
        # A thread goes on for a moment when nobody waits for it any more.
        self._lock = threading.Lock()
        self._is_stopped = False
        self.is_complete = False
        self.revision, self.tag = "", b""

    def first(self) -> bytes:
        """Return the beginning: all of a short list, uncoded, else a piece as it is sent."""
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
        """Return the next piece; none at the end."""
        with self._lock:
            return next(self._pieces, b"")

    def stop(self) -> None:
        """Have a thread that goes on with it end soon; for any thread."""
        self._is_stopped = True
        if self._held is not None:
            self._held.stop()

    def close(self) -> None:
        """Let the revision go."""
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
    """What sends a list that has begun: an ASGI application, as responses are."""

    def __init__(
        self, exports: Exports, writing: _Writing, first: bytes, headers: Headers, deadline: float
    ) -> None:
        """Take the first piece, the headers, and the event loop's time until which it may take."""
        self._exports, self._writing, self._first = exports, writing, first
        self.headers, self._deadline = headers, deadline

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; raise `DeadlineExceeded` where it takes too long, so that nobody ends it."""
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
    """Raise `DeadlineExceeded` in a block that has not ended at a time of the event loop."""
    try:
        async with asyncio.timeout_at(deadline):
            yield
    except TimeoutError as error:
        raise DeadlineExceeded("a whole list takes longer than one may") from error


@asynccontextmanager
async def _until_gone(receive: Receive) -> AsyncIterator[None]:
    """Raise `ClientDisconnect` in a block that has not ended when the client goes."""
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
