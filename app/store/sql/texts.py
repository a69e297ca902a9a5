"""What texts find in a collection: which records, how many, and whether any fits better."""

import json
from collections.abc import Sequence
from itertools import islice

from pyroaring import BitMap, FrozenBitMap

from app.query.words import match_expression
from app.store.sql.snapshot import Snapshot
from app.store.sql.statements import After

MAX_SCORED = 1 << 12
"""Texts that find no more records of a collection have those that fit best come first, always."""

UNSCORED = 0
"""The score of all that is found where none fits better than another; every other is smaller."""


def set_of_texts(snapshot: Snapshot, collection: str, texts: Sequence[str]) -> FrozenBitMap:
    """Return all that texts find in a collection, in one statement unless it is remembered."""
    name = ("found", collection, tuple(texts))
    known: FrozenBitMap | None = snapshot.memory.get(name)
    if known is None:
        statement = snapshot.texts.numbers(collection, texts)
        ((numbers,),) = snapshot.rows(statement.text, statement.parameters)
        known = FrozenBitMap(json.loads(numbers))
        snapshot.memory.set(name, known)
    return known


def count_of_texts(snapshot: Snapshot, collection: str, texts: Sequence[str]) -> int:
    """Return how many records texts find, in one statement unless it is remembered."""
    found: FrozenBitMap | None = snapshot.memory.get(("found", collection, tuple(texts)))
    if found is not None:
        return len(found)
    name = ("count found", collection, tuple(texts))
    known: int | None = snapshot.memory.get(name)
    if known is None:
        statement = snapshot.texts.count(collection, texts)
        ((known,),) = snapshot.rows(statement.text, statement.parameters)
        snapshot.memory.set(name, known)
    return known


def are_common(snapshot: Snapshot, collection: str, texts: Sequence[str], records: int) -> bool:
    """Return whether each of some texts finds many records, and more than half of all there are.

    Then none fits better than another: what most records say tells nothing about one of them.
    """
    least = max(MAX_SCORED, records // 2)
    if count_of_texts(snapshot, collection, texts) <= least:
        return False
    asked = [text for text in texts if match_expression([text]) is not None]
    return len(asked) == 1 or all(
        count_of_texts(snapshot, collection, [text]) > least for text in asked
    )


def first_of(
    snapshot: Snapshot,
    collection: str,
    texts: Sequence[str],
    within: BitMap | None,
    after: After,
    limit: int,
) -> list[tuple[int, int]]:
    """Return the first of what texts find, score and number, where none fits better than another.

    `within` is the set of all that is found, where it is known.
    """
    behind = after[1] if after is not None and after[0] == UNSCORED else -1
    if within is not None:
        numbers = list(islice(within.iter_equal_or_larger(behind + 1), limit))
    else:
        statement = snapshot.texts.first(collection, texts, behind, limit)
        numbers = [row[0] for row in snapshot.rows(statement.text, statement.parameters)]
    return [(UNSCORED, number) for number in numbers]
