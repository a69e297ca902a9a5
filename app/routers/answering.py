"""Routes that answer from the data: what is asked, then one revision, then bytes.

FastAPI describes these routes and finds them; they are answered without its per-request machinery,
which parses and validates what `app.query` reads more strictly, and costs more than the answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from app.serving.answers import (
    MEDIA_TYPE,
    Answer,
    Conditions,
    Response,
    answer_tag,
    caching_headers,
    not_modified,
)
from app.serving.store import AnswerStore
from app.settings import Settings
from app.snapshot import ServedDatabase, Snapshot


@dataclass(frozen=True)
class Found:
    """The body of an answer, the path of the next page if there is one, and the media type."""

    body: bytes
    next_path: str | None = None
    media_type: str = MEDIA_TYPE


@dataclass(frozen=True)
class Asked:
    """What a request asks for, read and found valid.

    `quick` work is as small as its answer, however much data there is; it is done at once. Other
    work goes to a thread, so that it holds nobody up.
    """

    find: Callable[[Snapshot], Found]
    quick: bool = False


Read = Callable[[Scope], Asked]
"""Returns what a request asks for; raises `InvalidQuery` if that cannot be answered."""


def data_route(path: str, read: Read, **described: Any) -> APIRoute:
    """Return a route that answers from the data, described to FastAPI as any other.

    It is for the application itself: a router would make it anew, as an ordinary route.
    """

    def endpoint() -> None:
        raise NotImplementedError("the route answers by itself")

    endpoint.__name__ = described["operation_id"]
    route = APIRoute(path, endpoint, **described)
    route.app = _DataEndpoint(read)
    return route


class _DataEndpoint:
    """Answers the requests of one route, as ASGI."""

    def __init__(self, read: Read) -> None:
        self._read = read

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        state = scope["app"].state
        database: ServedDatabase = state.database
        settings: Settings = state.settings
        store: AnswerStore = state.store
        conditions: Conditions = scope["state"]["conditions"]
        store.misses += 1
        asked = self._read(scope)
        if asked.quick:
            answer = _answer(asked, scope, database, settings, conditions)
        else:
            answer = await run_in_threadpool(_answer, asked, scope, database, settings, conditions)
        if isinstance(answer, Answer):
            status, headers, body = await answer.for_client(conditions)
            store.put(scope["state"]["address"], answer)
        else:
            status, headers, body = answer
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _answer(
    asked: Asked,
    scope: Scope,
    database: ServedDatabase,
    settings: Settings,
    conditions: Conditions,
) -> Answer | Response:
    """Return the answer from one revision, or 304 without a look at it to a client that has it."""
    with database.snapshot() as snapshot:
        tag = answer_tag(snapshot.revision, scope["path"], scope["query_string"])
        if conditions.if_none_match:
            known = conditions.known_form(tag)
            if known is not None:
                return not_modified(known, caching_headers(settings.max_age))
        found = asked.find(snapshot)
    return Answer(
        found.body, snapshot.revision, tag, settings.max_age, found.next_path, found.media_type
    )
