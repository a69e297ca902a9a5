"""Finished answers: a kept one is what a fresh one is, in every coding, whole or unchanged."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal

from app.domain.collections import RESOURCES
from app.http.answers import Answer, Conditions
from app.http.compression import SMALLEST
from app.http.responses import Response
from tests.asgi import Sent, ask
from tests.client import Client, MakeClient
from tests.http.codings import CODINGS, DECODE
from tests.trips import meeting, trip

MEETING = "/meetings/2021-03-17-blinken-chung"
PATHS = [
    *(f"/{name}" for name in RESOURCES),
    MEETING,
    "/cities/tokyo",
    "/meetings?limit=2",
    "/meetings?city=Osaka",
    "/meetings?q=climate",
    "/meetings/facets",
    "/search?q=climate",
    "/network",
    "/network.graphml",
]

Ask = Callable[..., Sent]


@pytest.fixture
def kept(serve: MakeClient, seed_database: Path) -> Client:
    return serve(seed_database, cache_bytes=1 << 24)


@pytest.fixture
def asked(portal: BlockingPortal, kept: Client) -> Ask:
    """Return a function that asks a service that keeps its answers."""

    def get(path: str, coding: str = "identity", method: str = "GET", tag: str = "") -> Sent:
        headers = [("Accept-Encoding", coding), *([("If-None-Match", tag)] if tag else [])]
        return ask(portal, kept.app, path, method, headers)

    return get


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("coding", CODINGS)
def test_a_kept_answer_is_a_fresh_one(
    portal: BlockingPortal, kept: Client, client: Client, path: str, coding: str
) -> None:
    store = kept.cache
    conditions = [[("Accept-Encoding", coding)]]
    conditions.append([*conditions[0], ("If-None-Match", "*")])
    for method in ("GET", "HEAD"):
        for headers in conditions:
            # The session's client keeps none.
            fresh = ask(portal, client.app, path, method, headers)
            hits = store.hits
            for _ in range(2):
                assert ask(portal, kept.app, path, method, headers).whole == fresh.whole
            assert store.hits > hits
    assert client.cache.hits == 0


@pytest.mark.parametrize("path", PATHS)
def test_every_form_has_a_tag_of_its_own_and_is_validated_by_it(asked: Ask, path: str) -> None:
    plain = asked(path)
    tags = {coding: asked(path, coding).headers["etag"] for coding in CODINGS}
    small = len(plain.body) < SMALLEST
    assert len(set(tags.values())) == (1 if small else len(CODINGS))
    for coding, tag in tags.items():
        for sent in (tag, f"W/{tag}", f'"other", {tag}'):
            for method in ("GET", "HEAD"):
                unchanged = asked(path, coding, method, sent)
                assert unchanged.status == 304
                assert unchanged.body == b""
                assert unchanged.headers["etag"] == tag
                assert unchanged.headers["vary"] == "Accept, Accept-Encoding"
                assert unchanged.headers["cache-control"] == plain.headers["cache-control"]
                for absent in ("content-type", "content-length", "content-encoding"):
                    assert absent not in unchanged.headers


@pytest.mark.parametrize("cache_bytes", [0, 1 << 24])
def test_a_form_that_the_client_does_not_take_is_not_confirmed(
    portal: BlockingPortal, serve: MakeClient, seed_database: Path, cache_bytes: int
) -> None:
    """A cache that names all the forms it keeps is told which of them this client may have."""
    app = serve(seed_database, cache_bytes=cache_bytes).app
    tags = {
        coding: ask(portal, app, "/meetings", headers=[("Accept-Encoding", coding)]).headers["etag"]
        for coding in CODINGS
    }
    assert len(set(tags.values())) == len(CODINGS)
    for coding in CODINGS:
        accepts = ("Accept-Encoding", coding)
        for named in (", ".join(tags.values()), ", ".join(reversed(tags.values()))):
            answer = ask(portal, app, "/meetings", headers=[accepts, ("If-None-Match", named)])
            assert (answer.status, answer.headers["etag"]) == (304, tags[coding])
        for other in tags.keys() - {coding, "identity"}:
            answer = ask(
                portal, app, "/meetings", headers=[accepts, ("If-None-Match", tags[other])]
            )
            assert (answer.status, answer.headers["etag"]) == (200, tags[coding])
        # What is not coded, everybody takes.
        plain = ("If-None-Match", tags["identity"])
        answer = ask(portal, app, "/meetings", headers=[accepts, plain])
        assert (answer.status, answer.headers["etag"]) == (304, tags["identity"])


def test_no_tag_is_repeated_that_was_never_given(asked: Ask) -> None:
    for coding in CODINGS:
        tag = asked("/meetings").headers["etag"]
        for made_up in (f"{tag[:-1]}.", f'{tag[:-1]}."', f'{tag[:-1]}.x\x7f"', tag[:-1], tag[1:]):
            assert asked("/meetings", coding, tag=made_up).status == 200


def test_head_of_a_coded_answer_says_the_length_of_it(asked: Ask) -> None:
    for coding in CODINGS:
        # The other way about, too: HEAD first.
        head = asked("/quotes", coding, "HEAD")
        got = asked("/quotes", coding)
        assert (head.body, int(head.headers["content-length"])) == (b"", len(got.body))
        assert head.headers.get("content-encoding", "identity") == coding


def test_what_changes_has_other_tags_in_every_coding(
    portal: BlockingPortal, made_up: MakeClient
) -> None:
    def version(title: str) -> dict[str, object]:
        return trip(meetings=[meeting(f"m{i}", title=title) for i in range(9)])

    tags = set()
    for title in ("Before", "After"):
        app = made_up(version(title), cache_bytes=1 << 24).app
        for coding in CODINGS:
            answer = ask(portal, app, "/meetings", headers=[("Accept-Encoding", coding)])
            assert DECODE[coding](answer.body).count(title.encode()) >= 9
            tags.add(answer.headers["etag"])
    assert len(tags) == 2 * len(CODINGS)


def finished(answer: Answer, conditions: Conditions) -> Response:
    """Return what a client gets; bodies this small are coded without a wait."""
    try:
        answer.for_client(conditions).send(None)
    except StopIteration as done:
        response: Response = done.value
        return response
    raise AssertionError("a small body was not coded at once")


def conditions_of(coding: str) -> Conditions:
    return Conditions([(b"accept-encoding", coding.encode())])


def test_its_size_is_what_it_takes() -> None:
    """What is counted bounds the memory only if it is no less than what is taken."""
    bodies = [b'{"items":[%b]}' % (b'{"id":"%d"},' % number * 40) for number in range(300)]
    for body in bodies:  # What is remembered once and for all is no part of an answer.
        finished(Answer(body, "r", b"t", 60), conditions_of("gzip"))
    large = [b"%d" % number + bytes(range(256)) * 40 for number in range(300)]
    for kind in (bodies, large):
        for codings in (["identity"], ["gzip"], [*CODINGS]):
            tracemalloc.start()
            try:
                before, _ = tracemalloc.get_traced_memory()
                answers = [
                    Answer(
                        bytes(bytearray(body)),
                        "r",
                        b"tag-%d-%d" % (len(body), id(body)),
                        60,
                        f"/next?cursor={'x' * 130}",
                    )
                    for body in kind
                ]
                for answer in answers:
                    for coding in codings:
                        finished(answer, conditions_of(coding))
                taken = tracemalloc.get_traced_memory()[0] - before
            finally:
                tracemalloc.stop()
            counted = sum(answer.size for answer in answers)
            assert taken <= counted <= 4 * taken


def test_a_coding_of_a_small_body_takes_nothing_more() -> None:
    answer = Answer(b"{}", "r", b"t", 60)
    finished(answer, conditions_of("identity"))
    size = answer.size
    for coding in CODINGS:
        response = finished(answer, conditions_of(coding))
        assert (response.status, response.body) == (200, b"{}")
        assert b'\r\netag: "t"\r\n' in response.head
    assert answer.size == size


def test_whoever_has_an_answer_is_counted_for_its_body() -> None:
    answer = Answer(b"x" * 5000, "r", b"t", 60)
    conditions = Conditions([(b"if-none-match", b"*")])
    assert finished(answer, conditions).status == 304
    assert answer.size > 5000
