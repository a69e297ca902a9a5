"""Sets of numbers, as Roaring bitmaps: what a load adds to each, until it is merged.

A set is stored in Roaring's portable format, which libraries of other languages read, too.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from pyroaring import BitMap

from app.store.sql.days import terms_of_days

COMPRESSED_AFTER = 1 << 21
"""After this many new numbers, some 8 MB, sets of more than `SPARSE` are compressed."""

SPARSE = 64
"""Sets of up to this many numbers stay arrays. Numbers far apart take a container of 70 bytes each
in a bitmap, and most pairs of participants share few of a million meetings."""

Name = tuple[str, str, str]
"""A term: collection, parameter and value."""

Value = tuple[str, str]
"""The parameter and value of a term."""


class Gathered:
    """The numbers that are new in the sets of terms."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._sets: dict[str, dict[Value, BitMap]] = defaultdict(dict)
        self._recent: dict[str, dict[Value, array[int]]] = defaultdict(dict)
        self._count = 0

    def add(self, collection: str, values: Iterable[Value], number: int) -> None:
        """Add a number to the sets of some values of one collection."""
        recent = self._recent[collection]
        for value in values:
            known = recent.get(value)
            if known is None:
                known = recent[value] = array("I")
            known.append(number)
            self._count += 1
        if self._count >= COMPRESSED_AFTER:
            self._compress()

    def update(self, collection: str, value: Value, numbers: Iterable[int]) -> None:
        """Add numbers to the set of one value."""
        sets = self._sets[collection]
        known = sets.get(value)
        if known is None:
            known = sets[value] = BitMap()
        known.update(numbers)

    def _compress(self) -> None:
        for collection, recent in self._recent.items():
            dense = [value for value, numbers in recent.items() if len(numbers) > SPARSE]
            for value in dense:
                self.update(collection, value, recent.pop(value))
        self._count = 0

    def names(self) -> Iterator[Name]:
        """Yield the terms that have anything new."""
        for collection, sets in self._sets.items():
            for value in sets:
                yield (collection, *value)
        for collection, recent in self._recent.items():
            known = self._sets.get(collection, {})
            for value in recent:
                if value not in known:
                    yield (collection, *value)

    def numbers(self, name: Name) -> BitMap:
        """Return the new numbers in the set of a term; the caller must not change them."""
        collection, parameter, value = name
        known = self._sets[collection].get((parameter, value))
        recent = self._recent[collection].get((parameter, value))
        if recent is None:
            return known or BitMap()
        return BitMap(recent) if known is None else known | BitMap(recent)


def stored(numbers: BitMap) -> bytes:
    """Return a set in the form in which it is stored."""
    numbers.run_optimize()
    return numbers.serialize()


remembered_terms_of_days = lru_cache(1 << 14)(terms_of_days)
"""For loads, which ask for the same days again and again. A service would keep them for ever."""
