"""The way in: `/` leads to the documentation, and an address that is not served to its like."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.responses import RedirectResponse, Response

from app.resources import RESOURCES
from app.serving.problems import NotFound, problem_response
from app.text import did_you_mean

METADATA: dict[str, Any] = {
    "title": "Readout",
    "version": "0.1.0",
    "summary": "Official trips: who met whom, where and when, what was said, what was agreed.",
    "openapi_tags": [
        *(
            {"name": resource.name, "description": resource.description}
            for resource in RESOURCES.values()
        ),
        {"name": "health", "description": "Whether the process lives, and whether it can serve."},
    ],
    "redoc_url": None,
}

router = APIRouter(include_in_schema=False)


@router.get("/")
async def root(request: Request) -> Response:
    """Lead a visitor to the documentation."""
    return RedirectResponse(f"{request.app.state.settings.root_path}/docs")


async def not_found(request: Request, _error: Exception) -> Response:
    """Answer for an address that is not served, with the nearest one that is."""
    path = request.scope["path"]
    known = [route.path for route in request.app.routes if isinstance(route, APIRoute)]
    error = NotFound(f"nothing is served at {path[:200]}{did_you_mean(path[:200], known)}")
    return problem_response(error, request.scope)
