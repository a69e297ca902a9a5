"""Under the path of a proxy, which strips it or not, every page, file and link is found."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from tests.client import SEEDED_RECORDS
from tests.http.proxy import proxy
from tests.web.conftest import Site

pytestmark = pytest.mark.slow

PREFIX = "/readout"
PAGES = ["/", "/docs", "/search?q=climate", *SEEDED_RECORDS]
MAX_ADDRESSES = 200


@pytest.fixture(scope="module", params=[True, False], ids=["stripped", "left"])
def outside(request: pytest.FixtureRequest, seed_database: Path) -> Iterator[str]:
    """The address of the service as a proxy serves it."""
    site = Site(seed_database, root_path=PREFIX)
    with proxy(site.url, PREFIX, strips=request.param) as address:
        yield address
    site.close()


def named(text: str) -> list[str]:
    """Return the addresses on this host that a page or a script names for the browser."""
    found = re.findall(r'(?:href|src|action|data-description)="([^"#]+)', text)
    found += re.findall(r'(?:from|import) ?"(\./[^"]+)"', text)
    return [unescape(each) for each in found if not each.startswith(("data:", "http"))]


def test_every_page_file_and_link_is_found(outside: str) -> None:
    seen: set[str] = set()
    waiting = [f"{outside}{PREFIX}{path}" for path in PAGES]
    with httpx.Client(headers={"Accept": "text/html,*/*;q=0.8"}, timeout=30) as client:
        while waiting and len(seen) < MAX_ADDRESSES:
            address = waiting.pop(0)
            if address in seen:
                continue
            seen.add(address)
            answer = client.get(address)
            assert answer.status_code == 200, address
            own_script = address.endswith(".js") and "swagger-ui" not in address
            if own_script or "html" in answer.headers["content-type"]:
                waiting += [urljoin(address, each) for each in named(answer.text)]
    paths = {urlsplit(address).path for address in seen}
    assert all(path.startswith(f"{PREFIX}/") for path in paths)
    assert f"{PREFIX}/docs" in paths
    assert any(path.endswith("/vendor/preact-htm.js") for path in paths)
    assert any(path.endswith("/swagger-ui-bundle.js") for path in paths)


def test_data_lead_on_within_the_path(outside: str) -> None:
    page = httpx.get(f"{outside}{PREFIX}/meetings?limit=3")
    assert page.json()["next"].startswith(f"{PREFIX}/meetings?")
    followed = httpx.get(outside + page.json()["next"])
    by_cursor = httpx.get(f"{outside}{PREFIX}/meetings?limit=3&cursor={page.json()['next_cursor']}")
    assert followed.json() == by_cursor.json()
    assert page.links["next"]["url"] == page.json()["next"]
    for hit in httpx.get(f"{outside}{PREFIX}/search?q=climate").json()["items"]:
        assert httpx.get(outside + hit["url"]).json()["id"] == hit["id"]
    assert httpx.get(f"{outside}{PREFIX}/openapi.json").json()["servers"] == [{"url": PREFIX}]
    for path in ("/nowhere", "/meetings/nothing", "/meetings?x=1"):
        problem = httpx.get(f"{outside}{PREFIX}{path}").json()
        assert problem["instance"] == f"{PREFIX}{path.partition('?')[0]}"


def test_redirects_stay_within_the_path(outside: str) -> None:
    for path, there in (("/meetings/", "/meetings"), ("/docs/", "/docs")):
        moved = httpx.get(f"{outside}{PREFIX}{path}")
        assert moved.status_code == 308
        assert moved.headers["location"] == f"{PREFIX}{there}"
    # A proxy that strips the path sends what it redirects itself, or the opening page.
    alone = httpx.get(f"{outside}{PREFIX}", headers={"Accept": "text/html"})
    if alone.status_code == 308:
        assert alone.headers["location"] == f"{PREFIX}/"
        alone = httpx.get(f"{outside}{PREFIX}/", headers={"Accept": "text/html"})
    assert f'href="{PREFIX}/docs"' in alone.text


def test_the_path_alone_redirects(seed_database: Path) -> None:
    site = Site(seed_database, root_path=PREFIX)
    try:
        moved = httpx.get(f"{site.url}{PREFIX}?from=2021")
        assert (moved.status_code, moved.headers["location"]) == (308, f"{PREFIX}/?from=2021")
    finally:
        site.close()


def test_a_browser_shows_the_pages(chromium: Any, outside: str) -> None:
    page = chromium.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("response", lambda got: wrong.append(got.url) if got.status >= 400 else None)
    try:
        page.goto(f"{outside}{PREFIX}/docs")
        page.locator("#operations-trips-list_trips .opblock-summary-control").click()
        page.get_by_role("button", name="Try it out").click()
        page.get_by_role("button", name="Execute").click()
        page.locator(".live-responses-table .response-col_status", has_text="200").wait_for()
        assert page.locator(".request-url pre").inner_text() == f"{outside}{PREFIX}/trips"
        page.goto(f"{outside}{PREFIX}/")
        page.wait_for_selector("main .strip")
        page.get_by_role("link", name="Blinken and Austin").first.click()
        page.locator(".meeting").nth(7).wait_for()
    finally:
        page.close()
    assert wrong == []
