"""Sets of records, by their numbers: what is asked together is worked out from them.

Each term has the set of its records, a Roaring bitmap: those that have two values are what two sets
share, and how many they are takes microseconds, however many there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pyroaring import BitMap

from app.domain.collections import MEETINGS, PARTICIPANTS, QUOTES, STAYS
from app.query.dates import Window
from app.store.sql.days import LASTING, beginning_ranges, periods_holding
from app.store.sql.snapshot import Snapshot
from app.store.sql.statements import IN_ORDER_OF_ROWS, Parameters, in_parts, one_of, padded

PRESENCE = ("presence", "participant")
"""The collection and parameter of what participants had part in; the values are their numbers."""

PAIRS = ("pairs", "participant")
"""The collection and parameter of the meetings that two participants shared, by `pair_name`."""

HAD_PART = (STAYS.name, MEETINGS.name, QUOTES.name)
"""The collections of what participants have part in."""

PARTICIPANTS_A_RECORD = 2
"""Looking up who had part in one record takes as long as reading the sets of so many people."""

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


def set_in_windows(snapshot: Snapshot, collection: str, windows: Sequence[Window]) -> BitMap:
    """Return what overlaps any of some windows, in one statement if each holds a day."""
    ranges = [window for window in windows if window.is_range]
    arms, parameters = _terms_in(ranges, "t.numbers", collection)
    found = _union(snapshot, arms, parameters)
    for window in windows:
        if not window.is_range:  # What began by its end, and lasts until its start.
            begun = set_in_windows(snapshot, collection, [Window(None, window.end)])
            found |= begun & set_lasting_on(snapshot, collection, str(window.start))
    return found


def set_lasting_on(snapshot: Snapshot, collection: str, day: str) -> BitMap:
    """Return what began before a day and lasts on it, in one statement unless it is remembered."""
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

    In one statement unless it is remembered.
    """
    name = ("total", collection, window)
    known: int | None = snapshot.memory.get(name)
    if known is not None:
        return known
    # Their keys first: the index by totals, which has all that is asked, would be read as a whole.
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
    """Return SELECTs of the terms of time within windows, each record in one for one window."""
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
    # At once: several times faster than one by one.
    return BitMap.union(BitMap(), *(BitMap.deserialize(blob) for (blob,) in rows))


def sets_of_presence(snapshot: Snapshot, records: BitMap) -> dict[int, BitMap]:
    """Return which of some records each participant had part in, by the participant's number.

    Those who had part in none are left out.
    """
    if len(records) * PARTICIPANTS_A_RECORD <= _count_participants(snapshot):
        return _presence_in_few(snapshot, records)
    rows = snapshot.rows(
        "SELECT t.value, t.numbers FROM term AS t WHERE t.collection = ? AND t.parameter = ?"
        + IN_ORDER_OF_ROWS,
        PRESENCE,
    )
    sets = ((value, BitMap.deserialize(blob)) for value, blob in rows)
    return {int(value): each & records for value, each in sets if not each.isdisjoint(records)}


def _presence_in_few(snapshot: Snapshot, records: BitMap) -> dict[int, BitMap]:
    found: dict[int, list[int]] = defaultdict(list)
    for part in in_parts(records):
        bound = padded(part)
        for person, record in snapshot.rows(
            "SELECT p.number, r.number FROM document AS r CROSS JOIN presence AS h"
            f" CROSS JOIN document AS p WHERE r.number {one_of(bound)} AND h.record_key = r.key"
            " AND p.key = h.participant_key",
            bound,
        ):
            found[person].append(record)
    return {person: BitMap(numbers) for person, numbers in found.items()}


def _count_participants(snapshot: Snapshot) -> int:
    """Return how many participants there are, in one statement unless that is remembered."""
    name = ("count", PARTICIPANTS.name)
    count: int | None = snapshot.memory.get(name)
    if count is None:
        ((count,),) = snapshot.rows(
            "SELECT count(*) FROM document AS d WHERE d.collection = ?", [PARTICIPANTS.name]
        )
        snapshot.memory.set(name, count)
    return count
