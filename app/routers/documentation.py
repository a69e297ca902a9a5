"""The way in: the documentation, and for an address that is not served, the nearest one that is."""

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.routing import iter_route_contexts
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from app.domain.names import suggest
from app.routers.problems import NotFound
from app.routers.programs import description_links
from app.routers.redirects import redirect

_PAGE = Path(__file__).parent.parent / "web" / "docs.html"

router = APIRouter(include_in_schema=False)

# Swagger UI's own files, from this machine: the page needs no other host.
assets = StaticFiles(packages=[("fastapi_offline", "static")])


@router.get("/docs")
async def docs(request: Request) -> Response:
    """Show the OpenAPI document to people."""
    links = description_links(request.scope["root_path"])
    return HTMLResponse(_PAGE.read_bytes(), headers={"Link": links})


async def not_found(request: Request, _error: Exception) -> ASGIApp:
    """Answer for an address that is not served, with the nearest one that is.

    One that is served without the slash at its end redirects there. Raises `NotFound`.
    """
    path, root_path = request.scope["path"], request.scope["root_path"]
    inside = path.removeprefix(root_path)
    served = _served(request.app.routes)
    if not inside or (inside.endswith("/") and inside.split("/")[1] in served):
        return redirect(path.rstrip("/") if inside else f"{path}/", request.scope["query_string"])
    near = _nearest(inside[:200], served)
    hint = f'; did you mean "{root_path}{near}"?' if near else ""
    raise NotFound(f"nothing is served at {path[:200]}{hint}")


def _served(routes: list[BaseRoute]) -> set[str]:
    """Return the first parts of all paths that are served."""
    paths = (context.path for context in iter_route_contexts(routes))
    return {path.split("/")[1] for path in paths if path} - {""}


def _nearest(path: str, served: set[str]) -> str | None:
    """Return the path with its first part corrected, or None where nothing alike is served."""
    first, *rest = path.removeprefix("/").split("/")
    near = suggest(first, sorted(served), limit=1)
    return "/".join(["", near[0], *rest]) if near and near[0] != first else None
