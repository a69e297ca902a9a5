"""One search across all collections, under the filters that each of them has."""

import html
import json

from app.query.cursor import Position, known_total, write_cursor
from app.query.search import SearchPlan, collection_queries
from app.query.words import wanted_expression
from app.store.base import Hit, Hits
from app.store.sqlite.resolving import resolve
from app.store.sqlite.snapshot import Snapshot
from app.store.sqlite.statements import After, Order, Parameters, matching_keys

TITLE_LENGTH_MOST = 120
SNIPPET_WORDS = 24

# A trip file cannot hold control characters, so these mark what was found without ambiguity.
_BEGIN, _END = "\x02", "\x03"

_BY_SCORE = Order(by_score=True)


def find_hits(snapshot: Snapshot, search: SearchPlan) -> Hits:
    """Return a page of hits, in a bounded number of statements."""
    matchings = [
        resolved.matching
        for query in collection_queries(search)
        if (resolved := resolve(snapshot, query)) is not None
    ]
    if not matchings:
        return Hits([], 0, None)
    after: After = (search.after.place, search.after.key) if search.after else None
    arms = [matching_keys(matching, _BY_SCORE, after) for matching in matchings]
    union = " UNION ALL ".join(f"SELECT * FROM ({arm.text})" for arm in arms)
    parameters: Parameters = [value for arm in arms for value in arm.parameters]
    rows = snapshot.rows(f"{union} ORDER BY 1, 2 LIMIT ?", [*parameters, search.limit + 1])
    more = len(rows) > search.limit
    rows = rows[: search.limit]
    total = known_total(search.after, snapshot.revision, len(rows), more)
    if total is None:
        whole = [matching_keys(matching, _BY_SCORE) for matching in matchings]
        union = " UNION ALL ".join(f"SELECT * FROM ({arm.text})" for arm in whole)
        ((total,),) = snapshot.rows(
            f"SELECT count(*) FROM ({union})", [value for arm in whole for value in arm.parameters]
        )
    cursor = None
    if more:
        place, key = rows[-1]
        cursor = write_cursor(Position(place, key, total, snapshot.revision), search.identity)
    wanted = wanted_expression(search.given.values["q"])
    return Hits(_hits(snapshot, [key for _, key in rows], wanted), total, cursor)


def _hits(snapshot: Snapshot, keys: list[int], wanted: str | None) -> list[Hit]:
    """Return the hits with these keys; one that only lacks `-words` has nothing to mark."""
    found = _rows(snapshot, keys, wanted)
    found |= _rows(snapshot, [key for key in keys if key not in found], None)
    return [_hit(*found[key]) for key in keys]


def _rows(
    snapshot: Snapshot, keys: list[int], wanted: str | None
) -> dict[int, tuple[bytes, bytes, bytes, bytes, bytes, bytes]]:
    """Return what is told of hits, by key: of those that have what is wanted, if anything is."""
    if not keys:
        return {}
    snippet = f"snippet(search, -1, '{_BEGIN}', '{_END}', '…', {SNIPPET_WORDS})"
    rows = snapshot.rows(
        "SELECT d.key, d.collection, d.sort, d.latest, d.body, search.title,"
        f" {snippet if wanted else 'search.title'}"
        " FROM search CROSS JOIN document AS d ON d.key = search.rowid"
        f" WHERE {'search MATCH ? AND' if wanted else ''}"
        f" search.rowid IN ({', '.join('?' * len(keys))})",
        [wanted, *keys] if wanted else keys,
    )
    return {row[0]: row[1:] for row in rows}


def _hit(
    collection: bytes, sort: bytes, latest: bytes, body: bytes, title: bytes, snippet: bytes
) -> Hit:
    dated = latest != b""
    first, last = sort.decode(), latest.decode()
    marked = html.escape(snippet.decode())
    return Hit(
        collection=collection.decode(),
        id=json.loads(body)["id"],
        title=_shortened(title.decode()),
        date=first if dated and first == last else None,
        earliest_date=first if dated else None,
        latest_date=last if dated else None,
        snippet=marked.replace(_BEGIN, "<mark>").replace(_END, "</mark>"),
    )


def _shortened(title: str) -> str:
    if len(title) <= TITLE_LENGTH_MOST:
        return title
    return title[:TITLE_LENGTH_MOST].rsplit(" ", 1)[0].rstrip(",;:.") + "…"
