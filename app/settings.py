"""Settings: `READOUT_*` in the environment, in `.env` or as secrets, checked when they are read."""

import difflib
import os
import re
from pathlib import Path
from typing import Annotated, Literal

from dotenv import dotenv_values
from pydantic import AfterValidator, Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parent.parent

PREFIX = "READOUT_"
ENV_FILE = Path(".env")
SECRETS = Path("/run/secrets")
"""Where Docker and Kubernetes put secrets: a file for each, named like the variable."""

# What the path of an address may contain. The root path is copied into headers as it is.
_PATH = re.compile(r"(?:[A-Za-z0-9/._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*")

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")


def _database_url(value: str) -> str:
    if value.startswith("postgresql+psycopg://"):
        return value
    if not value.startswith("sqlite:///") or value in ("sqlite:///", "sqlite:///:memory:"):
        raise ValueError(
            "must name a SQLite file, as sqlite:///readout.db or sqlite:////srv/readout.db,"
            " or a PostgreSQL database, as postgresql+psycopg://user@host/readout"
        )
    if "?" in value:
        raise ValueError("must end with the path of the file: options after a ? are not taken")
    return value


def _host(value: str) -> str:
    if not value.strip():
        raise ValueError("must name an address to listen on, as 127.0.0.1, or 0.0.0.0 for all")
    return value


def _root_path(value: str) -> str:
    if value and (not value.startswith("/") or value.endswith("/")):
        raise ValueError("must begin with / and not end with one, as /api")
    if not _PATH.fullmatch(value):
        raise ValueError("must be written as in an address, with % for what cannot stand there")
    return value


def _public_url(value: str) -> str:
    if value and not _ORIGIN.fullmatch(value):
        raise ValueError("must be a scheme and a host, as https://trips.example.org")
    return value


class Settings(BaseSettings):
    """What a deployment decides. Every field is read from `READOUT_` and its name in capitals.

    What is given as an argument goes first, then the environment, then `.env`, then secrets.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        secrets_dir=SECRETS if SECRETS.is_dir() else None,  # It warns of one that is not there.
        extra="ignore",
        frozen=True,
    )

    database_url: Annotated[str, AfterValidator(_database_url)] = Field(
        "sqlite:///readout.db", description="`sqlite:///` and a path, or `postgresql+psycopg://`."
    )
    offer_database: bool = Field(
        False, description="Whether loads make a copy of the data, offered at `/readout.db`."
    )
    seed: Path = Field(
        PROJECT / "seed", description="The folder of trip files that fills an empty database."
    )
    host: Annotated[str, AfterValidator(_host)] = Field(
        "127.0.0.1", description="The address to listen on."
    )
    port: int = Field(
        8000, ge=0, le=65535, description="The port to listen on; 0 takes a free one."
    )
    workers: int = Field(1, ge=1, le=256, description="How many processes serve.")
    root_path: Annotated[str, AfterValidator(_root_path)] = Field(
        "", description="The path under which a proxy serves Readout, as `/api`."
    )
    public_url: Annotated[str, AfterValidator(_public_url)] = Field(
        "", description="Where Readout is found, as `https://trips.example.org`, for shared links."
    )
    forwarded_allow_ips: str = Field(
        "127.0.0.1", description="The proxies whose `X-Forwarded-*` headers are believed."
    )
    max_age: int = Field(
        60, ge=0, le=31_536_000, description="For how many seconds caches may keep an answer."
    )
    cache_bytes: int = Field(
        32 * 2**20, ge=0, description="How many bytes of finished answers a process caches."
    )
    query_seconds: float = Field(
        2.0, gt=0, le=3600, description="How long a question to the data may take, in seconds."
    )
    max_queries: int = Field(
        8, ge=1, le=256, description="How many slow questions a process answers at a time."
    )
    export_seconds: float = Field(
        300.0, gt=0, le=86400, description="How long a whole list may take, in seconds."
    )
    max_exports: int = Field(
        4, ge=1, le=256, description="How many whole lists a process sends at a time."
    )
    max_connections: int = Field(
        1000, ge=1, le=100_000, description="How many connections a process has open."
    )
    max_head_bytes: int = Field(
        65536, ge=1024, le=1_048_576, description="How long the head of a request may be."
    )
    max_headers: int = Field(
        100, ge=10, le=1000, description="How many headers a request may have."
    )
    max_pipelined: int = Field(
        16, ge=1, le=1000, description="How many requests of a connection wait for their turn."
    )
    request_seconds: float = Field(
        10.0, gt=0, le=3600, description="How long a client may take to send a request, in seconds."
    )
    idle_seconds: int = Field(
        30, ge=1, le=3600, description="How long a connection stays open after an answer."
    )
    read_seconds: float = Field(
        30.0, gt=0, le=3600, description="How long a client may not read on before it is cut off."
    )
    shutdown_seconds: int = Field(
        10, ge=0, le=3600, description="How long open requests may take when the service stops."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least important log lines that are written."
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="How log lines are written: `json` is an object a line."
    )

    @field_validator("offer_database")
    @classmethod
    def _a_file_is_offered(cls, value: bool, info: ValidationInfo) -> bool:
        if value and not str(info.data.get("database_url", "sqlite:///")).startswith("sqlite:///"):
            raise ValueError("needs a SQLite database: others lie in no file")
        return value

    @property
    def database(self) -> Path | str:
        """The database: a path for SQLite's file, else the URL as it is."""
        if self.database_url.startswith("sqlite:///"):
            return Path(self.database_url.removeprefix("sqlite:///"))
        return self.database_url


def unknown_settings(env_file: Path = ENV_FILE) -> list[str]:
    """Return a message for each `READOUT_*` variable that is none of the settings.

    It looks in the environment and in `env_file`, and gives names only: a value may be a secret.
    """
    known = [field.upper() for field in Settings.model_fields]
    in_file = dotenv_values(env_file) if env_file.is_file() else {}
    messages = []
    for name in sorted({*os.environ, *in_file}):
        setting = name.upper().removeprefix(PREFIX)
        if setting != name.upper() and setting not in known:
            meant = difflib.get_close_matches(setting, known, n=1)
            messages.append(f"{name} is not a setting" + "".join(f"; {PREFIX}{m}?" for m in meant))
    return messages
