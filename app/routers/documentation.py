"""The way in: the documentation, and for an address that is not served, the nearest one that is."""

from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import iter_route_contexts
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from app.domain.collections import RESOURCES
from app.domain.names import suggest
from app.http.problems import NotFound, problem_response
from app.routers.description import complete

_DESCRIPTION = """\
What foreign ministries publish after their meetings, as data. Every record names its evidence:
the passages of published sources that it rests on, with links that open them. What a reader infers
and the source does not state is listed in `inferred`. Where the source gives no day, `date` is
null, and `earliest_date` and `latest_date` say between which days it was.

**Filters** have the same names and meanings in every collection that has them. All filters given
must hold; of one given several times, any. Case and accents of names do not matter. A value that
matches nothing gives an empty list; a parameter that is unknown or malformed is refused, with what
may have been meant.

**Paging**: a list holds at most `limit` records. `next`, and the `Link` header, lead to the next
page, until `next` is null; `total` counts the records of all pages.

**Errors** are problems as RFC 9457 has them, `application/problem+json`, whatever the status.
Their `request_id` is also in the service's log.

**Caching**: every answer with data has an `ETag` that changes when the data does. Sent back in
`If-None-Match`, it is answered by a short 304 as long as nothing has changed. Errors are not
cached.
"""

METADATA: dict[str, Any] = {
    "title": "Readout",
    "version": "0.1.0",
    "summary": "Official trips: who met whom, where and when, what was said, what was agreed.",
    "description": _DESCRIPTION,
    "license_info": {"name": "MIT", "identifier": "MIT"},
    "openapi_tags": [
        *(
            {"name": resource.name, "description": resource.description}
            for resource in RESOURCES.values()
        ),
        {"name": "search", "description": "Full-text search across all collections."},
        {"name": "network", "description": "Who met whom."},
        {"name": "health", "description": "Whether the process lives, can serve, and how it does."},
    ],
    "docs_url": None,
    "redoc_url": None,
}

_PAGE = Path(__file__).parent.parent / "web" / "docs.html"

router = APIRouter(include_in_schema=False)

# Swagger UI's own files, from this machine: the page needs no other host.
assets = StaticFiles(packages=[("fastapi_offline", "static")])


class DescribedAPI(FastAPI):
    """FastAPI with a complete description of itself, and with a layer in front of all of it.

    A middleware would stand behind FastAPI's own outer layers, whose work for each request takes
    longer than sending an answer that is kept.
    """

    front: ASGIApp | None = None
    _completed: dict[str, Any] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, by the layer in front if there is one."""
        await (self.front or self.inside)(scope, receive, send)

    async def inside(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request without the layer in front; what fails is raised."""
        await super().__call__(scope, receive, send)

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        if self._completed is None:
            self._completed = complete(super().openapi())
        return self._completed


@router.get("/docs")
async def docs() -> Response:
    """Show the OpenAPI document to people."""
    return HTMLResponse(_PAGE.read_bytes())


async def pass_on(_request: Request, error: Exception) -> Response:
    """Leave what was not foreseen to the layer in front, which turns it into a problem."""
    raise error


async def not_found(request: Request, _error: Exception) -> Response:
    """Answer for an address that is not served, with the nearest one that is."""
    path = request.scope["path"][:200]
    near = _nearest(path, request.app.routes)
    hint = f'; did you mean "{near}"?' if near else ""
    error = NotFound(f"nothing is served at {path}{hint}")
    return problem_response(error, request.scope)


def _nearest(path: str, routes: list[BaseRoute]) -> str | None:
    """Return the path with its first part corrected, or None where nothing alike is served."""
    first, *rest = path.removeprefix("/").split("/")
    paths = (context.path for context in iter_route_contexts(routes))
    known = {served.split("/")[1] for served in paths if served}
    near = suggest(first, sorted(known - {""}), limit=1)
    return "/".join(["", near[0], *rest]) if near and near[0] != first else None
