"""The application: what is served, in the order in which the documentation shows it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from app.domain.collections import RESOURCES
from app.http.cache import AnswerStore
from app.http.metrics import Metrics
from app.http.middleware import REQUESTS, Requests
from app.routers import documentation, explorer, health, metrics
from app.routers.answering import DataAnswers, DataRoute
from app.routers.collections import collection_routes
from app.routers.facets import facets_routes
from app.routers.network import network_routes
from app.routers.search import search_routes
from app.settings import Settings
from app.store.sqlite.snapshot import ServedDatabase


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return Readout as an ASGI application; settings come from the environment when absent."""
    settings = settings or Settings()
    app = documentation.DescribedAPI(
        **documentation.METADATA, redirect_slashes=False, lifespan=_lifespan
    )
    app.state.settings = settings
    app.state.database = ServedDatabase(settings.database_path)
    app.state.store = AnswerStore(app.state.database, settings.store_bytes)
    app.state.metrics = Metrics(app.state.database, app.state.store)
    app.include_router(explorer.assets)
    app.include_router(explorer.router)
    data_routes: list[DataRoute] = []
    for resource in RESOURCES.values():
        data_routes += [*facets_routes(resource), *collection_routes(resource)]
    data_routes += [*search_routes(), *network_routes()]
    app.router.routes += data_routes
    app.include_router(health.router)
    app.include_router(metrics.router)
    app.include_router(documentation.router)
    app.mount("/docs", documentation.assets)
    app.add_exception_handler(404, documentation.not_found)
    app.add_exception_handler(Exception, documentation.pass_on)
    app.front = Requests(
        app.inside,
        data=DataAnswers(data_routes, app.state.database, app.state.store, settings),
        store=app.state.store,
        metrics=app.state.metrics,
        root_path=settings.root_path,
    )
    return app


@asynccontextmanager
async def _lifespan(app: documentation.DescribedAPI) -> AsyncIterator[dict[str, Any]]:
    """Prepare the event loop's thread, and tell the server of the layer in front."""
    app.state.database.enlarge_cache()
    publishing = asyncio.create_task(_publish(app.state.metrics))
    try:
        yield {REQUESTS: app.front}
    finally:
        publishing.cancel()


async def _publish(metrics: Metrics) -> None:
    """Pass on the numbers of this process each second, for whichever process is asked."""
    while True:
        metrics.publish()
        await asyncio.sleep(1)
