"""Limits for connections and requests."""

import resource
from dataclasses import dataclass, fields

from app.settings import Settings

_FILES_FOR_OTHERS = 64
"""How many open files are left for the database, the log and the threads."""


@dataclass(frozen=True)
class Limits:
    """Limits for connections and requests; see the settings of the same names."""

    max_connections: int = 1000
    max_head_bytes: int = 64 * 1024
    max_headers: int = 100
    max_pipelined: int = 16
    request_seconds: float = 10.0
    read_seconds: float = 30.0

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """Return the limits that the settings say."""
        return cls(**{field.name: getattr(settings, field.name) for field in fields(cls)})

    @property
    def connections(self) -> int:
        """How many connections there may be, within the system's limit of open files."""
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if files == resource.RLIM_INFINITY:
            return self.max_connections
        return max(1, min(self.max_connections, files - _FILES_FOR_OTHERS))
