"""How many records overlap each day, month and year."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pyroaring import BitMap

from app.domain.collections import PARTICIPANTS
from app.query.facets import MAX_FACET_LIMIT, PERIODS
from app.query.parameters import QueryPlan
from app.query.within import asked_of_presence, asks_of_stays
from app.store.sql.days import LASTING, periods_between, periods_lasted, terms_of_days
from app.store.sql.frequent import Counted, most_common
from app.store.sql.matching import Matches
from app.store.sql.parts import parts_of
from app.store.sql.snapshot import Snapshot
from app.store.sql.statements import IN_ORDER_OF_ROWS, in_parts, one_of, padded

Counts = dict[str, dict[bytes, int]]
"""The numbers of records by unit and period; of thousands of periods, few are shown as text."""

PERIODS_A_MATCH = 16
"""The days of matches are read where there are so many periods for each, or more. The days of one
take as long as a few periods if it is of a day, and as some dozens if it is of a month."""

_TERMS_OF_TIME = "SELECT t.value, {} FROM term AS t WHERE t.collection = ? AND t.parameter = ?"
_SETS_OF_TIME = _TERMS_OF_TIME.format("t.numbers") + IN_ORDER_OF_ROWS


def frequent_periods(
    snapshot: Snapshot, query: QueryPlan, matches: Matches | None, limits: Mapping[str, int]
) -> dict[str, Counted]:
    """Return the periods with the most matches of a query without dates, so many of each unit.

    Those of whole collections are remembered: the counts of thousands of days take longer than
    all other facets of these, and are the same for every limit.
    """
    if matches is None or not matches.is_everything:
        counts = period_counts(snapshot, query, matches, [*limits])
        return {unit: common_periods(counts[unit], limit) for unit, limit in limits.items()}
    name = ("frequent periods", query.resource.name)
    known: list[Counted] | None = snapshot.memory.get(name)
    if known is None:
        counts = period_counts(snapshot, query, matches, [*PERIODS])
        known = [common_periods(counts[unit], MAX_FACET_LIMIT) for unit in PERIODS]
        snapshot.memory.set(name, known)
    found = dict(zip(PERIODS, known, strict=True))
    return {
        unit: Counted(found[unit].values[:limit], found[unit].total)
        for unit, limit in limits.items()
    }


def common_periods(counts: Mapping[bytes, int], limit: int) -> Counted:
    """Return the most frequent periods, and how many there are."""
    common = [(period.decode(), number) for period, number in most_common(counts, limit)]
    return Counted(common, len(counts))


def period_counts(
    snapshot: Snapshot, query: QueryPlan, matches: Matches | None, units: Sequence[str]
) -> Counts:
    """Return how many matches of a query without dates overlap each period that has any."""
    if matches is None:
        return {unit: {} for unit in units}
    if asks_of_stays(query) or asked_of_presence(query):
        return _counts_of_parts(snapshot, query, matches, units)
    if query.resource is PARTICIPANTS:
        return _counts_of_people(snapshot, matches, units)
    return _counts_of_records(snapshot, matches, units)


def _counts_of_records(snapshot: Snapshot, matches: Matches, units: Sequence[str]) -> Counts:
    """Return the numbers of records that begin in each period, and of those that last in it."""
    if _are_few(snapshot, matches):
        found = _numbers_of_few(snapshot, matches.numbers)
        counts, lasting = {unit: found[unit] for unit in units}, found[LASTING]
    else:
        counts = {unit: _numbers_by_period(snapshot, matches, unit) for unit in units}
        lasting = _numbers_by_period(snapshot, matches, LASTING)
    # A day that is not the first of its month tells only of itself, as most do.
    telling = {
        period: number
        for period, number in lasting.items()
        if len(period) < PERIODS["day"] or period.endswith(b"-01")
    }
    for unit, of_unit in counts.items():
        length = PERIODS[unit]
        for period, number in (lasting if unit == "day" else telling).items():
            if len(period) == length:
                of_unit[period] = of_unit.get(period, 0) + number
                continue
            for lasted in periods_lasted(period.decode(), unit):
                name = lasted.encode()
                of_unit[name] = of_unit.get(name, 0) + number
    return counts


def _are_few(snapshot: Snapshot, matches: Matches) -> bool:
    """Return whether it takes less to read the days of all matches than to count by all periods.

    In one statement unless the number of periods is remembered.
    """
    if matches.is_everything:
        return False
    name = ("periods", matches.resource.name)
    periods: int | None = snapshot.memory.get(name)
    if periods is None:
        parameters = (*PERIODS, LASTING)
        ((periods,),) = snapshot.rows(
            "SELECT count(*) FROM term AS t"
            f" WHERE t.collection = ? AND t.parameter {one_of(parameters)}",
            [matches.resource.name, *parameters],
        )
        snapshot.memory.set(name, periods)
    return len(matches.numbers) * PERIODS_A_MATCH <= periods


def _numbers_of_few(snapshot: Snapshot, numbers: BitMap) -> Counts:
    """Return how many of a small set have each term of time that any has."""
    days = Counter((first, last) for _, first, last in _first_and_last_days(snapshot, numbers))
    counts: dict[str, Counter[bytes]] = {name: Counter() for name in (*PERIODS, LASTING)}
    for (first, last), number in days.items():
        for parameter, period in terms_of_days(first, last):
            counts[parameter][period.encode()] += number
    return {**counts}


def _first_and_last_days(snapshot: Snapshot, numbers: BitMap) -> Iterator[tuple[int, str, str]]:
    """Yield the numbers of records, with their first and last days; no last of an undated one."""
    for some in in_parts(numbers):
        bound = padded(some)
        for number, first, last in snapshot.rows(
            f"SELECT d.number, d.sort, d.latest FROM document AS d WHERE d.number {one_of(bound)}",
            bound,
        ):
            yield number, first.decode(), last.decode()


def _numbers_by_period(snapshot: Snapshot, matches: Matches, parameter: str) -> dict[bytes, int]:
    """Return how many matches have each term of time that any has, by its value."""
    bound = [matches.resource.name, parameter]
    if matches.is_everything:
        return dict(snapshot.rows(_TERMS_OF_TIME.format("t.total"), bound))
    shared, deserialize = matches.numbers.intersection_cardinality, BitMap.deserialize
    rows = snapshot.rows(_SETS_OF_TIME, bound)
    return {value: number for value, blob in rows if (number := shared(deserialize(blob)))}


def _counts_of_people(snapshot: Snapshot, matches: Matches, units: Sequence[str]) -> Counts:
    """Return the numbers of participants: who has part in several things counts once."""
    people = {unit: _people_by_period(snapshot, matches, unit) for unit in units}
    lasting = _people_by_period(snapshot, matches, LASTING)
    for unit, of_unit in people.items():
        for period, found in lasting.items():
            for lasted in periods_lasted(period.decode(), unit):
                name = lasted.encode()
                known = of_unit.get(name)
                of_unit[name] = found if known is None else known | found
    return {
        unit: {period: len(found) for period, found in of_unit.items()}
        for unit, of_unit in people.items()
    }


def _people_by_period(snapshot: Snapshot, matches: Matches, parameter: str) -> dict[bytes, BitMap]:
    rows = snapshot.rows(_SETS_OF_TIME, [matches.resource.name, parameter])
    sets = {value: BitMap.deserialize(blob) for value, blob in rows}
    if matches.is_everything:
        return sets
    numbers = matches.numbers
    return {value: found for value, each in sets.items() if (found := each & numbers)}


def _counts_of_parts(
    snapshot: Snapshot, query: QueryPlan, matches: Matches, units: Sequence[str]
) -> Counts:
    """Return the numbers of trips or participants by the days of their parts that match."""
    parts = parts_of(snapshot, query, matches)
    owners: dict[tuple[str, str], set[int]] = defaultdict(set)
    for number, first, last in _first_and_last_days(snapshot, BitMap(parts)):
        owners[first, last].update(parts[number])
    whose: dict[tuple[str, str], set[int]] = defaultdict(set)
    for (first, last), some_owners in owners.items():
        for unit in units:
            for period in periods_between(first, last, PERIODS[unit]):
                whose[unit, period] |= some_owners
    counts: Counts = {unit: {} for unit in units}
    for (unit, period), found in whose.items():
        counts[unit][period.encode()] = len(found)
    return counts
