"""Answers to queries: which records match, how many there are, and where the page ends."""

from collections.abc import Iterator
from typing import Any

from app.domain.names import suggest
from app.domain.records import Resource
from app.query.cursor import Position, known_total, write_cursor
from app.query.parameters import QueryPlan
from app.store.base import Moved, Page, Removed
from app.store.sqlite.counting import count_statement, overlap_statement
from app.store.sqlite.resolving import Resolved, resolve
from app.store.sqlite.snapshot import Snapshot
from app.store.sqlite.statements import After, Order, page_statement

MAX_ROWS_AT_ONCE = 1000
"""How many documents of a whole list are in memory at once: some 2 MB."""


def find_record(snapshot: Snapshot, resource: Resource, id_: str) -> bytes | None:
    """Return the document of the record with this id, or None."""
    rows = snapshot.rows(
        f"SELECT d.body FROM {resource.table} AS r"
        " JOIN document AS d ON d.key = r.key WHERE r.id = ?",
        [id_],
    )
    return rows[0][0] if rows else None


def find_former(snapshot: Snapshot, resource: Resource, id_: str) -> Moved | Removed | None:
    """Return what became of a record that had this id, or None if none had."""
    moved = snapshot.rows(
        f"SELECT r.id FROM former_id AS f CROSS JOIN {resource.table} AS r"
        " WHERE f.collection = ? AND f.former_id = ? AND r.id = f.id ORDER BY r.id LIMIT 1",
        [resource.name, id_],
    )
    if moved:
        return Moved(moved[0][0].decode())
    removed = snapshot.rows(
        "SELECT removed_at FROM removed WHERE collection = ? AND id = ?", [resource.name, id_]
    )
    return Removed(removed[0][0].decode()) if removed else None


def near_ids(snapshot: Snapshot, resource: Resource, id_: str) -> list[str]:
    """Return ids of a collection that may have been meant: alike, and near in the alphabet."""
    rows = snapshot.rows(
        f"SELECT id FROM {resource.table} WHERE id >= ? ORDER BY id LIMIT 100",
        [id_[:3]],
    )
    return suggest(id_[:200], [row[0].decode() for row in rows])


def find_page(snapshot: Snapshot, query: QueryPlan) -> Page:
    """Return the page of a list that a query asks for, in at most three statements."""
    resolved = resolve(snapshot, query)
    if resolved is None:
        return Page([], 0, None)
    rows = _rows(snapshot, query, resolved, _start(query), query.limit + 1)
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    total = known_total(query.after, snapshot.revision, len(rows), more)
    if total is None:
        total = count(snapshot, query, resolved)
    cursor = None
    if more:
        place, key = _end(rows)
        position = Position(place, key, total, snapshot.revision)
        cursor = write_cursor(position, query.fingerprint)
    return Page([row[2] for row in rows], total, cursor)


def find_all(snapshot: Snapshot, query: QueryPlan) -> Iterator[bytes]:
    """Yield the documents of a whole list in its order, from where `after` says on.

    They are read in pages, so that few of them are in memory; `limit` bounds nothing.
    """
    resolved = resolve(snapshot, query)
    if resolved is None:
        return
    after, more = _start(query), True
    while more:
        rows = _rows(snapshot, query, resolved, after, MAX_ROWS_AT_ONCE)
        yield from (row[2] for row in rows)
        more = len(rows) == MAX_ROWS_AT_ONCE
        if more:
            after = _end(rows)


def _rows(
    snapshot: Snapshot, query: QueryPlan, resolved: Resolved, after: After, limit: int
) -> list[tuple[Any, ...]]:
    """Return the first rows of a list after some place in it: place, key and document."""
    order = Order(
        query.descending,
        by_score=query.order == "relevance",
        by_update_of=query.resource.name if query.order == "updated" else "",
    )
    statement = page_statement(resolved.matching, order, after, limit)
    rows = snapshot.rows(statement.text, statement.parameters)
    rows.sort(reverse=query.descending)
    return rows


def _start(query: QueryPlan) -> After:
    return (query.after.place, query.after.key) if query.after else None


def _end(rows: list[tuple[Any, ...]]) -> tuple[str | int, int]:
    """Return the place and key of the last row."""
    place, key, _ = rows[-1]
    return (place.decode() if isinstance(place, bytes) else place), key


def count_all(snapshot: Snapshot, query: QueryPlan) -> int:
    """Return how many records match a query."""
    resolved = resolve(snapshot, query)
    return count(snapshot, query, resolved) if resolved else 0


def count(snapshot: Snapshot, query: QueryPlan, resolved: Resolved) -> int:
    """Return how many records match: from the counts the loader keeps, or counted once."""
    windows = resolved.matching.windows
    term = resolved.only_term
    if term is not None and not windows:
        return term.total
    if term is not None and len(windows) == 1 and windows[0].is_range:
        statement = overlap_statement(term.key, windows[0])
        ((net,),) = snapshot.rows(statement.text, statement.parameters)
        return int(net) if windows[0].end is not None else term.total + int(net)
    name = ("total", query.identity)
    total = snapshot.memory.get(name)
    if total is None:
        statement = count_statement(resolved.matching)
        ((total,),) = snapshot.rows(statement.text, statement.parameters)
        snapshot.memory.set(name, total)
    return int(total)
