"""Timers that are set and stopped with every request."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest

from app.http.timers import Timer


class Clock:
    """An event loop's clock and timers; time passes where a test says so."""

    def __init__(self) -> None:
        self.now = 0.0
        self.calls: list[Call] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, action: Callable[[], None]) -> "Call":
        call = Call(self, when, action)
        self.calls.append(call)
        return call

    def advance_to(self, now: float) -> None:
        while due := [call for call in self.calls if call.when <= now]:
            call = min(due, key=lambda each: each.when)
            self.now = max(self.now, call.when)
            call.cancel()
            call.action()
        self.now = now


class Call:
    def __init__(self, clock: Clock, when: float, action: Callable[[], None]) -> None:
        self.clock, self.when, self.action = clock, when, action

    def cancel(self) -> None:
        self.clock.calls.remove(self)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ended() -> list[float]:
    return []


@pytest.fixture
def timer(clock: Clock, ended: list[float]) -> Timer:
    loop: Any = clock
    return Timer(cast(asyncio.AbstractEventLoop, loop), 10.0, lambda: ended.append(clock.now))


def test_it_ends_once(clock: Clock, timer: Timer, ended: list[float]) -> None:
    timer.set()
    assert timer.is_set
    clock.advance_to(9.9)
    assert not ended
    clock.advance_to(100)
    assert ended == [10.0]
    assert not timer.is_set


def test_setting_it_anew_begins_its_time_anew(
    clock: Clock, timer: Timer, ended: list[float]
) -> None:
    timer.set()
    clock.advance_to(9)
    timer.set()
    clock.advance_to(18)
    assert not ended
    clock.advance_to(100)
    assert ended == [19.0]


def test_a_stopped_one_does_nothing(clock: Clock, timer: Timer, ended: list[float]) -> None:
    timer.set()
    timer.stop()
    assert not timer.is_set
    clock.advance_to(100)
    assert not ended


def test_one_stopped_and_set_has_its_whole_time(
    clock: Clock, timer: Timer, ended: list[float]
) -> None:
    timer.set()
    clock.advance_to(5)
    timer.stop()
    clock.advance_to(9)
    timer.set()
    clock.advance_to(100)
    assert ended == [19.0]


def test_a_call_that_comes_a_little_too_soon_ends_it(
    clock: Clock, timer: Timer, ended: list[float]
) -> None:
    timer.set()
    (call,) = clock.calls
    call.when -= 0.0004  # As uvloop rounds it.
    clock.advance_to(9.9997)
    assert ended == [call.when]


def test_the_loop_has_one_however_often_it_is_set(clock: Clock, timer: Timer) -> None:
    for _ in range(1000):
        timer.set()
        timer.stop()
    timer.set()
    assert len(clock.calls) == 1


def test_a_closed_one_leaves_nothing_with_the_loop(
    clock: Clock, timer: Timer, ended: list[float]
) -> None:
    timer.set()
    timer.close()
    assert not clock.calls
    assert not timer.is_set
    timer.close()
    timer.set()
    assert not clock.calls
    assert not timer.is_set
    clock.advance_to(100)
    assert not ended
