"""SQL for what is asked: postings in list order, the other conditions probed record by record.

Every statement is made of the fixed texts in this module; values are only ever bound. A list is
read from the postings of one term, the *driver*, which stand in list order, so that a page costs
as much as its records however many match. A list of what `q` finds is driven by the text search.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from app.query.dates import Window
from app.store.keys import RECORD_BITS

MAX_TERMS_MERGED = 8
"""Up to this many alternatives, counted once a window, are merged in order as they are read; more
are sorted. SQLite merges 500 parts at most, and a window of a term makes up to four."""

SCORE = "CAST(bm25(search, 4.0, 1.0, 0.0) * 1000000 AS INTEGER)"
"""How well a record fits a search, smallest best, whole so that a cursor can hold it exactly."""

Parameters = list[str | int]


class Matching(NamedTuple):
    """The records of one collection that match: what is resolved of a query.

    `groups` hold term keys: a record must have one of each group, and the first group drives.
    `text` is an expression of the text search, which drives where there is one. `identity`
    names rows that have one record each, where these were asked for: their table, its column with
    the key of the record, and the ids of the rows. `through` are the stays, meetings and quotes of
    which a participant must have had part in one, `met` the officials with whom in a meeting.
    `stays` are those of which a trip must have one. `updated` is a collection and a time since
    which its records must have changed.
    """

    groups: tuple[tuple[int, ...], ...]
    windows: tuple[Window, ...] = ()
    text: str | None = None
    identity: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    through: "tuple[Matching, ...]" = ()
    met: tuple[str, ...] = ()
    stays: "Matching | None" = None
    updated: tuple[str, str] | None = None


class Order(NamedTuple):
    """The order of a list: by place and key, both upwards or both downwards.

    The place is the sort of a record, its score as a text search finds it, or the time of its last
    change, in the collection that is named.
    """

    descending: bool = False
    by_score: bool = False
    by_update_of: str = ""

    @property
    def beyond(self) -> str:
        """The comparison that holds for what follows in the list."""
        return "<" if self.descending else ">"

    @property
    def clause(self) -> str:
        """The ORDER BY clause, for a first column that is the place and a second, the key."""
        return "ORDER BY 1 DESC, 2 DESC" if self.descending else "ORDER BY 1, 2"


ASCENDING = Order()


@dataclass(slots=True)
class Statement:
    """An SQL text and the values bound to it."""

    text: str
    parameters: Parameters = field(default_factory=list)


_FOUND_BY_UPDATE = (
    "SELECT d.updated AS place, d.key AS record_key, d.sort, d.latest FROM document AS d"
    " WHERE d.collection = ?"
)
_ROWS_OF = {
    "trip_of_meeting": "(SELECT id, trip_key FROM meeting UNION ALL"
    " SELECT meeting_id AS id, trip_key FROM meeting_reference WHERE belongs)",
    "source_of_trip": "(SELECT t.id, s.key FROM trip AS t CROSS JOIN mention AS m"
    " CROSS JOIN source AS s WHERE m.trip_key = t.key AND s.key = m.shared_key)",
}
"""Rows that name records without being a table of their own."""

_NOTHING_MORE = Matching(())[2:]
_NO_CONDITIONS = Statement("")

After = tuple[str | int, int] | None


def page_statement(matching: Matching, order: Order, after: After, limit: int) -> Statement:
    """Return the statement for a page: rows of place, key and document, in no promised order."""
    arms = list(_arms(matching, order, after))
    if len(arms) > 1:
        # Each is limited by itself: not every engine merges arms in order as it reads them.
        arms = [_subquery(_first(arm, order, limit)) for arm in arms]
    keys = _first(_union(arms), order, limit)
    return Statement(
        f"SELECT m.place, m.record_key, d.body FROM ({keys.text}) AS m"
        " CROSS JOIN document AS d WHERE d.key = m.record_key",
        keys.parameters,
    )


def _first(keys: Statement, order: Order, limit: int) -> Statement:
    """Return the first so many of some keys, in list order."""
    return Statement(f"{keys.text} {order.clause} LIMIT ?", [*keys.parameters, limit])


def _union(arms: Sequence[Statement]) -> Statement:
    """Return what any of the arms gives, each record once."""
    if len(arms) == 1:
        return arms[0]
    parameters = [value for arm in arms for value in arm.parameters]
    return Statement(" UNION ".join(arm.text for arm in arms), parameters)


def _subquery(keys: Statement) -> Statement:
    return Statement(f"SELECT a.place, a.record_key FROM ({keys.text}) AS a", keys.parameters)


def matching_keys(matching: Matching, order: Order = ASCENDING, after: After = None) -> Statement:
    """Return the place and key of every match."""
    return _union(list(_arms(matching, order, after)))


def _arms(matching: Matching, order: Order, after: After) -> Iterator[Statement]:
    conditions = _conditions(matching, driven=not order.by_update_of)
    if order.by_update_of:
        found = Statement(_FOUND_BY_UPDATE, [order.by_update_of])
        yield _bounded(found, matching.windows, order, after, conditions)
        return
    if matching.text is not None:
        yield _bounded(
            _found_by_text(matching.text, order), matching.windows, order, after, conditions
        )
        return
    if matching.identity:
        yield _bounded(
            _found_by_id(*matching.identity[0]), matching.windows, order, after, conditions
        )
        return
    windows = matching.windows or (Window(None, None),)
    driver = matching.groups[0]
    few = len(driver) * len(windows) <= MAX_TERMS_MERGED
    for window in windows:
        for terms in [(term,) for term in driver] if few else [driver]:
            if window.is_range:
                yield _posting_arm(terms, window, order, after, conditions)
            if window.start is not None:
                yield from _continuation_arms(terms, window, order, after, conditions)


def _posting_arm(
    terms: tuple[int, ...], window: Window, order: Order, after: After, conditions: Statement
) -> Statement:
    """Return the records of a term that begin within the window."""
    text = _select_of_terms("posting", len(terms))
    parameters: Parameters = [*terms]
    start, end = window.start, window.end
    # Of two bounds on the same side only the tighter is given, for the search in the index to use.
    if after is not None:
        place = str(after[0])
        if order.descending:
            end, after = (end, None) if end is not None and place > end else (None, after)
        else:
            start, after = (start, None) if start is not None and place < start else (None, after)
    for bound, value in ((" AND p.sort >= ?", start), (" AND p.sort <= ?", end)):
        if value is not None:
            text += bound
            parameters.append(value)
    return _after(Statement(text, parameters), order, after, conditions)


def _continuation_arms(
    terms: tuple[int, ...], window: Window, order: Order, after: After, conditions: Statement
) -> Iterator[Statement]:
    """Return the records of a term that began before the window and may still go on in it."""
    start = window.start or ""
    if after is not None and not order.descending and str(after[0]) >= start:
        return
    text = _select_of_terms("continuation", len(terms)) + " AND p.period = ?"
    bounds: Parameters = []
    if window.end is not None:
        text += " AND p.sort <= ?"
        bounds.append(window.end)
    for period in (start[:4], start[:7], start):
        yield _after(Statement(text, [*terms, period, *bounds]), order, after, conditions)


@cache
def _select_of_terms(table: str, number: int) -> str:
    select = "SELECT" if number == 1 else "SELECT DISTINCT"
    terms = _one_of(range(number))
    return f"{select} p.sort AS place, p.record_key FROM {table} AS p WHERE p.term_key {terms}"


def _after(arm: Statement, order: Order, after: After, conditions: Statement) -> Statement:
    text, parameters = arm.text, arm.parameters
    if after is not None:
        text += f" AND (p.sort, p.record_key) {order.beyond} (?, ?)"
        parameters = [*parameters, *after]
    if conditions.text:
        text += conditions.text
        parameters = parameters + conditions.parameters
    return Statement(text, parameters)


def _one_of(values: Sequence[object]) -> str:
    return "= ?" if len(values) == 1 else f"IN ({', '.join('?' * len(values))})"


def _found_by_text(expression: str, order: Order) -> Statement:
    place = SCORE if order.by_score else "d.sort"
    return Statement(
        f"SELECT {place} AS place, d.key AS record_key, d.sort, d.latest"
        " FROM search CROSS JOIN document AS d WHERE d.key = search.rowid AND search MATCH ?",
        [expression],
    )


def _found_by_id(table: str, column: str, ids: tuple[str, ...]) -> Statement:
    return Statement(
        "SELECT DISTINCT d.sort AS place, d.key AS record_key, d.sort, d.latest"
        f" FROM {_ROWS_OF.get(table, table)} AS r JOIN document AS d ON d.key = r.{column}"
        f" WHERE r.id {_one_of(ids)}",
        list(ids),
    )


def _bounded(
    found: Statement,
    windows: tuple[Window, ...],
    order: Order,
    after: After,
    conditions: Statement,
) -> Statement:
    """Return what was found and lies in a window, beyond the cursor."""
    text = f"SELECT p.place, p.record_key FROM ({found.text}) AS p WHERE true"
    parameters = list(found.parameters)
    within = []
    for window in windows:
        bounds = ["true"]
        for bound, value in (("p.latest >= ?", window.start), ("p.sort <= ?", window.end)):
            if value is not None:
                bounds.append(bound)
                parameters.append(value)
        within.append(f"({' AND '.join(bounds)})")
    if within:
        text += f" AND ({' OR '.join(within)})"
    if after is not None:
        text += f" AND (p.place, p.record_key) {order.beyond} (?, ?)"
        parameters += after
    return Statement(text + conditions.text, parameters + conditions.parameters)


def _conditions(matching: Matching, *, driven: bool) -> Statement:
    """Return what a record of the driver must fulfil besides, as text that follows a WHERE.

    Unless the matching is `driven` by what it is of itself, all of it is a condition.
    """
    if driven and len(matching.groups) == 1 and matching[2:] == _NOTHING_MORE:
        return _NO_CONDITIONS
    text, parameters = "", list[str | int]()
    driven_by_text = driven and matching.text is not None
    driven_by_id = driven and not driven_by_text and bool(matching.identity)
    driven_by_term = driven and not driven_by_text and not driven_by_id
    for terms in matching.groups[1:] if driven_by_term else matching.groups:
        text += (
            " AND EXISTS (SELECT 1 FROM posting AS o WHERE o.record_key = p.record_key"
            f" AND o.term_key {_one_of(terms)})"
        )
        parameters += terms
    if matching.text is not None and not driven_by_text:
        text += " AND p.record_key IN (SELECT rowid FROM search WHERE search MATCH ?)"
        parameters.append(matching.text)
    for table, column, ids in matching.identity[1:] if driven_by_id else matching.identity:
        rows = _ROWS_OF.get(table, table)
        text += (
            f" AND p.record_key IN (SELECT r.{column} FROM {rows} AS r WHERE r.id {_one_of(ids)})"
        )
        parameters += ids
    if matching.through:
        present = participants_of(matching.through, matching.met)
        text += f" AND p.record_key IN (SELECT s.participant_key FROM ({present.text}) AS s)"
        parameters += present.parameters
    if matching.stays is not None:
        trips = trips_of(matching.stays)
        text += f" AND p.record_key IN (SELECT s.trip_key FROM ({trips.text}) AS s)"
        parameters += trips.parameters
    if matching.updated is not None:
        text += (
            " AND EXISTS (SELECT 1 FROM document AS u WHERE u.key = p.record_key"
            " AND u.collection = ? AND u.updated >= ?)"
        )
        parameters += matching.updated
    return Statement(text, parameters)


def participants_of(through: "tuple[Matching, ...]", met: tuple[str, ...]) -> Statement:
    """Return who had part in which of these; with `met`, who sat in it with one of them."""
    arms = [matching_keys(matching) for matching in through]
    keys = " UNION ALL ".join(f"SELECT a.record_key FROM ({arm.text}) AS a" for arm in arms)
    parameters: Parameters = [value for arm in arms for value in arm.parameters]
    text = (
        f"SELECT s.participant_key, s.record_key FROM ({keys}) AS m"
        " CROSS JOIN presence AS s WHERE s.record_key = m.record_key"
    )
    if not met:
        return Statement(text, parameters)
    text += (
        " AND EXISTS (SELECT 1 FROM presence AS o WHERE o.record_key = m.record_key"
        " AND o.participant_key <> s.participant_key AND o.participant_key IN"
        f" (SELECT key FROM participant WHERE id {_one_of(met)}))"
    )
    return Statement(text, [*parameters, *met])


def trips_of(stays: Matching) -> Statement:
    """Return the stays that match, each with the key of its trip."""
    keys = matching_keys(stays)
    return Statement(
        f"SELECT m.record_key - m.record_key % {1 << RECORD_BITS} AS trip_key, m.record_key"
        f" FROM ({keys.text}) AS m",
        keys.parameters,
    )
