"""Lists and single records, for every collection."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.query.finding import find_page, find_record, near_ids
from app.query.parameters import next_path, read_query, refuse_parameters
from app.resources import Resource
from app.routers.description import describe_list, describe_record
from app.serving.answers import Cacheability, list_body
from app.serving.problems import NotFound
from app.settings import Settings
from app.snapshot import ServedDatabase, Snapshot


def collection_router(resource: Resource) -> APIRouter:
    """Return the routes of one collection."""
    router = APIRouter(tags=[resource.name])

    def list_records(request: Request) -> Response:
        return _answer(request, lambda snapshot: _list(snapshot, resource, request))

    def get_record(request: Request) -> Response:
        return _answer(request, lambda snapshot: _record(snapshot, resource, request))

    router.add_api_route(f"/{resource.name}", list_records, **describe_list(resource))
    router.add_api_route(f"/{resource.name}/{{id}}", get_record, **describe_record(resource))
    return router


def _answer(request: Request, find: Callable[[Snapshot], tuple[bytes, dict[str, str]]]) -> Response:
    """Answer from one revision; a client that has the answer is told so without a look at it."""
    database: ServedDatabase = request.app.state.database
    settings: Settings = request.app.state.settings
    if_none_match = ", ".join(request.headers.getlist("if-none-match")) or None
    with database.snapshot() as snapshot:
        cacheability = Cacheability(
            snapshot.revision,
            # Not of `request.url`, which cannot be made of a query string that is not UTF-8.
            request.scope["path"],
            request.scope["query_string"],
            settings.max_age,
        )
        if cacheability.is_known_to(if_none_match):
            return cacheability.not_modified()
        body, links = find(snapshot)
    return cacheability.respond(body, links, if_none_match)


def _list(snapshot: Snapshot, resource: Resource, request: Request) -> tuple[bytes, dict[str, str]]:
    query_string = request.scope["query_string"]
    page = find_page(snapshot, read_query(resource, query_string))
    links, following = {}, None
    if page.next_cursor is not None:
        path = f"{request.app.state.settings.root_path}/{resource.name}"
        following = next_path(path, query_string, page.next_cursor)
        links["Link"] = f'<{following}>; rel="next"'
    return list_body(page.documents, page.total, following), links


def _record(
    snapshot: Snapshot, resource: Resource, request: Request
) -> tuple[bytes, dict[str, str]]:
    refuse_parameters(request.scope["query_string"])
    id_ = request.path_params["id"]
    body = find_record(snapshot, resource, id_)
    if body is None:
        near = near_ids(snapshot, resource, id_)
        hint = f'; did you mean "{near[0]}"?' if near else ""
        raise NotFound(f'no {resource.singular} has the id "{id_[:200]}"{hint}')
    return body, {}
