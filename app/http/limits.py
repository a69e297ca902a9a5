"""What one connection may take."""

from dataclasses import dataclass, fields

from app.settings import Settings


@dataclass(frozen=True)
class Limits:
    """What a connection may take; see the settings of the same names."""

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
