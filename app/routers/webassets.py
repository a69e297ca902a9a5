"""The explorer's files, at addresses that name their content, and the site map."""

from dataclasses import replace
from functools import partial
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request
from pydantic_core import from_json
from starlette.responses import Response

from app.domain.collections import RESOURCES
from app.query.parameters import read_query
from app.representations.page import Frame
from app.routers.answering import Services
from app.routers.showing import FILES, frame_of
from app.routers.webfiles import FOR_EVER
from app.store.base import Deadline, Store, retried

MAX_ADDRESSES = 50_000
"""How many addresses a site map may list, as sitemaps.org has it."""
MAX_IDS = 200
"""How many of them are read at a time."""

# The collections worth finding, the most important first.
_MAPPED = ("trips", "meetings", "participants", "agreements", "cities", "quotes", "organizations",
           "topics", "sources")  # fmt: skip

router = APIRouter(include_in_schema=False)


@router.get("/assets/{digest}/{path:path}")
def asset(request: Request, digest: str, path: str) -> Response:
    """Return a file of the explorer; its address names the content, and is valid for ever."""
    file = FILES.by_path.get(path) if digest == FILES.digest else None
    if file is None:
        return Response("not found", 404, {"Cache-Control": "no-store"}, "text/plain")
    return file.response(request, FOR_EVER)


@router.get("/favicon.ico")
async def favicon(request: Request) -> Response:
    """Lead to the icon, for what looks for one where all sites once had it."""
    path = f"{request.scope['root_path']}/assets/{FILES.digest}/icon.svg"
    headers = {"Location": path, "Cache-Control": "public, max-age=86400"}
    return Response("", 302, headers)


@router.get("/sitemap.xml")
def sitemap(request: Request) -> Response:
    """List the addresses of all pages, for search engines."""
    services: Services = request.app.state.services
    # Site maps need absolute URLs. Without a setting, they depend on the request: never cache it.
    url = request.url
    origin = services.settings.public_url or f"{url.scheme}://{url.netloc}"
    frame = replace(frame_of(request.scope), origin=origin)
    found = retried(partial(_addresses, services.store, frame, services.settings.query_seconds))
    body = "".join(f"<url><loc>{escape(each)}</loc></url>\n" for each in found)
    return Response(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{body}</urlset>\n',
        headers={"Cache-Control": "no-store"},
        media_type="application/xml",
    )


def _addresses(store: Store, frame: Frame, seconds: float) -> list[str]:
    """Return the addresses of all pages, from one revision."""
    found = [frame.absolute("/")]
    with store.snapshot(Deadline(seconds)):
        for name in _MAPPED:
            asked = f"limit={MAX_IDS}&fields=id"
            while asked and len(found) < MAX_ADDRESSES:
                page = store.page(read_query(RESOURCES[name], asked.encode()))
                ids = [from_json(each)["id"] for each in page.documents]
                found += [frame.absolute(f"/{name}/{each}") for each in ids]
                following = page.next_cursor
                asked = f"limit={MAX_IDS}&fields=id&cursor={following}" if following else ""
    return found[:MAX_ADDRESSES]
