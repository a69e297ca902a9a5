"""What fails unforeseen is a problem that says nothing of itself, and a line in the log."""

import logging
import sqlite3
from typing import NoReturn

import pytest

from app.routers import collections, health
from app.store.sql import store
from tests.client import Client, MakeClient, problem

PRIVATE = "SELECT secret FROM /srv/private.db\nline two"


def fail_with(error: BaseException) -> object:
    def fail(*_: object, **__: object) -> NoReturn:
        raise error

    return fail


@pytest.mark.parametrize("error", [RuntimeError(PRIVATE), KeyError(PRIVATE), OSError(5, PRIVATE)])
@pytest.mark.parametrize("path", ["/meetings", "/meetings/2021-03-17-blinken-chung"])
def test_an_unforeseen_failure_leaks_nothing(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    path: str,
) -> None:
    monkeypatch.setattr(store, "find_page", fail_with(error))
    monkeypatch.setattr(store, "find_record", fail_with(error))
    caplog.set_level(logging.INFO, "readout")
    response = client.get(path, headers={"X-Request-ID": "failing"})
    assert response.status_code == 500
    found = problem(response)
    assert found["title"] == "Internal Server Error"
    assert found["request_id"] == "failing"
    for leak in ("SELECT", "secret", "private", "Error(", "Traceback", ".py", "line two"):
        assert leak not in response.text
    assert response.headers["access-control-allow-origin"] == "*"
    failure, access = (
        [record.getMessage() for record in caplog.records if record.name == name]
        for name in ("readout.error", "readout.access")
    )
    assert len(failure) == len(access) == 1
    assert "SELECT secret" in failure[0]
    assert "test_problems.py:" in failure[0]
    assert failure[0].endswith("request_id=failing")
    assert failure[0].isprintable()
    assert f"GET {path} 500 " in access[0]
    monkeypatch.undo()
    assert client.get(path).status_code == 200


def test_head_of_a_failure(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "find_page", fail_with(RuntimeError(PRIVATE)))
    response = client.head("/meetings")
    assert response.status_code == 500
    assert response.content == b""
    assert response.headers["cache-control"] == "no-store"


def test_a_failure_outside_the_collections(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "Health", fail_with(RuntimeError(PRIVATE)))
    for path in ("/livez", "/readyz"):
        response = client.get(path)
        assert response.status_code == 500
        assert "secret" not in problem(response)["detail"]


def test_a_failure_leaves_the_connection_fit_for_use(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = client.ids("quotes")
    for _ in range(3):
        monkeypatch.setattr(collections, "list_body", fail_with(RuntimeError(PRIVATE)))
        assert client.get("/quotes").status_code == 500
        monkeypatch.undo()
        assert client.ids("quotes") == expected


def test_a_database_that_fails_is_unavailable_and_tells_the_log_why(
    serve: MakeClient,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    served = serve(client.database.path)
    error = sqlite3.OperationalError("disk I/O error at /srv/private.db")
    monkeypatch.setattr(store, "find_page", fail_with(error))
    response = served.get("/meetings", headers={"X-Request-ID": "broken"})
    assert response.status_code == 503
    assert problem(response)["detail"] == "the database cannot be read"
    (line,) = [record.getMessage() for record in caplog.records if record.name == "readout.error"]
    assert "disk I/O error at /srv/private.db" in line
    assert line.endswith("request_id=broken")
    monkeypatch.undo()
    assert served.get("/meetings").status_code == 200


def test_the_serving_process_cannot_write(client: Client) -> None:
    with client.database.snapshot() as snapshot, pytest.raises(sqlite3.OperationalError):
        snapshot.rows("DELETE FROM trip")
