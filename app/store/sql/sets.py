"""Sets of record numbers, by which filters are combined.

Each term has the set of its records, a Roaring bitmap. The records that have two values are the
intersection of two sets, which takes microseconds to count, whatever their size.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import compress
from sys import getsizeof

from pyroaring import AbstractBitMap, BitMap, FrozenBitMap

from app.domain.collections import MEETINGS, QUOTES, STAYS
from app.query.dates import Window
from app.store.sql.days import LASTING, beginning_ranges, periods_holding
from app.store.sql.snapshot import Snapshot
from app.store.sql.statements import Parameters, one_of

PRESENCE = ("presence", "participant")
"""The collection and parameter of what participants had part in, with their numbers as values."""

PAIRS = ("pairs", "participant")
"""The collection and parameter of the meetings that two participants shared, by `pair_name`."""

HAD_PART = (STAYS.name, MEETINGS.name, QUOTES.name)
"""The collections of what participants have part in."""

SET_BYTES = 500
"""The memory that a set and its value take besides the numbers, as measured by `malloc`."""

_TERMS = "SELECT {} FROM term AS t WHERE t.collection = ? AND t.parameter = ?"
_SET = _TERMS.format("t.numbers")
_LASTING_ON = " AND t.value IN (?, ?, ?)"


def pair_name(one: int, other: int) -> str:
    """Return the value of the term of two participants, by their numbers in either order."""
    return f"{one} {other}" if one < other else f"{other} {one}"


def sets_of_terms(snapshot: Snapshot, keys: Iterable[int]) -> dict[int, BitMap]:
    """Return the sets of terms by their keys, in one statement at most."""
    memory, sets = snapshot.memory, dict[int, BitMap]()
    missing: list[int] = []
    for key in keys:
        blob = memory.get(("set", key))
        if blob is None:
            missing.append(key)
        else:
            sets[key] = BitMap.deserialize(blob)
    if missing:
        for key, blob in snapshot.rows(
            f"SELECT t.key, t.numbers FROM term AS t WHERE t.key {one_of(missing)}", missing
        ):
            sets[key] = BitMap.deserialize(blob)
            memory.set(("set", key), blob)
    return sets


class ValueSets(dict[bytes, FrozenBitMap]):
    """The sets of records by value: of all values of one parameter."""

    def __sizeof__(self) -> int:
        """Return about how many bytes they take."""
        return sum(map(getsizeof, self.values())) + SET_BYTES * len(self)

    def counts_in(self, records: AbstractBitMap) -> dict[bytes, int]:
        """Return how many of some records have each value; values of none are left out."""
        counts = list(map(records.intersection_cardinality, self.values()))
        return dict(compress(zip(self, counts, strict=True), counts))


def sets_of_values(
    snapshot: Snapshot, collection: str, parameters: Iterable[str]
) -> dict[str, ValueSets]:
    """Return the sets of all values of some parameters; one statement reads what is missing.

    They are cached: reading and unpacking them takes ten times as long as looking at each.
    """
    return remembered(
        snapshot,
        ("values", collection),
        parameters,
        lambda missing: read_sets(snapshot, collection, missing),
    )


def remembered(
    snapshot: Snapshot,
    kind: tuple[str, str],
    names: Iterable[str],
    make: Callable[[Sequence[str]], dict[str, ValueSets]],
) -> dict[str, ValueSets]:
    """Return the cached sets of a kind by name; those missing are made in one call."""
    memory, found = snapshot.memory, dict[str, ValueSets]()
    missing: list[str] = []
    for name in names:
        known = memory.get((*kind, name))
        if known is None:
            missing.append(name)
        else:
            found[name] = known
    if missing:
        for name, values in make(missing).items():
            memory.set((*kind, name), values)
            found[name] = values
    return found


def read_sets(
    snapshot: Snapshot, collection: str, parameters: Sequence[str]
) -> dict[str, ValueSets]:
    """Read the sets of all values of some parameters, in one statement.

    A load writes terms in the order of their values: read in this order, they lie on consecutive
    pages, which halves the time for a million meetings.
    """
    found = {parameter: ValueSets() for parameter in parameters}
    for parameter, value, numbers in snapshot.rows(
        "SELECT t.parameter, t.value, t.numbers FROM term AS t"
        f" WHERE t.collection = ? AND t.parameter {one_of(parameters)}"
        " ORDER BY t.parameter, t.value",
        [collection, *parameters],
    ):
        found[parameter.decode()][value] = FrozenBitMap.deserialize(numbers)
    return found


def sets_of_parameter(snapshot: Snapshot, collection: str, parameter: str) -> ValueSets:
    """Return the sets of all values of one parameter."""
    return sets_of_values(snapshot, collection, [parameter])[parameter]


def set_in_windows(snapshot: Snapshot, collection: str, windows: Sequence[Window]) -> BitMap:
    """Return the records that overlap any of some windows, in one statement if each holds a day."""
    ranges = [window for window in windows if window.is_range]
    arms, parameters = _terms_in(ranges, "t.numbers", collection)
    found = _union(snapshot, arms, parameters)
    for window in windows:
        if not window.is_range:  # What began by its end, and lasts until its start.
            begun = set_in_windows(snapshot, collection, [Window(None, window.end)])
            found |= begun & set_lasting_on(snapshot, collection, str(window.start))
    return found


def set_lasting_on(snapshot: Snapshot, collection: str, day: str) -> BitMap:
    """Return the records that began before a day and last on it, in one statement unless cached."""
    name = ("lasting", collection, day)
    known = snapshot.memory.get(name)
    if known is not None:
        return BitMap.deserialize(known)
    bound: Parameters = [collection, LASTING, *periods_holding(day)]
    found = _union(snapshot, [f"{_SET}{_LASTING_ON}"], bound)
    snapshot.memory.set(name, found.serialize())
    return found


def set_updated_since(snapshot: Snapshot, collection: str, moment: str) -> BitMap:
    """Return what has changed since a moment, in one statement."""
    return _union(snapshot, [f"{_SET} AND t.value >= ?"], [collection, "updated", moment])


def count_in_range(snapshot: Snapshot, collection: str, window: Window) -> int:
    """Return how many records of a collection overlap a window that holds a day.

    Takes one statement unless it is cached.
    """
    name = ("total", collection, window)
    known: int | None = snapshot.memory.get(name)
    if known is not None:
        return known
    # Find the keys first: else SQLite would scan all of the index by totals, which covers the
    # query.
    arms, parameters = _terms_in([window], "t.key", collection)
    text = (
        f"SELECT coalesce(sum(u.total), 0) FROM ({' UNION ALL '.join(arms)}) AS a"
        " CROSS JOIN term AS u WHERE u.key = a.key"
    )
    total = int(snapshot.rows(text, parameters)[0][0])
    snapshot.memory.set(name, total)
    return total


def _terms_in(
    windows: Sequence[Window], column: str, collection: str
) -> tuple[list[str], Parameters]:
    """Return SELECTs of the time terms within windows; each record is in one of them per window."""
    arms: list[str] = []
    parameters: Parameters = []
    for window in windows:
        for unit, first, behind in beginning_ranges(window):
            if first < behind:
                arms.append(f"{_TERMS.format(column)} AND t.value >= ? AND t.value < ?")
                parameters += [collection, unit, first, behind]
        if window.start is not None:
            arms.append(f"{_TERMS.format(column)}{_LASTING_ON}")
            parameters += [collection, LASTING, *periods_holding(window.start)]
    return arms, parameters


def _union(snapshot: Snapshot, arms: list[str], parameters: Parameters) -> BitMap:
    if not arms:
        return BitMap()
    rows = snapshot.rows(" UNION ALL ".join(arms), parameters)
    # One union of all is several times faster than one after the other.
    return BitMap.union(BitMap(), *(BitMap.deserialize(blob) for (blob,) in rows))


def sets_of_presence(snapshot: Snapshot, records: BitMap) -> dict[int, BitMap]:
    """Return which of some records each participant had part in, by the participant's number.

    Those who had part in none are left out.
    """
    everyone = sets_of_parameter(snapshot, *PRESENCE).items()
    return {int(value): records & each for value, each in everyone if records.intersect(each)}


def who_had_part(snapshot: Snapshot, records: BitMap) -> BitMap:
    """Return the numbers of those who had part in any of some records."""
    everyone = sets_of_parameter(snapshot, *PRESENCE)
    return BitMap(map(int, compress(everyone, map(records.intersect, everyone.values()))))


def presence_of(snapshot: Snapshot, people: Iterable[int]) -> dict[int, AbstractBitMap]:
    """Return what some participants had part in, by their numbers."""
    everyone = sets_of_parameter(snapshot, *PRESENCE)
    return {person: everyone.get(str(person).encode(), FrozenBitMap()) for person in people}
