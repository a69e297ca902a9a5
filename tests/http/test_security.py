"""What browsers are allowed with an answer: what a page needs, and with data nothing."""

import re
from pathlib import Path

import pytest

from tests.client import SEEDED_RECORDS, Client, MakeClient

HTML = {"Accept": "text/html"}
ONCE = {
    "content-security-policy", "referrer-policy", "permissions-policy", "x-content-type-options",
}  # fmt: skip
ANSWERS: list[tuple[str, str, int, dict[str, str]]] = [
    ("GET", "/meetings", 200, {}),
    ("HEAD", "/meetings", 200, {}),
    ("GET", SEEDED_RECORDS[0], 200, {}),
    ("GET", "/meetings/facets", 200, {}),
    ("GET", "/network", 200, {}),
    ("GET", "/network.graphml", 200, {}),
    ("GET", "/search?q=climate", 200, {}),
    ("GET", "/meetings", 304, {"If-None-Match": "*"}),
    ("GET", "/meetings?x=1", 422, {}),
    ("GET", "/nowhere", 404, {}),
    ("GET", "/meetings/", 308, {}),
    ("POST", "/meetings", 405, {}),
    ("OPTIONS", "/meetings", 204, {}),
    ("GET", "/openapi.json", 200, {}),
    ("GET", "/livez", 200, {}),
    ("GET", "/readyz", 200, {}),
    ("GET", "/metrics", 200, {}),
    ("GET", "/sitemap.xml", 200, {}),
    ("GET", "/assets/another/main.js", 404, {}),
]
PAGES = ["/docs", "/", "/trips/2021-03-tokyo-seoul", "/cities/tokyo", "/search?q=climate"]


def policy_of(client: Client, path: str, **request: dict[str, str]) -> dict[str, str]:
    policy = client.get(path, **request).headers["content-security-policy"]
    return dict(re.findall(r"([a-z-]+) ([^;]+)", policy))


@pytest.mark.parametrize("cache_bytes", [0, 1 << 24])
@pytest.mark.parametrize(("method", "path", "status", "headers"), ANSWERS)
def test_an_answer_that_is_no_page_allows_nothing(
    serve: MakeClient,
    seed_database: Path,
    cache_bytes: int,
    method: str,
    path: str,
    status: int,
    headers: dict[str, str],
) -> None:
    client = serve(seed_database, cache_bytes=cache_bytes)
    for _ in range(2):
        response = client.request(method, path, headers=headers)
        assert response.status_code == status
        for name in ONCE:
            assert len(response.headers.get_list(name)) == 1, name
        assert response.headers["content-security-policy"] == (
            "default-src 'none'; frame-ancestors 'none'"
        )
        assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_allows_what_this_host_serves_and_no_inline_code(client: Client, path: str) -> None:
    response = client.get(path, headers=HTML)
    assert response.headers["content-type"].startswith("text/html")
    for name in ONCE:
        assert len(response.headers.get_list(name)) == 1, name
    assert "unsafe" not in response.headers["content-security-policy"]
    policy = policy_of(client, path, headers=HTML)
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
