"""The application: what is served, in the order in which the documentation shows it."""

from fastapi import FastAPI

from app.resources import RESOURCES
from app.routers import documentation, health
from app.routers.collections import collection_router
from app.serving.requests import Requests
from app.settings import Settings
from app.snapshot import ServedDatabase


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return Readout as an ASGI application; settings come from the environment when absent."""
    settings = settings or Settings()
    app = documentation.DescribedAPI(**documentation.METADATA, redirect_slashes=False)
    app.state.settings = settings
    app.state.database = ServedDatabase(settings.database_path)
    for resource in RESOURCES.values():
        app.include_router(collection_router(resource))
    app.include_router(health.router)
    app.include_router(documentation.router)
    app.mount("/docs", documentation.assets)
    app.add_exception_handler(404, documentation.not_found)
    app.add_middleware(Requests, root_path=settings.root_path)
    return app
