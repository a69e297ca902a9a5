"""What a load gathered, merged into the sets and postings that there are."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, groupby
from sys import intern
from typing import Any, NamedTuple

from pyroaring import BitMap

from app.domain.collections import INDEXED, MEETINGS, PARTICIPANTS
from app.domain.filters import EVERYTHING
from app.query.facets import PERIODS
from app.store.sql.days import LASTING
from app.store.sql.gathering import Gathered, Name, Value, stored
from app.store.sql.sets import HAD_PART, PAIRS, PRESENCE, pair_name
from app.store.sql.statements import one_of
from app.store.sql.writer import Writer

TERM = ("key", "collection", "parameter", "value", "total", "numbers")
"""The columns of a term."""

GATHERED = PARTICIPANTS.gathered_filters | {*PERIODS, LASTING}
"""The parameters of stays, meetings and quotes that are also terms of their participants."""

MAX_TERMS = 500
"""At most this many terms are read and written at once."""

MAX_POSTINGS = 100_000
"""About this many postings, at most, wait to be written."""

NO_TERM: "tuple[int | None, BitMap]" = (None, BitMap())
"""The key and set of a term that does not exist yet."""

Place = tuple[str, int]
Places = dict[int, Place]
"""The sort and key of records, by their numbers."""


class NewPlaces:
    """The sort and key of what is added, by its numbers.

    New numbers are consecutive, so lists hold their places in a fraction of a dictionary's memory.
    A dictionary holds those of reused numbers: few, unless most trips change.
    """

    def __init__(self, first: int) -> None:
        """Begin with nothing; `first` is the first new number."""
        self._first = first
        self._sorts: list[str] = []
        self._keys = array("q")
        self._others: Places = {}

    def new_number(self) -> int:
        """Return the next new number, whose place is set later, or never."""
        self._sorts.append("")
        self._keys.append(0)
        return self._first + len(self._keys) - 1

    def __setitem__(self, number: int, place: Place) -> None:
        """Set the place of a record."""
        if number < self._first:
            self._others[number] = place
            return
        sort, self._keys[number - self._first] = place
        self._sorts[number - self._first] = intern(sort)  # Most are days, of which there are few.

    def __getitem__(self, number: int) -> Place:
        """Return the place of a record."""
        if number < self._first:
            return self._others[number]
        return self._sorts[number - self._first], self._keys[number - self._first]

    def rows(self, term: int, numbers: Iterable[int]) -> list[tuple[int, str, int, int]]:
        """Return rows of postings: term, sort, key and number."""
        first, sorts, keys, others = self._first, self._sorts, self._keys, self._others
        return [
            (term, sorts[number - first], keys[number - first], number)
            if number >= first
            else (term, *others[number], number)
            for number in numbers
        ]


class Merged(NamedTuple):
    """The terms that are new, and those that have no record left."""

    created: list[Name]
    emptied: list[Name]


class _Pending:
    """Pending changes of terms and postings, written together: deletions first."""

    def __init__(self, connection: Writer) -> None:
        self._connection = connection
        self.created: list[tuple[Any, ...]] = []
        self.changed: list[tuple[Any, ...]] = []
        self.emptied: list[tuple[Any, ...]] = []
        self.postings: list[tuple[Any, ...]] = []
        self.lost: list[tuple[Any, ...]] = []

    def write(self) -> None:
        many = self._connection.executemany
        many("DELETE FROM posting WHERE term_key = ? AND sort = ? AND record_key = ?", self.lost)
        many("DELETE FROM term WHERE key = ?", self.emptied)
        many("UPDATE term SET total = ?, numbers = ? WHERE key = ?", self.changed)
        self._connection.insert("term", TERM, self.created)
        columns = ("term_key", "sort", "record_key", "number")
        self._connection.insert("posting", columns, self.postings)
        for each in (self.created, self.changed, self.emptied, self.postings, self.lost):
            each.clear()


def read_terms(
    connection: Writer, names: Sequence[Name]
) -> Iterator[tuple[Sequence[Name], dict[Name, tuple[int | None, BitMap]]]]:
    """Yield sorted names in batches, with the key and set of each term that exists."""
    for (collection, parameter), group in groupby(names, key=lambda name: name[:2]):
        of_parameter = list(group)
        for at in range(0, len(of_parameter), MAX_TERMS):
            some = of_parameter[at : at + MAX_TERMS]
            rows = connection.execute(
                "SELECT value, key, numbers FROM term WHERE collection = ? AND parameter = ?"
                f" AND value {one_of(some)}",
                (collection, parameter, *(value for *_, value in some)),
            )
            yield (
                some,
                {
                    (collection, parameter, value): (key, BitMap.deserialize(numbers))
                    for value, key, numbers in rows
                },
            )


class Merging:
    """Merges what a load gathered: what is new in each set, and which numbers are gone."""

    def __init__(
        self,
        connection: Writer,
        gathered: Gathered,
        lost: Gathered,
        undone: BitMap,
        gone: Places,
        places: NewPlaces,
    ) -> None:
        """Take new and lost numbers, those undone in this load, old places and new places."""
        self._connection = connection
        self._gathered = gathered
        self._undone = undone
        self._gone = gone
        self._places = places
        self._merged = Merged([], [])
        self._pending = _Pending(connection)
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
        own = [name for name in names if not _is_gathered(name)]
        for some, known in read_terms(self._connection, own):
            for name in some:
                self._merge_term(name, *known.get(name, NO_TERM))
            self._pending.write()
        self._merge_gathered(gathered_by_people)
        return self._merged

    def _find_lost(self, changed: Iterable[str]) -> None:
        """Find the sets that lose numbers, reading each set once for everything a load removes.

        Sets of time terms are known already.
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
        """Find the pairs that lose meetings, without reading the sets of all pairs."""
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

    def _merge_term(self, name: Name, key: int | None, before: BitMap) -> None:
        lost = self._lost.get(name, BitMap())
        new = self._gathered.numbers(name)
        if self._undone:
            new = new - self._undone
        after = (before - lost) | new
        key = self._write(name, key, before, after)
        if has_postings(*name[:2]):
            self._merge_postings(key, lost, new)

    def _merge_postings(self, key: int, lost: BitMap, new: BitMap) -> None:
        if lost:
            again = lost & new
            same = BitMap(each for each in again if self._gone[each] == self._places[each])
            self._pending.lost += [(key, *self._gone[number]) for number in lost - same]
            new = new - same
        self._pending.postings += sorted(self._places.rows(key, new))
        if len(self._pending.postings) > MAX_POSTINGS:
            self._pending.write()

    def _sets_of(self, names: Iterable[Name]) -> dict[Name, BitMap]:
        """Return the sets of terms as they are now; terms that do not exist are left out."""
        return {
            name: numbers
            for _, known in read_terms(self._connection, sorted(names))
            for name, (_, numbers) in known.items()
        }

    def _write(self, name: Name, key: int | None, before: BitMap, after: BitMap) -> int:
        if key is None:
            key = self._next_term
            if not after:
                return key
            self._next_term += 1
            self._pending.created.append((key, *name, len(after), stored(after)))
            self._merged.created.append(name)
        elif not after:
            # Postings may still refer to it: foreign keys are checked on commit.
            self._pending.emptied.append((key,))
            self._merged.emptied.append(name)
        elif after != before:
            self._pending.changed.append((len(after), stored(after), key))
        return key

    def _merge_gathered(self, names: list[Name]) -> None:
        """Merge the sets of participants who had part in records with a value."""
        left = self._participants_left()
        for some, known in read_terms(self._connection, sorted({*names, *left})):
            for name in some:
                key, before = known.get(name, NO_TERM)
                after = before | self._gathered.numbers(name)
                after -= left.get(name, BitMap())
                self._write(name, key, before, after)
            self._pending.write()

    def _participants_left(self) -> dict[Name, BitMap]:
        """Return, by value, the participants who have lost their last record with it.

        Only participants and values of removed records are checked; some still have others.
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
        present = self._sets_of((*PRESENCE, person) for person in set().union(*asked.values()))
        records_of = self._sets_of(
            (collection, *value_) for value_ in asked for collection in HAD_PART
        )
        left: dict[Name, BitMap] = {}
        for value_, persons_ in asked.items():
            records = BitMap.union(
                *(records_of.get((collection, *value_), BitMap()) for collection in HAD_PART)
            )
            gone = [
                int(person)
                for person in persons_
                if present.get((*PRESENCE, person), BitMap()).isdisjoint(records)
            ]
            if gone:
                left[PARTICIPANTS.name, *value_] = BitMap(gone)
        return left

    def _all_lost(self) -> Iterable[tuple[Name, BitMap]]:
        """Yield the numbers lost from each set, and those added and removed within the load."""
        yield from self._lost.items()
        if self._undone:
            for name in self._gathered.names():
                undone = self._gathered.numbers(name) & self._undone
                if undone:
                    yield name, undone


def _is_gathered(name: Name) -> bool:
    """Return whether a term of participants comes from what they had part in."""
    collection, parameter, _ = name
    return collection == PARTICIPANTS.name and parameter in GATHERED


def has_postings(collection: str, parameter: str) -> bool:
    """Return whether lists are read by the terms of a parameter, so that they have postings."""
    resource = INDEXED.get(collection)
    if resource is None or not resource.served:
        return False
    return parameter == EVERYTHING[0] or parameter in resource.term_filters
