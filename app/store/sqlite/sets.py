"""Sets of records, by their numbers: what is asked together is worked out from them.

Each term has the set of its records, a Roaring bitmap: those that have two values are what two sets
share, and how many they are takes microseconds, however many there are.
"""

from collections.abc import Iterable, Sequence

from pyroaring import BitMap

from app.domain.collections import MEETINGS, QUOTES, STAYS
from app.query.dates import Window
from app.store.sqlite.days import LASTING, beginning_ranges, periods_holding
from app.store.sqlite.snapshot import Snapshot
from app.store.sqlite.statements import Parameters, one_of

PRESENCE = ("presence", "participant")
"""The collection and parameter of what participants had part in; the values are their numbers."""

PAIRS = ("pairs", "participant")
"""The collection and parameter of the meetings that two participants shared, by `pair_name`."""

HAD_PART = (STAYS.name, MEETINGS.name, QUOTES.name)
"""The collections of what participants have part in."""

_SET = "SELECT t.numbers FROM term AS t WHERE t.collection = ? AND t.parameter = ?"
_LASTING_ON = f"{_SET} AND t.value IN (?, ?, ?)"


def pair_name(one: int, other: int) -> str:
    """Return the value of the term of two participants, by their numbers in either order."""
    return f"{one} {other}" if one < other else f"{other} {one}"


def sets_of_terms(snapshot: Snapshot, keys: Iterable[int]) -> dict[int, BitMap]:
    """Return the sets of terms by their keys, in one statement at most."""
    memory, blobs = snapshot.memory, dict[int, bytes]()
    wanted = list(dict.fromkeys(keys))
    for key in wanted:
        blob = memory.get(("set", key))
        if blob is not None:
            blobs[key] = blob
    missing = [key for key in wanted if key not in blobs]
    if missing:
        for key, blob in snapshot.rows(
            f"SELECT t.key, t.numbers FROM term AS t WHERE t.key {one_of(missing)}", missing
        ):
            blobs[key] = blob
            memory.set(("set", key), blob)
    return {key: BitMap.deserialize(blob) for key, blob in blobs.items()}


def set_in_windows(snapshot: Snapshot, collection: str, windows: Sequence[Window]) -> BitMap:
    """Return what overlaps any of some windows, in one statement if each holds a day."""
    arms: list[str] = []
    parameters: Parameters = []
    for window in windows:
        if not window.is_range:
            continue
        for unit, first, behind in beginning_ranges(window):
            if first < behind:
                arms.append(f"{_SET} AND t.value >= ? AND t.value < ?")
                parameters += [collection, unit, first, behind]
        if window.start is not None:
            arms.append(_LASTING_ON)
            parameters += [collection, LASTING, *periods_holding(window.start)]
    found = _union(snapshot, arms, parameters)
    for window in windows:
        if not window.is_range:  # What began by its end, and lasts until its start.
            begun = set_in_windows(snapshot, collection, [Window(None, window.end)])
            found |= begun & set_lasting_on(snapshot, collection, str(window.start))
    return found


def set_lasting_on(snapshot: Snapshot, collection: str, day: str) -> BitMap:
    """Return what began before a day and lasts on it, in one statement."""
    return _union(snapshot, [_LASTING_ON], [collection, LASTING, *periods_holding(day)])


def set_updated_since(snapshot: Snapshot, collection: str, moment: str) -> BitMap:
    """Return what has changed since a moment, in one statement."""
    return _union(snapshot, [f"{_SET} AND t.value >= ?"], [collection, "updated", moment])


def _union(snapshot: Snapshot, arms: list[str], parameters: Parameters) -> BitMap:
    found = BitMap()
    if arms:
        for (blob,) in snapshot.rows(" UNION ALL ".join(arms), parameters):
            found |= BitMap.deserialize(blob)
    return found


def sets_of_presence(snapshot: Snapshot) -> dict[int, BitMap]:
    """Return what each participant had part in, by the participant's number."""
    rows = snapshot.rows(
        "SELECT t.value, t.numbers FROM term AS t WHERE t.collection = ? AND t.parameter = ?",
        PRESENCE,
    )
    return {int(value): BitMap.deserialize(blob) for value, blob in rows}
