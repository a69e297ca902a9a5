"""The explorer: the opening page, a page for each record, their files, and the site map.

Pages stand at the addresses of the data, for clients that would rather have HTML: a route of a page
is passed over by any other request, so that this router has to come before those of the data.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from pydantic_core import from_json
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from app.domain.collections import AGREEMENTS, MEETINGS, PARTICIPANTS, QUOTES, RESOURCES, TRIPS
from app.domain.records import Resource
from app.http.compression import SMALLEST, encode, negotiate
from app.query.facets import read_facets
from app.query.parameters import read_query
from app.query.reading import InvalidQuery
from app.query.search import read_search
from app.representations import pages
from app.representations.page import Document, Frame, Page, render
from app.routers.answering import Services
from app.routers.webfiles import WebFile, web_files
from app.store.base import Deadline, Interrupted, Removed, Store

MAX_RECORDS = 25
"""How many records of a list a page shows."""
MAX_PARTS = 200
"""How many meetings, quotes and agreements of one trip a page shows."""
MAX_ADDRESSES = 50_000
"""How many addresses a site map may list, as sitemaps.org has it."""

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}
_FOR_EVER = "public, max-age=31536000, immutable"
_CITIES = RESOURCES["cities"]


class PageRoute(APIRoute):
    """A route that only requests for a page have: any other goes on to the data's."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether this route is asked for."""
        if scope["type"] == "http" and self.path not in ("/", "/sitemap.xml"):
            if not scope["state"]["conditions"].wants_page:
                return Match.NONE, {}
            # A suffix asks for one representation, whatever else a client would take.
            if "." in scope["path"].rpartition("/")[2]:
                return Match.NONE, {}
        return super().matches(scope)


router = APIRouter(include_in_schema=False, route_class=PageRoute)
assets = APIRouter(include_in_schema=False)

_FILES = web_files()
_MODULES = tuple(
    name for name in _FILES.by_path if name.endswith(".js") and name not in ("main.js", "theme.js")
)


@assets.get("/assets/{digest}/{path:path}")
def asset(request: Request, digest: str, path: str) -> Response:
    """Return a file of the explorer; its address names the content, and is valid for ever."""
    file = _FILES.by_path.get(path) if digest == _FILES.digest else None
    if file is None:
        return Response("not found", 404, {"Cache-Control": "no-store"}, "text/plain")
    return _coded(request, file, {"Cache-Control": _FOR_EVER})


def _coded(request: Request, file: WebFile, headers: dict[str, str]) -> Response:
    coding = negotiate(request.headers.get("accept-encoding", "").encode("latin-1"))
    headers = {**headers, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
    if coding and len(file.body) >= SMALLEST:
        headers["Content-Encoding"] = coding
        return Response(file.coded(coding), 200, headers, file.media_type)
    return Response(file.body, 200, headers, file.media_type)


@router.get("/")
def opening(request: Request) -> Response:
    """Show all trips."""

    def find(store: Store, frame: Frame) -> Page:
        listed, total = _list(store, TRIPS, f"sort=-date&limit={MAX_RECORDS}")
        plan = read_facets(TRIPS, b"facet=official,country,city&limit=8")
        found = store.facets(plan).facets
        facets = {
            name: [(each.value, each.name, each.count) for each in values]
            for name, values in found.items()
        }
        return pages.trips_page(listed, total, facets, frame)

    return _answer(request, find)


@router.get("/trips/{id}")
def trip(request: Request, id: str) -> Response:
    """Show a trip."""

    def make(store: Store, record: Document, frame: Frame) -> Page:
        parts = (_list(store, each, f"trip={id}&limit={MAX_PARTS}")[0] for each in _PARTS)
        meetings, quotes, agreements = parts
        return pages.trip_page(record, meetings, quotes, agreements, frame)

    return _record(request, TRIPS, id, make)


_PARTS = (MEETINGS, QUOTES, AGREEMENTS)


@router.get("/meetings/{id}")
def meeting(request: Request, id: str) -> Response:
    """Show a meeting."""

    def make(store: Store, record: Document, frame: Frame) -> Page:
        asked = f"meeting={id}&limit={MAX_PARTS}"
        quotes, _ = _list(store, QUOTES, asked)
        agreements, _ = _list(store, AGREEMENTS, asked)
        return pages.meeting_page(record, quotes, agreements, frame)

    return _record(request, MEETINGS, id, make)


@router.get("/participants/{id}")
def participant(request: Request, id: str) -> Response:
    """Show an official or a group."""

    def make(store: Store, record: Document, frame: Frame) -> Page:
        trips: list[Document] = []
        total = 0
        if record["kind"] == "official":
            asked = f"official={id}&sort=-date&limit={MAX_RECORDS}"
            trips, total = _list(store, TRIPS, asked)
        return pages.participant_page(record, trips, total, frame)

    return _record(request, PARTICIPANTS, id, make)


@router.get("/cities/{id}")
def city(request: Request, id: str) -> Response:
    """Show a city."""

    def make(store: Store, record: Document, frame: Frame) -> Page:
        asked = f"city={id}&sort=-date&limit={MAX_RECORDS}"
        trips, total = _list(store, TRIPS, asked)
        return pages.city_page(record, trips, total, frame)

    return _record(request, _CITIES, id, make)


@router.get("/agreements/{id}")
def agreement(request: Request, id: str) -> Response:
    """Show an agreement."""

    def make(_store: Store, record: Document, frame: Frame) -> Page:
        return pages.agreement_page(record, frame)

    return _record(request, AGREEMENTS, id, make)


@router.get("/search")
def search(request: Request) -> Response:
    """Show what a search finds."""
    words = request.query_params.get("q", "")

    def find(store: Store, frame: Frame) -> Page:
        query_string = Request({**request.scope, "query_string": b""}).url.include_query_params(
            q=words, limit=MAX_RECORDS
        )
        try:
            plan = read_search(query_string.query.encode())
        except InvalidQuery:
            return pages.search_page(words.strip(), [], 0)
        found = store.search(plan)
        hits = [
            {"url": frame.url(f"/{hit.collection}/{hit.id}"), "title": hit.title,
             "snippet": hit.snippet}
            for hit in found.hits
        ]  # fmt: skip
        return pages.search_page(words, hits, found.total)

    return _answer(request, find)


@router.get("/sitemap.xml")
def sitemap(request: Request) -> Response:
    """List the addresses of all pages, for search engines."""
    services: Services = request.app.state.services
    store = services.store
    # Addresses in a site map are whole. Without a setting they are the asker's, for nobody else.
    url = request.url
    origin = services.settings.public_url or f"{url.scheme}://{url.netloc}"
    frame = replace(_frame(request), origin=origin)
    found = [frame.absolute("/")]
    with store.snapshot(Deadline(services.settings.query_seconds)):
        for resource in (TRIPS, MEETINGS, PARTICIPANTS, AGREEMENTS, _CITIES):
            asked = f"limit={MAX_PARTS}&fields=id"
            while asked and len(found) < MAX_ADDRESSES:
                page = store.page(read_query(resource, asked.encode()))
                ids = [from_json(each)["id"] for each in page.documents]
                found += [frame.absolute(f"/{resource.name}/{each}") for each in ids]
                following = page.next_cursor
                asked = f"limit={MAX_PARTS}&fields=id&cursor={following}" if following else ""
    body = "".join(f"<url><loc>{escape(each)}</loc></url>\n" for each in found[:MAX_ADDRESSES])
    return Response(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{body}</urlset>\n',
        headers={"Cache-Control": "no-store"},
        media_type="application/xml",
    )


def _record(
    request: Request,
    resource: Resource,
    id_: str,
    make: Callable[[Store, Document, Frame], Page],
) -> Response:
    def find(store: Store, frame: Frame) -> Page | str:
        document = store.record(resource, id_)
        if document is not None:
            return make(store, from_json(document), frame)
        former = store.former(resource, id_)
        path = f"/{resource.name}/{id_}"
        if former is None:
            said = f"No {resource.singular} has the id “{id_[:200]}”."
            return pages.missing_page(path, said, 404, frame)
        if isinstance(former, Removed):
            said = f"The {resource.singular} “{id_}” was removed at {former.at}."
            return pages.missing_page(path, said, 410, frame)
        return f"/{resource.name}/{former.id}"

    return _answer(request, find)


def _answer(request: Request, find: Callable[[Store, Frame], Page | str]) -> Response:
    """Return a page as it is sent, or the way to where it is now."""
    frame = _frame(request)
    services: Services = request.app.state.services
    store, deadline = services.store, Deadline(services.settings.query_seconds)

    def find_once() -> tuple[str, Page | str]:
        with store.snapshot(deadline) as revision:
            return revision, find(store, frame)

    try:
        revision, found = find_once()
    except Interrupted:
        revision, found = find_once()
    # A page changes with the data and with the files it loads.
    tag = f'W/"{revision}-{_FILES.digest}"'
    headers = {"Cache-Control": "no-cache", "Vary": "Accept, Accept-Encoding", **SECURITY}
    if isinstance(found, str):
        return Response("", 308, {**headers, "Location": frame.url(found)})
    if found.status == 200:
        headers["ETag"] = tag
        if request.headers.get("if-none-match") == tag:
            return Response("", 304, headers)
    body = render(found, frame)
    coding = negotiate(request.headers.get("accept-encoding", "").encode("latin-1"))
    if coding and len(body) >= SMALLEST:
        body, headers["Content-Encoding"] = encode(body, coding), coding
    return Response(body, found.status, headers, "text/html")


def _frame(request: Request) -> Frame:
    root_path: str = request.scope["root_path"]
    services: Services = request.app.state.services
    return Frame(services.settings.public_url, root_path, f"/assets/{_FILES.digest}", _MODULES)


def _list(store: Store, resource: Resource, asked: str) -> tuple[list[Any], int]:
    page = store.page(read_query(resource, asked.encode()))
    return [from_json(document) for document in page.documents], page.total
