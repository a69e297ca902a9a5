"""A snapshot on a connection of its own, from which whole lists and files are read."""

import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

from app.domain.records import Resource
from app.query.parameters import QueryPlan
from app.store.base import Held, Notice, Page, RemovedRecord, StoredTripFile
from app.store.sql.finding import find_all, find_page, find_record
from app.store.sql.notices import find_notices
from app.store.sql.snapshot import Snapshot

ROWS_AT_ONCE = 1000
FILES_AT_ONCE = 50

_TRIP_FILE = (
    "SELECT t.id, x.body, t.updated_at, t.origin FROM trip AS t"
    " JOIN trip_text AS x ON x.trip_key = t.key"
)


class HeldSnapshot(Held):
    """A `Held` revision of a database."""

    def __init__(
        self, opening: AbstractContextManager[Snapshot], page_seconds: float | None
    ) -> None:
        """Open the snapshot; raise `DatabaseUnavailable` if there is nothing to serve."""
        self._opened = ExitStack()
        self._snapshot = self._opened.enter_context(opening)
        self._page_seconds = page_seconds
        self.revision, self.edition = self._snapshot.revision, self._snapshot.edition

    def documents(self, plan: QueryPlan) -> Iterator[bytes]:
        """Yield the documents of a whole list, read in pages."""
        with self._asking():
            yield from find_all(self._snapshot, plan, self._page_seconds)

    def page(self, plan: QueryPlan) -> Page:
        """Return a page of a list."""
        with self._asking():
            return find_page(self._snapshot, plan)

    def record(self, resource: Resource, id_: str) -> bytes | None:
        """Return the document of the record with this id, or None."""
        with self._asking():
            return find_record(self._snapshot, resource, id_)

    def removed(self, resource: Resource) -> Iterator[RemovedRecord]:
        """Yield the records removed from a collection, the latest first."""
        after: RemovedRecord | None = None
        while True:
            with self._asking():
                found = find_removed(self._snapshot, resource, after)
            yield from found
            if len(found) < ROWS_AT_ONCE:
                return
            after = found[-1]

    def trip_files(self) -> Iterator[StoredTripFile]:
        """Yield all trips as the database holds them, by id."""
        after = ""
        while True:
            rows = self._rows(
                f"{_TRIP_FILE} WHERE t.id > ? ORDER BY t.id LIMIT ?", [after, FILES_AT_ONCE]
            )
            yield from map(_stored, rows)
            if len(rows) < FILES_AT_ONCE:
                return
            after = rows[-1][0].decode()

    def spellings(self, plan: QueryPlan) -> list[Notice]:
        """Return what may have been meant by each value of a plan that names nothing."""
        with self._asking():
            return find_notices(self._snapshot, plan)

    def stop(self) -> None:
        """Make all methods raise `DeadlineExceeded`."""
        self._snapshot.stop()

    def close(self) -> None:
        """Close the connection."""
        self._opened.close()

    def _rows(self, statement: str, parameters: list[str | int]) -> list[tuple[Any, ...]]:
        with self._asking():
            return self._snapshot.rows(statement, parameters)

    @contextmanager
    def _asking(self) -> Iterator[None]:
        self._snapshot.renew(self._page_seconds)
        with self._snapshot.reading_errors():
            yield


def find_removed(
    snapshot: Snapshot, resource: Resource, after: RemovedRecord | None = None
) -> list[RemovedRecord]:
    """Return records removed from a collection, the latest first, from behind `after` on."""
    id_, at = after or ("", "~")
    rows = snapshot.rows(
        "SELECT r.id, r.removed_at FROM removed AS r WHERE r.collection = ?"
        " AND (r.removed_at < ? OR (r.removed_at = ? AND r.id > ?))"
        " ORDER BY r.removed_at DESC, r.id LIMIT ?",
        [resource.name, at, at, id_, ROWS_AT_ONCE],
    )
    return [RemovedRecord(id_.decode(), at.decode()) for id_, at in rows]


def find_trip_file(snapshot: Snapshot, trip_id: str) -> StoredTripFile | None:
    """Return a trip as the database holds it, or None."""
    rows = snapshot.rows(f"{_TRIP_FILE} WHERE t.id = ?", [trip_id])
    return _stored(rows[0]) if rows else None


def _stored(row: tuple[Any, ...]) -> StoredTripFile:
    id_, body, updated_at, origin = row
    return StoredTripFile(id_.decode(), zlib.decompress(body), updated_at.decode(), origin.decode())
