"""Slow questions: answered in threads, limited in number and time."""

import asyncio
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.requests import ClientDisconnect
from starlette.types import Receive

from app.routers.problems import Overloaded
from app.store.base import Deadline

Answered = TypeVar("Answered")


class _Running(Generic[Answered]):
    """A question that is being answered, and how many requests wait for the answer."""

    def __init__(self, task: "asyncio.Task[Answered]", deadline: Deadline) -> None:
        self.task, self.deadline = task, deadline
        self.waiting = 0


class QueryRunner(Generic[Answered]):
    """Answers questions in threads: few at a time, equal ones once, none past its deadline.

    A question is given up when all clients that asked it have disconnected. For one event loop.
    """

    def __init__(self, max_running: int, max_seconds: float) -> None:
        """Take how many may run at a time, and how many seconds each may take, waiting included."""
        self._places = asyncio.Semaphore(max_running)
        self._threads = CapacityLimiter(max_running)
        self._max_seconds = max_seconds
        self._running: dict[Hashable, _Running[Answered]] = {}

    @property
    def is_full(self) -> bool:
        """Whether another question would have to wait."""
        return self._places.locked()

    async def run(
        self, name: Hashable, work: Callable[[Deadline], Answered], receive: Receive
    ) -> Answered:
        """Return what `work` returns; requests of one name share it.

        Raises what `work` raises, `Overloaded` if no thread became free in time, and
        `ClientDisconnect` if the client disconnects first.
        """
        running = self._running.get(name)
        if running is None:
            deadline = Deadline(self._max_seconds)
            task = asyncio.create_task(self._answer(work, deadline))
            running = self._running[name] = _Running(task, deadline)
            task.add_done_callback(lambda _: self._forget(name, running))
        running.waiting += 1
        gone = asyncio.create_task(disconnected(receive))
        try:
            await asyncio.wait({running.task, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not running.task.done():
                raise ClientDisconnect
            return running.task.result()
        finally:
            gone.cancel()
            running.waiting -= 1
            if not running.waiting and not running.task.done():
                self._give_up(name, running)

    def stop(self) -> None:
        """Give up all questions that are being answered, as the service stops."""
        for name, running in list(self._running.items()):
            self._give_up(name, running)

    async def _answer(self, work: Callable[[Deadline], Answered], deadline: Deadline) -> Answered:
        try:
            async with asyncio.timeout(self._max_seconds):
                await self._places.acquire()
        except TimeoutError as error:
            raise Overloaded from error
        try:
            return await run_sync(work, deadline, limiter=self._threads)
        finally:
            self._places.release()

    def _give_up(self, name: Hashable, running: _Running[Answered]) -> None:
        running.deadline.expire()
        self._forget(name, running)

    def _forget(self, name: Hashable, running: _Running[Answered]) -> None:
        if self._running.get(name) is running:
            del self._running[name]
        if running.task.done() and not running.task.cancelled():
            running.task.exception()  # Retrieved, in case nobody waits for it.


async def disconnected(receive: Receive) -> None:
    """Return when the client has gone."""
    more_body = True
    while more_body:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        more_body = message.get("more_body", False)
    if (await receive())["type"] != "http.disconnect":
        await asyncio.Event().wait()  # The server never reports it: wait to be cancelled.
