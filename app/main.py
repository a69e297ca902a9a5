"""The application: what is served, in the order in which the documentation shows it."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.routing import BaseRoute

from app.domain.collections import RESOURCES
from app.http.cache import ResponseCache
from app.http.limits import Limits
from app.http.metrics import Metrics
from app.http.middleware import EdgeMiddleware
from app.http.multiprocess import end_with_parent
from app.routers import (
    documentation,
    dump,
    explorer,
    health,
    metrics,
    pictures,
    programs,
    webassets,
)
from app.routers.answering import DataRoute, Services
from app.routers.attempts import Attempts
from app.routers.collections import add_collection
from app.routers.exporting import Exports
from app.routers.facets import add_facets
from app.routers.network import add_network
from app.routers.openapi import METADATA, describe
from app.routers.problems import refusal_of
from app.routers.route_index import RouteIndex
from app.routers.running import QueryRunner
from app.routers.search import add_search
from app.routers.showing import refusal_as_page
from app.settings import Settings
from app.store.base import DatabaseUnavailable
from app.store.engines import open_store

_NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
"""Readout has logs and metrics of its own. FastAPI's would look for OpenTelemetry's providers three
times in each request."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return Readout as an ASGI application; settings come from the environment when absent."""
    settings = settings or Settings()
    store = open_store(settings.database)
    responses = ResponseCache(store.known_revision, settings.cache_bytes)

    def revision() -> str | None:
        try:
            return store.known_revision()
        except DatabaseUnavailable:
            return None  # /readyz says why.

    app = FastAPI(**METADATA, redirect_slashes=False, lifespan=_lifespan, telemetry=_NO_TELEMETRY)
    counted = Metrics(revision, responses)
    app.state.services = Services(
        store,
        responses,
        QueryRunner(settings.max_queries, settings.query_seconds),
        Attempts(),
        Exports(settings.max_exports, settings.export_seconds, settings.query_seconds),
        counted,
        settings,
    )
    app.state.dumps = dump.Dumps(store, settings.query_seconds, settings.export_seconds)
    # In the application's own list of routes: a router that is included is searched twice.
    own = _own_routes()
    app.router.routes += own
    app.add_middleware(RouteIndex, routes=own)
    app.include_router(webassets.router)
    app.include_router(health.router)
    app.include_router(metrics.router)
    app.include_router(dump.router)
    if settings.offer_database:
        app.include_router(dump.database)
    app.include_router(programs.router)
    app.include_router(documentation.router)
    # It returns an ASGI application, which Starlette calls as it calls its own responses.
    app.add_exception_handler(404, documentation.not_found)  # type: ignore[arg-type]
    app.add_middleware(
        EdgeMiddleware,
        cache=responses,
        metrics=counted,
        refusal_of=refusal_of,
        page_of=refusal_as_page,
        root_path=settings.root_path,
    )
    describe(app, settings.root_path)
    return app


def create_served_app() -> FastAPI:
    """Return the application for a process that does nothing else, as `readout serve` starts it."""
    app = create_app()
    # All objects made so far, some 100,000, live until the process ends. A garbage collection that
    # scans them would delay every thousandth request or so by 60 ms.
    gc.collect()
    gc.freeze()
    return app


@cache
def _own_routes() -> list[BaseRoute]:
    """Return the routes of data and of pages, each before others that would match its paths.

    All applications of a process share them, as they share the routers of modules: a request finds
    what belongs to its application.
    """
    facets, others = APIRouter(route_class=DataRoute), APIRouter(route_class=DataRoute)
    for resource in RESOURCES.values():
        add_facets(facets, resource)  # Else a record's route would take `facets` for an id.
        add_collection(others, resource)
    add_search(others)
    add_network(others)
    # Pages stand at the addresses of records, for requests that want HTML.
    return [*facets.routes, *pictures.router.routes, *explorer.router.routes, *others.routes]


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    """Prepare the event loop's thread; put what a server may use into the lifespan state."""
    services: Services = app.state.services
    services.store.prepare_loop()
    if services.settings.workers > 1:
        end_with_parent()
    publishing = asyncio.create_task(_publish(services.metrics))
    try:
        # Readout's protocol finds these in its state; other servers do without.
        yield {
            "cache": services.cache,
            "limits": Limits.of(services.settings),
            "metrics": services.metrics,
        }
    finally:
        publishing.cancel()
        services.runner.stop()
        app.state.dumps.close()
        services.store.close()


async def _publish(metrics: Metrics) -> None:
    """Publish the numbers of this process each second, for any process that is asked."""
    while True:
        metrics.publish()
        await asyncio.sleep(1)
