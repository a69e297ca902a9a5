"""The hosts of one database: which of them answer, and which revision each is known to have.

A thread per host polls it a few times a second. Once a process has seen a revision, it never
answers from an older one, whichever host it asks.
"""

import logging
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import psycopg

from app.domain.collections import shapes_digest
from app.store.base import DatabaseUnavailable, Deadline, DeadlineExceeded
from app.store.postgres.address import Address
from app.store.postgres.connection import HostLost, ReadingConnection, connect
from app.store.sqlite.database import SCHEMA_VERSION

log = logging.getLogger("readout")

UNREACHABLE = "the database cannot be reached"
"""The reason that clients get; the log has the cause and the host."""

LOOK_SECONDS = 0.25
"""How often a host is polled."""

ANSWER_SECONDS = 1.0
"""How long a host may take to accept a connection or report its state before it is given up."""

MAX_LIFETIME_SECONDS = 600
"""After this time a connection is not used again: its memory on the server grows."""

_STATE = """
SELECT pg_is_in_recovery(), EXISTS (SELECT 1 FROM pg_stat_wal_receiver),
    CASE WHEN pg_is_in_recovery()
        THEN coalesce((SELECT received_tli FROM pg_stat_wal_receiver),
            (SELECT timeline_id FROM pg_control_checkpoint()))
        ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int
    END
"""

REVISION = (
    "SELECT r.number, r.id, r.shapes, (SELECT version_num FROM alembic_version) FROM revision AS r"
)
"""The revision being served; no row if nothing has been loaded."""


class Edition(NamedTuple):
    """How new a host's data are: first by its timeline, then by the number of the load."""

    timeline: int
    number: int


class Revision(NamedTuple):
    """A revision, and how new it is."""

    edition: Edition
    id: str


def served_revision(rows: list[tuple[object, ...]], timeline: int) -> Revision:
    """Return what `REVISION` found; raise `DatabaseUnavailable` where nothing can be served."""
    if not rows:
        raise DatabaseUnavailable("no trip has been loaded yet; run: readout load seed")
    number, id_, shapes, version = rows[0]
    schema = _text(version)
    if schema > SCHEMA_VERSION:
        raise DatabaseUnavailable(f"the database was made by a newer Readout ({schema})")
    if schema != SCHEMA_VERSION:
        raise DatabaseUnavailable("the database needs a migration; run: readout serve")
    if _text(shapes) != shapes_digest():
        raise DatabaseUnavailable("the database has to be rebuilt; run: readout serve")
    return Revision(Edition(timeline, int(str(number))), _text(id_))


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


class Host:
    """One host: its state when it was last polled, and the idle connections to it."""

    def __init__(self, name: str, conninfo: str) -> None:
        """Take the host's name and connection string."""
        self.name = name
        self._conninfo = conninfo
        self.is_up = True
        self.is_given_up: Callable[[], bool] = lambda: False
        self.is_standby = True
        self.follows = True
        self.timeline = 0
        self.revision: Revision | None = None
        self.problem = "the database has not been asked yet"
        self._idle: deque[ReadingConnection] = deque()
        self._looking: ReadingConnection | None = None

    def begin(self, deadline: Deadline | None) -> tuple[ReadingConnection, Revision]:
        """Begin a transaction; return its connection, and which revision it sees.

        Raises `HostLost` where the host does not accept a connection or answer,
        `DatabaseUnavailable` where it has nothing to serve, and `DeadlineExceeded`.
        """
        connection = self._take_idle()
        if connection is not None:
            try:
                return self._begun(connection, deadline)
            except HostLost:
                pass  # The host may have closed it; the other idle ones are closed, too.
        left = ANSWER_SECONDS if deadline is None else min(ANSWER_SECONDS, deadline.seconds_left)
        return self._begun(connect(self._conninfo, left), deadline)

    def _begun(
        self, connection: ReadingConnection, deadline: Deadline | None
    ) -> tuple[ReadingConnection, Revision]:
        connection.deadline, connection.is_given_up = deadline, self.is_given_up
        try:
            revision = served_revision(connection.begin(REVISION), self.timeline)
        except psycopg.errors.UndefinedTable as error:
            self.end(connection)
            raise DatabaseUnavailable("the database is not one of Readout's") from error
        except DatabaseUnavailable:
            self.end(connection)
            raise
        except (HostLost, psycopg.OperationalError) as error:
            connection.close()
            self.close()
            raise HostLost(f"host {self.name}: {error}") from error
        except BaseException:
            connection.close()
            raise
        return connection, revision

    def end(self, connection: ReadingConnection) -> None:
        """End what `begin` began, and return the connection to the idle ones unless it failed."""
        if connection.end():
            self._idle.append(connection)
        else:
            connection.close()

    def _take_idle(self) -> ReadingConnection | None:
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return None
            if time.monotonic() - connection.opened_at < MAX_LIFETIME_SECONDS:
                return connection
            connection.close()

    def close(self) -> None:
        """Close all idle connections, which were made before something failed."""
        while True:
            try:
                self._idle.pop().close()
            except IndexError:
                return

    def look(self) -> None:
        """Poll the host's state; only the thread that watches it calls this."""
        try:
            if self._looking is None:
                self._looking = connect(self._conninfo, ANSWER_SECONDS)
            connection = self._looking
            connection.deadline = Deadline(ANSWER_SECONDS)
            ((self.is_standby, self.follows, timeline),) = connection.rows(_STATE, ())
            # A standby without a WAL receiver knows its timeline only as of some minutes ago.
            self.timeline = max(self.timeline, timeline)
            if not self.is_up:
                log.warning("the database answers again at %s", self.name)
            self.is_up = True
            self.revision = served_revision(connection.rows(REVISION, ()), self.timeline)
        except DatabaseUnavailable as error:
            self.revision, self.problem = None, str(error)
        except psycopg.errors.UndefinedTable:
            self.revision, self.problem = None, "the database is not one of Readout's"
        except (HostLost, DeadlineExceeded, psycopg.Error) as error:
            if self.is_up:
                told = " ".join(str(error).split())  # It spans several lines.
                log.warning("the database does not answer at %s: %s", self.name, told)
            self.is_up, self.revision, self.problem = False, None, UNREACHABLE
            self.forget()

    def forget(self) -> None:
        """Close all connections that are not in use."""
        if self._looking is not None:
            self._looking.close()
            self._looking = None
        self.close()


class Hosts:
    """The hosts of one database, for any thread."""

    def __init__(self, address: Address) -> None:
        """Take their addresses; the first question starts polling them."""
        self._address = address
        self.all = [Host(name, conninfo) for name, conninfo in address.hosts.items()]
        for host in self.all:
            host.is_given_up = partial(self._is_given_up, host)
        self._lock = threading.Lock()
        self._stopped: threading.Event | None = None
        self._looked: list[threading.Event] = []
        self._newest: Revision | None = None

    def start(self) -> None:
        """Start polling each host, in a thread of its own."""
        with self._lock:
            if self._stopped is not None:
                return
            self._stopped = threading.Event()
            self._looked = [threading.Event() for _ in self.all]
            for host, looked in zip(self.all, self._looked, strict=True):
                threading.Thread(
                    target=self._watch,
                    args=(host, looked, self._stopped),
                    name=f"readout-host-{host.name}",
                    daemon=True,
                ).start()

    def stop(self) -> None:
        """Stop polling and close idle connections; the next question starts it again."""
        with self._lock:
            if self._stopped is not None:
                self._stopped.set()
                self._stopped = None
        for host in self.all:
            host.close()

    def candidates(self) -> Iterator[Host]:
        """Yield hosts in the order in which they are to be asked, those that are down last."""
        self.start()
        for looked in self._looked:
            looked.wait(ANSWER_SECONDS)
        hosts = list(self.all)
        if self._address.is_balanced:
            random.shuffle(hosts)
        yield from sorted((host for host in hosts if self._may_answer(host)), key=self._rank)

    def see(self, revision: Revision) -> bool:
        """Note a revision that was seen; return whether it is as new as any seen before."""
        with self._lock:
            if self._newest is None or revision.edition > self._newest.edition:
                self._newest = revision
            return revision.edition >= self._newest.edition

    def known_revision(self) -> str:
        """Return the newest revision that was seen, without asking a host.

        Raises `DatabaseUnavailable` where no host can serve it.
        """
        self.start()
        newest = self._newest
        if newest is None or not any(host.revision for host in self.all):
            raise DatabaseUnavailable(self.problem)
        return newest.id

    @property
    def problem(self) -> str:
        """Why there is nothing to be served."""
        up = [host.problem for host in self.all if host.is_up and host.revision is None]
        return next(iter(up), self.all[0].problem)

    def _is_given_up(self, host: Host) -> bool:
        """Return whether a host does not answer, while others do."""
        return not host.is_up and any(other.is_up for other in self.all)

    def _watch(self, host: Host, looked: threading.Event, stopped: threading.Event) -> None:
        while not stopped.is_set():
            host.look()
            if host.revision is not None:
                self.see(host.revision)
            looked.set()
            stopped.wait(LOOK_SECONDS)
        host.forget()

    def _may_answer(self, host: Host) -> bool:
        target = self._address.target
        if not host.is_up or target not in ("standby", "primary"):
            return True
        return host.is_standby == (target == "standby")

    def _rank(self, host: Host) -> int:
        """Return a host's rank; hosts with a lower rank are asked first."""
        newest = self._newest
        if not host.is_up:
            return 4
        if newest is not None and (host.revision is None or host.revision.edition < newest.edition):
            return 3
        if self._address.target != "prefer-standby":
            return 0
        if host.is_standby:
            return 0 if host.follows else 2
        return 1
