"""One search across all collections, under the filters that each of them has."""

import json

from app.domain.names import words_with_places
from app.domain.snippets import snippet
from app.query.cursor import Position, known_total, write_cursor
from app.query.search import SearchPlan, collection_queries
from app.query.words import Part, wanted_parts
from app.store.base import Hit, Hits
from app.store.sqlite.resolving import resolve
from app.store.sqlite.snapshot import Snapshot
from app.store.sqlite.statements import After, Order, Parameters, matching_keys

MAX_TITLE_LENGTH = 120

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
    wanted = wanted_parts(search.given.values["q"])
    return Hits(_hits(snapshot, [key for _, key in rows], wanted), total, cursor)


def _hits(snapshot: Snapshot, keys: list[int], wanted: list[Part]) -> list[Hit]:
    """Return the hits with these keys, in their order."""
    if not keys:
        return []
    rows = snapshot.rows(
        "SELECT d.key, d.collection, d.sort, d.latest, d.body, s.shown_title, s.shown_text"
        " FROM search AS s CROSS JOIN document AS d WHERE d.key = s.rowid"
        f" AND s.rowid IN ({', '.join('?' * len(keys))})",
        keys,
    )
    found = {row[0]: row[1:] for row in rows}
    return [_hit(wanted, *found[key]) for key in keys]


def _hit(
    wanted: list[Part],
    collection: bytes,
    sort: bytes,
    latest: bytes,
    body: bytes,
    title: bytes,
    text: bytes,
) -> Hit:
    dated = latest != b""
    first, last = sort.decode(), latest.decode()
    return Hit(
        collection=collection.decode(),
        id=json.loads(body)["id"],
        title=_shortened(title.decode()),
        date=first if dated and first == last else None,
        earliest_date=first if dated else None,
        latest_date=last if dated else None,
        snippet=_snippet(wanted, title.decode(), text.decode()),
    )


def _snippet(wanted: list[Part], title: str, text: str) -> str:
    """Return a snippet of the text or, where more is found or all there is, of the title."""
    best, most = (title, words_with_places(title), list[tuple[int, int]]()), 0
    for shown in (title, text):
        found = words_with_places(shown)
        places = [place for part in wanted for place in part.places(found)]
        # As many different words as possible, rather than one of them often.
        number = sum(bool(part.places(found)) for part in wanted)
        if number > most:
            best, most = (shown, found, places), number
    return snippet(*best)


def _shortened(title: str) -> str:
    if len(title) <= MAX_TITLE_LENGTH:
        return title
    return title[:MAX_TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(",;:.") + "…"
