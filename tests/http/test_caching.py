"""Caching: an ETag that follows from the revision, 304 without a look at the tables."""

import shutil
from pathlib import Path

import pytest

from app.domain.collections import RESOURCES
from app.ingest.loader import load
from tests.client import SEEDED_RECORDS, Client, MakeClient, problem
from tests.trips import meeting, trip, write_trips

DATA = [
    *(f"/{name}" for name in RESOURCES),
    *SEEDED_RECORDS,
    "/meetings?city=Tokyo&limit=2",
    "/meetings?city=Osaka",
    "/meetings?q=climate&sort=-date&fields=id,title",
    "/meetings/facets",
    "/search?q=climate",
    "/network",
    "/network.graphml",
]


@pytest.fixture(params=[0, 1 << 24], ids=["answered-anew", "kept"])
def client(request: pytest.FixtureRequest, serve: MakeClient, seed_database: Path) -> Client:
    """A client of a service that keeps no answers, and of one that gives those it has kept."""
    return serve(seed_database, cache_bytes=request.param)


@pytest.mark.parametrize("path", DATA)
def test_data_may_be_cached_and_validated(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    etag = response.headers["etag"]
    assert etag.startswith('"')
    assert etag.endswith('"')
    assert response.headers["cache-control"] == (
        "public, max-age=60, stale-while-revalidate=60, stale-if-error=86400"
    )
    assert client.get(path).headers["etag"] == etag


@pytest.mark.parametrize("path", DATA)
def test_304_without_a_statement(client: Client, path: str) -> None:
    response = client.get(path)
    etag = response.headers["etag"]
    tags = [etag, f"W/{etag}", f'"other", {etag}', f'W/"other",W/{etag} , "third"', f"  {etag}  "]
    for tag in tags:
        with client.statements() as statements:
            unchanged = client.get(path, headers={"If-None-Match": tag})
        assert statements == []
        assert unchanged.status_code == 304
        assert unchanged.content == b""
        assert unchanged.headers["etag"] == etag
        assert unchanged.headers["cache-control"] == response.headers["cache-control"]
        assert "content-type" not in unchanged.headers
        assert unchanged.headers["access-control-allow-origin"] == "*"


def test_tags_in_several_header_lines_are_one_list(client: Client) -> None:
    etag = client.get("/meetings").headers["etag"]
    for tags in (['"other"', etag], [etag, '"other"'], ['"a", "b"', f'"c", {etag}']):
        lines = [("If-None-Match", tag) for tag in tags]
        assert client.get("/meetings", headers=lines).status_code == 304


@pytest.mark.parametrize(
    "tag", ['"other"', "", ",", '""', "W/", "*x", "x" * 5000, '"' * 100, "W/W/", "é".encode()]
)
def test_another_tag_gets_the_whole_answer(client: Client, tag: str | bytes) -> None:
    response = client.get("/meetings", headers={"If-None-Match": tag})
    assert response.status_code == 200
    assert response.content == client.get("/meetings").content


def test_a_tag_without_its_quotation_marks_is_another(client: Client) -> None:
    bare = client.get("/meetings").headers["etag"].strip('"')
    assert client.get("/meetings", headers={"If-None-Match": bare}).status_code == 200


def test_any_answer_at_all(client: Client) -> None:
    any_ = {"If-None-Match": "*"}
    assert client.get("/meetings", headers=any_).status_code == 304
    assert client.get("/cities/tokyo", headers=any_).status_code == 304
    # There must be one, though.
    assert client.get("/cities/osaka", headers=any_).status_code == 404
    assert client.get("/meetings?x=1", headers=any_).status_code == 422


def test_answers_that_differ_have_tags_that_differ(client: Client) -> None:
    addresses = [
        *DATA,
        "/meetings?city=Tokyo",
        "/meetings?limit=2&city=Tokyo",
        "/meetings?limit=50",
    ]
    tags = [client.get(address).headers["etag"] for address in addresses]
    assert len(set(tags)) == len(addresses)


@pytest.mark.parametrize(
    "path",
    ["/nowhere", "/meetings/nothing", "/meetings?x=1", "/meetings?limit=0", "/cities/tokyo?x=1"],
)
def test_errors_are_not_cached(client: Client, path: str) -> None:
    for tag in ('"x"', client.get("/meetings").headers["etag"]):
        response = client.get(path, headers={"If-None-Match": tag})
        assert response.status_code in (404, 422)
        problem(response)


def test_max_age_is_a_setting(client: Client, serve: MakeClient) -> None:
    other = serve(client.database.path, max_age=7)
    assert other.get("/meetings").headers["cache-control"] == (
        "public, max-age=7, stale-while-revalidate=7, stale-if-error=86400"
    )
    never = serve(client.database.path, max_age=0)
    assert never.get("/meetings").headers["cache-control"] == "public, max-age=0"


def test_the_tag_changes_with_the_data_and_returns_with_it(made_up: MakeClient) -> None:
    before = trip(meetings=[meeting("m1", title="Before")])
    after = trip(meetings=[meeting("m1", title="After")])
    client = made_up(before)
    folder = client.database.path.parent / "edited"
    tags, titles = [], []
    for part in (before, after, after, before):
        load(client.database.path, write_trips(folder, [part]))
        first = client.get("/meetings/m1")
        titles.append(first.json()["title"])
        tags.append(first.headers["etag"])
        for tag in tags:
            response = client.get("/meetings/m1", headers={"If-None-Match": tag})
            assert response.status_code == (304 if tag == tags[-1] else 200)
    assert titles == ["Before", "After", "After", "Before"]
    assert tags[0] == tags[3] != tags[1] == tags[2]


def test_nothing_is_remembered_across_a_load_and_another_one_back(
    made_up: MakeClient,
) -> None:
    # The revision is the same before and after, but the keys of what went and came back are not.
    long = trip(
        meetings=[
            meeting("m1", "official-one", topics=["rivers"], date="2024-01-01"),
            meeting("m2", "official-two", topics=["rivers"], date="2024-02-01"),
            meeting("m3", "official-three", topics=["bridges"], city="oslo"),
        ]
    )
    short = trip(meetings=[meeting("m1", "official-four", topics=["tunnels"])])
    client = made_up(long)
    questions = [
        {"topic": "rivers"}, {"topic": "bridges"}, {"official": "Two"}, {"official": "Three"},
        {"city": "Oslo"}, {"topic": "bridges", "country": "NO"}, {"topic": "tunnels"},
    ]  # fmt: skip
    answers = [client.ids("meetings", **question) for question in questions]
    assert answers == [["m1", "m2"], ["m3"], ["m2"], ["m3"], ["m3"], ["m3"], []]
    folder = client.database.path.parent / "edited"
    for part in (short, long):
        load(client.database.path, write_trips(folder, [part]))
    assert [client.ids("meetings", **question) for question in questions] == answers


def test_two_databases_with_the_same_data_have_the_same_tags(
    client: Client, serve: MakeClient, tmp_path: Path
) -> None:
    shutil.copy(client.database.path, tmp_path / "copy.db")
    other = serve(tmp_path / "copy.db")
    assert other.get("/meetings").headers["etag"] == client.get("/meetings").headers["etag"]
