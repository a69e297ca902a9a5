import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from app.http.protocol import ReadoutProtocol
from app.ingest.loader import load
from app.main import create_app
from app.settings import Settings
from tests.trips import write_trips
from tests.web.many import many_trips

CHROMIUM = shutil.which("chromium")

Open = Callable[..., Any]


class Site:
    """The service on a port of its own, as a browser meets it."""

    def __init__(self, database: Path, **settings: Any) -> None:
        app = create_app(Settings(database_url=f"sqlite:///{database}", **settings))
        config = uvicorn.Config(app, http=ReadoutProtocol, log_level="error", lifespan="on")
        self._server = uvicorn.Server(config)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )
        self._thread.start()
        deadline = time.monotonic() + 20
        while not self._server.started:
            assert time.monotonic() < deadline, "the service does not start"
            time.sleep(0.02)

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(20)
        self._socket.close()


OpenSite = Callable[..., Site]
"""Takes a database and settings; returns the service over it."""


@pytest.fixture(scope="session")
def site(seed_database: Path) -> Iterator[Site]:
    """The service with the trips in `seed/`."""
    opened = Site(seed_database)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def made_up_many(
    tmp_path_factory: pytest.TempPathFactory, migrated_database: Path
) -> Iterator[Site]:
    """The service with four thousand made-up trips."""
    folder = tmp_path_factory.mktemp("many")
    path = Path(shutil.copy(migrated_database, folder / "readout.db"))
    load(path, write_trips(folder / "trips", many_trips()))
    opened = Site(path)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright."""
    if CHROMIUM is None:
        pytest.skip("no chromium on the path: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright is installed")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_site() -> Iterator[OpenSite]:
    """Return a function that starts the service over a database; it ends after its pages have."""
    opened: list[Site] = []

    def open_(database: Path, **settings: Any) -> Site:
        opened.append(Site(database, **settings))
        return opened[-1]

    yield open_
    for site in opened:
        site.close()


@pytest.fixture
def visit(
    chromium: Any,
    site: Site,
    open_site: OpenSite,  # noqa: ARG001 - what it opened has to outlast the pages
) -> Iterator[Open]:
    """Return a function that opens a view; at the end nothing has failed or left this host."""
    contexts: list[Any] = []
    wrong: list[str] = []

    def open_(path: str, *, at: Site = site, **options: Any) -> Any:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "request",
            lambda asked: (
                None if asked.url.startswith((at.url, "data:")) else wrong.append(asked.url)
            ),
        )
        page.goto(at.url + path)
        if options.get("java_script_enabled", True):
            page.wait_for_selector("main .strip")
            page.wait_for_selector("main .later", state="detached")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []
