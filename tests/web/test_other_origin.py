"""A page on another origin reads what is served, with the headers that its libraries add."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.web.conftest import Site

READ = """async ([url, headers]) => {
  const answer = await fetch(url, { headers });
  const named = ["etag", "link", "x-request-id", "retry-after", "allow", "cache-control"];
  const text = await answer.text();
  return {
    status: answer.status,
    headers: Object.fromEntries(named.map((name) => [name, answer.headers.get(name)])),
    body: text && JSON.parse(text),
  };
}"""

ADDED = {
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "tracestate": "vendor=1",
    "baggage": "user=1",
    "sentry-trace": "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
    "x-requested-with": "XMLHttpRequest",
    "content-type": "application/json",
    "authorization": "Bearer none",
    "cache-control": "no-cache",
    "x-request-id": "from-another-origin",
}
"""What tracing libraries and HTTP clients send beside what a page asks for."""


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    """The address of an empty page that another server serves."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>elsewhere</title>")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def page(chromium: Any, elsewhere: str) -> Iterator[Any]:
    opened = chromium.new_page()
    opened.goto(elsewhere)
    yield opened
    opened.close()


@pytest.mark.parametrize("added", [{}, ADDED], ids=["plain", "with-added-headers"])
def test_a_list_its_etag_and_a_problem_are_read(
    page: Any, site: Site, added: dict[str, str]
) -> None:
    listed = page.evaluate(READ, [f"{site.url}/meetings?limit=2", added])
    assert listed["status"] == 200
    assert listed["body"]["total"] == 8
    assert listed["headers"]["link"] == f'<{listed["body"]["next"]}>; rel="next"'
    etag = listed["headers"]["etag"]
    assert etag

    # A list is paged without taking an address apart.
    cursor = listed["body"]["next_cursor"]
    following = page.evaluate(READ, [f"{site.url}/meetings?limit=2&cursor={cursor}", added])
    ids = [item["id"] for item in (*listed["body"]["items"], *following["body"]["items"])]
    assert len(set(ids)) == 4

    unchanged = page.evaluate(
        READ, [f"{site.url}/meetings?limit=2", {**added, "if-none-match": etag}]
    )
    assert (unchanged["status"], unchanged["headers"]["etag"]) == (304, etag)

    refused = page.evaluate(READ, [f"{site.url}/meetings?dat=2021", added])
    assert refused["status"] == 422
    assert refused["body"]["errors"][0]["suggestions"] == ["date"]
    assert refused["headers"]["x-request-id"] == refused["body"]["request_id"]
    if added:
        assert refused["body"]["request_id"] == "from-another-origin"


@pytest.mark.slow
def test_a_page_may_not_be_put_in_a_frame(chromium: Any, site: Site, elsewhere: str) -> None:
    page = chromium.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    try:
        page.goto(elsewhere)
        for path in ("/docs", "/", "/meetings"):
            said.clear()
            with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
                page.evaluate(
                    "(url) => document.body.append(Object.assign(document.createElement('iframe'),"
                    " { src: url }))",
                    site.url + path,
                )
    finally:
        page.close()
