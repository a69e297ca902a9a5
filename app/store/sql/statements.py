"""SQL for pages: postings in list order, and the records of a set.

Every statement is made of the fixed texts in this module; values are only ever bound. A list is
read from the postings of one term, the *driver*, which stand in list order, so that a page costs
as much as its records however many match.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pyroaring import BitMap

MAX_BOUND = 1 << 14
"""At most this many numbers are bound to one statement; SQLite takes twice as many."""

Parameters = list[str | int]

After = tuple[str | int, int] | None
"""The place and key behind which a page begins."""


class Order(NamedTuple):
    """The order of a list: by place and key, both upwards or both downwards.

    The place is the sort of a record or, with `by_update`, the time of its last change.
    """

    descending: bool = False
    by_update: bool = False

    @property
    def beyond(self) -> str:
        """The comparison that holds for what follows in the list."""
        return "<" if self.descending else ">"

    @property
    def clause(self) -> str:
        """The ORDER BY clause, for a first column that is the place and a second, the key."""
        return "ORDER BY 1 DESC, 2 DESC" if self.descending else "ORDER BY 1, 2"


class Bounds(NamedTuple):
    """The range of sorts to list: from `first` on, and before `behind`."""

    first: str | None = None
    behind: str | None = None


EVERYWHERE = Bounds()


@dataclass(slots=True)
class Statement:
    """An SQL text and the values bound to it."""

    text: str
    parameters: Parameters = field(default_factory=list)


def one_of(values: Collection[object]) -> str:
    """Return the condition that a column equals one of `values`, with a `?` for each."""
    return "= ?" if len(values) == 1 else f"IN ({', '.join('?' * len(values))})"


def listing(
    term: int, bounds: Bounds, order: Order, after: After, limit: int, *, documents: bool = False
) -> Statement:
    """Return the statement for the first postings of a term: place, key and number.

    With `documents`, it is place, key and document. Postings are stored in list order and each has
    one document, so no more of either are read than rows are returned.
    """
    text = "SELECT p.sort, p.record_key, p.number FROM posting AS p WHERE p.term_key = ?"
    if documents:
        text = (
            "SELECT p.sort, p.record_key, d.body FROM posting AS p CROSS JOIN document AS d"
            " WHERE d.key = p.record_key AND p.term_key = ?"
        )
    parameters: Parameters = [term]
    first, behind = bounds
    # Of two bounds on the same side, give only the tighter, so that the index search uses it.
    if after is not None:
        place = str(after[0])
        if order.descending:
            behind, after = (
                (behind, None) if behind is not None and place >= behind else (None, after)
            )
        else:
            first, after = (first, None) if first is not None and place < first else (None, after)
    for bound, value in ((" AND p.sort >= ?", first), (" AND p.sort < ?", behind)):
        if value is not None:
            text += bound
            parameters.append(value)
    if after is not None:
        text += f" AND (p.sort, p.record_key) {order.beyond} (?, ?)"
        parameters += after
    return Statement(f"{text} {order.clause} LIMIT ?", [*parameters, limit])


def listing_by_update(
    collection: str, order: Order, after: After, limit: int, *, documents: bool = False
) -> Statement:
    """Return the statement for the records that changed first: time, key and number.

    With `documents`, it is time, key and document.
    """
    column = "d.body" if documents else "d.number"
    text = f"SELECT d.updated, d.key, {column} FROM document AS d WHERE d.collection = ?"
    parameters: Parameters = [collection]
    if after is not None:
        text += f" AND (d.updated, d.key) {order.beyond} (?, ?)"
        parameters += after
    return Statement(f"{text} {order.clause} LIMIT ?", [*parameters, limit])


def with_documents(keys: Statement) -> Statement:
    """Return the statement for the documents of the records another statement lists, unordered.

    For a list that has to be sorted, which is faster without the documents.
    """
    return Statement(
        f"SELECT m.place, m.record_key, d.body FROM ({keys.text}) AS m"
        " CROSS JOIN document AS d WHERE d.key = m.record_key",
        keys.parameters,
    )


def set_with_documents(numbers: BitMap, order: Order, after: After) -> Statement:
    """Return the statement for the documents of a small set behind a place, in no order."""
    return _of_set("{place}, d.key, d.body", numbers, order, after)


def first_of_set(numbers: BitMap, order: Order, after: After, limit: int) -> Statement:
    """Return the statement for the first records of a small set: place and key."""
    columns = "{place} AS place, d.key AS record_key"
    found = _of_set(columns, numbers, order, after)
    return Statement(f"{found.text} {order.clause} LIMIT ?", [*found.parameters, limit])


def _of_set(columns: str, numbers: BitMap, order: Order, after: After) -> Statement:
    place = "d.updated" if order.by_update else "d.sort"
    bound = padded(numbers)
    text = f"SELECT {columns.format(place=place)} FROM document AS d WHERE d.number {one_of(bound)}"
    parameters: Parameters = [*bound]
    if after is not None:
        text += f" AND ({place}, d.key) {order.beyond} (?, ?)"
        parameters += after
    return Statement(text, parameters)


def padded(values: Iterable[int]) -> list[int]:
    """Return values, padded with the last one to a power of two, so that few statements differ."""
    filled = list(values)
    return filled + filled[-1:] * ((1 << (len(filled) - 1).bit_length()) - len(filled))


def in_parts(numbers: BitMap) -> Sequence[BitMap]:
    """Return a set in parts that can be bound to a statement each."""
    return [numbers[at : at + MAX_BOUND] for at in range(0, len(numbers), MAX_BOUND)]
