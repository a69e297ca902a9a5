"""One search across all collections, under the filters that each of them has."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any

from app.domain.collections import RESOURCES
from app.domain.names import words, words_with_places
from app.domain.snippets import snippet
from app.domain.texts import unpacked
from app.query.cursor import Position, known_total, write_cursor
from app.query.search import SearchPlan, collection_queries
from app.query.words import Part, wanted_parts
from app.store.base import Hit, Hits
from app.store.sql.matching import Matches, find_matches
from app.store.sql.snapshot import Snapshot
from app.store.sql.statements import After

MAX_TITLE_LENGTH = 120

_Row = tuple[int, int, str]


def find_hits(snapshot: Snapshot, search: SearchPlan) -> Hits:
    """Return a page of hits, in a bounded number of statements."""
    found = [
        matches
        for query in collection_queries(search)
        if (matches := find_matches(snapshot, query)) is not None
    ]
    rows = _best(found, search)
    more = len(rows) > search.limit
    rows = rows[: search.limit]
    total = known_total(search.after, snapshot.revision, len(rows), more)
    if total is None:
        total = sum(matches.total for matches in found)
    cursor = None
    if more:
        place, number, _ = rows[-1]
        cursor = write_cursor(Position(place, number, total, snapshot.revision), search.identity)
    wanted = wanted_parts(search.given.values["q"])
    return Hits(_hits(snapshot, rows, wanted), total, cursor)


def _best(found: Sequence[Matches], search: SearchPlan) -> list[_Row]:
    """Return the best of all collections: score, number and collection."""
    after: After = (search.after.place, search.after.key) if search.after else None
    best: list[_Row] = []
    for matches in found:
        name = matches.resource.name
        best += [(*row, name) for row in matches.best(after, search.limit + 1)]
    return sorted(best)[: search.limit + 1]


def _hits(snapshot: Snapshot, rows: Sequence[_Row], wanted: list[Part]) -> list[Hit]:
    """Return the hits of these records, in their order."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for _, number, name in rows:
        numbers[name].append(number)
    found: dict[int, tuple[Any, ...]] = {}
    for name, some in numbers.items():
        statement = snapshot.texts.shown(name, some)
        for number, *rest in snapshot.rows(statement.text, statement.parameters):
            found[number] = tuple(rest)
    return [_hit(wanted, *found[number]) for _, number, _ in rows]


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
    field, shown = _snippet(wanted, collection.decode(), title.decode(), text.decode())
    return Hit(
        collection=collection.decode(),
        id=_id_of(body),
        title=_shortened(title.decode()),
        date=first if dated and first == last else None,
        earliest_date=first if dated else None,
        latest_date=last if dated else None,
        snippet=shown,
        field=field,
    )


def _id_of(body: bytes) -> str:
    """Return the id that a document begins with; ids are slugs, in which nothing is escaped."""
    return body.removeprefix(b'{"id":"').partition(b'"')[0].decode()


def _snippet(wanted: list[Part], collection: str, title: str, text: str) -> tuple[str, str]:
    """Return the field that matches the most words, and a snippet of it."""
    best: tuple[str, str, list[list[tuple[int, int]]]] = ("", "", [])
    most = -1
    # Hits show the title anyway: a text that matches as many words says more.
    for field, shown in (*unpacked(text), (_title_of(collection), title)):
        found = words(shown)
        by_part = [part.places(found) for part in wanted]
        # Count different words, not how often one of them occurs.
        number = sum(map(bool, by_part))
        if number > most:
            best, most = (field, shown, by_part), number
    field, shown, by_part = best
    return field, snippet(shown, words_with_places(shown), [at for some in by_part for at in some])


@cache
def _title_of(collection: str) -> str:
    """Return the field that is a hit's title."""
    fields = RESOURCES[collection].schema.model_fields
    return next(field for field in ("name", "title", "text") if field in fields)


def _shortened(title: str) -> str:
    if len(title) <= MAX_TITLE_LENGTH:
        return title
    return title[:MAX_TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(",;:.") + "…"
