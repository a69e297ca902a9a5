"""What the rest asks of the store, in the domain's words, and what it answers."""

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
    """What answered was lost meanwhile; asked once more, another host may have the answer."""


def retried(ask: Callable[[], Answered]) -> Answered:
    """Return what asking returns; ask once more where what answered was lost meanwhile."""
    try:
        return ask()
    except Interrupted:
        return ask()


class DeadlineExceeded(Exception):
    """A question took longer than it may, and was given up."""


class Deadline:
    """The time until which a question may take; any thread may bring it forward."""

    __slots__ = ("at",)

    def __init__(self, seconds: float) -> None:
        """Take how many seconds there are from now on."""
        self.at = time.monotonic() + seconds

    @property
    def seconds_left(self) -> float:
        """How many seconds there still are; negative once it has passed."""
        return self.at - time.monotonic()

    def expire(self) -> None:
        """Let it have passed: nobody waits for the answer any more."""
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
    """The number of all matches, the values of each facet, and how many there are if not all."""

    total: int
    facets: dict[str, Sequence[FacetValue]]
    values_total: dict[str, int]


class Node(TypedDict):
    """A participant, and how many of the meetings they took part in.

    A network has thousands: those of a dataclass take three times as long to make and to write.
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
    """A record was served and is no more, since this time (UTC)."""

    at: str


class RemovedRecord(NamedTuple):
    """The id of a record that is no more, and since when (UTC)."""

    id: str
    at: str


class StoredTripFile(NamedTuple):
    """A trip in canonical form, JSON, since when it is as it is (UTC), and where it is from."""

    id: str
    text: bytes
    updated_at: str
    origin: str


class Served(Protocol):
    """The revision being served: its name, and the number of the load that made it.

    The name may return, with other records removed; the number does not.
    """

    revision: str
    edition: int


class Held(Protocol):
    """One revision, held still until it is closed, however long its reader takes.

    Any thread may go on with it, one at a time. Each part of an answer may take so long as was said
    when it was opened: what is asked raises `DeadlineExceeded` past that.
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
        """Yield the records of a collection that were served and are no more, the latest first."""

    def trip_files(self) -> Iterator[StoredTripFile]:
        """Yield all trips as the database holds them, by id; few are in memory at a time."""

    def spellings(self, plan: QueryPlan) -> list[Notice]:
        """Return what may have been meant by each value of a plan that names nothing."""

    def stop(self) -> None:
        """Have all that is asked raise `DeadlineExceeded`, also what another thread asks now."""

    def close(self) -> None:
        """Let the revision go."""


class Store(Protocol):
    """Where the data lie.

    Each question is answered from one revision; those within one `snapshot`, asked by the same
    thread, from the same. Without a `deadline` a question takes as long as it takes; within a
    `snapshot` the snapshot's holds.

    What asks raises `DeadlineExceeded` once its deadline has passed, and at once where it would
    have to wait on the thread of the event loop. What asks or writes raises `DatabaseUnavailable`
    where there is no data or none can be had.
    """

    def prepare_loop(self) -> None:
        """Prepare the calling thread to give most answers; the event loop's calls it."""

    def snapshot(self, deadline: Deadline | None = None) -> AbstractContextManager[Served]:
        """Hold one revision still for the time of a `with` block."""

    def revision(self, deadline: Deadline | None = None) -> str:
        """Return the identity of the data now being served."""

    def known_revision(self) -> str:
        """Return the same as far as it is known without waiting, at most half a second late."""

    def page(self, plan: QueryPlan, deadline: Deadline | None = None) -> Page:
        """Return a page of a list."""

    def loaded_at(self, deadline: Deadline | None = None) -> datetime:
        """Return when the data being served was loaded."""

    def removed(
        self, resource: Resource, deadline: Deadline | None = None
    ) -> Sequence[RemovedRecord]:
        """Return the records of a collection that are no more, the 1,000 latest first."""

    def trip_file(self, trip_id: str, deadline: Deadline | None = None) -> StoredTripFile | None:
        """Return a trip as the database holds it, or None."""

    def count(self, plan: QueryPlan, deadline: Deadline | None = None) -> int:
        """Return how many records match."""

    def hold(self, page_seconds: float | None = None) -> Held:
        """Hold the revision being served, also within a `snapshot`, which it may outlast.

        `page_seconds` is how long each page of a list may take, and each other question.
        """

    def facets(self, plan: FacetsPlan, deadline: Deadline | None = None) -> Facets:
        """Return the values of facets, with how many records each would give."""

    def network(self, plan: NetworkPlan, deadline: Deadline | None = None) -> Network:
        """Return who met whom."""

    def search(self, plan: SearchPlan, deadline: Deadline | None = None) -> Hits:
        """Return a page of what a search across collections finds."""

    def hit_counts(self, plan: SearchFacetsPlan, deadline: Deadline | None = None) -> Facets:
        """Return how many hits a search has, by what is asked for."""

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
        """Return what may have been meant by each value of a plan that names nothing."""

    def close(self) -> None:
        """Close what the calling thread has open; the store may be asked again."""

    def write(self, *, much: bool = False) -> AbstractContextManager[Any]:
        """Write in one transaction: all of it is there at the end of a `with` block, or nothing.

        The block gets what the store's own modules write with. `much` says that most of the data
        are going to be written, for which readers of an empty store may have to wait.
        """
