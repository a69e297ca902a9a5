"""Routes that answer from the data: one revision, an ETag, and finished bytes that are cached."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, NamedTuple

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.types import Scope

from app.domain.collections import shapes_digest
from app.http.answers import Answer, not_modified
from app.http.cache import ResponseCache
from app.http.conditional import Conditions, answer_tag
from app.http.responses import Response
from app.representations.json import MEDIA_TYPE
from app.routers.running import QueryRunner
from app.settings import Settings
from app.store.base import Deadline, DeadlineExceeded, Interrupted, Store

MAX_SECONDS_ON_LOOP = 0.005
"""How long a question may hold up the event loop before it is given up and asked in a thread."""


class Found(NamedTuple):
    """The body of an answer, the path of the next page if there is one, and the media type."""

    body: bytes
    next_path: str | None = None
    media_type: str = MEDIA_TYPE


class Services(NamedTuple):
    """What the routes of one application share."""

    store: Store
    cache: ResponseCache
    runner: "QueryRunner[Answer | Response]"
    settings: Settings


class DataRequest(Request):
    """A request, and the store as it is for this answer."""

    def __init__(self, scope: Scope, store: Store) -> None:
        """Take the scope of a request, and the store that is asked."""
        super().__init__(scope)
        self.store = store

    @property
    def query_string(self) -> bytes:
        """The query string as it was sent."""
        query_string: bytes = self.scope["query_string"]
        return query_string

    @property
    def root_path(self) -> str:
        """The path under which the service is reached, to which all others are added."""
        root_path: str = self.scope["root_path"]
        return root_path


Endpoint = Callable[[DataRequest], Found | Response]


class DataRoute(APIRoute):
    """A route whose endpoint takes a `DataRequest` and returns what it found, or a response.

    FastAPI describes its parameters, which its dependencies declare. It does not read them: the
    endpoint reads the query string itself, more strictly, and raises `InvalidQuery`.

    The endpoint is called within one snapshot of the store, on the event loop; if that takes more
    than a moment, once more in a thread. So it asks the store and does nothing else that lasts.
    """

    def get_route_handler(self) -> Callable[[Request], Awaitable[Any]]:  # type: ignore[override]
        """Return what answers a request, in place of FastAPI's reading and writing of models."""
        # mypy: `Response` is an ASGI application of this project's own, no Starlette response.
        endpoint: Endpoint = self.endpoint

        async def answer(request: Request) -> Response:
            scope, services = request.scope, request.app.state.services
            conditions: Conditions = scope["state"]["conditions"]
            services.cache.misses += 1
            work = partial(_find, endpoint, services, scope, conditions)
            try:
                found = work(Deadline(MAX_SECONDS_ON_LOOP))
            except DeadlineExceeded:
                asked = scope["path"], scope["query_string"]
                name = (*asked, conditions.if_none_match, conditions.coding)
                found = await services.runner.run(name, work, request.receive)
            if isinstance(found, Response):
                return found
            response = await found.for_client(conditions)
            services.cache.put(_address(scope), found)
            return response

        return answer


def _find(
    endpoint: Endpoint, services: Services, scope: Scope, conditions: Conditions, deadline: Deadline
) -> Answer | Response:
    """Return the answer from one revision, from another host where one is lost meanwhile."""
    try:
        return _find_once(endpoint, services, scope, conditions, deadline)
    except Interrupted:
        return _find_once(endpoint, services, scope, conditions, deadline)


def _find_once(
    endpoint: Endpoint, services: Services, scope: Scope, conditions: Conditions, deadline: Deadline
) -> Answer | Response:
    """Return the answer from one revision; return 304 before asking if the client has it."""
    store, max_age = services.store, services.settings.max_age
    with store.snapshot(deadline) as revision:
        tag = answer_tag(revision, shapes_digest(), scope["path"], scope["query_string"])
        if conditions.if_none_match:
            known = conditions.known_form(tag)
            if known is not None:
                return not_modified(known, max_age)
        found = endpoint(DataRequest(scope, store))
    if isinstance(found, Response):
        return found
    return Answer(found.body, revision, tag, max_age, found.next_path, found.media_type)


def _address(scope: Scope) -> tuple[bytes, bytes]:
    return scope.get("raw_path") or scope["path"].encode(), scope["query_string"]
