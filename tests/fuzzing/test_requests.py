"""Any header and any address is answered as HTTP has it: never a failure, always a reason."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json

from app.domain.answers import Problem
from tests.client import Client
from tests.fuzzing.cases import COUNTED, examples
from tests.http.codings import DECODE

COLLECTIONS = ("/meetings", "/trips", "/participants", "/quotes", "/cities", "/sources")
PIECES = (
    *COLLECTIONS, "/facets", "/network", "/search", "/2021-03-tokyo-seoul", "/", "//", ".", "..",
    ".csv", ".ics", ".md", ".png", ".json", ".exe", "/docs", "/assets/", "/openapi.json",
    "/metrics", "/dump.zip", "/livez", "%2e", "%00", "%2F", "ö", "\0", "\x7f", "~", ":", "*",
)  # fmt: skip
MEDIA = (
    "*/*", "text/html", "text/csv", "application/json", "application/*", "image/png",
    "text/calendar", "application/problem+json", "a/b", ";q=0", ";q=0.5", ";q=x", ",", " ", "=",
)  # fmt: skip
ETAGS = ('"', "W/", "*", ",", " ", "abc", '"abc"', "\\", "é")
VALUES: dict[bytes, st.SearchStrategy[bytes]] = {
    name.encode(): st.lists(st.sampled_from(words), max_size=8).map(lambda some: "".join(some)).map(
        str.encode
    )
    | st.binary(max_size=40)
    for name, words in {
        "accept": MEDIA,
        "accept-encoding": ("gzip", "br", "zstd", "identity", "*", ";q=0", ";q=1", ",", " ", "x"),
        "if-none-match": ETAGS,
        "range": ("bytes", "=", "-", "0", "9", ",", "99999999999999999999", "x"),
        "if-range": ETAGS,
        "origin": ("null", "https://", "a.test", ":", "/", "*"),
        "x-request-id": ("a", "-", ".", " ", "\n", "é", "1" * 70),
        "access-control-request-headers": ("a", "b-c", ",", " ", "\r", "é", "*"),
        "host": ("a.test", ":", "80", "[::1]", "/", "@", " "),
        "x-forwarded-host": ("a.test", ",", "/"),
        "cookie": ("a=b", ";"),
    }.items()
}  # fmt: skip
headers = st.lists(
    st.sampled_from(sorted(VALUES)).flatmap(
        lambda name: st.tuples(st.just(name), VALUES[name])
    ),
    max_size=5,
)  # fmt: skip
methods = st.sampled_from(["GET", "GET", "GET", "HEAD", "OPTIONS", "POST"])
QUERIES = (b"", b"limit=1", b"city=seoul", b"utm_source=x", b"fields=id", b"x=1", b"limit=0")

Named = dict[bytes, bytes]


def is_reason(status: int, named: Named, body: bytes) -> bool:
    """Return whether a refusal says why, as a problem or a page."""
    body = DECODE[named.get(b"content-encoding", b"identity").decode()](body)
    media = named.get(b"content-type", b"").partition(b";")[0]
    if media == b"text/html":
        return b"<h1" in body and body.rstrip().endswith(b"</html>")
    return media == b"application/problem+json" and Problem(**from_json(body)).status == status


def assert_head_is_get(
    client: Client, path: bytes, query: bytes, given_: list[Any], head: tuple[int, Named, bytes]
) -> None:
    """See that HEAD has the status and the headers of GET, and no body."""
    status, listed, _ = client.exchanged(path, query, "GET", given_)
    # Each answer has an id of its own; problems name theirs, which may be longer by a letter.
    own = {b"x-request-id"} | ({b"content-length"} if status >= 400 else set())
    assert head[0] == status
    assert head[2] == b""
    assert {n: v for n, v in head[1].items() if n not in own} == {
        n: v for n, v in listed if n not in own
    }


@pytest.mark.slow
@examples
@given(methods, st.sampled_from(COLLECTIONS), st.sampled_from(QUERIES), headers)
def test_any_headers(
    client: Client, method: str, path: str, query: bytes, given_: list[tuple[bytes, bytes]]
) -> None:
    status, listed, body = client.exchanged(path.encode(), query, method, given_)
    COUNTED[f"{status // 100}xx"] += 1
    assert status in (200, 204, 304, 308, 405, 406, 422)
    for name, value in listed:
        assert not set(b"\r\n") & set(name + value)
    named = dict(listed)
    if method == "HEAD":
        assert_head_is_get(client, path.encode(), query, given_, (status, named, body))
    elif status >= 400:
        assert is_reason(status, named, body)


@pytest.mark.slow
@examples
@given(
    st.lists(st.sampled_from(PIECES), max_size=5).map(lambda some: "/" + "".join(some)),
    st.sampled_from(QUERIES),
    st.sampled_from([b"*/*", b"text/html", b"text/csv;q=0.5, */*;q=0.1"]),
)
def test_any_address(client: Client, path: str, query: bytes, accept: bytes) -> None:
    raw_path, given_ = path.encode(), [(b"accept", accept)]
    status, listed, body = client.exchanged(raw_path, query, "GET", given_)
    COUNTED[f"{status // 100}xx"] += 1
    assert status in (200, 308, 404, 406, 410, 422), path
    named = dict(listed)
    if status >= 400:
        assert is_reason(status, named, body), path
    if status == 308:
        assert named[b"location"].startswith(b"/")
        assert not named[b"location"].startswith(b"//")
        assert all(0x20 < byte < 0x7F for byte in named[b"location"]), path
    head = client.exchanged(raw_path, query, "HEAD", given_)
    # What the metrics say of themselves changes from one request to the next.
    if not path.startswith("/metrics"):
        assert_head_is_get(client, raw_path, query, given_, (head[0], dict(head[1]), head[2]))
