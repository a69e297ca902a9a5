"""Slow questions: bounded, shared, given up; and nobody else waits for them."""

import asyncio
import threading
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from starlette.requests import ClientDisconnect

from app.routers.problems import Overloaded
from app.routers.running import QueryRunner
from app.store.base import Deadline, DeadlineExceeded, Facets
from app.store.sql import store
from app.store.sql.snapshot import Snapshot
from app.store.sqlite.snapshot import ServedDatabase
from tests.asgi import receiver
from tests.client import Client, MakeClient, problem

pytestmark = pytest.mark.slow

# Some seconds of work within one statement, as a list that no index helps.
SLOW = (
    "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 100000000)"
    " SELECT count(*) FROM c"
)


def slow(snapshot: Snapshot, *_: object) -> Any:
    snapshot.rows(SLOW)
    return Facets(0, {}, {})


def test_a_statement_is_interrupted_at_its_deadline(seed_database: Path) -> None:
    served = ServedDatabase(seed_database)
    begun = time.monotonic()
    with pytest.raises(DeadlineExceeded), served.snapshot(Deadline(0.1)) as snapshot:
        snapshot.rows(SLOW)
    assert time.monotonic() - begun < 1
    with served.snapshot() as snapshot:  # The connection is fit for use.
        assert snapshot.rows("SELECT 1") == [(1,)]


def test_what_follows_an_interruption_is_not_interrupted(
    seed_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # At each step of the engine, those of ROLLBACK included.
    monkeypatch.setattr("app.store.sqlite.snapshot.STEPS_BETWEEN_CHECKS_IN_THREADS", 1)
    served = ServedDatabase(seed_database)
    for _ in range(20):
        deadline = Deadline(0.002)
        with pytest.raises(DeadlineExceeded), served.snapshot(deadline) as snapshot:
            snapshot.rows(SLOW)
    with pytest.raises(KeyError), served.snapshot(Deadline(0)):
        raise KeyError


def test_a_question_that_lasts_too_long_is_a_problem(serve: MakeClient, client: Client) -> None:
    served = serve(client.database.path, query_seconds=0.3)
    with patch.object(store, "find_page", slow):
        response = served.get("/meetings")
    assert response.status_code == 503
    assert "retry-after" in response.headers
    assert problem(response)["type"] == "urn:readout:problem:timeout"
    assert served.get("/meetings").status_code == 200


def test_livez_answers_beside_slow_questions(serve: MakeClient, client: Client) -> None:
    served = serve(client.database.path, query_seconds=1.0, max_queries=2)

    async def ask() -> tuple[list[float], list[int]]:
        waiting, took = [], []
        for at in range(12):
            begun = time.monotonic()
            waiting.append(asyncio.create_task(served._http.get(f"/meetings?limit={at + 1}")))
            await asyncio.sleep(0)  # It is the other's turn.
            for path in ("/livez", "/readyz"):
                assert (await served._http.get(path)).status_code == 200
            took.append(time.monotonic() - begun)
        return took, [(await task).status_code for task in waiting]

    with patch.object(store, "find_page", slow):
        took, statuses = served._portal.call(ask)
    assert statuses == [503] * 12
    # Without the deadline on the event loop each waits for a slow question to end, a second or
    # more; with it, for 5 ms. The machine may have other work, too.
    assert min(took) < 0.05
    assert sorted(took)[6] < 0.5


def test_equal_questions_are_answered_once(portal: Any) -> None:
    begun = []

    def work(_: Deadline) -> int:
        begun.append(1)
        time.sleep(0.2)
        return 7

    async def ask() -> list[int]:
        runner: QueryRunner[int] = QueryRunner(4, 2.0)
        return await asyncio.gather(*(runner.run("x", work, receiver()) for _ in range(16)))

    assert portal.call(ask) == [7] * 16
    assert len(begun) == 1


def test_few_run_at_a_time_and_who_waits_too_long_is_told(portal: Any) -> None:
    running, most = [0], [0]
    lock = threading.Lock()

    def work(_: Deadline) -> int:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.3)
        with lock:
            running[0] -= 1
        return 1

    async def ask() -> list[Any]:
        runner: QueryRunner[int] = QueryRunner(2, 0.5)
        asked = (runner.run(at, work, receiver()) for at in range(8))
        return await asyncio.gather(*asked, return_exceptions=True)

    answers = portal.call(ask)
    assert most == [2]
    assert answers.count(1) == 4
    assert sum(isinstance(answer, Overloaded) for answer in answers) == 4


def test_what_nobody_waits_for_is_given_up(portal: Any) -> None:
    given_up = threading.Event()

    def work(deadline: Deadline) -> int:
        while deadline.seconds_left > 0:
            time.sleep(0.01)
        given_up.set()
        return 0

    async def ask() -> None:
        runner: QueryRunner[int] = QueryRunner(2, 60.0)
        left = asyncio.Event()
        messages = [{"type": "http.request", "more_body": False}]

        async def receive() -> Any:
            if messages:
                return messages.pop()
            await left.wait()
            return {"type": "http.disconnect"}

        asked = asyncio.create_task(runner.run("x", work, receive))
        await asyncio.sleep(0.05)
        assert not given_up.is_set()
        left.set()
        with pytest.raises(ClientDisconnect):
            await asked

    portal.call(ask)
    assert given_up.wait(2)


def test_a_client_that_goes_is_no_failure(
    serve: MakeClient, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    served = serve(client.database.path)
    messages = [{"type": "http.disconnect"}, {"type": "http.request", "more_body": False}]
    sent: list[Any] = []

    async def receive() -> Any:
        return messages.pop()

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "GET", "path": "/meetings", "query_string": b"", "headers": [],
        "http_version": "1.1", "scheme": "http", "client": None, "server": None,
    }  # fmt: skip
    with patch.object(store, "find_page", slow):
        served._portal.call(served.app, scope, receive, send)
    assert sent == []
    assert [record for record in caplog.records if record.name == "readout.error"] == []
