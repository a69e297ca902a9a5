"""The documentation in a browser: opens on the lists, on a phone and in the dark."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.conftest import Site

pytestmark = pytest.mark.slow

PHONE = {"width": 375, "height": 800}
MAX_BYTES = 20_000
"""Of a visit once the files are cached, compressed and with its headers."""


@pytest.fixture
def docs(chromium: Any, site: Site, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The page; at the end nothing has failed, been forbidden or left this host."""
    scheme = getattr(request, "param", "light")
    context = chromium.new_context(viewport=PHONE, color_scheme=scheme)
    page = context.new_page()
    wrong: list[str] = []
    page.on(
        "console",
        lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request",
        lambda asked: (
            None if asked.url.startswith((site.url, "data:")) else wrong.append(asked.url)
        ),
    )
    page.goto(f"{site.url}/docs")
    page.wait_for_selector(".opblock")
    yield page
    context.close()
    assert wrong == []


def test_it_opens_on_the_lists(docs: Any) -> None:
    summaries = docs.locator(".opblock-summary-description").all_inner_texts()
    assert summaries[:3] == ["List trips", "Get one trip", "Count trips by facet"]
    assert docs.locator(".opblock").first.bounding_box()["y"] < PHONE["height"]


def test_an_operation_fits_a_phone_and_folds_its_errors(docs: Any) -> None:
    operation = docs.locator("#operations-meetings-list_meetings")
    operation.locator(".opblock-summary-control").click()
    operation.locator(".responses-table").first.wait_for()
    width = docs.locator("html").evaluate("page => page.scrollWidth")
    assert width <= PHONE["width"]
    folded = operation.locator("tr.folded > td > details")
    statuses = ["304", "400", "406", "414", "422", "431", "500", "503"]
    assert folded.locator("> summary b").all_inner_texts() == statuses
    assert folded.evaluate_all("all => all.some((each) => each.open)") is False
    refused = folded.nth(statuses.index("422"))
    refused.locator("> summary").click()
    assert "invalid-parameters" in refused.inner_text()
    # Before it is tried out, there is nothing to press or to fill in.
    assert operation.locator(".parameters :is(button, input, select):visible").count() == 0


@pytest.mark.parametrize(("docs", "is_dark"), [("light", False), ("dark", True)], indirect=["docs"])
def test_it_has_the_theme_of_the_reader(docs: Any, is_dark: bool) -> None:
    ground = docs.locator("body").evaluate(
        "body => getComputedStyle(body).backgroundColor.match(/\\d+/g).map(Number)"
    )
    text = docs.locator(".opblock-summary-description").first.evaluate(
        "text => getComputedStyle(text).color.match(/\\d+/g).map(Number)"
    )
    dark = len(ground) == 3 and sum(ground) < 3 * 64
    assert dark is is_dark
    assert (sum(text[:3]) > 3 * 128) is is_dark


def test_the_theme_of_the_explorer_is_that_of_the_documentation(docs: Any) -> None:
    docs.evaluate("localStorage.setItem('readout-theme', 'dark')")
    docs.reload()
    docs.wait_for_selector("html.dark-mode .opblock")


def test_a_second_visit_is_one_small_request(docs: Any) -> None:
    session = docs.context.new_cdp_session(docs)
    session.send("Network.enable")
    received: list[float] = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    asked: list[str] = []
    docs.on("response", lambda got: asked.append(got.url))
    from_cache: list[str] = []
    session.on(
        "Network.requestServedFromCache", lambda event: from_cache.append(event["requestId"])
    )
    docs.goto(docs.url)
    docs.wait_for_selector(".opblock")
    docs.wait_for_load_state("networkidle")
    assert len(received) > 1
    # What comes from the browser's own cache takes no bytes.
    assert len([size for size in received if size]) == 1
    assert sum(received) < MAX_BYTES
