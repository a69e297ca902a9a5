"""How many records overlap each day, month and year."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from pyroaring import BitMap

from app.domain.collections import PARTICIPANTS
from app.query.facets import PERIODS
from app.query.parameters import QueryPlan
from app.query.within import asks_of_stays
from app.store.sqlite.days import LASTING, periods_between, periods_lasted
from app.store.sqlite.matching import Matches, asked_of_presence
from app.store.sqlite.parts import parts_of
from app.store.sqlite.snapshot import Snapshot
from app.store.sqlite.statements import in_parts, one_of, padded

Counts = dict[str, Counter[str]]
"""The numbers of records by unit and period."""


def period_counts(
    snapshot: Snapshot, query: QueryPlan, matches: Matches | None, units: Sequence[str]
) -> Counts:
    """Return how many matches of a query without dates overlap each period that has any."""
    if matches is None:
        return {unit: Counter() for unit in units}
    if asks_of_stays(query) or asked_of_presence(query):
        return _counts_of_parts(snapshot, query, matches, units)
    if query.resource is PARTICIPANTS:
        return _counts_of_people(snapshot, matches, units)
    return _counts_of_records(snapshot, matches, units)


def _counts_of_records(snapshot: Snapshot, matches: Matches, units: Sequence[str]) -> Counts:
    """Return the numbers of records that begin in each period, and of those that last in it."""
    counts: Counts = {unit: Counter() for unit in units}
    lasting: list[tuple[str, int]] = []
    for unit, period, number in _numbers_by_period(snapshot, matches, units):
        if unit == LASTING:
            lasting.append((period, number))
        else:
            counts[unit][period] = number
    for unit in units:
        of_unit = counts[unit]
        for period, number in lasting:
            for lasted in periods_lasted(period, unit):
                of_unit[lasted] += number
    return counts


def _numbers_by_period(
    snapshot: Snapshot, matches: Matches, units: Sequence[str]
) -> Iterator[tuple[str, str, int]]:
    """Yield how many matches have each term of time that any has: parameter, value and number."""
    bound = _bound(matches, units)
    if matches.is_everything:
        for parameter, value, total in snapshot.rows(_of_periods("t.total", units), bound):
            yield parameter.decode(), value.decode(), total
        return
    shared, deserialize = matches.numbers.intersection_cardinality, BitMap.deserialize
    for parameter, value, blob in snapshot.rows(_of_periods("t.numbers", units), bound):
        number = shared(deserialize(blob))
        if number:
            yield parameter.decode(), value.decode(), number


def _counts_of_people(snapshot: Snapshot, matches: Matches, units: Sequence[str]) -> Counts:
    """Return the numbers of participants: who has part in several things counts once."""
    people: dict[tuple[str, str], BitMap] = {}
    numbers = None if matches.is_everything else matches.numbers
    rows = snapshot.rows(_of_periods("t.numbers", units), _bound(matches, units))
    for parameter, value, blob in rows:
        found = BitMap.deserialize(blob)
        if numbers is not None:
            found &= numbers
        if not found:
            continue
        unit, period = parameter.decode(), value.decode()
        names = (
            [(unit, period)]
            if unit != LASTING
            else [(each, lasted) for each in units for lasted in periods_lasted(period, each)]
        )
        for name in names:
            known = people.get(name)
            people[name] = found if known is None else known | found
    counts: Counts = {unit: Counter() for unit in units}
    for (unit, period), found in people.items():
        counts[unit][period] = len(found)
    return counts


def _of_periods(column: str, units: Sequence[str]) -> str:
    return (
        f"SELECT t.parameter, t.value, {column} FROM term AS t"
        f" WHERE t.collection = ? AND t.parameter {one_of([*units, LASTING])}"
    )


def _bound(matches: Matches, units: Sequence[str]) -> list[str]:
    return [matches.resource.name, *units, LASTING]


def _counts_of_parts(
    snapshot: Snapshot, query: QueryPlan, matches: Matches, units: Sequence[str]
) -> Counts:
    """Return the numbers of trips or participants by the days of their parts that match."""
    parts = parts_of(snapshot, query, matches)
    owners: dict[tuple[str, str], set[int]] = defaultdict(set)
    for some in in_parts(BitMap(parts)):
        bound = padded(some)
        for number, sort, latest in snapshot.rows(
            f"SELECT d.number, d.sort, d.latest FROM document AS d WHERE d.number {one_of(bound)}",
            bound,
        ):
            owners[sort.decode(), latest.decode()].update(parts[number])
    whose: dict[tuple[str, str], set[int]] = defaultdict(set)
    for (first, last), some_owners in owners.items():
        for unit in units:
            for period in periods_between(first, last, PERIODS[unit]):
                whose[unit, period] |= some_owners
    counts: Counts = {unit: Counter() for unit in units}
    for (unit, period), found in whose.items():
        counts[unit][period] = len(found)
    return counts
