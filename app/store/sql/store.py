"""The questions of a `Store`, answered by statements: what all stores have alike."""

from abc import abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from app.domain.records import Resource
from app.query.facets import FacetsPlan
from app.query.network import NetworkPlan
from app.query.parameters import QueryPlan
from app.query.search import SearchFacetsPlan, SearchPlan
from app.store.base import (
    Deadline,
    Facets,
    Held,
    Hits,
    Moved,
    Network,
    Notice,
    Page,
    Removed,
    RemovedRecord,
    Served,
    Store,
    StoredTripFile,
)
from app.store.sql.facets import find_facets
from app.store.sql.finding import (
    count_all,
    find_former,
    find_page,
    find_record,
    near_ids,
)
from app.store.sql.held import HeldSnapshot, find_removed, find_trip_file
from app.store.sql.hitcounts import find_hit_counts
from app.store.sql.network import find_network
from app.store.sql.notices import find_notices
from app.store.sql.searching import find_hits
from app.store.sql.snapshot import Snapshot

SLOW_SECONDS = 0.1
"""The time that must be left for work in Python or in a single step of the database, such as
full-text search: it cannot be interrupted, and must not block the event loop."""


class SqlStore(Store):
    """A `Store` over a database; the abstract methods are each engine's own."""

    @abstractmethod
    def reading(self, deadline: Deadline | None) -> AbstractContextManager[Snapshot]:
        """Read from a single revision for the duration of a block on this thread.

        A nested block shares the revision and deadline of the outer one.
        """

    @abstractmethod
    def reading_apart(self) -> AbstractContextManager[Snapshot]:
        """Read from a single revision on a connection that any thread may use."""

    def snapshot(self, deadline: Deadline | None = None) -> AbstractContextManager[Served]:
        """Read from a single revision for the duration of a `with` block."""
        return self.reading(deadline)

    def revision(self, deadline: Deadline | None = None) -> str:
        """Return the identity of the data now being served."""
        with self.reading(deadline) as snapshot:
            return snapshot.revision

    def known_revision(self) -> str:
        """Return the revision that is known without waiting."""
        return self.revision()

    def page(self, plan: QueryPlan, deadline: Deadline | None = None) -> Page:
        """Return a page of a list, in at most three statements."""
        with self.reading(deadline) as snapshot:
            if "q" in plan.values:
                snapshot.require(SLOW_SECONDS)
            return find_page(snapshot, plan)

    def loaded_at(self, deadline: Deadline | None = None) -> datetime:
        """Return when the data being served was loaded."""
        with self.reading(deadline) as snapshot:
            ((moment,),) = snapshot.rows("SELECT r.loaded_at FROM revision AS r")
            return datetime.fromisoformat(moment.decode())

    def removed(
        self, resource: Resource, deadline: Deadline | None = None
    ) -> Sequence[RemovedRecord]:
        """Return the 1,000 records last removed from a collection, the latest first."""
        with self.reading(deadline) as snapshot:
            return find_removed(snapshot, resource)

    def trip_file(self, trip_id: str, deadline: Deadline | None = None) -> StoredTripFile | None:
        """Return a trip as the database holds it, or None."""
        with self.reading(deadline) as snapshot:
            return find_trip_file(snapshot, trip_id)

    def count(self, plan: QueryPlan, deadline: Deadline | None = None) -> int:
        """Return how many records match."""
        with self.reading(deadline) as snapshot:
            return count_all(snapshot, plan)

    def hold(self, page_seconds: float | None = None) -> Held:
        """Open a snapshot of the revision being served, on a connection of its own."""
        return HeldSnapshot(self.reading_apart(), page_seconds)

    def facets(self, plan: FacetsPlan, deadline: Deadline | None = None) -> Facets:
        """Return the values of facets, with how many records each would give."""
        with self.reading(deadline) as snapshot:
            snapshot.require(SLOW_SECONDS)
            return find_facets(snapshot, plan)

    def network(self, plan: NetworkPlan, deadline: Deadline | None = None) -> Network:
        """Return who met whom."""
        with self.reading(deadline) as snapshot:
            snapshot.require(SLOW_SECONDS)
            return find_network(snapshot, plan)

    def search(self, plan: SearchPlan, deadline: Deadline | None = None) -> Hits:
        """Return a page of what a search across collections finds."""
        with self.reading(deadline) as snapshot:
            snapshot.require(SLOW_SECONDS)
            return find_hits(snapshot, plan)

    def hit_counts(self, plan: SearchFacetsPlan, deadline: Deadline | None = None) -> Facets:
        """Return how many hits a search has for the values of each facet."""
        with self.reading(deadline) as snapshot:
            snapshot.require(SLOW_SECONDS)
            return find_hit_counts(snapshot, plan)

    def record(
        self, resource: Resource, id_: str, deadline: Deadline | None = None
    ) -> bytes | None:
        """Return the document of the record with this id, or None."""
        with self.reading(deadline) as snapshot:
            return find_record(snapshot, resource, id_)

    def former(
        self, resource: Resource, id_: str, deadline: Deadline | None = None
    ) -> Moved | Removed | None:
        """Return what became of a record that had this id, or None if none had."""
        with self.reading(deadline) as snapshot:
            return find_former(snapshot, resource, id_)

    def near_ids(self, resource: Resource, id_: str, deadline: Deadline | None = None) -> list[str]:
        """Return ids of a collection that may have been meant, nearest first."""
        with self.reading(deadline) as snapshot:
            snapshot.require(SLOW_SECONDS)
            return near_ids(snapshot, resource, id_)

    def spellings(
        self, plan: QueryPlan | SearchPlan, deadline: Deadline | None = None
    ) -> list[Notice]:
        """Return notices on values of a plan that name nothing, with what may have been meant."""
        with self.reading(deadline) as snapshot:
            snapshot.require(SLOW_SECONDS)
            return find_notices(snapshot, plan)
