"""Which pairs of participants shared most meetings, and how many pairs shared any.

Of few meetings, all pairs are counted. If most meetings match, the heaviest pairs are looked for
among the stored pairs of all meetings; the total leaves out pairs that shared only other meetings.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import chain

from pyroaring import AbstractBitMap, BitMap

from app.store.sql.sets import PAIRS, ValueSets
from app.store.sql.snapshot import Snapshot

Pair = tuple[int, int]
"""Two participants by their places in a list, the lower first."""

Heaviest = tuple[dict[Pair, int], int]
"""The weights of the heaviest pairs (all pairs of a weight, or none), and the number of pairs."""

NO_TOTAL = 1 << 62
"""More meetings than any pair has shared."""


def heaviest_of_few(snapshot: Snapshot, present: Sequence[AbstractBitMap], limit: int) -> Heaviest:
    """Return at least `limit` heaviest pairs, given the meetings of each participant by place.

    Counting the others of each participant by their places is twice as fast as counting pairs.
    """
    behind: dict[int, list[int]] = defaultdict(list)
    others: list[Counter[int]] = []
    for place in range(len(present) - 1, -1, -1):
        snapshot.check_deadline()
        meetings = [behind[number] for number in present[place]]
        others.append(Counter(chain.from_iterable(meetings)))
        for people in meetings:
            people.append(place)
    others.reverse()
    by_weight = Counter(chain.from_iterable(counted.values() for counted in others))
    least, more = 0, 0
    for weight, pairs in sorted(by_weight.items(), reverse=True):
        least, more = weight, more + pairs
        if more >= limit:
            break
    weights = {
        (one, other): weight
        for one, counted in enumerate(others)
        for other, weight in counted.items()
        if weight >= least
    }
    return weights, by_weight.total()


def heaviest_of_most(
    snapshot: Snapshot,
    everyone: ValueSets,
    people: Sequence[bytes],
    records: BitMap,
    others: BitMap,
    limit: int,
) -> Heaviest:
    """Return at least `limit` heaviest pairs where most of all meetings match.

    `everyone` has the set of what each participant had part in, and `people` lists the participants
    by place; `records` are the meetings that match, `others` those that do not.
    """
    places = {person: place for place, person in enumerate(people)}
    weights: dict[Pair, int] = {}
    read, place = NO_TOTAL, limit
    while read > 1:
        if len(weights) < limit:
            # Some of the pairs with the highest totals may have shared none of these meetings.
            least = min(_total_of_pair(snapshot, place), read - 1)
            place *= 2
        else:
            # No pair weighs more than its total, so all as heavy as the last have at least this
            # total.
            least = sorted(weights.values(), reverse=True)[limit - 1]
        if least >= read:
            break
        for (value,) in snapshot.rows(
            "SELECT t.value FROM term AS t WHERE t.collection = ? AND t.parameter = ?"
            " AND t.total >= ? AND t.total < ?",
            [*PAIRS, least, read],
        ):
            one, other = value.split()
            weight = len(records & everyone[one] & everyone[other])
            if weight:
                pair = places[one], places[other]
                weights[min(pair), max(pair)] = weight
        read = least
        snapshot.check_deadline()
    return weights, _count_pairs(snapshot) - _count_lost(snapshot, everyone, records, others)


def _total_of_pair(snapshot: Snapshot, place: int) -> int:
    """Return how many meetings the pair in some place has shared; 1 where there are fewer pairs."""
    rows = snapshot.rows(
        "SELECT t.total FROM term AS t WHERE t.collection = ? AND t.parameter = ?"
        " ORDER BY t.total DESC LIMIT ?",
        [*PAIRS, place],
    )
    return rows[-1][0] if len(rows) == place else 1


def _count_pairs(snapshot: Snapshot) -> int:
    """Return how many pairs have shared a meeting, in one statement unless it is remembered."""
    count: int | None = snapshot.memory.get(("count", *PAIRS))
    if count is None:
        ((count,),) = snapshot.rows(
            "SELECT count(*) FROM term AS t WHERE t.collection = ? AND t.parameter = ?", PAIRS
        )
        snapshot.memory.set(("count", *PAIRS), count)
    return count


def _count_lost(snapshot: Snapshot, everyone: ValueSets, records: BitMap, others: BitMap) -> int:
    """Return how many pairs have shared meetings in `others`, but none in `records`."""
    behind: dict[int, list[int]] = defaultdict(list)
    kept: list[BitMap] = []
    lost = 0
    for place, present in enumerate(filter(others.intersect, everyone.values())):
        meetings = [behind[number] for number in others & present]
        met = set(chain.from_iterable(meetings))
        shared = records & present
        snapshot.check_deadline()
        lost += len(met) - sum(map(shared.intersect, map(kept.__getitem__, met)))
        kept.append(shared)
        for people in meetings:
            people.append(place)
    return lost
