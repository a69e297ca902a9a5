"""Cheap timers that are set and stopped with every request, and hardly ever fire."""

import asyncio
from collections.abc import Callable

_TICK = 0.001
"""In seconds: uvloop rounds to it, and so may fire a timer too early by less than that."""


class Timer:
    """Calls an action once its time has passed, unless it is stopped or set again before.

    Setting and stopping it only assign attributes. The event loop has one handle for it; if the
    timer was set again meanwhile, the handle is scheduled for the rest. A new handle for each
    request would be a seventh of the work for a cached answer.
    """

    __slots__ = ("_action", "_end", "_handle", "_loop", "_seconds")

    def __init__(
        self, loop: asyncio.AbstractEventLoop, seconds: float, action: Callable[[], object]
    ) -> None:
        """Take the event loop, the seconds until the timer fires, and the action it then calls."""
        self._loop, self._seconds = loop, seconds
        self._action: Callable[[], object] | None = action  # None once it is closed.
        self._end: float | None = None  # By the loop's clock; None while it is stopped.
        self._handle: asyncio.TimerHandle | None = None

    @property
    def is_set(self) -> bool:
        """Whether the timer is running."""
        return self._end is not None

    def set(self) -> None:
        """Start or restart the timer; do nothing once it is closed."""
        if self._action is None:
            return
        self._end = end = self._loop.time() + self._seconds
        if self._handle is None:
            self._handle = self._loop.call_at(end, self._look)

    def stop(self) -> None:
        """Do not call the action."""
        self._end = None

    def close(self) -> None:
        """Stop for good, cancel the loop's handle, and drop the reference to the action."""
        self._end = self._action = None
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _look(self) -> None:
        self._handle = None
        if self._end is None:
            return
        if self._loop.time() < self._end - _TICK:
            self._handle = self._loop.call_at(self._end, self._look)
        elif self._action is not None:
            self._end = None
            self._action()
