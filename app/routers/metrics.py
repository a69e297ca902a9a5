"""What the process counts, for Prometheus."""

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from app.http.metrics import MEDIA_TYPE, Metrics
from app.routers.answering import Services
from app.routers.description import (
    described_answer,
    problem_responses,
)
from app.store.base import DatabaseUnavailable, Deadline, DeadlineExceeded

router = APIRouter(tags=["health"])

_EXAMPLE = """\
# HELP readout_ready Whether the data can be served: 1 or 0. /readyz tells why not.
# TYPE readout_ready gauge
readout_ready 1.0
"""


@router.get(
    "/metrics",
    summary="How does the service do?",
    response_class=PlainTextResponse,
    responses={
        200: described_answer(
            "Its metrics, as Prometheus reads them.", "Cache-Control", "X-Request-ID"
        )
        | {
            "content": {
                "text/plain": {
                    "examples": {"example": {"summary": "An excerpt", "value": _EXAMPLE}},
                }
            }
        },
        **problem_responses(500),
    },
    operation_id="get_metrics",
)
async def metrics(request: Request) -> Response:
    """Count requests and cached answers, and name the revision being served.

    The numbers are those of all worker processes together, at most a second old.
    """
    counted: Metrics = request.app.state.services.metrics
    services: Services = request.app.state.services
    try:
        loaded_at = await run_sync(
            services.store.loaded_at, Deadline(services.settings.query_seconds)
        )
    except (DatabaseUnavailable, DeadlineExceeded):
        loaded_at = None  # The metrics of the data say that it cannot be served.
    return Response(counted.text(loaded_at), 200, {"Cache-Control": "no-store"}, MEDIA_TYPE)
