"""Formats are asked for by suffix or by `Accept`, and adding one is a module and a line."""

from collections.abc import Iterator
from itertools import product

import pytest
from anyio.from_thread import BlockingPortal

from app import main
from app.domain.collections import RESOURCES
from app.http.conditional import Conditions, negotiate_media
from app.representations import registry
from app.representations.formats import Context, Format
from tests.client import Client, problem

OFFERED = ("application/json", "text/csv", "text/calendar")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json, text/plain, */*", "application/json"),
        (BROWSER, "application/json"),
        ("image/webp, */*", "application/json"),
        ("text/csv", "text/csv"),
        ("TEXT/CSV;header=present", "text/csv"),
        ("text/csv, application/json", "application/json"),
        ("text/csv, application/json;q=0.9", "text/csv"),
        ("text/csv;q=0.5, */*", "application/json"),
        ("text/csv, */*", "text/csv"),
        ("text/calendar, text/*;q=0.5", "text/calendar"),
        ("text/*", "text/csv"),
        ("text/*, text/csv;q=0", "text/calendar"),
        ("*/*, application/json;q=0", "text/csv"),
        ("text/calendar;q=0.2, text/csv;q=0.1", "text/calendar"),
        ("image/png", None),
        ("text/csv;q=0", None),
        ("text/csv;q=much", None),
        ("*/*;q=0", None),
    ],
)
def test_the_media_type_that_is_wanted_most(accept: str, media: str | None) -> None:
    assert negotiate_media(accept.encode(), OFFERED) == media
    # What the cache in front takes for JSON, the routes do, too.
    if Conditions([(b"accept", accept.encode())]).takes_json:
        assert media == "application/json"


def test_what_most_programs_send_is_known_to_be_json_at_once() -> None:
    for accept in ("", "*/*", "application/json", "application/json, text/plain, */*"):
        assert Conditions([(b"accept", accept.encode())]).takes_json
    for accept in (BROWSER, "text/csv", "text/csv, */*", "application/json;q=0.5, text/csv"):
        assert not Conditions([(b"accept", accept.encode())]).takes_json


@pytest.mark.parametrize("known", registry.FORMATS, ids=lambda known: known.suffix)
def test_suffix_and_accept_give_the_same(client: Client, known: Format) -> None:
    for resource in RESOURCES.values():
        for path, is_served in (
            (f"/{resource.name}", known.holds_list(resource)),
            (f"/{resource.name}/{resource.example_id}", known.holds_record(resource)),
        ):
            if resource.name == "organizations" and path.count("/") == 2:
                continue  # The source of the seeded trip names none.
            by_suffix = client.get(f"{path}.{known.suffix}", headers={"Accept": "image/png"})
            for media in (known.essence, *known.aliases):
                by_accept = client.get(path, headers={"Accept": f"{media}, */*;q=0.1"})
                if not is_served:
                    assert by_suffix.status_code == 404
                    assert by_accept.headers["content-type"] == "application/json"
                    refused = client.get(path, headers={"Accept": media})
                    assert refused.status_code == 406
                    assert problem(refused)["type"] == "urn:readout:problem:not-acceptable"
                    continue
                assert by_suffix.status_code == by_accept.status_code == 200
                assert by_suffix.headers["content-type"] == known.media_type
                assert by_accept.headers["content-type"] == known.media_type
                assert "Accept" in by_accept.headers["vary"].split(", ")


@pytest.mark.parametrize(
    "path", ["/meetings", "/trips/2021-03-tokyo-seoul", "/cities/facets", "/network", "/search"]
)
def test_an_unknown_suffix_names_those_there_are(client: Client, path: str) -> None:
    response = client.get(f"{path}.docx")
    assert response.status_code == 404
    assert "there are .json" in problem(response)["detail"]


def test_facets_are_no_record(client: Client) -> None:
    assert "no meeting has the id" not in client.get("/meetings/facets.csv").text
    assert client.get("/meetings/facets.json").json()["facets"]
    assert client.get("/meetings/facets", headers={"Accept": "text/csv"}).status_code == 406


def test_filters_are_as_strict(client: Client) -> None:
    for known, asked in product(registry.FORMATS, ("oficial=x", "limit=0", "q=")):
        for resource in filter(known.holds_list, RESOURCES.values()):
            assert client.refused(f"/{resource.name}.{known.suffix}?{asked}")
        for resource in filter(known.holds_record, RESOURCES.values()):
            assert client.refused(f"/{resource.name}/{resource.example_id}.{known.suffix}?{asked}")


def _shouted(documents: Iterator[bytes], context: Context) -> Iterator[bytes]:
    yield context.own_url.encode()
    for document in documents:
        yield document.upper()


SHOUTED = Format("shout", "text/x-shout", "JSON, louder", _shouted)


@pytest.fixture
def shouting(
    portal: BlockingPortal, client: Client, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Client]:
    monkeypatch.setattr(registry, "FORMATS", (*registry.FORMATS, SHOUTED))
    main._own_routes.cache_clear()
    opened = Client(portal, client.database.path, cache_bytes=1 << 20)
    yield opened
    opened.close()
    main._own_routes.cache_clear()


def test_a_format_is_added_by_one_line(shouting: Client) -> None:
    for path in ("/cities", "/cities/tokyo"):
        by_suffix = shouting.get(f"{path}.shout")
        by_accept = shouting.get(path, headers={"Accept": "text/x-shout"})
        assert by_suffix.text.startswith(f"http://readout.test{path}.shout{{")
        assert by_accept.text.startswith(f"http://readout.test{path}{{")
        assert '"ID":"TOKYO"' in by_suffix.text
        assert shouting.get(path).json()
        described = shouting.get("/openapi.json").json()["paths"]
        content = described[path.replace("tokyo", "{id}")]["get"]["responses"]["200"]["content"]
        assert "text/x-shout" in content


def test_each_host_and_format_has_an_answer_of_its_own(shouting: Client) -> None:
    seen = set()
    for host, path in product(("a.example", "b.example"), ("/cities.shout", "/cities.csv")):
        for _ in range(2):
            response = shouting.get(path, headers={"Host": host})
            if path.endswith("shout"):
                assert response.text.startswith(f"http://{host}/cities.shout")
        seen.add((response.headers["etag"], path))
    assert len({etag for etag, _ in seen}) == 4
    assert shouting.cache.hits == 4


def test_a_client_that_has_it_gets_304(shouting: Client) -> None:
    for path in ("/cities.csv", "/cities.csv?limit=1", "/cities/tokyo.csv"):
        first = shouting.get(path)
        assert first.headers["etag"].startswith('"')
        again = shouting.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        head = shouting.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == first.headers["content-length"]
        assert head.headers["etag"] == first.headers["etag"]


def test_with_a_limit_it_is_a_page(client: Client) -> None:
    ids, path = [], "/cities.ndjson?limit=1&fields=id"
    while path:
        response = client.get(path)
        ids.append(response.json()["id"])
        path = response.links["next"]["url"] if "next" in response.links else ""
        assert not path or path.startswith("/cities.ndjson?")
    assert ids == client.ids("cities")


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("/meetings?format=csv", "/meetings.csv"),
        ("/meetings?city=Seoul&format=.ICS", "/meetings.ics"),
        ("/quotes?format=json", "/quotes.json"),
        ("/quotes.csv?format=md", "/quotes.md"),
        ("/network?format=graphml", "/network.graphml"),
        ("/meetings/2021-03-17-blinken-chung?format=ics", "/meetings/2021-03-17-blinken-chung.ics"),
    ],
)
def test_a_format_that_is_asked_for_as_a_parameter_is_pointed_out(
    client: Client, asked: str, address: str
) -> None:
    (error,) = client.refused(asked)
    assert error["parameter"] == "format"
    assert error["message"].endswith(f", ask for {address}")
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "asked", ["/search?q=a&format=csv", "/meetings?format=pdf", "/quotes?kind=csv"]
)
def test_a_format_that_is_not_served_is_not_pointed_out(client: Client, asked: str) -> None:
    (error,) = client.refused(asked)
    assert "ask for" not in error["message"]
