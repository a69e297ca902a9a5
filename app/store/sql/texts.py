"""The matches of texts in a collection: which records, how many, and the best of them."""

from collections.abc import Sequence
from itertools import islice

from pydantic_core import from_json
from pyroaring import BitMap, FrozenBitMap

from app.query.words import match_expression, wanted_parts
from app.store.sql.snapshot import Snapshot
from app.store.sql.statements import After

FEW = 1 << 12
"""In a set of up to this many records, a text is searched for in that set alone."""

MAX_SCORED = 1 << 12
"""Texts with up to this many matches in a collection are always ranked by score."""

UNSCORED = 1
"""Stands for the score of unscored matches; real scores are not above 0."""


def numbers_of_texts(
    snapshot: Snapshot, collection: str, texts: Sequence[str], within: BitMap | None
) -> BitMap:
    """Return the matches of texts, within a set if it is given, in one statement at most.

    The matches in the whole collection are cached.
    """
    name = ("found", collection, tuple(texts))
    known: FrozenBitMap | None = snapshot.memory.get(name)
    if known is None:
        are_few = within is not None and len(within) <= FEW
        if are_few and not within:
            return BitMap()
        statement = snapshot.texts.numbers(collection, texts, within if are_few else None)
        ((numbers,),) = snapshot.rows(statement.text, statement.parameters)
        known = FrozenBitMap(from_json(numbers))
        if are_few:
            return BitMap(known)
        snapshot.memory.set(name, known)
    return BitMap(known) if within is None else within & known


def count_of_texts(snapshot: Snapshot, collection: str, texts: Sequence[str]) -> int:
    """Return how many records texts find, in one statement unless it is cached."""
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


class Found:
    """The matches of texts in a collection, to be listed."""

    def __init__(
        self, snapshot: Snapshot, collection: str, texts: Sequence[str], records: int
    ) -> None:
        """Take what is searched for and where, and how many records there are."""
        self._snapshot = snapshot
        self._collection = collection
        self._texts = texts
        self._least = max(MAX_SCORED, records // 2)

    def best(
        self, within: BitMap | None, after: After, limit: int, *, is_scored: bool | None
    ) -> list[tuple[int, int]]:
        """Return the first matches behind some place, score and number, best first.

        `within` is the set of all matches, where it is known; `is_scored` is as in `Matches.best`.
        """
        if is_scored is None:
            is_scored = not self._are_common()
        if is_scored:
            best = self._snapshot.texts.best(self._collection, self._texts, within, after, limit)
            return self._snapshot.rows(best.text, best.parameters)
        behind = after[1] if after is not None and after[0] == UNSCORED else -1
        if within is not None:
            numbers = list(islice(within.iter_equal_or_larger(behind + 1), limit))
        else:
            first = self._snapshot.texts.first(self._collection, self._texts, behind, limit)
            numbers = [row[0] for row in self._snapshot.rows(first.text, first.parameters)]
        return [(UNSCORED, number) for number in numbers]

    def _are_common(self) -> bool:
        """Return whether none of the words affects the score.

        That is so if the store gives common words no weight, and each text, and each form of a
        word, finds many records and more than half of all.
        """
        if not self._snapshot.texts.leaves_out_common or self._count(*self._texts) <= self._least:
            return False
        asked = [text for text in self._texts if match_expression([text]) is not None]
        if len(asked) > 1 and any(self._count(text) <= self._least for text in asked):
            return False
        for part in wanted_parts(asked):
            typed, *others = [f'"{form}"' for form in part.forms] or [""]
            counts = [count for form in others if (count := self._count(form))]
            # Where there is no other form, the one typed is all that was found.
            if counts and min(self._count(typed), *counts) <= self._least:
                return False
        return True

    def _count(self, *texts: str) -> int:
        return count_of_texts(self._snapshot, self._collection, texts)
