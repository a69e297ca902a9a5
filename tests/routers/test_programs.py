"""What programs look for at addresses they know."""

import re

import pytest
from fastapi.routing import iter_route_contexts

from app.domain.collections import RESOURCES
from app.representations.registry import FORMATS
from tests.client import Client, MakeClient


def test_the_catalog_leads_to_the_description(client: Client, serve: MakeClient) -> None:
    for served, base in (
        (client, "http://readout.test"),
        (serve(client.database.path, root_path="/api", public_url="https://trips.example.org"),
         "https://trips.example.org/api"),
    ):  # fmt: skip
        response = served.get("/.well-known/api-catalog")
        assert response.headers["content-type"].startswith("application/linkset+json")
        (entry,) = response.json()["linkset"]
        assert entry["anchor"] == f"{base}/"
        assert entry["service-desc"][0]["href"] == f"{base}/openapi.json"
        for name in ("service-desc", "service-doc", "service-meta", "status"):
            (link,) = entry[name]
            found = served.get(link["href"].removeprefix(base))
            assert found.status_code == 200
            assert found.headers["content-type"].startswith(link["type"])


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_pages_link_to_the_description(client: Client, path: str) -> None:
    links = client.get(path, headers={"Accept": "text/html"}).links
    assert client.get(links["service-desc"]["url"]).json()["openapi"]
    assert client.get(links["api-catalog"]["url"]).status_code == 200


def test_the_description_has_an_etag(client: Client) -> None:
    response = client.get("/openapi.json")
    etag = response.headers["etag"]
    again = client.get("/openapi.json", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/openapi.json", headers={"If-None-Match": '"old"'}).json()


def test_robots_find_pages_and_nothing_twice(client: Client) -> None:
    text = client.get("/robots.txt").text
    assert "Sitemap: http://readout.test/sitemap.xml\n" in text
    assert client.get("/sitemap.xml").status_code == 200
    for known in FORMATS:
        assert f"Disallow: /*.{known.suffix}$\n" in text


def test_what_is_said_to_programs_that_read(client: Client) -> None:
    response = client.get("/llms.txt")
    assert response.headers["content-type"].startswith("text/plain")
    lines = response.text.splitlines()
    assert lines[0] == "# Readout"
    links = re.findall(r"\]\(http://readout\.test(/[^)]*)\)", response.text)
    assert {f"/{name}" for name in RESOURCES} <= set(links)
    for link in links:
        assert client.get(link).status_code == 200, link


def test_the_icon_is_found_where_all_sites_had_it(client: Client) -> None:
    moved = client.get("/favicon.ico")
    assert moved.status_code == 302
    assert client.get(moved.headers["location"]).headers["content-type"] == "image/svg+xml"


def test_none_of_them_is_a_record(client: Client) -> None:
    paths = {context.path for context in iter_route_contexts(client.app.routes)}
    assert {"/robots.txt", "/llms.txt", "/favicon.ico", "/.well-known/api-catalog"} <= paths
