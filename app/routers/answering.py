"""Routes that answer from the data: what is asked, then one revision, then bytes.

FastAPI describes these routes. They are found and answered without its machinery for each request,
which parses and validates what `app.query` reads more strictly, and takes longer than the answer.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.types import Scope

from app.http.answers import MEDIA_TYPE, Answer, answer_tag, not_modified
from app.http.cache import AnswerStore
from app.http.middleware import Request
from app.http.responses import Response
from app.settings import Settings
from app.store.sqlite.snapshot import ServedDatabase, Snapshot


class Found(NamedTuple):
    """The body of an answer, the path of the next page if there is one, and the media type."""

    body: bytes
    next_path: str | None = None
    media_type: str = MEDIA_TYPE


class Asked(NamedTuple):
    """What a request asks for, read and found valid.

    `find` is done in a thread, so that it holds nobody up. Where there is work as small as its
    answer, however much data there is, `find_at_once` does it without one; it returns None where it
    turns out that more is to be done.
    """

    find: Callable[[Snapshot], Found]
    find_at_once: Callable[[Snapshot], Found | None] | None = None


Read = Callable[[Scope], Asked]
"""Returns what a request asks for; raises `InvalidQuery` if that cannot be answered."""


class DataRoute(APIRoute):
    """A route that answers from the data, described to FastAPI as any other."""

    def __init__(self, path: str, read: Read, **described: Any) -> None:
        """Take a path, which may end in one parameter, what reads requests, and a description."""

        def endpoint() -> None:
            raise NotImplementedError("DataAnswers answers")

        endpoint.__name__ = described["operation_id"]
        super().__init__(path, endpoint, **described)
        self.read = read


class DataAnswers:
    """Answers the requests for data, found by their path alone."""

    def __init__(
        self,
        routes: Iterable[DataRoute],
        database: ServedDatabase,
        store: AnswerStore,
        settings: Settings,
    ) -> None:
        """Take the routes, what they read, and where their answers are kept."""
        self._database, self._store, self._settings = database, store, settings
        self._fixed: dict[str, DataRoute] = {}
        self._with_parameter: dict[str, tuple[DataRoute, str]] = {}
        for route in routes:
            prefix, _, parameter = route.path.partition("{")
            if parameter:
                self._with_parameter[prefix] = (route, parameter.removesuffix("}"))
            else:
                self._fixed[route.path] = route

    def find(self, scope: Scope) -> bool:
        """Return whether a request is for data; then its scope holds the route and parameters."""
        path, root_path = scope["path"], scope["root_path"]
        if root_path and path.startswith(f"{root_path}/"):
            path = path[len(root_path) :]
        route = self._fixed.get(path)
        if route is not None:
            scope["route"] = route
            return True
        prefix, slash, value = path.rpartition("/")
        found = self._with_parameter.get(prefix + slash)
        if found is None or not value:
            return False
        scope["route"], scope["path_params"] = found[0], {found[1]: value}
        return True

    def begin(self, request: Request) -> Response | None:
        """Return the response to a request that was found to be for data, if none has to wait.

        Raises what the request or the data do not allow.
        """
        self._store.misses += 1
        asked: Asked = request.scope["route"].read(request.scope)
        request.asked = asked
        if asked.find_at_once is None:
            return None
        found = self._from_revision(asked.find_at_once, request)
        if not isinstance(found, Answer):
            return found
        response = found.at_once(request.conditions)
        if response is None:
            request.answer = found
        else:
            self._store.put(request.address, found)
        return response

    async def finish(self, request: Request) -> Response:
        """Return the response to a request that has begun, and keep the answer.

        Raises what the data do not allow.
        """
        answer = request.answer
        if answer is None:
            find = request.asked.find
            found = await run_in_threadpool(self._from_revision, find, request)
            assert found is not None  # noqa: S101 - what is done in a thread is all there is
            if isinstance(found, Response):
                return found
            answer = found
        response = await answer.for_client(request.conditions)
        self._store.put(request.address, answer)
        return response

    def _from_revision(
        self, find: Callable[[Snapshot], Found | None], request: Request
    ) -> Answer | Response | None:
        """Return the answer from one revision; 304, without a look at it, to whoever has it."""
        scope, conditions = request.scope, request.conditions
        max_age = self._settings.max_age
        with self._database.snapshot() as snapshot:
            tag = answer_tag(snapshot.revision, scope["path"], scope["query_string"])
            if conditions.if_none_match:
                known = conditions.known_form(tag)
                if known is not None:
                    return not_modified(known, max_age)
            found = find(snapshot)
            if found is None:
                return None
        return Answer(
            found.body, snapshot.revision, tag, max_age, found.next_path, found.media_type
        )
