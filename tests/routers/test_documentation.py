"""The documentation page needs no other host, and a mistaken address is set right."""

import json
import re
from pathlib import Path
from urllib.parse import urljoin

import pytest

from tests.client import Client, MakeClient, problem


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


def test_the_page_asks_no_other_host(page: str) -> None:
    assert not re.search(r"https?:|[\"'(]//", page)
    assert "default-src 'self'" in page


def test_the_page_finds_all_it_asks_for(client: Client, page: str) -> None:
    asked = re.findall(r'(?:href|src|url)(?:=|: )"(?!data:)([^"]*)"', page)
    assert {"openapi.json", "docs/swagger-ui.css", "docs/swagger-ui-bundle.js"} == set(asked)
    for address in asked:
        # Relative, so that it is right under any path that a proxy serves Readout at.
        assert urljoin("https://example.org/api/docs", address).startswith(
            "https://example.org/api/"
        )
        response = client.get(urljoin("/docs", address))
        assert response.status_code == 200
        assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/docs", "/openapi.json", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js"]
)
def test_caches_ask_whether_the_documentation_has_changed(client: Client, path: str) -> None:
    assert client.get(path).headers["cache-control"] == "no-cache"


def test_what_has_not_changed_is_not_sent_again(client: Client) -> None:
    first = client.get("/docs/swagger-ui-bundle.js")
    again = client.get(
        "/docs/swagger-ui-bundle.js", headers={"If-None-Match": first.headers["etag"]}
    )
    assert again.status_code == 304
    assert again.content == b""


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


@pytest.mark.parametrize("path", ["/xyzzy", "/meetings/a/b", "/docs/", "/docs/%2e%2e/core.py"])
def test_an_address_like_no_other_is_just_not_found(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert "did you mean" not in problem(response)["detail"]
