"""Timers that are set and stopped with every request, and hardly ever end."""

import asyncio
from collections.abc import Callable

_TICK = 0.001
"""In seconds: uvloop rounds to it, and so calls some timers sooner, by less than that."""


class Timer:
    """Calls an action once its time has passed, unless it is stopped or set again before.

    Setting and stopping it are assignments. The loop has one timer for it; if this was set again
    meanwhile, that one waits for the rest. A timer of the loop for each request would be a seventh
    of the work for a cached answer.
    """

    __slots__ = ("_action", "_end", "_handle", "_loop", "_seconds")

    def __init__(
        self, loop: asyncio.AbstractEventLoop, seconds: float, action: Callable[[], object]
    ) -> None:
        """Take the event loop, the time from being set to its end, and what is then called."""
        self._loop, self._seconds = loop, seconds
        self._action: Callable[[], object] | None = action  # None once it is closed.
        self._end: float | None = None  # By the loop's clock; None while it is stopped.
        self._handle: asyncio.TimerHandle | None = None

    @property
    def is_set(self) -> bool:
        """Whether its time runs."""
        return self._end is not None

    def set(self) -> None:
        """Let its time begin now, also where it had begun before; do nothing once it is closed."""
        if self._action is None:
            return
        self._end = end = self._loop.time() + self._seconds
        if self._handle is None:
            self._handle = self._loop.call_at(end, self._look)

    def stop(self) -> None:
        """Do not call the action."""
        self._end = None

    def close(self) -> None:
        """Stop for good, leave nothing with the loop, and forget what the action belongs to."""
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
