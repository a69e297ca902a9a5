"""How pages are served: to which requests, from one revision, and with a security policy."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from pydantic_core import from_json
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Scope

from app.domain.records import Resource
from app.http.compression import SMALLEST, encode, negotiate
from app.http.conditional import JSON, negotiate_media
from app.http.problems import Refusal
from app.query.parameters import read_query
from app.representations.formats import Document
from app.representations.listings import problem_page
from app.representations.page import Frame, Page, render
from app.representations.pages import Listed
from app.representations.registry import FORMATS
from app.routers.answering import Services
from app.routers.problems import Gone, NotFound
from app.routers.programs import description_links
from app.routers.webfiles import FOLDER, files_of, web_files
from app.store.base import Deadline, Moved, Removed, Store, retried

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}
FILES = web_files(files_of(FOLDER, without="docs"))
_MODULES = FILES.modules("main.js")


HTML = "text/html"
_OFFERED = (
    JSON, HTML, *(media for known in FORMATS for media in (known.essence, *known.aliases)),
)  # fmt: skip


def wants_page(accept: bytes) -> bool:
    """Return whether an Accept header prefers HTML to all formats of data."""
    return b"html" in accept.lower() and negotiate_media(accept, _OFFERED) == HTML


def asks_for_page(scope: Scope) -> bool:
    """Return whether a request prefers a page, and its path has no suffix of a format."""
    # A suffix asks for one representation, whatever else a client would take.
    if "." in scope["path"].rpartition("/")[2]:
        return False
    return wants_page(scope["state"]["conditions"].accept)


class PageRoute(APIRoute):
    """A route that matches only requests for a page; others go on to the data routes."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether this route is asked for."""
        if scope["type"] == "http" and self.path != "/" and not asks_for_page(scope):
            return Match.NONE, {}
        return super().matches(scope)


def frame_of(scope: Scope) -> Frame:
    """Return the frame of pages: the addresses of the service, and the modules pages load."""
    services: Services = scope["app"].state.services
    public_url, root_path = services.settings.public_url, scope["root_path"]
    return Frame(public_url, root_path, f"/assets/{FILES.digest}", _MODULES)


def answer_page(request: Request, find: Callable[[Store, Frame], Page | str]) -> Response:
    """Return the page that `find` makes of the store, or a redirect to the path that it returns.

    Raises what the store raises, and `NotFound` or `Gone` as `find` does.
    """
    frame = frame_of(request.scope)
    services: Services = request.app.state.services
    store, deadline = services.store, Deadline(services.settings.query_seconds)

    def find_once() -> tuple[str, Page | str]:
        with store.snapshot(deadline) as held:
            return held.revision, find(store, frame)

    revision, found = retried(find_once)
    headers = {"Cache-Control": "no-cache", "Vary": "Accept, Accept-Encoding", **SECURITY}
    headers["Link"] = description_links(frame.root_path)
    if isinstance(found, str):
        return Response("", 308, {**headers, "Location": frame.url(found)})
    # A page changes with the data and with the files it loads.
    headers["ETag"] = f'W/"{revision}-{FILES.digest}"'
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response("", 304, headers)
    return _written(found, frame, request.headers.get("accept-encoding", ""), headers)


def _written(page: Page, frame: Frame, codings: str, headers: dict[str, str]) -> Response:
    body = render(page, frame)
    coding = negotiate(codings.encode("latin-1"))
    if coding and len(body) >= SMALLEST:
        body, headers["Content-Encoding"] = encode(body, coding), coding
    return Response(body, page.status, headers, "text/html")


def show_record(
    request: Request,
    resource: Resource,
    id_: str,
    make: Callable[[Store, Document, Frame], Page],
) -> Response:
    """Return the page that `make` makes of a record, or a redirect to where the record is now.

    Raises `NotFound` if no record has the id, and `Gone` if the one that had it was removed.
    """

    def find(store: Store, frame: Frame) -> Page | str:
        document = store.record(resource, id_)
        if document is not None:
            return make(store, from_json(document), frame)
        match store.former(resource, id_):
            case Moved(id=now):
                return f"/{resource.name}/{now}"
            case Removed(at=at):
                raise Gone(f"The {resource.singular} “{id_[:200]}” was removed at {at}.")
        near = store.near_ids(resource, id_)
        meant = f"/{resource.name}/{near[0]}" if near else ""
        raise NotFound(f"No {resource.singular} has the id “{id_[:200]}”.", meant)

    return answer_page(request, find)


def listed(store: Store, resource: Resource, asked: str) -> Listed:
    """Return the records that a query string asks for, and how many there are."""
    page = store.page(read_query(resource, asked.encode()))
    return Listed([from_json(document) for document in page.documents], page.total)


def refusal_as_page(refusal: Refusal, scope: Scope) -> ASGIApp | None:
    """Return a refusal as a page for clients that prefer one, or None for others."""
    if not asks_for_page(scope):
        return None
    status = HTTPStatus(refusal.status)
    detail = refusal.detail
    if not refusal.errors:  # Those begin with the name of a parameter.
        detail = detail[:1].upper() + detail[1:]
    said = [detail if detail.endswith((".", "?")) else f"{detail}."]
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        said.append(f"In the log it is request {scope['state']['request_id']}.")
    headers = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Encoding", **SECURITY}
    headers |= {name.decode(): value.decode() for name, value in refusal.headers}
    title = _TITLES.get(status, status.phrase)
    near = [refusal.near] if refusal.near else []
    frame = frame_of(scope)
    path = scope["path"].removeprefix(frame.root_path)
    page = problem_page(path, status.value, title, [*said, *near], frame)
    codings: Any = scope["state"]["conditions"].accept_encoding
    return _written(page, frame, codings.decode("latin-1"), headers)


_TITLES = {
    HTTPStatus.NOT_FOUND: "Not found",
    HTTPStatus.GONE: "Removed",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Not understood",
    HTTPStatus.SERVICE_UNAVAILABLE: "Not available now",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong",
}
