"""Who met whom: participants as nodes, the meetings they shared as links."""

from collections.abc import Iterable, Mapping, Sequence

from pyroaring import AbstractBitMap, BitMap

from app.domain.collections import MEETINGS
from app.query.network import NetworkPlan
from app.store.base import Link, Network, Node
from app.store.sql.links import heaviest_of_few, heaviest_of_most
from app.store.sql.matching import find_matches
from app.store.sql.sets import PRESENCE, sets_of_parameter
from app.store.sql.snapshot import Snapshot
from app.store.sql.statements import in_parts, one_of, padded

MEETINGS_SHOWN = 100
"""How many meeting ids a link holds, of the latest; its weight counts them all."""

_Person = tuple[str, str, str, str | None]
"""Id, name, kind and country of a participant."""

_Periods = Mapping[str, AbstractBitMap]


def find_network(snapshot: Snapshot, plan: NetworkPlan) -> Network:
    """Return the network of the meetings that match, the heaviest links first."""
    matches = find_matches(snapshot, plan.meetings)
    if matches is None:
        return Network([], [], 0)
    records = matches.numbers
    everyone = sets_of_parameter(snapshot, *PRESENCE)
    counts = {int(number): count for number, count in everyone.counts_in(records).items()}
    # By the order of their ids, so that a pair says which of two comes first.
    nodes = _nodes(snapshot, counts)
    numbers, by_place = list(nodes), list(nodes.values())
    present = [everyone[str(number).encode()] for number in numbers]
    others = matches.all_there_are - records
    if len(others) * 2 <= len(records):
        weights, total = heaviest_of_most(snapshot, everyone, numbers, records, others, plan.limit)
    else:
        shared = [records & each for each in present]
        weights, total = heaviest_of_few(snapshot, shared, plan.limit)
    shown = sorted(weights, key=lambda pair: (-weights[pair], pair))[: plan.limit]
    in_both = [records & present[one] & present[other] for one, other in shown]
    links = [
        Link(by_place[one].id, by_place[other].id, weights[one, other], ids)
        for (one, other), ids in zip(shown, _latest_ids(snapshot, in_both), strict=True)
    ]
    return Network(by_place, links, total)


def _nodes(snapshot: Snapshot, counts: Mapping[int, int]) -> dict[int, Node]:
    """Return participants by number in the order of their ids, with counts of their meetings."""
    people = [(*person, number) for number, person in _people(snapshot, counts).items()]
    return {
        number: Node(id_, name, kind, country, counts[number])
        for id_, name, kind, country, number in sorted(people)
    }


def _people(snapshot: Snapshot, numbers: Iterable[int]) -> dict[int, _Person]:
    """Return participants by number; who they are is remembered."""
    memory, found = snapshot.memory, dict[int, _Person]()
    missing = BitMap()
    for number in numbers:
        known = memory.get(("person", number))
        if known is None:
            missing.add(number)
        else:
            found[number] = known
    for part in in_parts(missing):
        bound = padded(part)
        for number, id_, name, kind, country in snapshot.rows(
            "SELECT d.number, p.id, p.name, p.kind, p.country_code FROM document AS d"
            f" CROSS JOIN participant AS p WHERE d.number {one_of(bound)} AND p.key = d.key",
            bound,
        ):
            person = id_.decode(), name.decode(), kind.decode(), country and country.decode()
            memory.set(("person", number), person)
            found[number] = person
    return found


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
    """Return of each set the latest, as many as are shown, with others of the same month.

    They are found by the sets of years and of months, so that of those before nothing is read.
    """
    if all(len(numbers) <= MEETINGS_SHOWN for numbers in sets):
        return list(sets)
    years, months = (_begun_in(snapshot, unit) for unit in ("year", "month"))
    return [_latest_of(numbers, years, months) for numbers in sets]


def _latest_of(numbers: BitMap, years: _Periods, months: _Periods) -> BitMap:
    if len(numbers) <= MEETINGS_SHOWN:
        return numbers
    found = BitMap()
    for year, begun in years.items():
        of_year = numbers & begun
        if len(found) + len(of_year) < MEETINGS_SHOWN:
            found |= of_year
            continue
        for month, begun_then in months.items():
            if month.startswith(year):
                found |= of_year & begun_then
                if len(found) >= MEETINGS_SHOWN:
                    return found
    return found  # All of them: each began in one year, and in one month of it.


def _begun_in(snapshot: Snapshot, unit: str) -> _Periods:
    """Return which meetings began in each period of a unit, the latest period first."""
    periods = sets_of_parameter(snapshot, MEETINGS.name, unit)
    return {period.decode(): periods[period] for period in sorted(periods, reverse=True)}


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
