"""What every request gets: an id, a line in the log, CORS headers, HEAD, and refusals."""

import logging
import re
from pathlib import Path

import pytest

from app.domain.collections import RESOURCES
from tests.client import Client, MakeClient, problem

MEETING = "/meetings/2021-03-17-blinken-chung"
SUCCESSES = ["/meetings", "/meetings?limit=1", MEETING, "/livez", "/readyz"]
FAILURES = ["/meetings?x=1", "/meetings/nothing", "/nowhere"]
METHODS = ["POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "BREW"]


@pytest.fixture(params=[0, 1 << 24], ids=["answered-anew", "kept"])
def client(request: pytest.FixtureRequest, serve: MakeClient, seed_database: Path) -> Client:
    """A client of a service that keeps no answers, and of one that gives those it has kept."""
    return serve(seed_database, cache_bytes=request.param)


@pytest.mark.parametrize("path", [*(f"/{name}" for name in RESOURCES), *SUCCESSES, *FAILURES, "/"])
@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_head_is_get_without_the_body(client: Client, path: str, coding: str) -> None:
    headers = {"X-Request-ID": "the-same", "Accept-Encoding": coding}
    got, head = client.get(path, headers=headers), client.head(path, headers=headers)
    assert head.status_code == got.status_code
    assert head.content == b""
    assert dict(head.headers) == dict(got.headers)
    length = int(head.headers["content-length"])
    if "content-encoding" in head.headers:
        assert (head.headers["content-encoding"], coding) == ("gzip", "gzip")
        assert length < len(got.content)
    else:
        assert length == len(got.content)


@pytest.mark.parametrize("path", [*SUCCESSES, *FAILURES])
def test_no_byte_of_a_body_follows_head(client: Client, path: str) -> None:
    # httpx would drop one.
    address, _, query = path.partition("?")
    got, head = (client.raw(address, query.encode(), method) for method in ("GET", "HEAD"))
    assert head == (got[0], b"")
    assert got[1] != b""


def test_head_is_validated_too(client: Client) -> None:
    etag = client.head("/meetings").headers["etag"]
    assert client.head("/meetings", headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("path", ["/meetings", MEETING, "/livez", "/nowhere", "/", "/docs"])
@pytest.mark.parametrize("method", METHODS)
def test_other_methods_are_refused(client: Client, method: str, path: str) -> None:
    response = client.request(method, path, content=b"{}" if method == "POST" else None)
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, OPTIONS"
    found = problem(response)
    assert found["title"] == "Method Not Allowed"
    assert found["detail"] == f"{method} is not served; read with GET or HEAD"


@pytest.mark.parametrize("path", [*SUCCESSES, *FAILURES])
@pytest.mark.parametrize("origin", [{}, {"Origin": "https://example.org"}, {"Origin": "null"}])
def test_any_page_may_read_any_answer(client: Client, path: str, origin: dict[str, str]) -> None:
    for method in ("GET", "HEAD", "POST"):
        response = client.request(method, path, headers=origin)
        assert response.headers["access-control-allow-origin"] == "*"
        exposed = response.headers["access-control-expose-headers"].split(", ")
        assert {"ETag", "Link"} <= set(exposed)
        assert response.headers["x-content-type-options"] == "nosniff"


def test_a_preflight_is_answered(client: Client) -> None:
    asked = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "if-none-match",
    }
    for path in (*SUCCESSES, *FAILURES):
        response = client.request("OPTIONS", path, headers=asked)
        assert response.status_code == 204
        assert response.content == b""
        assert response.headers["access-control-allow-origin"] == "*"
        assert "GET" in response.headers["access-control-allow-methods"].split(", ")
        allowed = response.headers["access-control-allow-headers"].lower().split(", ")
        assert "if-none-match" in allowed
        assert response.headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("path", [*SUCCESSES, *FAILURES])
def test_a_request_id_is_echoed_and_stands_in_the_log(
    client: Client, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "readout.access")
    for id_ in ("abc-123", "A.b_C-9", "x" * 64):
        caplog.clear()
        response = client.get(path, headers={"X-Request-ID": id_})
        assert response.headers["x-request-id"] == id_
        if response.status_code >= 400:
            assert problem(response)["request_id"] == id_
        (line,) = lines(caplog)
        assert line.endswith(f" request_id={id_}")


@pytest.mark.parametrize(
    "id_", [b"", b" ", b"x" * 65, b"a b", b"a\tb", b"a=b", b"\xff", b"<script>", b"a;b", b"a,b"]
)
def test_what_is_no_request_id_is_replaced(client: Client, id_: bytes) -> None:
    response = client.get("/livez", headers={"X-Request-ID": id_})
    assert re.fullmatch("[0-9a-f]{12}-[0-9a-f]+", response.headers["x-request-id"])


def test_every_request_has_an_id_of_its_own(client: Client) -> None:
    ids = {client.get("/livez").headers["x-request-id"] for _ in range(20)}
    assert len(ids) == 20


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "readout.access"]


def test_the_line_in_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "readout.access")
    headers = {"X-Request-ID": "i", "Accept-Encoding": "identity"}
    response = client.get("/meetings?city=Tokyo&limit=1", headers=headers)
    client.head("/nowhere")
    client.request("OPTIONS", "/meetings")
    client.request("DELETE", "/meetings")
    first, *rest = lines(caplog)
    size = len(response.content)
    assert re.fullmatch(
        rf"GET /meetings\?city=Tokyo&limit=1 200 {size}B [0-9.]+ms request_id=i", first
    )
    assert [" ".join(line.split()[:4]) for line in rest[:2]] == [
        "HEAD /nowhere 404 0B",
        "OPTIONS /meetings 204 0B",
    ]
    assert rest[2].startswith("DELETE /meetings 405 ")


@pytest.mark.parametrize(
    "path",
    [
        "/meetings?city=a%0Ab",
        "/meetings?city=%0D%0A2021-03-16%20INFO%20readout.access%20forged",
        "/a%0Ab",
        "/meetings/%1B%5B31m",
        "/meetings?%0A=%0A",
        "/meetings?city=%E2%80%A8%C2%85",
    ],
)
def test_nobody_writes_lines_of_their_own_into_the_log(
    client: Client, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "readout.access")
    client.get(path, headers={"X-Request-ID": "one\ttwo"})
    (line,) = lines(caplog)
    assert line.isascii()
    assert line.isprintable()


def test_raw_bytes_in_the_log_are_escaped(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "readout.access")
    client.raw("/meetings", b"city=\n\r\x1b[31m\xff")
    (line,) = lines(caplog)
    assert line.startswith(r"GET /meetings?city=\n\r\x1b[31m\xff 422 ")


def test_the_path_under_which_a_proxy_serves(client: Client, serve: MakeClient) -> None:
    behind = serve(client.database.path, root_path="/api")
    # Proxies differ in whether they take the prefix away.
    for prefix in ("", "/api"):
        answer = behind.get(f"{prefix}/meetings?limit=3")
        following = answer.json()["next"]
        assert following.startswith("/api/meetings?limit=3&cursor=")
        assert answer.headers["link"] == f'<{following}>; rel="next"'
        second = behind.get(following if prefix else following.removeprefix("/api"))
        assert [item["id"] for item in second.json()["items"]] == client.ids("meetings")[3:6]
        assert 'src="/api/assets/' in behind.get(f"{prefix}/").text
        assert behind.get(f"{prefix}/meetings/nothing").status_code == 404
        assert behind.get(f"{prefix}/cities/tokyo").json()["id"] == "tokyo"


@pytest.mark.parametrize("host", ["", "[", "a b", "x" * 300, "evil.example", "h:port", "é", "::1"])
def test_no_answer_depends_on_the_host(client: Client, host: str) -> None:
    for path in ("/meetings?limit=1", "/meetings?x=1", "/nowhere", "/"):
        response = client.get(path, headers={"Host": host.encode()})
        expected = client.get(path)
        assert response.status_code == expected.status_code
        assert response.headers.get("location") == expected.headers.get("location")
        if expected.status_code == 200:
            assert response.content == expected.content
