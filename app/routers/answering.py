"""Routes that answer from the data: one revision, an ETag, and finished bytes that are cached."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, NamedTuple

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

from app.domain.collections import RESOURCES, shapes_digest
from app.domain.records import Resource
from app.http.answers import Answer, not_modified
from app.http.cache import Address, ResponseCache
from app.http.conditional import JSON, Conditions, answer_tag, etag_of
from app.http.metrics import Metrics
from app.http.responses import Response
from app.query.parameters import QueryPlan, read_id, read_query
from app.query.reading import InvalidQuery
from app.representations.formats import Context, Format
from app.routers.attempts import Attempts
from app.routers.exporting import Export, Exports, WholeList
from app.routers.formats import SUFFIX, Offer
from app.routers.notices import sentences
from app.routers.running import QueryRunner
from app.settings import Settings
from app.store.base import Deadline, DeadlineExceeded, Held, Store, retried

MAX_SECONDS_ON_LOOP = 0.005
"""How long a question may hold up the event loop before it is given up and asked in a thread."""


class Found(NamedTuple):
    """The body of an answer, the path of the next page if there is one, and the media type.

    If `is_compressed`, the body gets no content coding.
    """

    body: bytes
    next_path: str | None = None
    media_type: str = JSON
    is_compressed: bool = False


class Whole(NamedTuple):
    """The plan of a list that is to be written as a whole."""

    plan: QueryPlan


class Services(NamedTuple):
    """What the routes of one application share."""

    store: Store
    cache: ResponseCache
    runner: "QueryRunner[Answer | Response | WholeList]"
    attempts: Attempts
    exports: Exports
    metrics: Metrics
    settings: Settings


class DataRequest(Request):
    """A request, with the services that routes share and the answer's format, None for JSON."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        """Take a request to an application that has such routes."""
        super().__init__(scope, receive)
        self.services: Services = scope["app"].state.services
        self.store = self.services.store
        self.format: Format | None = None

    @property
    def query_string(self) -> bytes:
        """The query string as it was sent."""
        query_string: bytes = self.scope["query_string"]
        return query_string

    @property
    def root_path(self) -> str:
        """The prefix of all paths under which the service is reached."""
        root_path: str = self.scope["root_path"]
        return root_path

    @property
    def origin(self) -> str:
        """Scheme and host under which the service is reached, from a setting or the request."""
        return _origin(self.scope, self.services.settings.public_url)

    def context(self, resource: Resource, plan: QueryPlan | None = None) -> Context:
        """Return what a format needs beside the records themselves, for a list or one record."""
        return Context(
            resource=resource,
            is_list=plan is not None,
            origin=self.origin,
            root_path=self.root_path,
            path=self.scope["path"],
            query_string=self.query_string.decode("latin-1"),
            related=partial(_related, self.store),
            record=lambda collection, id_: self.store.record(RESOURCES[collection], id_),
            removed=partial(self.store.removed, resource) if plan and not plan.after else tuple,
            notices=partial(sentences, self.store, plan) if plan and not plan.after else tuple,
            trip_file=self._trip_file,
            identity=plan.identity if plan else "",
            fields=plan.fields if plan else (),
            order=plan.order if plan else "",
        )

    def _trip_file(self, trip_id: str) -> bytes | None:
        found = self.store.trip_file(trip_id)
        return found.text if found else None


Endpoint = Callable[[DataRequest], Found | Response | Whole]


class DataRoute(APIRoute):
    """A route whose endpoint takes a `DataRequest` and returns what it found, or a response.

    FastAPI describes its parameters, which its dependencies declare. It does not read them: the
    endpoint reads the query string itself, more strictly, and raises `InvalidQuery`.

    JSON is made within one snapshot of the store, on the event loop. If that takes too long, it is
    started again in a thread, and the next few requests of its kind go straight to a thread. So an
    endpoint must do nothing slow but ask the store, unless its route is never `on_loop`. Other
    formats take longer and are always made in threads; `Exports` writes whole lists.
    """

    on_loop: ClassVar[bool] = True

    def __init__(
        self, path: str, endpoint: Endpoint, offer: Offer | None = None, **described: Any
    ) -> None:
        """Take a path, its endpoint, the formats it offers, and arguments for FastAPI's route."""
        self.offer = offer or Offer()  # Before `super()` makes the handler.
        super().__init__(path, endpoint, **described)
        self._answer = self.get_route_handler()

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request.

        It does without FastAPI's exit stacks, which close what dependencies have opened: none here
        opens anything.
        """
        response = await self._answer(DataRequest(scope, receive))
        await response(scope, receive, send)

    # mypy: `Response` is an ASGI application of this project's own, no Starlette response.
    def get_route_handler(  # type: ignore[override]
        self,
    ) -> Callable[[DataRequest], Awaitable[Response | Export]]:
        """Return the request handler, which replaces FastAPI's parsing and writing of models."""
        endpoint: Endpoint = self.endpoint
        offer, by_suffix, path = self.offer, self.path.endswith(SUFFIX), self.path
        on_loop = self.on_loop

        async def answer(request: DataRequest) -> Response | Export:
            conditions: Conditions = request.scope["state"]["conditions"]
            cache = request.services.cache
            if by_suffix:
                read_id(".".join(request.path_params.values()))
                suffix = request.path_params["suffix"]
                request.format = offer.by_suffix(suffix, request.scope["path"])
            elif not conditions.takes_json:
                request.format = offer.by_accept(conditions)
            address = _address(request)
            if not (request.format is None and conditions.takes_json):
                cached = cache.get(address)
                if cached is not None:
                    response = await cached.for_client(conditions)
                    cache.recount(address, cached)
                    return response
            cache.misses += 1
            try:
                asked = await _asked(endpoint, request, conditions, address, path, on_loop=on_loop)
            except InvalidQuery as refused:
                raise offer.pointed_out(refused, _plain_path(request)) from refused
            found: Answer | Response | Export
            if not isinstance(asked, WholeList):
                found = asked
            else:
                found = await request.services.exports.begin(
                    asked, conditions, request.receive, request.services.settings.max_age,
                    is_head=request.scope["state"]["is_head"],
                )  # fmt: skip
            if not isinstance(found, Answer):
                return found
            response = await found.for_client(conditions)
            # A revision does not identify removed records: it may return with others removed.
            if request.format is None or not request.format.shows_removed:
                cache.put(address, found)
            return response

        return answer


def _plain_path(request: DataRequest) -> str:
    """Return the path that was asked for, without the suffix of a format."""
    path: str = request.scope["path"]
    return path.removesuffix(f".{request.path_params.get('suffix')}")


def add_data_route(
    router: APIRouter, path: str, endpoint: Endpoint, offer: Offer, **described: Any
) -> None:
    """Add a route, and before it the one that takes the suffix of a format."""
    router.routes.append(
        DataRoute(f"{path}.{SUFFIX}", endpoint, offer, response_model=None, include_in_schema=False)
    )
    router.routes.append(DataRoute(path, endpoint, offer, **described))


async def _asked(
    endpoint: Endpoint,
    request: DataRequest,
    conditions: Conditions,
    address: Address,
    route: str,
    *,
    on_loop: bool,
) -> Answer | Response | WholeList:
    """Return the answer, found on the event loop if it takes no more than a moment."""
    metrics, attempts = request.services.metrics, request.services.attempts
    ask = partial(_find, endpoint, request, conditions)
    query_string, runner = address[1], request.services.runner
    # A 304 takes no time, and where all threads are busy the question would have to wait.
    if (
        on_loop
        and request.format is None
        and (
            conditions.if_none_match or attempts.is_worth_it(route, query_string) or runner.is_full
        )
    ):
        deadline = Deadline(MAX_SECONDS_ON_LOOP)
        try:
            found = retried(partial(ask, deadline))
        except DeadlineExceeded:
            if deadline.seconds_left < 0:  # Else the store saw that it would not suffice.
                metrics.count_given_up("loop")
                attempts.failed(route, query_string)
        else:
            if isinstance(found, Answer):
                attempts.succeeded(route, query_string)
            return found
    name = (*address, conditions.if_none_match, conditions.coding)

    def work(deadline: Deadline) -> Answer | Response | WholeList:
        return retried(partial(ask, deadline))

    try:
        return await runner.run(name, work, request.receive)
    except DeadlineExceeded:
        metrics.count_given_up("thread")
        raise


def _find(
    endpoint: Endpoint, request: DataRequest, conditions: Conditions, deadline: Deadline
) -> Answer | Response | WholeList:
    """Return the answer from one revision; return 304 before asking if the client has it."""
    store, max_age = request.store, request.services.settings.max_age
    with store.snapshot(deadline) as held:
        tag = _tag(request, held.revision, held.edition)
        if conditions.if_none_match:
            known = conditions.known_form(tag)
            if known is not None:
                return not_modified(known, max_age)
        found = endpoint(request)
    format_ = request.format
    if isinstance(found, Response):
        return found
    if isinstance(found, Whole):
        if conditions.any_form_is_known:
            return not_modified(etag_of(tag, conditions.coding), max_age)
        assert format_ is not None  # noqa: S101 - JSON comes in pages
        context = request.context(found.plan.resource, found.plan)
        return WholeList(
            partial(store.hold, request.services.settings.query_seconds),
            partial(_written, format_, context, found.plan),
            partial(_tag, request),
            format_.media_type,
            format_.is_compressed,
        )
    return Answer(
        found.body, held.revision, tag, max_age, found.next_path, found.media_type,
        is_compressed=found.is_compressed or (format_ is not None and format_.is_compressed),
    )  # fmt: skip


def _written(format_: Format, context: Context, plan: QueryPlan, held: Held) -> Iterator[bytes]:
    """Yield a whole list in a format, all of it read from the held revision."""
    whole = replace(
        context,
        related=partial(_related, held),
        record=lambda collection, id_: held.record(RESOURCES[collection], id_),
        removed=partial(held.removed, plan.resource),
        notices=tuple if plan.after else partial(sentences, held, plan),
    )
    return format_.write(held.documents(plan), whole)


def _related(store: Store | Held, collection: str, asked: str) -> Iterator[bytes]:
    """Yield the documents that a query string finds, page after page."""
    resource = RESOURCES[collection]
    plan = read_query(resource, asked.encode())
    while True:
        page = store.page(plan)
        yield from page.documents
        if page.next_cursor is None:
            return
        plan = read_query(resource, f"{asked}&cursor={page.next_cursor}".encode())


def _tag(request: DataRequest, revision: str, edition: int) -> bytes:
    scope, format_ = request.scope, request.format
    shapes = shapes_digest()
    if format_ is not None:
        made_for = [shapes, format_.suffix, request.origin]
        if format_.shows_removed:
            made_for.append(str(edition))
        shapes = " ".join(made_for)
    return answer_tag(revision, shapes, scope["path"], scope["query_string"])


def _origin(scope: Scope, public_url: str) -> str:
    if public_url:
        return public_url
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if hosts:
        return f"{scope['scheme']}://{hosts[0].decode('latin-1')}"
    host, port = scope.get("server") or ("localhost", None)
    return f"{scope['scheme']}://{host}" + (f":{port}" if port else "")


def _address(request: DataRequest) -> Address:
    """Return the cache key of an answer; for JSON, it is the one that the server's protocol uses.

    Other formats contain absolute URLs, so their keys have the origin, too.
    """
    scope = request.scope
    path = scope.get("raw_path") or scope["path"].encode()
    if request.format is not None:
        path = f"{request.origin} .{request.format.suffix} ".encode("latin-1") + path
    return path, scope["query_string"]
