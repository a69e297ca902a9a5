"""Everything at once, as one file that is written once for each revision and process."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from app.http.answers import headers_of_data, not_modified
from app.http.conditional import Conditions, etag_of
from app.http.files import FileAnswer
from app.query.parameters import refuse_parameters
from app.representations.dump import MEDIA_TYPE, DumpedTrip, write_dump
from app.representations.temporary import TemporaryFolder
from app.routers.answering import Services
from app.routers.description import describe_dump
from app.store.base import DatabaseUnavailable, Deadline, DeadlineExceeded, Store, retried
from app.store.sqlite.copying import copy_of


class FileRoute(APIRoute):
    """A route whose endpoint returns an ASGI application that sends a file."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Any]]:
        """Return the endpoint itself, without FastAPI's handling of models."""
        endpoint: Callable[[Request], Coroutine[Any, Any, Any]] = self.endpoint
        return endpoint


router = APIRouter(route_class=FileRoute)


class Dumps:
    """The dump of the revision being served, written on the first request. For one event loop."""

    def __init__(self, store: Store, page_seconds: float, max_seconds: float) -> None:
        """Take the store, and the seconds that a part of the dump and all of it may take."""
        self._store, self._page_seconds, self._max_seconds = store, page_seconds, max_seconds
        self._lock = asyncio.Lock()
        self._folder: TemporaryFolder | None = None
        self._revision = ""

    async def current(self) -> tuple[str, BinaryIO]:
        """Return the revision being served and its dump, opened; raise what the store raises."""
        async with self._lock:  # Requests that come meanwhile wait for the same file.
            if not self._is_current():
                folder = await run_sync(TemporaryFolder)
                try:
                    write = partial(self._write, folder.path / "dump.zip")
                    self._revision = await run_sync(retried, write)
                except BaseException:
                    folder.remove()
                    raise
                self.close()
                self._folder = folder
            assert self._folder is not None  # noqa: S101 - it is there now
            return self._revision, await run_sync((self._folder.path / "dump.zip").open, "rb")

    def _is_current(self) -> bool:
        """Return whether the file is of the served revision, and not cleaned from /tmp."""
        if self._folder is None or not (self._folder.path / "dump.zip").is_file():
            return False
        return self._store.known_revision() == self._revision

    def close(self) -> None:
        """Remove the file."""
        if self._folder is not None:
            self._folder.remove()
            self._folder = None

    def _write(self, path: Path) -> str:
        held = self._store.hold(self._page_seconds)
        deadline = Deadline(self._max_seconds)
        try:
            trips = (_within(deadline, DumpedTrip(*trip)) for trip in held.trip_files())
            write_dump(path, trips, held.revision)
            return held.revision
        finally:
            held.close()


def _within(deadline: Deadline, trip: DumpedTrip) -> DumpedTrip:
    if deadline.seconds_left < 0:
        raise DeadlineExceeded("a dump takes longer than it may")
    return trip


@router.get("/dump.zip", **describe_dump())
async def dump(request: Request) -> ASGIApp:
    """Send all trips, each as its file."""
    refuse_parameters(request.scope["query_string"])
    services: Services = request.app.state.services
    known = _known(request, _tag(services.store.known_revision()))
    if known is not None:
        return known
    dumps: Dumps = request.app.state.dumps
    revision, file = await dumps.current()
    return _sent(request, file, _tag(revision), MEDIA_TYPE)


database = APIRouter(route_class=FileRoute, include_in_schema=False)
"""Served where the settings ask for it."""


@database.get("/readout.db")
async def readout_db(request: Request) -> ASGIApp:
    """Send the copy of the data that the last load made."""
    refuse_parameters(request.scope["query_string"])
    services: Services = request.app.state.services
    try:
        file: BinaryIO = await run_sync(copy_of(Path(services.settings.database)).open, "rb")
    except OSError as error:
        detail = "there is no copy of the data yet; the next load makes one"
        raise DatabaseUnavailable(detail) from error
    # All processes have the same file; each load puts another in its place.
    found = os.fstat(file.fileno())
    tag = f"{found.st_ino:x}-{found.st_mtime_ns:x}-{found.st_size:x}".encode()
    known = _known(request, tag)
    if known is not None:
        file.close()
        return known
    return _sent(request, file, tag, "application/vnd.sqlite3")


def _known(request: Request, tag: bytes) -> ASGIApp | None:
    """Return 304 for a client that has the file with this tag."""
    conditions: Conditions = request.scope["state"]["conditions"]
    services: Services = request.app.state.services
    known = conditions.known_form(tag)
    if known is None and conditions.any_form_is_known:
        known = etag_of(tag, "")
    return None if known is None else not_modified(known, services.settings.max_age)


def _sent(request: Request, file: BinaryIO, tag: bytes, media_type: str) -> FileAnswer:
    services: Services = request.app.state.services
    headers = headers_of_data(services.settings.max_age, media_type)
    return FileAnswer(
        file, etag_of(tag, ""), headers, request.headers.get("range", ""),
        request.headers.get("if-range", ""), is_head=request.scope["state"]["is_head"],
    )  # fmt: skip


def _tag(revision: str) -> bytes:
    return f"{revision}-dump".encode()
