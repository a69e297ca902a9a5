"""A primary and two standbys under load, while what can go wrong with hosts goes wrong.

The service runs in this process and is asked by some clients at once, without a cache, so that
each answer comes from a host. The trip that it serves says in every title which edition it is; so
it shows if an answer is of two revisions, or of an older one than an answer before. How many
requests may fail is stated for each fault.
"""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal

from app.domain.collections import MEETINGS
from app.ingest.loader import load
from app.query.parameters import QueryPlan, read_query
from app.store.base import DatabaseUnavailable, Deadline, Interrupted
from app.store.engines import engine_of
from app.store.postgres.store import PostgresStore
from tests.client import Client
from tests.clusters import Cluster, Server
from tests.trips import meeting, trip, write_trips

pytestmark = pytest.mark.slow

CLIENTS = 4
"""How many ask at the same time."""

FEWEST = 40
"""So many answers at least are seen before and after something happens."""

PATHS = (
    "/meetings?trip=moving&limit={limit}",
    "/meetings/facets?trip=moving&facet=official&limit={limit}",
    "/trips?trip=moving&limit={limit}",
)

MANY = 10_000
"""How many meetings are loaded while others are served."""

SECONDS = 5.0
"""How long a question may take: more than by default, since tests share their machine."""

FIRST = 20
"""How many meetings the first edition has; each has one more than the one before."""


class Service:
    """The service over a cluster, the editions loaded into it, and the load on it."""

    def __init__(self, portal: BlockingPortal, cluster: Cluster, folder: Path) -> None:
        self.cluster, self._portal, self._folder = cluster, portal, folder
        self.database = cluster.create()
        self.url = cluster.url(self.database)
        self.edition = 0
        engine_of(self.url).migrate(self.url)
        self.load()
        cluster.wait_for_standbys()
        self.client = Client(portal, self.url, query_seconds=SECONDS)

    def load(self) -> None:
        """Load the next edition, on whichever server takes writes."""
        self.edition += 1
        days = FIRST + self.edition
        moving = trip(
            "moving",
            title=f"Edition {self.edition}",
            meetings=[
                meeting(f"m{at}", title=f"Edition {self.edition}", date="2024-03-01")
                for at in range(days)
            ],
        )
        load(self.url, write_trips(self._folder, [moving]))

    @property
    def store(self) -> PostgresStore:
        store = self.client.app.state.services.store
        assert isinstance(store, PostgresStore)
        return store

    def asked(self, *servers: Server) -> int:
        """Return how many answers have come from some servers."""
        by_host = self.client.database.asked
        return sum(by_host[f"{self.cluster.folder}:{each.port}"] for each in servers)

    @contextmanager
    def under_load(self) -> Iterator["Load"]:
        """Ask all the time while a block runs."""
        asking = Load(self)
        running: Future[None] = self._portal.start_task_soon(asking.run)
        try:
            asking.wait(FEWEST)
            yield asking
            asking.wait(FEWEST)
        finally:
            asking.stopped = True
            running.result(60)

    def close(self) -> None:
        self.client.close()


class Load:
    """Requests one after the other by some clients, and what became of them."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.stopped = False
        self.newest = 0
        self.statuses: Counter[int] = Counter()
        self.wrong: list[str] = []
        self.problems: list[str] = []
        self.slowest = 0.0

    async def run(self) -> None:
        await asyncio.gather(*(self._ask(number) for number in range(CLIENTS)))

    async def _ask(self, number: int) -> None:
        while not self.stopped:
            number += 1
            # Equal questions are answered once; those of two clients are not equal.
            path = PATHS[number % len(PATHS)].format(limit=200 - number % 50)
            least, begun = self.newest, time.monotonic()
            response = await self._service.client._http.get(path)
            self.slowest = max(self.slowest, time.monotonic() - begun)
            self.statuses[response.status_code] += 1
            if response.status_code != 200:
                self.problems.append(f"{response.status_code} {response.text}")
            else:
                self._check(path, response.json(), least)

    def _check(self, path: str, body: Any, least: int) -> None:
        if "facets" in body:
            edition = body["total"] - FIRST
            told = {value["count"] for value in body["facets"]["official"]}
            is_whole = told == {body["total"]}
        else:
            editions = {int(item["title"].split()[1]) for item in body["items"]}
            edition = max(editions)
            meetings = 1 if path.startswith("/trips") else FIRST + edition
            is_whole = editions == {edition} and len(body["items"]) == body["total"] == meetings
        if not is_whole:
            self.wrong.append(f"{path}: a mixture: {body}")
        if edition < least:
            self.wrong.append(f"{path}: edition {edition} after {least}")
        self.newest = max(self.newest, edition)

    @property
    def failed(self) -> int:
        return sum(number for status, number in self.statuses.items() if status != 200)

    def wait(self, more: int, seconds: float = 60) -> None:
        """Wait until so many more answers have come."""
        wanted = self.statuses[200] + more
        self.wait_until(lambda: self.statuses[200] >= wanted, seconds)

    def wait_until(self, holds: Callable[[], bool], seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < until, (self.statuses, self.problems[-3:], self.newest)
            time.sleep(0.02)

    def assert_right(self, most_failed: int) -> None:
        """See that no answer was wrong, and no more have failed than may."""
        assert self.wrong == []
        assert self.failed <= most_failed, (self.statuses, self.problems[:5])


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A cluster whose servers are as before at the end of each test."""
    started = Cluster(standbys=2)
    yield started
    started.close()


@pytest.fixture
def service(portal: BlockingPortal, cluster: Cluster, tmp_path: Path) -> Iterator[Service]:
    served = Service(portal, cluster, tmp_path)
    yield served
    served.close()


def test_answers_come_from_both_standbys_and_not_from_the_primary(service: Service) -> None:
    with service.under_load() as asking:
        asking.wait(200)
    one, other = (service.asked(each) for each in service.cluster.standbys)
    assert service.asked(service.cluster.primary) == 0
    assert min(one, other) > (one + other) / 4
    asking.assert_right(0)


def test_a_load_is_served_within_a_second_and_no_answer_is_of_two_revisions(
    service: Service,
) -> None:
    with service.under_load() as asking:
        for _ in range(5):
            service.load()
            asking.wait_until(lambda: asking.newest == service.edition)
    asking.assert_right(0)


def test_a_standby_that_is_killed_and_comes_back(service: Service) -> None:
    standby = service.cluster.standbys[0]
    with service.under_load() as asking:
        standby.kill()
        asking.wait(20)
        before = service.asked(standby)
        asking.wait(100)
        assert service.asked(standby) == before
        service.load()
        asking.wait_until(lambda: asking.newest == service.edition)
        standby.start()
        asking.wait_until(lambda: service.asked(standby) > before)
    asking.assert_right(0)


def test_a_standby_that_is_frozen_and_thaws(service: Service) -> None:
    standby = service.cluster.standbys[0]
    with service.under_load() as asking:
        standby.freeze()
        try:
            asking.wait(100)
            service.load()
            asking.wait_until(lambda: asking.newest == service.edition)
            before = service.asked(standby)
        finally:
            standby.thaw()
        asking.wait_until(lambda: service.asked(standby) > before)
    asking.assert_right(0)


def test_a_standby_that_is_behind_is_left(service: Service) -> None:
    standby = service.cluster.standbys[0]
    standby.execute("SELECT pg_wal_replay_pause()")
    try:
        with service.under_load() as asking:
            service.load()
            asking.wait_until(lambda: asking.newest == service.edition)
            asking.wait(100)
        asking.assert_right(0)
    finally:
        standby.execute("SELECT pg_wal_replay_resume()")
    service.cluster.wait_for_standbys()


def test_an_old_answer_is_none(service: Service) -> None:
    behind, other = service.cluster.standbys
    behind.execute("SELECT pg_wal_replay_pause()")
    store = PostgresStore(service.cluster.url(service.database, behind, other))
    try:
        before = store.revision()
        service.load()
        service.cluster.wait_for_standbys(other)
        until = time.monotonic() + 10
        while store.revision() == before:
            assert time.monotonic() < until
        other.kill()
        try:
            with pytest.raises(DatabaseUnavailable, match="behind what was served before"):
                store.revision()
        finally:
            other.start()
    finally:
        behind.execute("SELECT pg_wal_replay_resume()")
        store.close()
    service.cluster.wait_for_standbys()


def _go_on_after_a_vacuum(service: Service, store: PostgresStore, plan: QueryPlan) -> None:
    """Ask within a snapshot of what goes from the primary meanwhile, and then from the standby."""
    with store.snapshot(Deadline(20)):
        store.page(plan)
        service.load()
        while True:
            # Again and again: the primary may have been asked by the standby, a moment before that
            # was turned off, to keep what is read there.
            service.cluster.primary.execute("VACUUM document, posting, term", service.database)
            service.cluster.wait_for_standbys()
            store.page(plan)
            time.sleep(0.05)


def test_a_statement_that_is_ended_for_the_sake_of_replay_is_asked_again(
    service: Service,
) -> None:
    standby = service.cluster.standbys[0]
    store = PostgresStore(service.cluster.url(service.database, standby))
    plan = read_query(MEETINGS, b"limit=5")
    standby.execute("ALTER SYSTEM SET hot_standby_feedback = off")
    standby.execute("ALTER SYSTEM SET max_standby_streaming_delay = 0")
    standby.execute("SELECT pg_reload_conf()")
    try:
        with pytest.raises(Interrupted):
            _go_on_after_a_vacuum(service, store, plan)
        assert store.page(plan).total == FIRST + service.edition
        with service.under_load() as asking:
            for _ in range(3):
                service.load()
                service.cluster.primary.execute("VACUUM document, posting, term", service.database)
                asking.wait_until(lambda: asking.newest == service.edition)
        asking.assert_right(0)
    finally:
        standby.execute("ALTER SYSTEM RESET hot_standby_feedback")
        standby.execute("ALTER SYSTEM RESET max_standby_streaming_delay")
        standby.execute("SELECT pg_reload_conf()")
        store.close()


def test_a_load_of_many_meetings_meanwhile(service: Service, tmp_path: Path) -> None:
    many = [
        trip(
            f"many-{number}",
            start_date="2023-01-01",
            end_date="2023-12-31",
            meetings=[
                meeting(f"many-{number}-{at}", title="Edition 0", date="2023-05-01")
                for at in range(50)
            ],
        )
        for number in range(MANY // 50)
    ]
    files = write_trips(tmp_path / "many", many)
    failed: list[BaseException] = []

    def loading() -> None:
        try:
            load(service.url, files)
        except BaseException as error:
            failed.append(error)
            raise

    with service.under_load() as asking:
        thread = threading.Thread(target=loading)
        thread.start()
        while thread.is_alive():
            asking.wait(20)
        thread.join()
    assert failed == []
    asking.assert_right(0)


@pytest.fixture
def passing(portal: BlockingPortal, tmp_path: Path) -> Iterator[Service]:
    """The service over a cluster that is another at the end of a test."""
    cluster = Cluster(standbys=2)
    try:
        served = Service(portal, cluster, tmp_path)
        yield served
        served.close()
    finally:
        cluster.close()


def test_the_primary_is_gone(passing: Service) -> None:
    with passing.under_load() as asking:
        passing.cluster.primary.kill()
        asking.wait(200)
        with pytest.raises(DatabaseUnavailable, match="cannot write the database"):
            load(passing.url, [])
    asking.assert_right(0)


def test_a_standby_is_promoted(passing: Service) -> None:
    """The other goes on following the dead primary: it is left once there is anything newer."""
    promoted, orphan = passing.cluster.standbys
    with passing.under_load() as asking:
        passing.cluster.primary.kill()
        asking.wait(50)
        promoted.promote()
        asking.wait(50)
        passing.load()
        asking.wait_until(lambda: asking.newest == passing.edition)
        before = passing.asked(orphan)
        asking.wait(100)
        assert passing.asked(orphan) == before
    assert orphan.answers()
    asking.assert_right(0)


def test_what_was_lost_with_the_primary_is_served_no_more(passing: Service) -> None:
    """A standby that was behind is promoted: from then on, what it has is what there is."""
    promoted, other = passing.cluster.standbys
    # It does not even receive what is loaded now.
    promoted.execute("ALTER SYSTEM SET primary_conninfo = ''")
    promoted.execute("SELECT pg_reload_conf()")
    while promoted.execute("SELECT 1 FROM pg_stat_wal_receiver"):
        time.sleep(0.05)
    with passing.under_load() as asking:
        passing.load()
        asking.wait_until(lambda: asking.newest == passing.edition)
    asking.assert_right(0)
    passing.cluster.primary.kill()
    other.kill()
    assert passing.client.get("/meetings").status_code == 503
    promoted.promote()
    until = time.monotonic() + 30
    while (response := passing.client.get("/meetings")).status_code != 200:
        assert time.monotonic() < until, response.text
        time.sleep(0.05)
    assert response.json()["total"] == FIRST + passing.edition - 1
