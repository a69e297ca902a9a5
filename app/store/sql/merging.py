"""What a load gathered, merged into the sets and postings that there are."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import combinations
from typing import NamedTuple

from pyroaring import BitMap

from app.domain.collections import INDEXED, MEETINGS, PARTICIPANTS
from app.domain.filters import EVERYTHING
from app.store.sql.gathering import Gathered, Name, Value, stored
from app.store.sql.sets import HAD_PART, PAIRS, PRESENCE, pair_name
from app.store.sql.writer import Writer

Place = tuple[str, int]
Places = dict[int, Place]
"""The sort and key of records, by their numbers."""


class Merged(NamedTuple):
    """The terms that are new, and those of which no record is left."""

    created: list[Name]
    emptied: list[Name]


class Merging:
    """Merges what a load gathered: what is new in each set, and which numbers are gone."""

    def __init__(
        self,
        connection: Writer,
        gathered: Gathered,
        lost: Gathered,
        undone: BitMap,
        gone: Places,
        place_of: Callable[[int], Place],
    ) -> None:
        """Take what is new, what is known to be lost, what was undone, and what went from where."""
        self._connection = connection
        self._gathered = gathered
        self._undone = undone
        self._gone = gone
        self._place_of = place_of
        self._merged = Merged([], [])
        self._lost = {name: lost.numbers(name) for name in lost.names()}
        self._next_term: int = connection.execute(
            "SELECT coalesce(max(key), 0) + 1 FROM term"
        ).fetchone()[0]

    def merge(self, changed: Iterable[str]) -> Merged:
        """Merge all; `changed` are the collections from which records have gone."""
        self._find_lost(changed)
        names = sorted({*self._gathered.names(), *self._lost})
        # What participants had part in follows from the other sets.
        gathered_by_people = [name for name in names if _is_gathered(name)]
        for name in names:
            if not _is_gathered(name):
                self._merge_term(name)
        self._merge_gathered(gathered_by_people)
        return self._merged

    def _find_lost(self, changed: Iterable[str]) -> None:
        """Find from which sets numbers have gone: one look at each, for all that a load removes.

        Those of time are known already.
        """
        gone = BitMap(self._gone)
        collections = set(changed)
        if collections & set(HAD_PART):
            collections.add(PRESENCE[0])
        for collection in sorted(collections) if gone else ():
            for parameter in self._looked_at(collection):
                for value, numbers in self._connection.execute(
                    "SELECT value, numbers FROM term WHERE collection = ? AND parameter = ?",
                    (collection, parameter),
                ):
                    known = BitMap.deserialize(numbers)
                    if not gone.isdisjoint(known):
                        self._lost[collection, parameter, value] = known & gone
        self._find_lost_pairs()

    @staticmethod
    def _looked_at(collection: str) -> list[str]:
        if collection == PRESENCE[0]:
            return [PRESENCE[1]]
        return [EVERYTHING[0], *sorted(INDEXED[collection].term_filters)]

    def _find_lost_pairs(self) -> None:
        """Find which pairs have lost meetings: there are too many pairs to look at each."""
        met = self._lost.get((MEETINGS.name, *EVERYTHING), BitMap())
        people: dict[int, list[int]] = defaultdict(list)
        for name, numbers in self._lost.items():
            if name[:2] == PRESENCE:
                for number in numbers & met:
                    people[number].append(int(name[2]))
        lost: dict[Name, list[int]] = defaultdict(list)
        for number, persons in people.items():
            for two in combinations(persons, 2):
                lost[*PAIRS, pair_name(*two)].append(number)
        self._lost |= {name: BitMap(numbers) for name, numbers in lost.items()}

    def _merge_term(self, name: Name) -> None:
        lost = self._lost.get(name, BitMap())
        new = self._gathered.numbers(name)
        if self._undone:
            new = new - self._undone
        key, before = self._read(name)
        after = (before - lost) | new
        key = self._write(name, key, before, after)
        if has_postings(*name[:2]):
            self._merge_postings(key, lost, new)

    def _merge_postings(self, key: int, lost: BitMap, new: BitMap) -> None:
        same = {number for number in lost & new if self._gone[number] == self._place_of(number)}
        if lost:
            self._connection.executemany(
                "DELETE FROM posting WHERE term_key = ? AND sort = ? AND record_key = ?",
                [(key, *self._gone[number]) for number in lost if number not in same],
            )
        rows = [(*self._place_of(number), number) for number in new if number not in same]
        rows.sort()
        columns = ("term_key", "sort", "record_key", "number")
        self._connection.insert("posting", columns, ((key, *row) for row in rows))

    def _read(self, name: Name) -> tuple[int | None, BitMap]:
        row = self._connection.execute(
            "SELECT key, numbers FROM term WHERE collection = ? AND parameter = ? AND value = ?",
            name,
        ).fetchone()
        return (row[0], BitMap.deserialize(row[1])) if row else (None, BitMap())

    def _write(self, name: Name, key: int | None, before: BitMap, after: BitMap) -> int:
        execute = self._connection.execute
        if key is None:
            key = self._next_term
            if not after:
                return key
            self._next_term += 1
            columns = ("key", "collection", "parameter", "value", "total", "numbers")
            row = (key, *name, len(after), stored(after))
            self._connection.insert("term", columns, [row])
            self._merged.created.append(name)
        elif not after:
            # Its postings go first; they refer to it, and that is seen to when all is committed.
            execute("DELETE FROM term WHERE key = ?", (key,))
            self._merged.emptied.append(name)
        elif after != before:
            execute(
                "UPDATE term SET total = ?, numbers = ? WHERE key = ?",
                (len(after), stored(after), key),
            )
        return key

    def _merge_gathered(self, names: list[Name]) -> None:
        """Merge which participants had part in something of a value."""
        left = self._participants_left()
        for name in sorted({*names, *left}):
            key, before = self._read(name)
            after = before | self._gathered.numbers(name)
            after -= left.get(name, BitMap())
            self._write(name, key, before, after)

    def _participants_left(self) -> dict[Name, BitMap]:
        """Return who has, of some value, part in nothing any more; only of what went is it asked.

        One who loses a record of a value may have others.
        """
        values: dict[int, list[Value]] = defaultdict(list)
        people: dict[int, list[str]] = defaultdict(list)
        for name, numbers in self._all_lost():
            collection, parameter, value = name
            if name[:2] == PRESENCE:
                for number in numbers:
                    people[number].append(value)
            elif collection in HAD_PART and _is_gathered((PARTICIPANTS.name, parameter, value)):
                for number in numbers:
                    values[number].append((parameter, value))
        asked: dict[Value, set[str]] = defaultdict(set)
        for number, persons in people.items():
            for value_ in values.get(number, ()):
                asked[value_].update(persons)
        present = {
            person: self._read((*PRESENCE, person))[1] for person in set().union(*asked.values())
        }
        left: dict[Name, BitMap] = {}
        for value_, persons_ in asked.items():
            records = BitMap.union(
                *(self._read((collection, *value_))[1] for collection in HAD_PART)
            )
            gone = [int(person) for person in persons_ if present[person].isdisjoint(records)]
            if gone:
                left[PARTICIPANTS.name, *value_] = BitMap(gone)
        return left

    def _all_lost(self) -> Iterable[tuple[Name, BitMap]]:
        """Yield what went from each set, and what came and went within the load."""
        yield from self._lost.items()
        if self._undone:
            for name in self._gathered.names():
                undone = self._gathered.numbers(name) & self._undone
                if undone:
                    yield name, undone


def _is_gathered(name: Name) -> bool:
    """Return whether a term of participants is of what they had part in, not of themselves."""
    collection, parameter, _ = name
    own = (EVERYTHING[0], "updated", *PARTICIPANTS.term_filters)
    return collection == PARTICIPANTS.name and parameter not in own


def has_postings(collection: str, parameter: str) -> bool:
    """Return whether lists are read by the terms of a parameter, so that they have postings."""
    resource = INDEXED.get(collection)
    if resource is None or not resource.served:
        return False
    return parameter == EVERYTHING[0] or parameter in resource.term_filters
