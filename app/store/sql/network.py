"""Who met whom: participants as nodes, the meetings they shared as links."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from pyroaring import BitMap

from app.domain.collections import PARTICIPANTS
from app.query.network import NetworkPlan
from app.store.base import Link, Network, Node
from app.store.sql.matching import find_matches
from app.store.sql.sets import PAIRS, sets_of_presence
from app.store.sql.snapshot import Snapshot
from app.store.sql.statements import in_parts, one_of, padded

MEETINGS_SHOWN = 100
"""How many meeting ids a link holds, of the latest; its weight counts them all."""

_Pair = tuple[int, int]


def find_network(snapshot: Snapshot, plan: NetworkPlan) -> Network:
    """Return the network of the meetings that match, the heaviest links first."""
    matches = find_matches(snapshot, plan.meetings)
    if matches is None:
        return Network([], [], 0)
    meetings = matches.numbers
    present = {
        person: shared
        for person, had_part in sets_of_presence(snapshot).items()
        if (shared := had_part & meetings)
    }
    nodes = _nodes(snapshot, present)
    # By the order of their ids, so that a pair says which of two comes first.
    present_by_place = [present[number] for number in nodes]
    by_place = list(nodes.values())
    if matches.is_everything:
        weights, total = _stored_weights(snapshot, list(nodes), plan.limit)
    else:
        weights, total = _counted_weights(present_by_place, plan.limit)
    shown = sorted(weights, key=lambda pair: (-weights[pair], pair))[: plan.limit]
    in_both = [present_by_place[one] & present_by_place[other] for one, other in shown]
    links = [
        Link(by_place[one].id, by_place[other].id, weights[one, other], ids)
        for (one, other), ids in zip(shown, _latest_ids(snapshot, in_both), strict=True)
    ]
    return Network(by_place, links, total)


def _nodes(snapshot: Snapshot, present: dict[int, BitMap]) -> dict[int, Node]:
    """Return everyone in some meetings, by number and in the order of their ids."""
    numbers = dict(
        snapshot.rows(
            "SELECT d.key, d.number FROM document AS d WHERE d.collection = ?", [PARTICIPANTS.name]
        )
    )
    rows = snapshot.rows(
        "SELECT p.key, p.id, p.name, p.kind, p.country_code FROM participant AS p ORDER BY p.id"
    )
    return {
        number: Node(
            id_.decode(), name.decode(), kind.decode(), country and country.decode(),
            len(present[number]),
        )
        for key, id_, name, kind, country in rows
        if (number := numbers[key]) in present
    }  # fmt: skip


def _counted_weights(present: Sequence[BitMap], limit: int) -> tuple[dict[_Pair, int], int]:
    """Return the weights of the heaviest pairs, given the meetings of each participant by place.

    As `_stored_weights`. Counting the others of each participant by their places is twice as fast
    as counting pairs.
    """
    behind: dict[int, list[int]] = defaultdict(list)
    others: list[Counter[int]] = []
    for place in range(len(present) - 1, -1, -1):
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


def _stored_weights(
    snapshot: Snapshot, numbers: Sequence[int], limit: int
) -> tuple[dict[_Pair, int], int]:
    """Return the weights of the heaviest pairs of all meetings, and how many pairs there are.

    `numbers` are those of the participants in their order. Of one weight, all pairs or none.
    """
    least = snapshot.rows(
        "SELECT t.total FROM term AS t WHERE t.collection = ? AND t.parameter = ?"
        " ORDER BY t.total DESC LIMIT ?",
        [*PAIRS, limit],
    )
    rows = snapshot.rows(
        "SELECT t.value, t.total FROM term AS t WHERE t.collection = ? AND t.parameter = ?"
        " AND t.total >= ?",
        [*PAIRS, least[-1][0] if least else 0],
    )
    ((total,),) = snapshot.rows(
        "SELECT count(*) FROM term AS t WHERE t.collection = ? AND t.parameter = ?", PAIRS
    )
    places = {number: place for place, number in enumerate(numbers)}
    weights: dict[_Pair, int] = {}
    for value, weight in rows:
        one, other = sorted(places[int(number)] for number in value.split())
        weights[one, other] = weight
    return weights, total


def _latest_ids(snapshot: Snapshot, sets: Sequence[BitMap]) -> list[list[str]]:
    """Return the ids of the latest meetings of each set, in their order.

    The days of meetings are in an index, so that the ids of few have to be read.
    """
    wanted = BitMap.union(BitMap(), *(numbers for numbers in sets if len(numbers) > MEETINGS_SHOWN))
    days = _by_number(
        snapshot, "SELECT d.number, d.sort FROM document AS d WHERE d.number {}", wanted
    )
    candidates = [_latest(numbers, days) for numbers in sets]
    ids = _by_number(
        snapshot,
        "SELECT d.number, m.id FROM document AS d CROSS JOIN meeting AS m"
        " WHERE m.key = d.key AND d.number {}",
        BitMap(chain.from_iterable(candidates)),
    )
    found = []
    for numbers in candidates:
        if len(numbers) > MEETINGS_SHOWN:  # Some of them began on one day.
            latest_first = sorted(numbers, key=lambda number: ids[number])
            latest_first.sort(key=lambda number: days[number], reverse=True)
            numbers = latest_first[:MEETINGS_SHOWN]
        found.append(sorted(ids[number].decode() for number in numbers))
    return found


def _latest(numbers: BitMap, days: Mapping[int, bytes]) -> Sequence[int]:
    """Return those of a set that are as late as the last that is shown, or later."""
    if len(numbers) <= MEETINGS_SHOWN:
        return list(numbers)
    first_day = sorted((days[number] for number in numbers), reverse=True)[MEETINGS_SHOWN - 1]
    return [number for number in numbers if days[number] >= first_day]


def _by_number(snapshot: Snapshot, text: str, numbers: Iterable[int]) -> dict[int, bytes]:
    """Return what a statement reads of records, by their numbers."""
    found: dict[int, bytes] = {}
    for part in in_parts(BitMap(numbers)):
        bound = padded(part)
        found.update(snapshot.rows(text.format(one_of(bound)), bound))
    return found
