"""Answers to queries: single records, and the pages of lists."""

from collections.abc import Iterator
from typing import Any

from app.domain.collections import RESOURCES
from app.domain.names import nearest, suggest
from app.domain.records import Resource
from app.query.cursor import Position, known_total, write_cursor
from app.query.parameters import QueryPlan
from app.store.base import Moved, Page, Removed
from app.store.sql.listing import Listing
from app.store.sql.matching import find_matches
from app.store.sql.snapshot import Snapshot
from app.store.sql.statements import After
from app.store.sql.trigrams import like_spellings

MAX_ROWS_AT_ONCE = 1000
"""How many documents of a whole list are in memory at once: some 2 MB."""

_NEAR = 50
"""How many ids before and behind an unknown id are candidates for what was meant."""

_NAMED = {known.names for each in RESOURCES.values() for known in each.filters if known.names}
"""The kinds of records that filters find by name, in the singular: `city`, `participant`."""


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
    """Return ids that may have been meant: similar ids, or those of records with a similar name."""
    asked = id_[:200]
    near = suggest(asked, ids_near(snapshot, resource.table, id_))
    if not near and resource.singular in _NAMED:
        name = asked.replace("-", " ")
        near = nearest(name, like_spellings(snapshot, resource.singular, name))
    return near


def ids_near(snapshot: Snapshot, table: str, id_: str) -> list[str]:
    """Return ids of a table that are near an id, or its first letters, in the alphabet."""
    arms, parameters = [], list[str | int]()
    for start in dict.fromkeys((id_, id_[:3])):
        for bound, order in (("r.id >= ?", "ASC"), ("r.id >= ? AND r.id < ?", "DESC")):
            arms.append(
                f"SELECT a.id FROM (SELECT r.id FROM {table} AS r WHERE {bound}"
                f" ORDER BY r.id {order} LIMIT ?) AS a"
            )
            # Ids before it count only if they begin with the same letter.
            parameters += [start, _NEAR] if order == "ASC" else [id_[:1], start, _NEAR]
    rows = snapshot.rows(" UNION ".join(arms), parameters)
    return [row[0].decode() for row in rows]


def find_page(snapshot: Snapshot, query: QueryPlan) -> Page:
    """Return the page of a list that a query asks for, in a bounded number of statements."""
    matches = find_matches(snapshot, query)
    if matches is None:
        return Page([], 0, None)
    listing, limit = Listing(snapshot, query, matches), query.limit
    if query.after is None and matches.is_whole:  # The total says whether more follow.
        rows, total = listing.rows(None, limit), matches.total
        more = total > limit
    else:
        rows = listing.rows(_start(query), limit + 1)
        more = len(rows) > limit
        rows = rows[:limit]
        known = known_total(query.after, snapshot.revision, len(rows), more)
        total = matches.total if known is None else known
    cursor = None
    if more:
        place, key = _end(rows)
        position = Position(place, key, total, snapshot.revision)
        cursor = write_cursor(position, query.fingerprint)
    return Page([row[2] for row in rows], total, cursor)


def find_all(
    snapshot: Snapshot, query: QueryPlan, page_seconds: float | None = None
) -> Iterator[bytes]:
    """Yield the documents of a whole list in its order, from behind `after` if it is given.

    They are read in pages, so that few of them are in memory; `limit` is ignored. Each page may
    take `page_seconds`.
    """
    snapshot.renew(page_seconds)
    matches = find_matches(snapshot, query)
    if matches is None:
        return
    listing = Listing(snapshot, query, matches)
    after, more = _start(query), True
    while more:
        snapshot.renew(page_seconds)
        rows = listing.rows(after, MAX_ROWS_AT_ONCE)
        yield from (row[2] for row in rows)
        more = len(rows) == MAX_ROWS_AT_ONCE
        if more:
            after = _end(rows)


def _start(query: QueryPlan) -> After:
    return (query.after.place, query.after.key) if query.after else None


def _end(rows: list[tuple[Any, ...]]) -> tuple[str | int, int]:
    """Return the place and key of the last row."""
    place, key, _ = rows[-1]
    return (place.decode() if isinstance(place, bytes) else place), key


def count_all(snapshot: Snapshot, query: QueryPlan) -> int:
    """Return how many records match a query."""
    matches = find_matches(snapshot, query)
    return matches.total if matches else 0
