"""One search across all collections, under the filters that each of them has."""

import html
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from app.domain.collections import RESOURCES, Resource
from app.domain.filters import TEXT, Control, Filter, Reads
from app.query.cursor import Position, known_total, write_cursor
from app.query.parameters import (
    CURSOR,
    LIMIT,
    LIMIT_DEFAULT,
    LIMIT_MOST,
    Query,
    fingerprint,
)
from app.query.reading import Given, Reader
from app.query.words import wanted_expression
from app.store.sqlite.resolving import resolve
from app.store.sqlite.snapshot import Snapshot
from app.store.sqlite.statements import After, Order, Parameters, matching_keys

TITLE_LENGTH_MOST = 120
SNIPPET_WORDS = 24

# A trip file cannot hold control characters, so these mark what was found without ambiguity.
_BEGIN, _END = "\x02", "\x03"

_BY_SCORE = Order(by_score=True)


@dataclass(frozen=True)
class Hit:
    """A record that was found; `snippet` is escaped HTML, with `<mark>` round what matched."""

    collection: str
    id: str
    title: str
    date: str | None
    earliest_date: str | None
    latest_date: str | None
    snippet: str


@dataclass(frozen=True)
class Search:
    """What is searched for, in which collections, and from where on."""

    collections: tuple[str, ...]
    given: Given
    limit: int
    after: Position | None

    @property
    def identity(self) -> str:
        """What distinguishes this search from any other, whatever its page."""
        return search_identity(self.collections, self.given)


@dataclass(frozen=True)
class FoundHits:
    """A page of hits, best first, the number of all, and the cursor of the next page."""

    hits: list[Hit]
    total: int
    next_cursor: str | None


COLLECTION = Control("collection", "Only these collections, joined by commas.", "meetings")


def read_search(query_string: bytes) -> Search:
    """Return what a query string searches for.

    Raises `InvalidQuery` with every parameter that is unknown, malformed or out of range, and if
    there is no `q`.
    """
    reader = Reader(search_filters(), (COLLECTION, LIMIT, CURSOR)).read(query_string)
    if "q" not in reader.given.values and not reader.failed:
        reader.fault("q", None, "is missing; say what to search for, as q=climate")
    collections = reader.words("collection", list(RESOURCES)) or tuple(RESOURCES)
    limit = reader.limit(LIMIT_DEFAULT, LIMIT_MOST)
    after = reader.position(search_identity(collections, reader.given))
    reader.finish()
    return Search(collections, reader.given, limit, after)


def search_identity(collections: Iterable[str], given: Given) -> str:
    """Return what distinguishes a search from any other, whatever its page."""
    return fingerprint("search", tuple(collections), sorted(given.values.items()), given.windows)


@cache
def search_filters() -> dict[str, Filter]:
    """Return the filters of all collections by parameter; words that differ are put together."""
    text = TEXT.meaning_of(TEXT.meaning, "Blinken")
    merged = {text.parameter: text}
    for resource in RESOURCES.values():
        for known in resource.filters:
            first = merged.setdefault(known.parameter, known)
            choices = tuple(dict.fromkeys((*first.choices, *known.choices)))
            merged[known.parameter] = replace(first, choices=choices)
    return merged


def collection_queries(search: Search) -> list[Query]:
    """Return what is asked of each collection; one without a filter that is given has no hits."""
    return [
        Query(resource, search.given.values, search.given.windows, order="relevance")
        for name, resource in RESOURCES.items()
        if name in search.collections and _has_filters(resource, search.given)
    ]


def _has_filters(resource: Resource, given: Given) -> bool:
    if given.windows and resource.dates is None:
        return False
    for parameter, values in given.values.items():
        known = resource.by_parameter.get(parameter)
        if known is None:
            return False
        if known.reads is Reads.CHOICE and not set(values) & set(known.choices):
            return False
    return True


def find_hits(snapshot: Snapshot, search: Search) -> FoundHits:
    """Return a page of hits, in a bounded number of statements."""
    matchings = [
        resolved.matching
        for query in collection_queries(search)
        if (resolved := resolve(snapshot, query)) is not None
    ]
    if not matchings:
        return FoundHits([], 0, None)
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
    return FoundHits(_hits(snapshot, [key for _, key in rows], wanted), total, cursor)


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
