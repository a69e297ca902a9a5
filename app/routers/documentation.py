"""The OpenAPI document with its page, and the answer for addresses that are not served."""

from collections.abc import Callable
from functools import cached_property, lru_cache
from pathlib import Path
from string import Template
from typing import Any

import fastapi_offline
from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import iter_route_contexts
from pydantic_core import to_json
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from app.domain.names import meant, suggest
from app.routers.problems import NotFound
from app.routers.programs import description_links
from app.routers.redirects import redirect
from app.routers.showing import asks_for_page
from app.routers.webfiles import (
    FOLDER,
    FOR_EVER,
    REVALIDATED,
    WebFile,
    WebFiles,
    files_of,
    web_files,
)

_FOLDER = FOLDER / "docs"
_VENDORED = Path(fastapi_offline.__file__).with_name("static")
_OF_SWAGGER_UI = ("swagger-ui.css", "swagger-ui-bundle.js")
_SECURITY = [
    (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
]

router = APIRouter(include_in_schema=False)


class Documentation:
    """The description of an application under a path, and the page that shows it, with its files.

    Both are made once, when they are first asked for.
    """

    def __init__(self, describe: Callable[[], dict[str, Any]], root_path: str) -> None:
        """Take a function that returns the OpenAPI document, and the root path."""
        self._describe, self._root_path = describe, root_path

    @cached_property
    def description(self) -> WebFile:
        """The OpenAPI document."""
        servers = [{"url": self._root_path or "/"}]
        return WebFile(to_json(self._describe() | {"servers": servers}), "application/json")

    @cached_property
    def files(self) -> WebFiles:
        """What the page loads: its own files, those of Swagger UI, and the description."""
        vendored = [(name, (_VENDORED / name).read_bytes()) for name in _OF_SWAGGER_UI]
        described = ("openapi.json", self.description.body)
        return web_files([*files_of(_FOLDER), *vendored, described])

    @cached_property
    def page(self) -> WebFile:
        """The page. Its links are relative, so that they hold under any root path of a proxy."""
        text = (_FOLDER / "page.html").read_text("utf-8")
        return WebFile(
            Template(text).substitute(files=f"docs/{self.files.digest}").encode(), "text/html"
        )


@lru_cache(maxsize=16)  # Few paths are set, and clients set none.
def _documented(app: FastAPI, root_path: str) -> Documentation:
    return Documentation(app.openapi, root_path)


def _documentation(request: Request) -> Documentation:
    return _documented(request.app, request.scope["root_path"])


# Not on the event loop: the first request makes the page, which takes a moment.
@router.get("/docs")
def docs(request: Request) -> Response:
    """Show the OpenAPI document to people."""
    headers = [*_SECURITY, ("Link", description_links(request.scope["root_path"]))]
    return _documentation(request).page.response(request, REVALIDATED, headers)


@router.get("/docs/{digest}/{name}")
def docs_file(request: Request, digest: str, name: str) -> Response:
    """Return a file of the page; its address names the content, and is valid for ever.

    Raises `NotFound` for another content.
    """
    files = _documentation(request).files
    if digest != files.digest or name not in files.by_path:
        raise NotFound("nothing is served at this address; /docs names those that are")
    return files.by_path[name].response(request, FOR_EVER)


@router.get("/openapi.json")
def openapi(request: Request) -> Response:
    """Return the OpenAPI document."""
    return _documentation(request).description.response(request, REVALIDATED)


async def not_found(request: Request, _error: Exception) -> ASGIApp:
    """Answer for an address that is not served, with the nearest one that is.

    Redirects if the address is served without its trailing slash. Raises `NotFound`.
    """
    path, root_path = request.scope["path"], request.scope["root_path"]
    inside = path.removeprefix(root_path)
    served = _served(request.app.routes)
    if not inside or (inside.endswith("/") and inside.split("/")[1] in served):
        return redirect(path.rstrip("/") if inside else f"{path}/", request.scope["query_string"])
    near = _nearest(inside[:200], served)
    said = f"nothing is served at {path[:200]}"
    if near and not asks_for_page(request.scope):  # A page has a link that says the same.
        said += meant([root_path + near])
    raise NotFound(said, near or "")


def _served(routes: list[BaseRoute]) -> set[str]:
    """Return the first parts of all paths that are served."""
    paths = (context.path for context in iter_route_contexts(routes))
    return {path.split("/")[1] for path in paths if path} - {""}


def _nearest(path: str, served: set[str]) -> str | None:
    """Return the path with its first part corrected, or None where nothing alike is served."""
    first, *rest = path.removeprefix("/").split("/")
    # A suffix stands at the end of a path only.
    known = sorted(each for each in served if "." not in each or not rest)
    near = suggest(first, known, limit=1)
    return "/".join(["", near[0], *rest]) if near and near[0] != first else None
