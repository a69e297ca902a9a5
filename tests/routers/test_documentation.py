"""The documentation page needs no other host, and a mistaken address is set right."""

import json
import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from anyio.from_thread import BlockingPortal

from app.http.compression import encode
from app.main import create_app
from app.routers import webfiles
from app.settings import Settings
from tests.asgi import ask
from tests.client import Client, MakeClient, problem
from tests.http.codings import DECODE


@pytest.fixture(scope="module")
def page(client: Client) -> str:
    response = client.get("/docs")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return response.text


def test_the_root_has_a_link_to_the_page(client: Client) -> None:
    assert '<a href="/docs">' in client.get("/").text


def test_the_root_has_a_link_to_the_page_behind_a_proxy(
    serve: MakeClient, seed_database: Path
) -> None:
    proxied = serve(seed_database, root_path="/api")
    assert '<a href="/api/docs">' in proxied.get("/").text
    assert proxied.get("/openapi.json").json()["servers"] == [{"url": "/api"}]


def addresses(page: str) -> list[str]:
    """Return all that the page asks for, as it names them."""
    return re.findall(r'(?:href|src|data-description)="(?!data:)([^"]*)"', page)


def test_the_page_asks_no_other_host_and_holds_no_script(page: str) -> None:
    assert not re.search(r"https?:|[\"'(]//", page)
    assert all(
        re.fullmatch(r'src="[^"]+"(?: defer)?', found)
        for found in re.findall(r"<script ?([^>]*)>", page)
    )
    assert not re.search(r"<script[^>]*>[^<]|<style| style=| on[a-z]+=", page)


def test_the_page_finds_all_it_asks_for(client: Client, page: str) -> None:
    files = {address.split("/")[-1] for address in addresses(page)}
    assert files == {
        "openapi.json", "swagger-ui.css", "swagger-ui-bundle.js", "docs.css", "docs.js", "theme.js",
    }  # fmt: skip
    for address in addresses(page):
        # Relative, so that it is right under any path that a proxy serves Readout at.
        assert urljoin("https://example.org/api/docs", address).startswith(
            "https://example.org/api/"
        )
        response = client.get(urljoin("/docs", address))
        assert response.status_code == 200
        if address != "openapi.json":
            assert response.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_files_of_another_content_are_not_found(client: Client, page: str) -> None:
    address = next(address for address in addresses(page) if address.endswith("docs.js"))
    _, digest, name = address.split("/")
    for other in (f"/docs/{'0' * len(digest)}/{name}", f"/docs/{digest}/page.html"):
        response = client.get(other)
        assert response.status_code == 404
        assert problem(response)["detail"].startswith("nothing is served at this address")


@pytest.mark.parametrize("path", ["/docs", "/openapi.json"])
def test_caches_ask_whether_the_documentation_has_changed(client: Client, path: str) -> None:
    assert client.get(path).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("coding", ["identity", "gzip", "br", "zstd"])
def test_what_has_not_changed_is_not_sent_again(client: Client, page: str, coding: str) -> None:
    for path in ("/docs", "/openapi.json", *(f"/{address}" for address in addresses(page))):
        first = client.get(path, headers={"Accept-Encoding": coding})
        tag = first.headers["etag"]
        for known in (tag, f"W/{tag}", f'"another", {tag}', "*"):
            again = client.get(path, headers={"Accept-Encoding": coding, "If-None-Match": known})
            assert again.status_code == 304, path
            assert again.content == b""
            for name in ("etag", "vary", "cache-control", "content-security-policy"):
                assert again.headers[name] == first.headers[name]
        other = client.get(path, headers={"Accept-Encoding": coding, "If-None-Match": '"another"'})
        assert other.content == first.content


def test_files_are_compressed_once(
    portal: BlockingPortal, client: Client, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compressed = []

    def compress(body: bytes, coding: str) -> bytes:
        compressed.append(coding)
        return encode(body, coding)

    monkeypatch.setattr(webfiles, "encode", compress)
    app = create_app(Settings(database_url=client.url))
    paths = ["/openapi.json", *(f"/{address}" for address in addresses(page))]
    for _ in range(2):
        for path in paths:
            sent = ask(portal, app, path, headers=[("Accept-Encoding", "br")])
            assert sent.headers["vary"] == "Accept-Encoding"
            if "content-encoding" in sent.headers:
                plain = ask(portal, app, path)
                assert DECODE["br"](sent.body) == plain.body
                assert sent.headers["etag"] != plain.headers["etag"]
    # The description has an address of its own, too; what is tiny is sent as it is.
    assert 4 <= len(compressed) <= len(paths)


def test_a_slash_behind_the_page_is_no_other_page(serve: MakeClient, seed_database: Path) -> None:
    for root_path in ("", "/api"):
        client = serve(seed_database, root_path=root_path)
        response = client.get(f"{root_path}/docs/")
        assert response.status_code == 308
        assert response.headers["location"] == f"{root_path}/docs"


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/meetngs", "/meetings"),
        ("/Meetings", "/meetings"),
        ("/meeting/2021-03-17-blinken-chung", "/meetings/2021-03-17-blinken-chung"),
        ("/openapi", "/openapi.json"),
        ("/doc", "/docs"),
        ("/ready", "/readyz"),
    ],
)
def test_an_address_that_is_not_served_is_answered_with_the_nearest(
    client: Client, path: str, meant: str
) -> None:
    response = client.get(path)
    assert response.status_code == 404
    told = f"nothing is served at {path}; did you mean {json.dumps(meant)}?"
    assert problem(response)["detail"] == told


@pytest.mark.parametrize("path", ["/xyzzy", "/meetings/a/b", "/docs/%2e%2e/core.py"])
def test_an_address_like_no_other_is_just_not_found(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert "did you mean" not in problem(response)["detail"]
