"""Routes that answer from the data: one revision, an ETag, and finished bytes that are cached."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, NamedTuple

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.types import Scope

from app.domain.collections import RESOURCES, shapes_digest
from app.domain.records import Resource
from app.http.answers import Answer, not_modified
from app.http.cache import Address, ResponseCache
from app.http.conditional import JSON, Conditions, answer_tag, etag_of
from app.http.metrics import Metrics
from app.http.responses import Response
from app.query.parameters import QueryPlan, read_id, read_query
from app.representations.formats import Context, Format
from app.routers.exporting import Export, Exports, WholeList
from app.routers.formats import SUFFIX, Offer
from app.routers.running import QueryRunner
from app.settings import Settings
from app.store.base import Deadline, DeadlineExceeded, Held, Store, retried

MAX_SECONDS_ON_LOOP = 0.005
"""How long a question may hold up the event loop before it is given up and asked in a thread."""


class Found(NamedTuple):
    """The body of an answer, the path of the next page if there is one, and the media type.

    What `is_compressed` is sent as it is.
    """

    body: bytes
    next_path: str | None = None
    media_type: str = JSON
    is_compressed: bool = False


class Whole(NamedTuple):
    """A list that is to be written whole: what it asks."""

    plan: QueryPlan


class Services(NamedTuple):
    """What the routes of one application share."""

    store: Store
    cache: ResponseCache
    runner: "QueryRunner[Answer | Response | WholeList]"
    exports: Exports
    settings: Settings


class DataRequest(Request):
    """A request, the store as it is for this answer, and the format that it is answered in.

    `format` is None for JSON.
    """

    def __init__(self, scope: Scope, services: Services, format_: Format | None) -> None:
        """Take the scope of a request, what routes share, and the format."""
        super().__init__(scope)
        self.store, self.format = services.store, format_
        self._public_url = services.settings.public_url

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

    @property
    def origin(self) -> str:
        """Scheme and host under which the service is reached, as a setting or the client says."""
        return _origin(self.scope, self._public_url)

    def context(self, resource: Resource, plan: QueryPlan | None = None) -> Context:
        """Return what a format needs beside the records themselves, of a list or one."""
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

    JSON is looked for within one snapshot of the store, on the event loop; if that takes more than
    a moment, once more in a thread. So the endpoint asks the store and does nothing else that
    lasts, unless its route says that it is never `on_loop`. Other formats take longer to write,
    always in threads; a list that is asked for whole is written by `Exports`.
    """

    on_loop: ClassVar[bool] = True

    def __init__(
        self, path: str, endpoint: Endpoint, offer: Offer | None = None, **described: Any
    ) -> None:
        """Take what is served at a path, in which formats, and what FastAPI says of it."""
        self.offer = offer or Offer()  # Before the handler is made.
        super().__init__(path, endpoint, **described)

    def get_route_handler(self) -> Callable[[Request], Awaitable[Any]]:  # type: ignore[override]
        """Return what answers a request, in place of FastAPI's reading and writing of models."""
        # mypy: `Response` is an ASGI application of this project's own, no Starlette response.
        endpoint: Endpoint = self.endpoint
        offer, by_suffix, on_loop = self.offer, self.path.endswith(SUFFIX), self.on_loop

        async def answer(request: Request) -> Response | Export:
            scope, services = request.scope, request.app.state.services
            conditions: Conditions = scope["state"]["conditions"]
            if by_suffix:
                read_id(".".join(request.path_params.values()))
                format_ = offer.by_suffix(request.path_params["suffix"], scope["path"])
            else:
                format_ = offer.by_accept(conditions)
            address = _address(scope, services.settings.public_url, format_)
            if format_ is not None or not conditions.takes_json:
                cached = services.cache.get(address)
                if cached is not None:
                    return await _for_client(cached, address, services.cache, conditions)
            services.cache.misses += 1
            work = partial(_find, endpoint, services, scope, conditions, format_)
            asked = (*address, conditions)
            found = await _asked(
                work, services, request, asked, on_loop=on_loop and format_ is None
            )
            if isinstance(found, WholeList):
                found = await services.exports.begin(
                    found, conditions, request.receive, services.settings.max_age,
                    is_head=scope["state"]["is_head"],
                )  # fmt: skip
            if not isinstance(found, Answer):
                return found
            # Of what is no more, a revision says nothing: it may return with others removed.
            if format_ is None or not format_.shows_removed:
                return await _for_client(found, address, services.cache, conditions, is_new=True)
            return await found.for_client(conditions)

        return answer


def add_data_route(
    router: APIRouter, path: str, endpoint: Endpoint, offer: Offer, **described: Any
) -> None:
    """Add a route, and the one by which formats are asked for by suffix, which goes first."""
    router.routes.append(
        DataRoute(f"{path}.{SUFFIX}", endpoint, offer, response_model=None, include_in_schema=False)
    )
    router.routes.append(DataRoute(path, endpoint, offer, **described))


async def _asked(
    work: Callable[[Deadline], Answer | Response | WholeList],
    services: Services,
    request: Request,
    address: tuple[bytes, bytes, Conditions],
    *,
    on_loop: bool,
) -> Answer | Response | WholeList:
    metrics: Metrics = request.app.state.metrics
    if on_loop:
        deadline = Deadline(MAX_SECONDS_ON_LOOP)
        try:
            return work(deadline)
        except DeadlineExceeded:
            if deadline.seconds_left < 0:  # Else it was seen that there would not be enough.
                metrics.count_given_up("loop")
    path, query_string, conditions = address
    name = (path, query_string, conditions.if_none_match, conditions.coding)
    try:
        return await services.runner.run(name, work, request.receive)
    except DeadlineExceeded:
        metrics.count_given_up("thread")
        raise


async def _for_client(
    answer: Answer,
    address: Address,
    cache: ResponseCache,
    conditions: Conditions,
    *,
    is_new: bool = False,
) -> Response:
    response = await answer.for_client(conditions)
    if is_new:
        cache.put(address, answer)
    else:
        cache.recount(address, answer)
    return response


def _find(
    endpoint: Endpoint,
    services: Services,
    scope: Scope,
    conditions: Conditions,
    format_: Format | None,
    deadline: Deadline,
) -> Answer | Response | WholeList:
    """Return the answer from one revision, from another host where one is lost meanwhile."""
    return retried(partial(_find_once, endpoint, services, scope, conditions, format_, deadline))


def _find_once(
    endpoint: Endpoint,
    services: Services,
    scope: Scope,
    conditions: Conditions,
    format_: Format | None,
    deadline: Deadline,
) -> Answer | Response | WholeList:
    """Return the answer from one revision; return 304 before asking if the client has it."""
    store, settings = services.store, services.settings
    tag_of = partial(_tag, scope, settings.public_url, format_)
    with store.snapshot(deadline) as revision:
        tag = tag_of(revision, 0 if format_ is None else store.edition())
        if conditions.if_none_match:
            known = conditions.known_form(tag)
            if known is not None:
                return not_modified(known, settings.max_age)
        request = DataRequest(scope, services, format_)
        found = endpoint(request)
    if isinstance(found, Response):
        return found
    if isinstance(found, Whole):
        if conditions.any_form_is_known:
            return not_modified(etag_of(tag, conditions.coding), settings.max_age)
        assert format_ is not None  # noqa: S101 - JSON comes in pages
        context = request.context(found.plan.resource, found.plan)
        return WholeList(
            partial(store.hold, settings.query_seconds),
            partial(_written, format_, context, found.plan),
            tag_of,
            format_.media_type,
            format_.is_compressed,
        )
    return Answer(
        found.body, revision, tag, settings.max_age, found.next_path, found.media_type,
        is_compressed=found.is_compressed or (format_ is not None and format_.is_compressed),
    )  # fmt: skip


def _written(format_: Format, context: Context, plan: QueryPlan, held: Held) -> Iterator[bytes]:
    """Yield a whole list in a format, all of it from the revision that is held."""
    whole = replace(
        context,
        related=partial(_related, held),
        record=lambda collection, id_: held.record(RESOURCES[collection], id_),
        removed=partial(held.removed, plan.resource),
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


def _tag(
    scope: Scope, public_url: str, format_: Format | None, revision: str, edition: int
) -> bytes:
    if format_ is None:
        return answer_tag(revision, shapes_digest(), scope["path"], scope["query_string"])
    made_for = [shapes_digest(), format_.suffix, _origin(scope, public_url)]
    if format_.shows_removed:
        made_for.append(str(edition))
    return answer_tag(revision, " ".join(made_for), scope["path"], scope["query_string"])


def _origin(scope: Scope, public_url: str) -> str:
    if public_url:
        return public_url
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if hosts:
        return f"{scope['scheme']}://{hosts[0].decode('latin-1')}"
    host, port = scope.get("server") or ("localhost", None)
    return f"{scope['scheme']}://{host}" + (f":{port}" if port else "")


def _address(scope: Scope, public_url: str, format_: Format | None) -> Address:
    """Return what an answer is cached under; JSON's the server's protocol knows, too.

    Others hold whole addresses, so that each host has answers of its own.
    """
    path = scope.get("raw_path") or scope["path"].encode()
    if format_ is None:
        return path, scope["query_string"]
    made_for = f"{_origin(scope, public_url)} .{format_.suffix} ".encode("latin-1")
    return made_for + path, scope["query_string"]
