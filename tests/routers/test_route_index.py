"""The index of routes finds what a router finds that tries them all."""

import asyncio
import re
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

from app.http.conditional import Conditions
from app.main import create_app
from app.routers.answering import DataRoute
from app.routers.route_index import RouteIndex
from app.settings import Settings
from tests.client import Client

ACCEPTS = (b"*/*", b"text/html", b"text/csv", b"image/png")
ROOTS = ("", "/under/a/path")


@pytest.fixture(scope="module")
def application() -> FastAPI:
    return create_app(Settings(database_url="sqlite:///nowhere.db"))


def scope_of(path: str, accept: bytes, root: str = "") -> dict[str, Any]:
    headers = [(b"accept", accept)]
    return {
        "type": "http", "method": "GET", "path": root + path, "root_path": root,
        "headers": headers, "state": {"conditions": Conditions(headers)},
    }  # fmt: skip


def paths_of(application: FastAPI) -> list[str]:
    """Return a path for each route, and paths that are like them."""
    paths = {
        re.sub(r"\{(\w+)\}", word, route.path)
        for route in application.routes
        if isinstance(route, APIRoute)
        for word in ("facets", "csv", "antony-blinken", "a.b", "ö", "")
    }
    return sorted(paths | {f"{path}/" for path in paths} | {f"{path}/more" for path in paths})


def found_by_trying(application: FastAPI, scope: dict[str, Any]) -> Any:
    for route in application.routes:
        match, child_scope = route.matches(scope)
        if match is Match.FULL:
            return child_scope.get("route", route), child_scope.get("path_params")
    return None


async def nothing(*_: object) -> None:
    """Stand for what is behind the index."""


@pytest.fixture(scope="module")
def index(application: FastAPI) -> RouteIndex:
    return RouteIndex(nothing, application.routes)


@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize("accept", ACCEPTS)
def test_it_finds_what_a_router_finds(
    application: FastAPI, index: RouteIndex, accept: bytes, root: str
) -> None:
    of_data = 0
    for path in paths_of(application):
        scope = scope_of(path, accept, root)
        by_trying = found_by_trying(application, scope)
        route = index.find(scope)
        if by_trying is None or not isinstance(by_trying[0], DataRoute):
            assert route is None, path
        else:
            of_data += 1
            assert (route, scope["path_params"]) == by_trying, path
    assert of_data > 80


def test_every_collection_is_found_in_it(index: RouteIndex) -> None:
    for path in ("/meetings", "/meetings.csv", "/meetings/a-meeting", "/quotes/facets", "/network"):
        assert index.find(scope_of(path, b"*/*")) is not None


def test_what_is_not_its_own_it_leaves_to_the_router(application: FastAPI) -> None:
    passed_on = []

    async def behind(scope: Scope, _receive: Receive, _send: Send) -> None:
        passed_on.append(scope["path"])

    index = RouteIndex(behind, application.routes)
    paths = ["/livez", "/nothing", "/quotes.csv/more", "//meetings"]
    scopes = [scope_of(path, b"*/*") for path in paths]
    scopes += [{"type": "websocket", "path": "/meetings"}]
    scopes += [scope_of("/meetings", b"*/*") | {"method": "POST"}]
    for scope in scopes:
        asyncio.run(index(scope, nothing, nothing))  # type: ignore[arg-type]
    assert passed_on == [*paths, "/meetings", "/meetings"]


def test_a_browser_gets_facets_where_it_gets_pages_of_records(client: Client) -> None:
    page = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    response = client.get("/meetings/facets", headers=page)
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
