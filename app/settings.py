"""Settings: `READOUT_*` in the environment, checked when they are read."""

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

PROJECT = Path(__file__).resolve().parent.parent

# What may stand in the path of an address. This one becomes part of headers as it is.
_PATH = re.compile(r"(?:[A-Za-z0-9/._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*")


def _sqlite_url(value: str) -> str:
    if not value.startswith("sqlite:///") or value in ("sqlite:///", "sqlite:///:memory:"):
        raise ValueError(
            "must name a SQLite file, as sqlite:///readout.db or sqlite:////srv/readout.db"
        )
    return value


def _root_path(value: str) -> str:
    if value and (not value.startswith("/") or value.endswith("/")):
        raise ValueError("must begin with / and not end with one, as /api")
    if not _PATH.fullmatch(value):
        raise ValueError("must be written as in an address, with % for what cannot stand there")
    return value


class Settings(BaseModel):
    """What a deployment decides. Every field is read from `READOUT_` and its name in capitals."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    database_url: Annotated[str, AfterValidator(_sqlite_url)] = Field(
        "sqlite:///readout.db", description="The database: `sqlite:///` and a path."
    )
    seed: Path = Field(
        PROJECT / "seed", description="The folder of trip files that fills an empty database."
    )
    host: str = Field("127.0.0.1", description="The address to listen on.")
    port: int = Field(
        8000, ge=0, le=65535, description="The port to listen on; 0 takes a free one."
    )
    workers: int = Field(1, ge=1, le=256, description="How many processes serve.")
    root_path: Annotated[str, AfterValidator(_root_path)] = Field(
        "", description="The path under which a proxy serves Readout, as `/api`."
    )
    forwarded_allow_ips: str = Field(
        "127.0.0.1", description="The proxies whose `X-Forwarded-*` headers are believed."
    )
    max_age: int = Field(
        60, ge=0, le=31_536_000, description="For how many seconds caches may keep an answer."
    )
    store_bytes: int = Field(
        32 * 2**20, ge=0, description="How many bytes of finished answers a process keeps."
    )
    shutdown_seconds: int = Field(
        10, ge=0, le=3600, description="How long open requests may take when the service stops."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least important log lines that are written."
    )

    @model_validator(mode="before")
    @classmethod
    def _with_environment(cls, given: dict[str, Any]) -> dict[str, Any]:
        # Small letters will do, too, as they do where the system knows no others.
        environment = {name.lower(): value for name, value in os.environ.items()}
        names = {field: f"readout_{field}" for field in cls.model_fields}
        found = {field: environment[name] for field, name in names.items() if name in environment}
        return {**found, **given}

    @property
    def database_path(self) -> Path:
        """The file that the database URL names."""
        return Path(self.database_url.removeprefix("sqlite:///"))
