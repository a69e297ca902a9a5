"""Logs: one line each, to standard error, whatever writes them."""

import logging
import logging.config
from typing import Any


class OneLine(logging.Formatter):
    """Writes a record as one line: line breaks and control characters are shown as escapes."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record, its traceback included."""
        line = super().format(record)
        if line.isprintable():
            return line
        return "".join(c if c.isprintable() else repr(c)[1:-1] for c in line)


def log_config(level: str) -> dict[str, Any]:
    """Return the logging configuration, for `logging` and for uvicorn alike."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"()": OneLine, "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s"},
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
