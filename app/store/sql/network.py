"""Who met whom: participants as nodes, the meetings they shared as links."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from operator import itemgetter

from pyroaring import AbstractBitMap, BitMap

from app.domain.collections import MEETINGS
from app.query.network import NetworkPlan
from app.store.base import Link, Network, Node
from app.store.sql.links import heaviest_of_few, heaviest_of_most
from app.store.sql.matching import find_matches
from app.store.sql.sets import PRESENCE, ValueSets, sets_of_parameter
from app.store.sql.snapshot import Snapshot
from app.store.sql.statements import in_parts, one_of, padded

MEETINGS_SHOWN = 100
"""How many meeting ids a link holds, of the latest; its weight counts them all."""

MAX_REMEMBERED = 20_000
"""Of up to this many participants, all are remembered, in some 8 MB."""

_Person = tuple[bytes, str, str, str, str | None]
"""A participant's value in the sets of `PRESENCE`, id, name, kind and country."""

_Periods = Sequence[tuple[AbstractBitMap, Sequence[AbstractBitMap]]]
"""What began in each year, and in each month of it; the latest first."""


def find_network(snapshot: Snapshot, plan: NetworkPlan) -> Network:
    """Return the network of the meetings that match, the heaviest links first."""
    matches = find_matches(snapshot, plan.meetings)
    if matches is None:
        return Network([], [], 0)
    records = matches.numbers
    everyone = sets_of_parameter(snapshot, *PRESENCE)
    counts = everyone.counts_in(records)
    people = _people_by_id(snapshot, everyone, counts)
    nodes: list[Node] = [
        {"id": id_, "name": name, "kind": kind, "country": country, "meetings": counts[value]}
        for value, id_, name, kind, country in people
    ]
    present: list[AbstractBitMap] = [everyone[person[0]] for person in people]
    others = matches.all_there_are - records
    if len(others) * 2 <= len(records):
        values = [person[0] for person in people]
        weights, total = heaviest_of_most(snapshot, everyone, values, records, others, plan.limit)
    else:
        present = [records & each for each in present]
        weights, total = heaviest_of_few(snapshot, present, plan.limit)
    shown = sorted(weights, key=lambda pair: (-weights[pair], pair))[: plan.limit]
    shared = [records & (present[one] & present[other]) for one, other in shown]
    links: list[Link] = [
        {
            "source": nodes[one]["id"],
            "target": nodes[other]["id"],
            "weight": weights[one, other],
            "meetings": ids,
        }
        for (one, other), ids in zip(shown, _latest_ids(snapshot, shared), strict=True)
    ]
    return Network(nodes, links, total)


def _people_by_id(
    snapshot: Snapshot, everyone: ValueSets, counts: Collection[bytes]
) -> list[_Person]:
    """Return those who are counted, by their ids, so that in each pair the lower id comes first.

    If they are few enough, all participants are remembered, since most are in any large network.
    """
    if len(everyone) > MAX_REMEMBERED:
        found: list[_Person] = []
        for part in in_parts(BitMap(map(int, counts))):
            bound = padded(part)
            found += _people(snapshot, f" AND d.number {one_of(bound)}", bound)
        return sorted(found, key=itemgetter(1))
    people: list[_Person] | None = snapshot.memory.get(("people",))
    if people is None:
        people = sorted(_people(snapshot), key=itemgetter(1))
        snapshot.memory.set(("people",), people)
    return [person for person in people if person[0] in counts]


def _people(
    snapshot: Snapshot, condition: str = "", bound: Sequence[int] = ()
) -> Iterator[_Person]:
    for number, id_, name, kind, code in snapshot.rows(
        "SELECT d.number, p.id, p.name, p.kind, p.country_code FROM participant AS p"
        f" CROSS JOIN document AS d WHERE d.key = p.key{condition}",
        bound,
    ):
        yield b"%d" % number, id_.decode(), name.decode(), kind.decode(), code and code.decode()


def _latest_ids(snapshot: Snapshot, sets: Sequence[BitMap]) -> list[list[str]]:
    """Return the ids of the latest meetings of each set, in their order."""
    candidates = _latest(snapshot, sets)
    ids, days = _ids_and_days(snapshot, BitMap.union(BitMap(), *candidates))
    found = []
    for numbers in candidates:
        shown: Iterable[int] = numbers
        if len(numbers) > MEETINGS_SHOWN:  # By their days, and those of one day by their ids.
            by_day = sorted(numbers, key=ids.__getitem__)
            by_day.sort(key=days.__getitem__, reverse=True)
            shown = by_day[:MEETINGS_SHOWN]
        found.append(sorted(map(ids.__getitem__, shown)))
    return found


def _latest(snapshot: Snapshot, sets: Sequence[BitMap]) -> list[BitMap]:
    """Return the latest meetings of each set: as many as are shown, and the rest of their month.

    They are found by the sets of years and months, so that nothing is read of earlier ones.
    """
    if all(len(numbers) <= MEETINGS_SHOWN for numbers in sets):
        return list(sets)
    years, months = (sets_of_parameter(snapshot, MEETINGS.name, unit) for unit in ("year", "month"))
    months_of: dict[bytes, list[AbstractBitMap]] = {year: [] for year in years}
    for month in sorted(months, reverse=True):
        months_of[month[:4]].append(months[month])
    periods = [(years[year], months_of[year]) for year in sorted(years, reverse=True)]
    return [_latest_of(numbers, periods) for numbers in sets]


def _latest_of(numbers: BitMap, periods: _Periods) -> BitMap:
    if len(numbers) <= MEETINGS_SHOWN:
        return numbers
    found = BitMap()
    for year, months in periods:
        of_year = numbers & year
        if len(found) + len(of_year) < MEETINGS_SHOWN:
            found |= of_year
            continue
        for month in months:
            found |= of_year & month
            if len(found) >= MEETINGS_SHOWN:
                return found
    return found  # All of them: each began in one year, and in one month of it.


def _ids_and_days(snapshot: Snapshot, numbers: BitMap) -> tuple[dict[int, str], dict[int, bytes]]:
    """Return the ids of meetings and their first days, by number."""
    ids: dict[int, str] = {}
    days: dict[int, bytes] = {}
    for part in in_parts(numbers):
        bound = padded(part)
        for number, day, id_ in snapshot.rows(
            "SELECT d.number, d.sort, m.id FROM document AS d CROSS JOIN meeting AS m"
            f" WHERE m.key = d.key AND d.number {one_of(bound)}",
            bound,
        ):
            ids[number], days[number] = id_.decode(), day
    return ids, days
