"""The interface of the store, in the domain's terms: its questions and answers."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol, TypedDict, TypeVar

from app.domain.records import Resource
from app.query.facets import FacetsPlan
from app.query.network import NetworkPlan
from app.query.parameters import QueryPlan
from app.query.search import SearchFacetsPlan, SearchPlan

Answered = TypeVar("Answered")


class DatabaseUnavailable(Exception):
    """The data cannot be served or loaded now; the message says why, fit for a client."""


class Interrupted(DatabaseUnavailable):
    """The host that was answering was lost; if asked again, another host may answer."""


def retried(ask: Callable[[], Answered]) -> Answered:
    """Return what `ask` returns; call it a second time if the host was lost."""
    try:
        return ask()
    except Interrupted:
        return ask()


class DeadlineExceeded(Exception):
    """A question took longer than it may, and was given up."""


class Deadline:
    """The time by which a question must be answered; any thread may bring it forward."""

    __slots__ = ("at",)

    def __init__(self, seconds: float) -> None:
        """Set the deadline this many seconds from now."""
        self.at = time.monotonic() + seconds

    @property
    def seconds_left(self) -> float:
        """The seconds that are left; negative once the deadline has passed."""
        return self.at - time.monotonic()

    def expire(self) -> None:
        """End the time now: nobody waits for the answer any more."""
        self.at = 0.0


class Page(NamedTuple):
    """The documents of a page, the number of all matches and the cursor of the next page."""

    documents: list[bytes]
    total: int
    next_cursor: str | None


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet, the name people know it by, and how many records it would give."""

    value: str
    name: str
    count: int


@dataclass(frozen=True)
class PlacedFacetValue(FacetValue):
    """A city among the values of a facet, with its degrees north and east where they are known."""

    latitude: float | None
    longitude: float | None


@dataclass(frozen=True)
class Facets:
    """The number of matches, the values of each facet, and how many exist if not all are given."""

    total: int
    facets: dict[str, Sequence[FacetValue]]
    values_total: dict[str, int]


class Node(TypedDict):
    """A participant, and how many of the meetings they took part in.

    A network has thousands of nodes: dataclasses take three times as long to make and to encode.
    """

    id: str
    name: str
    kind: str
    country: str | None
    meetings: int


class Link(TypedDict):
    """Two participants, how many of the meetings they shared, and which."""

    source: str
    target: str
    weight: int
    meetings: list[str]


@dataclass(frozen=True)
class Network:
    """Everyone in the meetings that match, the heaviest links, and how many links there are."""

    nodes: list[Node]
    links: list[Link]
    links_total: int


@dataclass(frozen=True)
class Hit:
    """A record that was found; `snippet` is escaped HTML, with `<mark>` round what matched.

    `field` names the field of the record that the snippet is from.
    """

    collection: str
    id: str
    title: str
    date: str | None
    earliest_date: str | None
    latest_date: str | None
    snippet: str
    field: str


@dataclass(frozen=True)
class Hits:
    """A page of hits, best first, the number of all, and the cursor of the next page."""

    hits: list[Hit]
    total: int
    next_cursor: str | None


@dataclass(frozen=True)
class Notice:
    """A parameter whose value names nothing that exists, and what may have been meant.

    `message` says so in words, with the names of what is suggested.
    """

    parameter: str
    value: str
    message: str
    suggestions: list[str]


class Moved(NamedTuple):
    """A record has another id now."""

    id: str


class Removed(NamedTuple):
    """A record that was served, but was removed at this time (UTC)."""

    at: str


class RemovedRecord(NamedTuple):
    """The id of a removed record, and the time of its removal (UTC)."""

    id: str
    at: str


class StoredTripFile(NamedTuple):
    """A trip as canonical JSON, the time of its last change (UTC), and its origin."""

    id: str
    text: bytes
    updated_at: str
    origin: str


class Served(Protocol):
    """The revision being served: its name, and the number of the load that made it.

    The same name may come back after other loads, with other removed records; the number never
    does.
    """

    revision: str
    edition: int


class Held(Protocol):
    """A snapshot of one revision, open until it is closed, however long its reader takes.

    Threads may take turns in using it. Each part of an answer has the time limit that was given
    when the snapshot was opened; after that, methods raise `DeadlineExceeded`.
    """

    revision: str
    edition: int

    def documents(self, plan: QueryPlan) -> Iterator[bytes]:
        """Yield the documents of a whole list in its order; few are in memory at a time."""

    def page(self, plan: QueryPlan) -> Page:
        """Return a page of a list."""

    def record(self, resource: Resource, id_: str) -> bytes | None:
        """Return the document of the record with this id, or None."""

    def removed(self, resource: Resource) -> Iterator[RemovedRecord]:
        """Yield the records removed from a collection, the latest first."""

    def trip_files(self) -> Iterator[StoredTripFile]:
        """Yield all trips as the database holds them, by id; few are in memory at a time."""

    def spellings(self, plan: QueryPlan) -> list[Notice]:
        """Return what may have been meant by each value of a plan that names nothing."""

    def stop(self) -> None:
        """Make all methods raise `DeadlineExceeded`, also those that another thread is in now."""

    def close(self) -> None:
        """Close the snapshot."""


class Store(Protocol):
    """The interface to the database.

    Each question is answered from one revision; questions that a thread asks within a `snapshot`
    share one. Without a `deadline`, a question has no time limit; within a `snapshot`, the
    snapshot's deadline applies.

    Methods that read raise `DeadlineExceeded` once the deadline has passed, and at once if they
    would have to block the event loop's thread. Methods that read or write raise
    `DatabaseUnavailable` if there is no data or the database cannot be used.
    """

    def prepare_loop(self) -> None:
        """Prepare the calling thread, the event loop's, to give most answers."""

    def snapshot(self, deadline: Deadline | None = None) -> AbstractContextManager[Served]:
        """Read from a single revision for the duration of a `with` block."""

    def revision(self, deadline: Deadline | None = None) -> str:
        """Return the identity of the data now being served."""

    def known_revision(self) -> str:
        """Return the revision that is known without waiting, at most half a second late."""

    def page(self, plan: QueryPlan, deadline: Deadline | None = None) -> Page:
        """Return a page of a list."""

    def loaded_at(self, deadline: Deadline | None = None) -> datetime:
        """Return when the data being served was loaded."""

    def removed(
        self, resource: Resource, deadline: Deadline | None = None
    ) -> Sequence[RemovedRecord]:
        """Return the 1,000 records last removed from a collection, the latest first."""

    def trip_file(self, trip_id: str, deadline: Deadline | None = None) -> StoredTripFile | None:
        """Return a trip as the database holds it, or None."""

    def count(self, plan: QueryPlan, deadline: Deadline | None = None) -> int:
        """Return how many records match."""

    def hold(self, page_seconds: float | None = None) -> Held:
        """Open a snapshot of the served revision, which may outlast a `snapshot` block around it.

        `page_seconds` limits the time of each page of a list, and of each other question.
        """

    def facets(self, plan: FacetsPlan, deadline: Deadline | None = None) -> Facets:
        """Return the values of facets, with how many records each would give."""

    def network(self, plan: NetworkPlan, deadline: Deadline | None = None) -> Network:
        """Return who met whom."""

    def search(self, plan: SearchPlan, deadline: Deadline | None = None) -> Hits:
        """Return a page of what a search across collections finds."""

    def hit_counts(self, plan: SearchFacetsPlan, deadline: Deadline | None = None) -> Facets:
        """Return how many hits a search has for the values of each facet."""

    def record(
        self, resource: Resource, id_: str, deadline: Deadline | None = None
    ) -> bytes | None:
        """Return the document of the record with this id, or None."""

    def former(
        self, resource: Resource, id_: str, deadline: Deadline | None = None
    ) -> Moved | Removed | None:
        """Return what became of a record that had this id, or None if none had."""

    def near_ids(self, resource: Resource, id_: str, deadline: Deadline | None = None) -> list[str]:
        """Return ids of a collection that may have been meant, nearest first."""

    def spellings(
        self, plan: QueryPlan | SearchPlan, deadline: Deadline | None = None
    ) -> list[Notice]:
        """Return notices on values of a plan that name nothing, with what may have been meant."""

    def close(self) -> None:
        """Close the connections the calling thread has open; the store can be used again."""

    def write(self, *, much: bool = False) -> AbstractContextManager[Any]:
        """Write in one transaction, which is committed as a whole at the end of a `with` block.

        The block gets the connection that the store's modules write on. `much` says that most of
        the data will be written; readers of an empty store may then have to wait.
        """
