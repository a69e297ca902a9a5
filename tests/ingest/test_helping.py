"""Processes that help: results in order, whatever becomes of who was to make them."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.ingest import helping
from app.ingest.helping import in_order

pytestmark = pytest.mark.slow

PARTS = [(os.getpid(), number) for number in range(20)]
SQUARES = [number**2 for number in range(20)]

Part = tuple[int, int]


def squared(part: Part) -> int:
    return part[1] ** 2


def by_whom(part: Part) -> bool:
    """Return whether the process of the tests does it itself."""
    return part[0] == os.getpid()


def killed_at_5(part: Part) -> int:
    if part[1] == 5 and not by_whom(part):
        os.kill(os.getpid(), signal.SIGKILL)
    return squared(part)


def short_of_memory_at_5(part: Part) -> int:
    if part[1] == 5 and not by_whom(part):
        raise MemoryError
    return squared(part)


def large(part: Part) -> bytes:
    """Return more than any pipe holds."""
    return bytes([part[1]]) * (1 << 20)


def printing(part: Part) -> int:
    print("not a result")
    return squared(part)


def wrong_at_5(part: Part) -> int:
    if part[1] == 5:
        raise ValueError("no 5")
    return squared(part)


@pytest.fixture(autouse=True)
def soon() -> Iterator[None]:
    """End a test that waits for ever."""

    def end(*_: object) -> None:
        raise TimeoutError("it waits for a result that never comes")

    signal.signal(signal.SIGALRM, end)
    signal.alarm(60)
    yield
    signal.alarm(0)


@pytest.mark.parametrize("work", [squared, printing, killed_at_5, short_of_memory_at_5])
@pytest.mark.parametrize("processes", [1, 3, 50])
def test_results_come_in_order_whatever_becomes_of_helpers(work: object, processes: int) -> None:
    assert callable(work)
    assert list(in_order(work, PARTS, processes)) == SQUARES


def test_helpers_do_the_work() -> None:
    assert list(in_order(by_whom, PARTS, 2)) == [False] * len(PARTS)


def test_no_file_of_the_current_folder_takes_the_place_of_a_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pickle.py").write_text("raise SystemExit\n")
    monkeypatch.chdir(tmp_path)
    assert list(in_order(by_whom, PARTS, 2)) == [False] * len(PARTS)


def test_large_parts_and_results_hold_nobody_up() -> None:
    assert list(in_order(len, [b"x" * (1 << 20)] * 5, 2)) == [1 << 20] * 5
    assert list(in_order(large, PARTS[:5], 2)) == [bytes([n]) * (1 << 20) for n in range(5)]


@pytest.mark.parametrize("cause", [OSError("no more processes"), MemoryError()])
def test_without_helpers_it_is_done_here(cause: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def popen(*_: object, **__: object) -> None:
        raise cause

    monkeypatch.setattr(subprocess, "Popen", popen)
    assert list(in_order(by_whom, PARTS, 2)) == [True] * len(PARTS)


def test_a_helper_that_cannot_begin_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helping, "_BEGIN", "raise MemoryError")
    assert list(in_order(by_whom, PARTS, 2)) == [True] * len(PARTS)


def test_what_is_wrong_with_a_part_is_raised() -> None:
    done = in_order(wrong_at_5, PARTS, 2)
    assert [next(done) for _ in range(5)] == SQUARES[:5]
    with pytest.raises(ValueError, match="no 5"):
        next(done)


def test_helpers_end_with_who_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def popen(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        started.append(subprocess_popen(*arguments, **options))
        return started[-1]

    subprocess_popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", popen)
    done = in_order(by_whom, PARTS, 2)
    next(done)
    assert [each.poll() for each in started] == [None, None]
    done.close()
    assert [each.returncode for each in started] == [-signal.SIGKILL] * 2
