"""Logs: one line each, to standard error, whatever writes them."""

import json
import logging
import logging.config
from datetime import UTC, datetime
from typing import Any, Literal

LogFormat = Literal["text", "json"]


class OneLine(logging.Formatter):
    """Writes a record as one line: line breaks and control characters are shown as escapes."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record, its traceback included."""
        line = super().format(record)
        if line.isprintable():
            return line
        return "".join(c if c.isprintable() else repr(c)[1:-1] for c in line)


class JsonLine(logging.Formatter):
    """Writes a record as one line of JSON: its message, and its fields by name.

    `extra={"fields": {...}}` of a log call adds members, as the request id of a request.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record, its traceback included."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)  # Whatever is not ASCII is escaped, so that no line can be broken.


def log_config(level: str, format_: LogFormat = "text") -> dict[str, Any]:
    """Return the logging configuration, for `logging` and for uvicorn alike."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {"()": OneLine, "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s"},
            "json": {"()": JsonLine},
        },
        "handlers": {
            "lines": {"class": "logging.StreamHandler", "formatter": format_},
        },
        "root": {"handlers": ["lines"], "level": "WARNING"},
        "loggers": {
            "readout": {"level": level.upper()},
            "uvicorn": {"level": level.upper()},
            # Readout writes its own line a request, with the request id.
            "uvicorn.access": {"level": "CRITICAL"},
        },
    }


def configure_logs(level: str, format_: LogFormat = "text") -> None:
    """Write log lines of at least this level."""
    logging.config.dictConfig(log_config(level, format_))
