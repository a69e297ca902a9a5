"""The store of finished answers: bounded, of one revision, and what is asked for stays."""

import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal
from hypothesis import given
from hypothesis import strategies as st

from app.http import cache as module
from app.http.answers import Answer, Conditions
from app.http.cache import MAX_SHARE, ResponseCache
from app.http.compression import encode
from app.http.responses import Response
from app.ingest.loader import load
from app.store.base import DatabaseUnavailable
from tests.asgi import ask
from tests.client import Client, MakeClient, problem
from tests.http.codings import CODINGS
from tests.trips import meeting, trip, write_trips

MAX_BYTES = 60_000
TITLES = ("One", "Two", "Three")


class Served:
    """Stands in for the database: only its revision matters here."""

    def __init__(self) -> None:
        self.revision = "r1"
        self.error: Exception | None = None
        self.looks = 0

    def __call__(self) -> str:
        self.looks += 1
        if self.error:
            raise self.error
        return self.revision


@pytest.fixture
def served() -> Served:
    return Served()


@pytest.fixture
def store(served: Served) -> ResponseCache:
    return ResponseCache(served, MAX_BYTES)


@pytest.fixture
def checked_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the store look at the revision whenever it is asked."""
    monkeypatch.setattr(module, "CHECK_SECONDS", 0.0)


def finished(answer: Answer, conditions: Conditions) -> Response:
    """Return what a client gets; bodies this small are coded without a wait."""
    try:
        answer.for_client(conditions).send(None)
    except StopIteration as done:
        response: Response = done.value
        return response
    raise AssertionError("a small body was not coded at once")


def answer(size: int = 2000, revision: str = "r1") -> Answer:
    return Answer(bytes(size), revision, b"tag", 60)


def address(number: int) -> tuple[bytes, bytes]:
    return b"/meetings", b"limit=%d" % number


def counted(number: int, kept: Answer) -> int:
    return sum(map(len, address(number))) + kept.size


OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 9), st.integers(0, 30_000)),
        st.tuples(st.just("get"), st.integers(0, 9), st.sampled_from(CODINGS)),
        st.tuples(st.just("late"), st.integers(0, 9), st.sampled_from(CODINGS)),
        st.tuples(st.just("load"), st.integers(1, 3), st.none()),
    ),
    max_size=60,
)


@given(OPERATIONS)
def test_is_bounded_and_keeps_what_was_asked_for_last(
    operations: list[tuple[str, int, Any]],
) -> None:
    served = Served()
    store = ResponseCache(served, MAX_BYTES)
    # The same, told in the plainest way: whatever is kept, the last asked for at the end.
    expected: OrderedDict[int, Answer] = OrderedDict()
    dropped: list[Answer] = []
    evicted = 0

    def make_room() -> None:
        nonlocal evicted
        while sum(counted(number, kept) for number, kept in expected.items()) > MAX_BYTES:
            dropped.append(expected.popitem(last=False)[1])
            evicted += 1

    for kind, number, detail in operations:
        if kind == "put":
            made = answer(detail, served.revision)
            store.put(address(number), made)
            if counted(number, made) * MAX_SHARE <= MAX_BYTES:
                dropped += [expected.pop(number)] if number in expected else []
                expected[number] = made
                make_room()
        elif kind == "get":
            found = store.get(address(number))
            assert found is expected.get(number)
            if found:
                expected.move_to_end(number)
                conditions = Conditions([(b"accept-encoding", detail.encode())])
                finished(found, conditions)
                store.recount(address(number), found)
                make_room()
        elif kind == "late" and dropped:
            # One that was coded in a thread, and is no longer kept when that is done.
            finished(dropped[-1], Conditions([(b"accept-encoding", detail.encode())]))
            store.recount(address(number), dropped[-1])
        elif kind == "load" and served.revision != f"r{number}":
            served.revision = f"r{number}"
            store.put(address(99), answer(0, served.revision))
            dropped += expected.values()
            expected.clear()
            expected[99] = answer(0, served.revision)
        assert len(store) == len(expected)
        assert store.bytes == sum(counted(number, kept) for number, kept in expected.items())
        assert store.bytes <= MAX_BYTES
        assert store.evictions == evicted


def test_what_was_asked_for_longest_ago_goes_first(store: ResponseCache) -> None:
    most = MAX_BYTES // counted(1, answer(10_000))
    assert most >= 3
    for number in range(1, most + 1):
        store.put(address(number), answer(10_000))
    assert store.evictions == 0
    assert store.get(address(1)) is not None
    store.put(address(most + 1), answer(10_000))
    kept = [number for number in range(1, most + 2) if store.get(address(number))]
    assert kept == [1, *range(3, most + 2)]
    assert store.evictions == 1


def test_an_answer_too_large_is_not_entries(store: ResponseCache) -> None:
    store.put(address(1), answer())
    store.put(address(2), answer(MAX_BYTES // MAX_SHARE))
    store.put((b"/meetings", b"city=" + b"x" * MAX_BYTES), answer())
    assert len(store) == 1
    assert store.get(address(1)) is not None
    assert store.evictions == 0


def test_an_answer_put_again_is_counted_once(store: ResponseCache) -> None:
    for size in (5000, 100, 8000):
        store.put(address(1), answer(size))
        assert (len(store), store.bytes) == (1, counted(1, answer(size)))


@pytest.mark.usefixtures("checked_always")
def test_all_goes_when_the_revision_changes(store: ResponseCache, served: Served) -> None:
    for number in range(5):
        store.put(address(number), answer())
    served.revision = "r2"
    assert store.get(address(0)) is None
    assert (len(store), store.bytes, store.evictions) == (0, 0, 0)
    store.put(address(0), answer(revision="r2"))
    kept = store.get(address(0))
    assert kept is not None
    assert kept.revision == "r2"


def test_nothing_of_an_older_revision_is_entries(store: ResponseCache, served: Served) -> None:
    served.revision = "r2"
    store.put(address(1), answer(revision="r1"))
    assert len(store) == 0
    store.put(address(1), answer(revision="r2"))
    # One that was under way while the data changed.
    store.put(address(2), answer(revision="r1"))
    assert (len(store), store.get(address(2))) == (1, None)


def test_an_answer_of_a_newer_revision_drives_out_the_older_at_once(
    store: ResponseCache, served: Served
) -> None:
    store.put(address(1), answer())
    assert store.get(address(1)) is not None
    served.revision = "r2"
    store.put(address(2), answer(revision="r2"))
    assert (store.get(address(1)), len(store)) == (None, 1)


def test_the_revision_is_looked_at_within_a_second_and_not_for_every_request(
    store: ResponseCache, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    store.put(address(1), answer())
    for _ in range(10):
        assert store.get(address(1)) is not None
    assert served.looks <= 2
    served.revision = "r2"
    now += 0.999
    assert store.get(address(1)) is None


@pytest.mark.usefixtures("checked_always")
@pytest.mark.parametrize("error", [DatabaseUnavailable("gone"), ValueError("no number"), OSError()])
def test_nothing_is_given_while_the_data_cannot_be_served(
    store: ResponseCache, served: Served, error: Exception
) -> None:
    store.put(address(1), answer())
    served.error = error
    assert store.get(address(1)) is None
    store.put(address(1), answer())
    assert len(store) == 0
    served.error = None
    assert store.get(address(1)) is None
    store.put(address(1), answer())
    assert store.get(address(1)) is not None


def test_no_bytes_switch_it_off(served: Served) -> None:
    store = ResponseCache(served, 0)
    store.put(address(1), answer(0))
    assert store.get(address(1)) is None
    assert (len(store), store.bytes, store.hits) == (0, 0, 0)
    assert served.looks == 0


def test_a_service_without_a_store_keeps_nothing(serve: MakeClient, seed_database: Path) -> None:
    client = serve(seed_database, cache_bytes=0)
    store = client.cache
    for _ in range(3):
        with client.statements() as statements:
            assert client.get("/meetings").status_code == 200
    assert statements != []
    assert (len(store), store.hits, store.bytes) == (0, 0, 0)


@pytest.fixture
def kept(serve: MakeClient, seed_database: Path) -> Client:
    return serve(seed_database, cache_bytes=1 << 24)


def test_errors_are_never_entries(kept: Client) -> None:
    paths = ("/nowhere", "/meetings/nothing", "/meetings?x=1", "/quotes?limit=0", "/cities?x=1")
    for path in paths:
        for method in ("GET", "HEAD", "GET", "POST"):
            response = kept.request(method, path)
            assert response.status_code in (404, 405, 422)
            assert response.headers["cache-control"] == "no-store"
            if method == "GET":
                problem(response)
    store = kept.cache
    assert (len(store), store.bytes, store.hits) == (0, 0, 0)


def test_only_data_is_entries(kept: Client) -> None:
    for path in ("/", "/docs", "/openapi.json", "/livez", "/readyz", "/metrics"):
        for method in ("GET", "HEAD", "GET"):
            assert kept.request(method, path).status_code in (200, 307)
    assert (len(kept.cache), kept.cache.hits) == (0, 0)


def test_what_is_not_entries_has_the_headers_of_every_answer(kept: Client) -> None:
    paths = (
        "/docs",
        "/openapi.json",
        "/livez",
        "/nowhere",
        "/meetings?x=1",
    )
    for path in paths:
        response = kept.get(path, headers={"X-Request-ID": "chosen"})
        assert response.headers["access-control-allow-origin"] == "*"
        assert response.headers["x-request-id"] == "chosen"
        assert response.headers["cache-control"] in ("no-cache", "no-store")
        assert response.headers["x-content-type-options"] == "nosniff"


def test_entries_answers_have_the_id_of_their_request_and_no_other(kept: Client) -> None:
    for id_ in ("first", "second", "third"):
        response = kept.get("/meetings", headers={"X-Request-ID": id_})
        assert response.headers.get_list("x-request-id") == [id_]
    assert kept.cache.hits == 2
    ids = {kept.get("/meetings").headers["x-request-id"] for _ in range(10)}
    assert len(ids) == 10


def test_head_and_get_have_one_answer_entries(kept: Client) -> None:
    store = kept.cache
    kept.head("/meetings")
    with kept.statements() as statements:
        got = kept.get("/meetings")
        head = kept.head("/meetings")
    assert statements == []
    assert (len(store), store.hits, head.content) == (1, 2, b"")
    assert got.json()["total"] == 8
    assert int(head.headers["content-length"]) == int(got.headers["content-length"])


@pytest.mark.parametrize("root_path", ["", "/api"])
def test_servers_need_not_tell_the_raw_path(
    portal: BlockingPortal, serve: MakeClient, seed_database: Path, root_path: str
) -> None:
    app = serve(seed_database, cache_bytes=1 << 24, root_path=root_path).app
    for raw_path in (..., None):
        for path in ("/meetings", "/cities/tokyo", "/quotes?limit=1", "/cities/zürich?x=1"):
            told = ask(portal, app, path)
            for _ in range(2):
                untold = ask(portal, app, path, raw_path=raw_path)
                assert untold.status == told.status
                assert untold.status == 422 or untold.whole == told.whole


def test_addresses_that_differ_are_not_taken_for_each_other(kept: Client) -> None:
    answers = {
        path: kept.get(path).json()["total"]
        for path in (
            "/meetings?city=tokyo",
            "/meetings?city=seoul",
            "/quotes?official=blinken",
            "/meetings",
        )
    }
    assert len(set(answers.values())) == len(answers)
    for path, total in answers.items():
        assert kept.get(path).json()["total"] == total
    assert kept.cache.hits == len(answers)


def test_a_large_answer_is_coded_without_holding_anybody_up(
    portal: BlockingPortal, made_up: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = made_up(
        trip(meetings=[meeting(f"m{i}", summary="word " * 80) for i in range(200)]),
        cache_bytes=1 << 24,
    )
    threads: list[str] = []

    def noted(body: bytes, coding: str) -> bytes:
        threads.append(threading.current_thread().name)
        return encode(body, coding)

    monkeypatch.setattr("app.http.answers.encode", noted)
    store = client.cache
    plain = ask(portal, client.app, "/meetings?limit=200")
    assert len(plain.body) > 1 << 16
    loop = portal.call(threading.current_thread).name
    for coding in CODINGS[1:]:
        for _ in range(2):
            sent = ask(
                portal, client.app, "/meetings?limit=200", headers=[("Accept-Encoding", coding)]
            )
            assert sent.headers["content-encoding"] == coding
    assert len(threads) == len(CODINGS) - 1
    assert loop not in threads
    (found,) = [each.answer for each in store._entries.values()]
    assert store.bytes == found.size + len(b"/meetings") + len(b"limit=200")


def test_a_load_replaces_what_is_entries(
    made_up: MakeClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "CHECK_SECONDS", 0.0)
    client = made_up(trip(title="Zero"), cache_bytes=1 << 24)
    store = client.cache
    for title in TITLES:
        client.get("/trips")
        client.get("/trips/example-trip")
        assert len(store) == 2
        load(client.database.path, write_trips(tmp_path / title, [trip(title=title)]))
        assert client.get("/trips/example-trip").json()["title"] == title
        assert len(store) == 1
        assert client.get("/trips").json()["items"][0]["title"] == title
