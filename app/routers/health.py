"""Whether the process lives, and whether it can serve.

Parameters are ignored: probes may add their own.
"""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.domain.answers import Health
from app.routers.answering import Services
from app.routers.description import (
    described_answer,
    problem_responses,
)

router = APIRouter(tags=["health"])

_UNCACHED = {"Cache-Control": "no-store"}


@router.get(
    "/livez",
    summary="Does the process live?",
    response_model=Health,
    responses={
        200: described_answer("It does.", "Cache-Control", "X-Request-ID"),
        **problem_responses(500),
    },
    operation_id="get_liveness",
)
async def livez() -> Response:
    """Answer as long as the process does, whatever the state of the data."""
    return _health(Health(status="alive", revision=None))


@router.get(
    "/readyz",
    summary="Can the data be served?",
    response_model=Health,
    responses={
        200: described_answer("It can.", "Cache-Control", "X-Request-ID"),
        **problem_responses(500, 503),
    },
    operation_id="get_readiness",
)
async def readyz(request: Request) -> Response:
    """Answer 200 with the revision being served, or 503 with the reason there is none."""
    services: Services = request.app.state.services
    return _health(Health(status="ready", revision=services.store.known_revision()))


def _health(health: Health) -> Response:
    return Response(health.model_dump_json(), 200, _UNCACHED, "application/json")
