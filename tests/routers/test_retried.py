"""A host that is lost before anything was sent: what was asked is asked once more."""

from collections.abc import Callable
from typing import Any

import pytest

from app.store.base import DatabaseUnavailable, Interrupted, retried
from app.store.engines import Database
from tests.client import MakeClient, problem


def lost(times: int, work: Callable[..., Any]) -> Callable[..., Any]:
    """Return work that loses its host the first times."""
    left = [times]

    def once_more(*given: Any, **options: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise Interrupted("the host of the database was lost")
        return work(*given, **options)

    return once_more


ASKED = [
    ("/meetings", "page"),
    ("/meetings/2021-03-17-blinken-chung", "record"),
    ("/meetings.csv", "hold"),
    ("/dump.zip", "hold"),
    ("/sitemap.xml", "page"),
]


@pytest.mark.parametrize(("path", "method"), ASKED)
@pytest.mark.parametrize(("times", "status"), [(1, 200), (2, 503)])
def test_once_more_and_not_twice(
    serve: MakeClient, seed_database: Database, monkeypatch: pytest.MonkeyPatch,
    path: str, method: str, times: int, status: int,
) -> None:  # fmt: skip
    client = serve(seed_database)
    store = client.app.state.services.store
    monkeypatch.setattr(store, method, lost(times, getattr(store, method)))
    response = client.get(path)
    assert response.status_code == status
    if status == 503:
        assert problem(response)["type"] == "urn:readout:problem:unavailable"


def test_what_is_not_there_is_not_asked_again() -> None:
    asked = []

    def ask() -> None:
        asked.append(1)
        raise DatabaseUnavailable("there is no database yet")

    with pytest.raises(DatabaseUnavailable):
        retried(ask)
    assert asked == [1]
