"""Runs uvicorn, with Readout's protocol if it was tested with this version."""

import logging
from typing import Any

import uvicorn

from app.logs import log_config
from app.settings import Settings

TESTED_UVICORN = ("0.54",)
"""The minor versions of uvicorn with which Readout's protocol, a subclass of uvicorn's, was
tested."""

log = logging.getLogger("readout")


def run(settings: Settings) -> None:
    """Serve until a signal ends it, in as many processes as the settings say."""
    uvicorn.run(
        "app.main:create_served_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        access_log=False,
        log_config=log_config(settings.log_level, settings.log_format),
        server_header=False,
        forwarded_allow_ips=settings.forwarded_allow_ips,
        timeout_keep_alive=settings.idle_seconds,
        timeout_graceful_shutdown=settings.shutdown_seconds,
        **protocol_options(settings, uvicorn.__version__),
    )


def protocol_options(settings: Settings, version: str) -> dict[str, Any]:
    """Return uvicorn's options for the protocol; without Readout's, with uvicorn's own limits."""
    if version.rpartition(".")[0] in TESTED_UVICORN:
        from app.http.protocol import ReadoutProtocol

        return {"http": ReadoutProtocol}
    log.warning(
        "uvicorn %s is not one that Readout's protocol was tested with (%s): its own serves, with"
        " fewer limits",
        version,
        ", ".join(f"{tested}.x" for tested in TESTED_UVICORN),
    )
    return {
        "http": "auto",
        "limit_concurrency": settings.max_connections,
        "h11_max_incomplete_event_size": settings.max_head_bytes,
    }
