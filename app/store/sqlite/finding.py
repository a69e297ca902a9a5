"""Answers to queries: which records match, how many there are, and where the page ends."""

from app.domain.collections import Resource
from app.domain.names import suggest
from app.query.cursor import Position, known_total, write_cursor
from app.query.parameters import Query
from app.store.base import Page
from app.store.sqlite.resolving import Resolved, resolve
from app.store.sqlite.snapshot import Snapshot
from app.store.sqlite.statements import Order, count_statement, overlap_statement, page_statement


def find_record(snapshot: Snapshot, resource: Resource, id_: str) -> bytes | None:
    """Return the document of the record with this id, or None."""
    rows = snapshot.rows(
        f"SELECT d.body FROM {resource.table} AS r"
        " JOIN document AS d ON d.key = r.key WHERE r.id = ?",
        [id_],
    )
    return rows[0][0] if rows else None


def near_ids(snapshot: Snapshot, resource: Resource, id_: str) -> list[str]:
    """Return ids of a collection that may have been meant: alike, and near in the alphabet."""
    rows = snapshot.rows(
        f"SELECT id FROM {resource.table} WHERE id >= ? ORDER BY id LIMIT 100",
        [id_[:3]],
    )
    return suggest(id_[:200], [row[0].decode() for row in rows])


def find_page(snapshot: Snapshot, query: Query) -> Page:
    """Return the page of a list that a query asks for, in at most three statements."""
    resolved = resolve(snapshot, query)
    if resolved is None:
        return Page([], 0, None)
    order = Order(query.descending, by_score=query.order == "relevance")
    after = (query.after.place, query.after.key) if query.after else None
    statement = page_statement(resolved.matching, order, after, query.limit + 1)
    rows = snapshot.rows(statement.text, statement.parameters)
    rows.sort(reverse=query.descending)
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    total = known_total(query.after, snapshot.revision, len(rows), more)
    if total is None:
        total = count(snapshot, query, resolved)
    cursor = None
    if more:
        place, key, _ = rows[-1]
        if isinstance(place, bytes):
            place = place.decode()
        position = Position(place, key, total, snapshot.revision)
        cursor = write_cursor(position, query.fingerprint)
    return Page([row[2] for row in rows], total, cursor)


def count(snapshot: Snapshot, query: Query, resolved: Resolved) -> int:
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
