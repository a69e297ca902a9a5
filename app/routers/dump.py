"""Everything at once, as one file that is written once for each revision and process."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from app.http.answers import headers_of_data, not_modified
from app.http.conditional import Conditions
from app.http.files import FileAnswer
from app.query.parameters import refuse_parameters
from app.representations.dump import MEDIA_TYPE, DumpedTrip, write_dump
from app.representations.temporary import TemporaryFolder
from app.routers.answering import Services
from app.routers.description import describe_dump
from app.store.base import Deadline, DeadlineExceeded, Store


class FileRoute(APIRoute):
    """A route whose endpoint returns what sends a file: an ASGI application, as responses are."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Any]]:
        """Return the endpoint, of which FastAPI makes no model."""
        endpoint: Callable[[Request], Coroutine[Any, Any, Any]] = self.endpoint
        return endpoint


router = APIRouter(route_class=FileRoute)


class Dumps:
    """The dump of the revision being served, written when somebody first asks. For one loop."""

    def __init__(self, store: Store, page_seconds: float, max_seconds: float) -> None:
        """Take what is dumped, and how long a part of it and all of it may take."""
        self._store, self._page_seconds, self._max_seconds = store, page_seconds, max_seconds
        self._lock = asyncio.Lock()
        self._folder: TemporaryFolder | None = None
        self._revision = ""

    async def current(self) -> tuple[str, Path]:
        """Return the revision being served and its dump; raise what the store raises."""
        async with self._lock:  # Those who come meanwhile get the same.
            if self._folder is None or self._store.known_revision() != self._revision:
                folder = await run_sync(TemporaryFolder)
                try:
                    self._revision = await run_sync(self._write, folder.path / "dump.zip")
                except BaseException:
                    folder.remove()
                    raise
                self.close()
                self._folder = folder
            return self._revision, self._folder.path / "dump.zip"

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
    conditions: Conditions = request.scope["state"]["conditions"]
    dumps: Dumps = request.app.state.dumps
    max_age = services.settings.max_age
    known = conditions.known_form(_tag(services.store.known_revision()))
    if known is not None:
        return not_modified(known, max_age)
    revision, path = await dumps.current()
    headers = headers_of_data(max_age, MEDIA_TYPE)
    return FileAnswer(
        path, b'"%b"' % _tag(revision), headers, request.headers.get("range", ""),
        request.headers.get("if-range", ""), is_head=request.scope["state"]["is_head"],
    )  # fmt: skip


def _tag(revision: str) -> bytes:
    return f"{revision}-dump".encode()
