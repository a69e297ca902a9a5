"""Who met whom: participants as nodes, the meetings they shared as links."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, combinations

from pyroaring import BitMap

from app.query.network import NetworkPlan
from app.store.base import Link, Network, Node
from app.store.sql.matching import find_matches
from app.store.sql.sets import PAIRS, sets_of_presence
from app.store.sql.snapshot import Snapshot
from app.store.sql.statements import in_parts, one_of, padded

MEETINGS_SHOWN = 1000
"""How many meeting ids a link holds; its weight counts them all."""

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
        weights = _weights(present_by_place)
        total = len(weights)
    shown = _heaviest(weights, plan.limit)
    shared_by = {
        (one, other): present_by_place[one] & present_by_place[other] for one, other in shown
    }
    ids = _meeting_ids(snapshot, shared_by.values())
    links = [
        Link(
            by_place[one].id,
            by_place[other].id,
            weights[one, other],
            sorted(ids[number] for number in shared_by[one, other])[:MEETINGS_SHOWN],
        )
        for one, other in shown
    ]
    return Network(by_place, links, total)


def _nodes(snapshot: Snapshot, present: dict[int, BitMap]) -> dict[int, Node]:
    """Return everyone in some meetings, by number and in the order of their ids."""
    rows = snapshot.rows(
        "SELECT d.number, p.id, p.name, p.kind, p.country_code FROM participant AS p"
        " CROSS JOIN document AS d WHERE d.key = p.key ORDER BY p.id"
    )
    return {
        number: Node(
            id_.decode(), name.decode(), kind.decode(), country and country.decode(),
            len(present[number]),
        )
        for number, id_, name, kind, country in rows
        if number in present
    }  # fmt: skip


def _weights(present: Sequence[BitMap]) -> Counter[_Pair]:
    """Return how many meetings each two participants share, the one that stands first before."""
    attending: dict[int, list[int]] = defaultdict(list)
    for place, meetings in enumerate(present):
        for number in meetings:
            attending[number].append(place)
    return Counter(chain.from_iterable(combinations(people, 2) for people in attending.values()))


def _stored_weights(
    snapshot: Snapshot, numbers: Sequence[int], limit: int
) -> tuple[Counter[_Pair], int]:
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
    weights: Counter[_Pair] = Counter()
    for value, weight in rows:
        one, other = sorted(places[int(number)] for number in value.split())
        weights[one, other] = weight
    return weights, total


def _heaviest(weights: Counter[_Pair], limit: int) -> list[_Pair]:
    """Return the heaviest pairs, those of one weight in their order."""
    least, more = 0, 0
    for weight, pairs in sorted(Counter(weights.values()).items(), reverse=True):
        least, more = weight, more + pairs
        if more >= limit:
            break
    heavy = [(-weight, pair) for pair, weight in weights.items() if weight >= least]
    return [pair for _, pair in sorted(heavy)[:limit]]


def _meeting_ids(snapshot: Snapshot, sets: Iterable[BitMap]) -> dict[int, str]:
    """Return the ids of the meetings in some sets, by number."""
    wanted = BitMap.union(BitMap(), *sets)
    ids: dict[int, str] = {}
    for part in in_parts(wanted):
        bound = padded(part)
        for number, id_ in snapshot.rows(
            "SELECT d.number, m.id FROM document AS d CROSS JOIN meeting AS m"
            f" WHERE m.key = d.key AND d.number {one_of(bound)}",
            bound,
        ):
            ids[number] = id_.decode()
    return ids
