"""Logs: one line each, to standard error, whatever writes them."""

import logging.config
from typing import Any


def log_config(level: str) -> dict[str, Any]:
    """Return the logging configuration, for `logging` and for uvicorn alike."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        },
        "handlers": {
            "lines": {"class": "logging.StreamHandler", "formatter": "line"},
        },
        "root": {"handlers": ["lines"], "level": "WARNING"},
        "loggers": {
            "readout": {"level": level.upper()},
            "uvicorn": {"level": level.upper()},
            # Readout writes its own line a request, with the request id.
            "uvicorn.access": {"level": "CRITICAL"},
        },
    }


def configure_logs(level: str) -> None:
    """Write log lines of at least this level."""
    logging.config.dictConfig(log_config(level))
