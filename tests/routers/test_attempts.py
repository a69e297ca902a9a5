"""What takes too long on the event loop is left to threads at once, and tried again in time."""

import asyncio
import threading
from itertools import pairwise
from typing import Any

import pytest

from app.routers import answering
from app.routers.attempts import MAX_KINDS, MAX_LENGTH, MAX_SKIPPED, Attempts
from app.routers.running import QueryRunner
from app.store.base import Deadline, DeadlineExceeded
from tests.client import Client


def tried(attempts: Attempts, number: int, *, slow: bool) -> list[bool]:
    """Return which of so many questions of one kind are tried."""
    found = []
    for at in range(number):
        query_string = b"city=city-%d&limit=20" % at
        found.append(attempts.is_worth_it("/meetings", query_string))
        if found[-1]:
            (attempts.failed if slow else attempts.succeeded)("/meetings", query_string)
    return found


def test_ever_fewer_of_a_slow_kind_are_tried() -> None:
    attempts = Attempts()
    places = [at for at, is_tried in enumerate(tried(attempts, 100, slow=True)) if is_tried]
    gaps = [later - one - 1 for one, later in pairwise(places)]
    assert gaps[:7] == [1, 2, 4, 8, MAX_SKIPPED, MAX_SKIPPED, MAX_SKIPPED]


def test_one_that_is_quick_has_its_kind_tried_again() -> None:
    attempts = Attempts()
    tried(attempts, 100, slow=True)
    assert tried(attempts, MAX_SKIPPED + 10, slow=False)[-10:] == [True] * 10


def test_other_kinds_are_tried() -> None:
    attempts = Attempts()
    attempts.failed("/meetings", b"city=a")
    assert attempts.is_worth_it("/meetings", b"topic=a")
    assert attempts.is_worth_it("/meetings", b"topic=a&city=a")
    assert attempts.is_worth_it("/trips", b"city=a")
    assert not attempts.is_worth_it("/meetings", b"city=b&city=c")


def test_a_long_query_string_is_of_no_kind() -> None:
    attempts = Attempts()
    attempts.failed("/meetings", b"q=a")
    long = b"q=" + b"a" * MAX_LENGTH
    attempts.failed("/meetings", long)
    assert attempts.is_worth_it("/meetings", long)
    attempts.succeeded("/meetings", long)
    assert not attempts.is_worth_it("/meetings", b"q=b")


def test_so_many_kinds_are_remembered() -> None:
    attempts = Attempts()
    for at in range(MAX_KINDS + 1):
        attempts.failed("/meetings", b"a%d=" % at)
    assert attempts.is_worth_it("/meetings", b"a0=")
    assert not attempts.is_worth_it("/meetings", b"a1=")
    assert not attempts.is_worth_it("/meetings", b"a%d=" % MAX_KINDS)


def test_a_slow_question_is_not_tried_on_the_loop_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    find = answering._find

    def slow_on_loop(*arguments: Any) -> Any:
        is_loop = threading.current_thread().name != "AnyIO worker thread"
        asked.append("loop" if is_loop else "thread")
        if is_loop:
            deadline: Deadline = arguments[-1]
            deadline.at = 0.0
            raise DeadlineExceeded("the deadline has passed")
        return find(*arguments)

    etag = client.get("/meetings?city=tokyo&limit=9").headers["etag"]
    monkeypatch.setattr(answering, "_find", slow_on_loop)
    for at in range(4):
        assert client.get(f"/meetings?city=tokyo&limit={at + 1}").status_code == 200
    assert asked == ["loop", "thread", "thread", "loop", "thread", "thread"]
    # What may be unchanged is tried, and says nothing of its kind.
    asked.clear()
    client.get("/meetings?city=tokyo&limit=9", headers={"If-None-Match": etag})
    assert asked == ["loop", "thread"]


def test_a_slow_question_is_tried_where_all_threads_are_busy(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Attempts, "is_worth_it", lambda *_: False)
    runner = QueryRunner[Any](1, 1.0)
    assert not runner.is_full
    asyncio.run(runner._places.acquire())
    assert runner.is_full
    threads: list[str] = []
    find = answering._find

    def noted(*arguments: Any) -> Any:
        threads.append(threading.current_thread().name)
        return find(*arguments)

    monkeypatch.setattr(answering, "_find", noted)
    for is_full in (False, True):
        monkeypatch.setattr(QueryRunner, "is_full", is_full)
        assert client.get(f"/meetings?limit={3 + is_full}").status_code == 200
    in_thread, on_loop = threads
    assert in_thread.startswith("AnyIO worker")
    assert not on_loop.startswith("AnyIO worker")
