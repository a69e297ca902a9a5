"""Content coding: which one a client gets, and that it holds the same."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from anyio.from_thread import BlockingPortal
from hypothesis import given
from hypothesis import strategies as st

from app.http import compression
from app.http.compression import SMALLEST, encode, negotiate
from tests.asgi import ask
from tests.client import Client, MakeClient
from tests.http.codings import CODINGS, DECODE

CODED = [coding for coding in CODINGS if coding != "identity"]

Raw = Callable[[str, str], tuple[httpx.Headers, bytes]]
"""Takes a path and an Accept-Encoding; returns headers and body."""

CHROMIUM = "gzip, deflate, br, zstd"


@pytest.fixture(params=[0, 1 << 24], ids=["answered-anew", "kept"])
def client(request: pytest.FixtureRequest, serve: MakeClient, seed_database: Path) -> Client:
    """A client of a service that keeps no answers, and of one that gives those it has kept."""
    return serve(seed_database, cache_bytes=request.param)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", ""),
        ("identity", ""),
        ("deflate", ""),
        ("gzip", "gzip"),
        ("br", "br"),
        ("zstd", "zstd"),
        ("GZip", "gzip"),
        ("gzip, deflate", "gzip"),
        ("gzip, deflate, br", "br"),
        (CHROMIUM, "zstd"),
        ("  gzip  ,\tbr ", "br"),
        ("br;q=0.5, gzip", "gzip"),
        ("br;q=0.5,gzip;q=0.8,zstd;q=0.7", "gzip"),
        ("zstd ; q=0.1, br ;q=0.2", "br"),
        ("zstd;Q=0.001", "zstd"),
        ("gzip;q=1.000, br;q=0.999", "gzip"),
        ("gzip;q=0", ""),
        ("gzip;q=0.000, identity", ""),
        # A proxy that cannot decode the younger codings may send a star all the same.
        ("*", "gzip"),
        ("*;q=0.5", "gzip"),
        ("gzip;q=0, *", ""),
        ("br, *;q=0.1", "br"),
        ("*, identity;q=0.5", "gzip"),
        ("identity, *;q=0.5", ""),
        ("*;q=0", ""),
        ("*;q=0, gzip", "gzip"),
        ("zstd;q=0, *", "gzip"),
        ("gzip;q=0.9, *;q=0.1", "gzip"),
        ("identity;q=0", ""),
        ("identity;q=0, gzip;q=0.1", "gzip"),
        ("identity, gzip", "gzip"),
        ("identity;q=1, gzip;q=0.5", ""),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        # What no grammar allows is as if it were not there.
        ("gzip;q=nan, br", "br"),
        ("zstd;q=nan, br;q=0.5", "br"),
        ("gzip;q=inf", ""),
        ("gzip;q=2", ""),
        ("gzip;q=-1", ""),
        ("gzip;q=", ""),
        ("gzip;level=9", ""),
        ("gzip br", ""),
        (";q=1", ""),
        (",,;;,=", ""),
        (",,gzip,,", "gzip"),
        ("gzipped, x-br", ""),
        ("gzip, " * 100, ""),
    ],
)
def test_the_coding_that_is_wanted_most(accepted: str, coding: str) -> None:
    assert negotiate(accepted.encode()) == coding


@given(st.binary(max_size=400))
def test_any_bytes_are_an_answerable_wish(accepted: bytes) -> None:
    assert negotiate(accepted) in ("", *CODED)


@given(st.lists(st.tuples(st.sampled_from([*CODINGS, "*"]), st.integers(0, 10))))
def test_what_is_refused_is_not_sent(wishes: list[tuple[str, int]]) -> None:
    accepted = ", ".join(f"{coding};q={weight / 10}" for coding, weight in wishes)
    coding = negotiate(accepted.encode())
    weights = dict(wishes)
    # A star stands for gzip alone.
    weights.setdefault("gzip", weights.get("*", 0))
    if coding:
        weight = weights[coding]
        assert weight > 0
        assert all(weight >= weights.get(other, 0) for other in CODINGS)
    elif len(accepted) <= 256:
        refused = max(weights.get(other, 0) for other in CODED)
        assert refused == 0 or refused < weights.get("identity", 0)


def test_what_is_remembered_of_wishes_is_small() -> None:
    before = compression._negotiated.cache_info().currsize
    assert negotiate(b"gzip, " + b"x" * 100_000) == ""
    assert compression._negotiated.cache_info().currsize == before
    assert compression._negotiated.cache_info().maxsize == 256


@pytest.mark.parametrize("coding", CODED)
@given(body=st.binary(max_size=5000))
def test_a_coded_body_is_the_body(coding: str, body: bytes) -> None:
    assert DECODE[coding](encode(body, coding)) == body


@pytest.fixture
def raw(portal: BlockingPortal, client: Client) -> Raw:
    """Return a function that returns headers and body as they are sent."""

    def get(path: str, accepted: str) -> tuple[httpx.Headers, bytes]:
        sent = ask(portal, client.app, path, headers=[("Accept-Encoding", accepted)])
        assert sent.status == 200
        return sent.headers, sent.body

    return get


@pytest.mark.parametrize(
    "path", ["/meetings", "/meetings?city=Seoul", "/participants/facets", "/network.graphml"]
)
@pytest.mark.parametrize("coding", CODED)
def test_each_coding_of_an_answer_is_that_answer(raw: Raw, path: str, coding: str) -> None:
    plain_headers, plain = raw(path, "identity")
    for _ in range(2):
        headers, body = raw(path, coding)
        assert headers["content-encoding"] == coding
        assert headers["vary"] == plain_headers["vary"] == "Accept, Accept-Encoding"
        assert int(headers["content-length"]) == len(body) < len(plain)
        assert DECODE[coding](body) == plain
        assert headers["content-type"] == plain_headers["content-type"]
        assert headers["etag"] != plain_headers["etag"]
    assert "content-encoding" not in plain_headers


def test_a_client_that_decodes_gets_the_document(client: Client) -> None:
    plain = client.get("/meetings", headers={"Accept-Encoding": "identity"})
    coded = client.get("/meetings", headers={"Accept-Encoding": "gzip"})
    assert coded.headers["content-encoding"] == "gzip"
    assert coded.json() == plain.json()


def test_small_bodies_are_sent_as_they_are(raw: Raw) -> None:
    for path in ("/cities/tokyo", "/meetings?limit=1&fields=id", "/meetings?city=Osaka"):
        tags = set()
        for accepted in (*CODINGS, CHROMIUM):
            headers, body = raw(path, accepted)
            assert len(body) < SMALLEST
            assert "content-encoding" not in headers
            assert headers["vary"] == "Accept, Accept-Encoding"
            json.loads(body)
            tags.add(headers["etag"])
        assert len(tags) == 1


def test_wishes_in_several_header_lines_are_one_list(client: Client) -> None:
    lines = [("Accept-Encoding", "gzip"), ("Accept-Encoding", "br;q=0.5")]
    assert client.get("/meetings", headers=lines).headers["content-encoding"] == "gzip"
    assert client.get("/meetings", headers=lines[::-1]).headers["content-encoding"] == "gzip"


def test_problems_are_not_coded(client: Client) -> None:
    for path in ("/nowhere", "/meetings/nothing", "/meetings?x=1"):
        response = client.get(path, headers={"Accept-Encoding": CHROMIUM})
        assert "content-encoding" not in response.headers
