"""Pages of a list: read from postings in list order, or from a small set, which is sorted."""

from typing import Any

from pyroaring import BitMap

from app.query.parameters import QueryPlan
from app.store.sql.matching import Matches
from app.store.sql.snapshot import Snapshot
from app.store.sql.statements import (
    EVERYWHERE,
    MAX_BOUND,
    After,
    Bounds,
    Order,
    Statement,
    first_of_set,
    listing,
    listing_by_update,
    one_of,
    set_with_documents,
    with_documents,
)
from app.store.sql.texts import UNSCORED

FEW = 64
"""Sets of up to this size are always sorted."""

Rows = list[tuple[Any, ...]]
"""Rows of place, key and document, or number."""


_Part = tuple[Bounds, BitMap | None]
"""A section of a list: all records between bounds, or those of a set."""


class Listing:
    """The list of what a query finds, in its order."""

    def __init__(self, snapshot: Snapshot, query: QueryPlan, matches: Matches) -> None:
        """Take the matches to list, and the query that gives their order."""
        self._snapshot = snapshot
        self._matches = matches
        self._by_relevance = query.order == "relevance"
        self._order = Order(query.descending, by_update=query.order == "updated")
        self._parts: list[_Part] | None = None

    def rows(self, after: After, limit: int) -> Rows:
        """Return the first rows of the list behind some place: place, key and document, in order.

        In a list by relevance, the key is the record's number.
        """
        if self._by_relevance:
            return self._best(after, limit)
        if self._parts is None:
            self._parts = self._divided(after)
            if self._order.descending:
                self._parts.reverse()
        rows: Rows = []
        for bounds, numbers in self._parts:
            if len(rows) < limit:
                rows += self._between(bounds, numbers, after, limit - len(rows))
        return rows

    def _best(self, after: After, limit: int) -> Rows:
        # Later pages are scored, or not, as the first one was, whatever has been loaded since.
        is_scored = None if after is None else after[0] != UNSCORED
        found = self._matches.best(after, limit, is_scored=is_scored)
        if not found:
            return []
        bodies = dict(
            self._snapshot.rows(
                f"SELECT d.number, d.body FROM document AS d WHERE d.number {one_of(found)}",
                [number for _, number in found],
            )
        )
        return [(score, number, bodies[number]) for score, number in found]

    def _divided(self, after: After) -> list[_Part]:
        """Return the parts of the list behind some place, in ascending order.

        Records that began before the windows come first.
        """
        matches = self._matches
        if self._order.by_update:
            return [(EVERYWHERE, None if matches.is_everything else matches.numbers)]
        if matches.is_whole:
            return [(EVERYWHERE, None)]
        if not matches.windows:
            return [(EVERYWHERE, matches.numbers)]
        start = min(window.start or "" for window in matches.windows)
        end = max(window.end or "~" for window in matches.windows)
        bounds = Bounds(start or None, f"{end}~")
        numbers = None if matches.is_range else matches.numbers
        is_behind = after is not None and not self._order.descending and str(after[0]) >= start
        if not start or is_behind:
            return [(bounds, numbers)]
        lasting = matches.lasting_on(start)
        if numbers is not None:
            lasting, numbers = lasting & numbers, numbers - lasting
        return [(Bounds(None, start), lasting), (bounds, numbers)]

    def _between(self, bounds: Bounds, numbers: BitMap | None, after: After, limit: int) -> Rows:
        if numbers is None:
            return self._rows(self._listed(bounds, after, limit, documents=True))
        if not numbers:
            return []
        if len(numbers) <= min(limit, FEW):
            return self._sorted(set_with_documents(numbers, self._order, after))
        if self._is_few(numbers, limit):
            return self._sorted(with_documents(first_of_set(numbers, self._order, after, limit)))
        return self._walked(bounds, numbers, after, limit)

    def _is_few(self, numbers: BitMap, limit: int) -> bool:
        """Return whether sorting a set costs less than walking by postings until a page is full."""
        few = len(numbers)
        return few <= FEW or (few <= MAX_BOUND and 2 * few * few <= limit * self._matches.reach)

    def _listed(
        self, bounds: Bounds, after: After, limit: int, *, documents: bool = False
    ) -> Statement:
        order, name, key = self._order, self._matches.resource.name, self._matches.driver.key
        if order.by_update:
            return listing_by_update(name, order, after, limit, documents=documents)
        return listing(key, bounds, order, after, limit, documents=documents)

    def _rows(self, statement: Statement) -> Rows:
        return self._snapshot.rows(statement.text, statement.parameters)

    def _sorted(self, statement: Statement) -> Rows:
        return sorted(self._rows(statement), reverse=self._order.descending)

    def _walked(self, bounds: Bounds, numbers: BitMap, after: After, limit: int) -> Rows:
        """Return the first rows of a large set, reading postings until there are enough."""
        found: Rows = []
        expected = limit * self._matches.reach // len(numbers)
        batch = limit + expected + expected // 4
        while len(found) < limit:
            rows = self._rows(self._listed(bounds, after, batch))
            found += [row for row in rows if row[2] in numbers]
            if len(rows) < batch:
                break
            place, key, _ = rows[-1]
            after, batch = (place.decode(), key), batch * 2
        found = found[:limit]
        if not found:
            return []
        bodies = dict(
            self._snapshot.rows(
                f"SELECT d.key, d.body FROM document AS d WHERE d.key {one_of(found)}",
                [key for _, key, _ in found],
            )
        )
        return [(place, key, bodies[key]) for place, key, _ in found]
