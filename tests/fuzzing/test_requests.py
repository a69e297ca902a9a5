"""Any header and any address is answered as HTTP has it: never a failure, always a reason."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json

from app.domain.answers import Problem
from tests.asgi import receiver
from tests.client import Client

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

Sent = tuple[int, dict[bytes, bytes], bytes]


def asked(client: Client, method: str, path: str, query: bytes, given_: list[Any]) -> Sent:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
        "scheme": "http", "path": path, "raw_path": path.encode(), "root_path": "",
        "query_string": query, "headers": given_, "client": None, "server": ("a.test", 80),
    }  # fmt: skip
    client._portal.call(client.app, scope, receiver(), send)
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], dict(sent[0]["headers"]), body


def is_reason(status: int, named: dict[bytes, bytes], body: bytes) -> bool:
    """Return whether a refusal says why, as a problem or a page."""
    media = named.get(b"content-type", b"").partition(b";")[0]
    if named.get(b"content-encoding"):
        return media == b"text/html"
    if media == b"text/html":
        return b"<h1" in body
    return media == b"application/problem+json" and Problem(**from_json(body)).status == status


@given(methods, st.sampled_from(COLLECTIONS), st.sampled_from(QUERIES), headers)
def test_any_headers(
    client: Client, method: str, path: str, query: bytes, given_: list[tuple[bytes, bytes]]
) -> None:
    status, named, body = asked(client, method, path, query, given_)
    assert status in (200, 204, 206, 304, 308, 405, 406, 416, 422)
    if status >= 400 and method != "HEAD":
        assert is_reason(status, named, body)
    for name, value in named.items():
        assert b"\n" not in name + value
        assert b"\r" not in name + value
    if method == "HEAD":
        assert body == b""
        again = asked(client, "GET", path, query, given_)
        assert status == again[0]
        own = {b"x-request-id", b"content-length"}
        assert {n: v for n, v in named.items() if n not in own} == {
            n: v for n, v in again[1].items() if n not in own
        }


@given(
    st.lists(st.sampled_from(PIECES), max_size=5).map(lambda some: "/" + "".join(some)),
    st.sampled_from(QUERIES),
    st.sampled_from([b"*/*", b"text/html", b"text/csv;q=0.5, */*;q=0.1"]),
)
def test_any_address(client: Client, path: str, query: bytes, accept: bytes) -> None:
    status, named, body = asked(client, "GET", path, query, [(b"accept", accept)])
    assert status in (200, 308, 404, 406, 410, 422), path
    if status >= 400:
        assert is_reason(status, named, body), path
    if status == 308:
        assert named[b"location"].startswith(b"/")
        assert not named[b"location"].startswith(b"//")
