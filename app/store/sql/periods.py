"""How many records overlap each day, month and year."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pyroaring import BitMap

from app.query.facets import MAX_FACET_LIMIT, PERIODS
from app.query.parameters import QueryPlan
from app.query.within import asked_of_presence, asks_of_stays
from app.store.sql.days import LASTING, periods_between, periods_lasted
from app.store.sql.frequent import Counted, most_common
from app.store.sql.matching import Matches
from app.store.sql.parts import parts_of
from app.store.sql.sets import ValueSets, read_sets, remembered
from app.store.sql.snapshot import Snapshot
from app.store.sql.statements import in_parts, one_of, padded

Counts = dict[str, dict[bytes, int]]
"""The numbers of records by unit and period, as bytes: only the few that are shown are decoded."""


def frequent_periods(
    snapshot: Snapshot, query: QueryPlan, matches: Matches | None, limits: Mapping[str, int]
) -> dict[str, Counted]:
    """Return the periods with the most matches of a query without dates, for each unit.

    Those of whole collections are cached, for every limit: counting thousands of days takes longer
    than all other facets.
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
    overlapping = sets_by_period(snapshot, query.resource.name, units)
    if matches.is_everything:
        return {
            unit: {period: len(found) for period, found in periods.items()}
            for unit, periods in overlapping.items()
        }
    return {unit: periods.counts_in(matches.numbers) for unit, periods in overlapping.items()}


def sets_by_period(
    snapshot: Snapshot, collection: str, units: Sequence[str]
) -> dict[str, ValueSets]:
    """Return the records that overlap each period of some units; they are cached."""

    def made(missing: Sequence[str]) -> dict[str, ValueSets]:
        terms = read_sets(snapshot, collection, [*missing, LASTING])
        return {unit: _overlapping(terms[unit], terms[LASTING], unit) for unit in missing}

    return remembered(snapshot, ("overlapping", collection), units, made)


def _overlapping(begun: ValueSets, lasting: ValueSets, unit: str) -> ValueSets:
    """Return the records that overlap each period of a unit: they begin in it, or last into it."""
    for period, numbers in lasting.items():
        for lasted in periods_lasted(period.decode(), unit):
            name = lasted.encode()
            known = begun.get(name)
            begun[name] = numbers if known is None else known | numbers
    return begun


def _first_and_last_days(snapshot: Snapshot, numbers: BitMap) -> Iterator[tuple[int, str, str]]:
    """Yield the numbers of records, with their first and last days; no last of an undated one."""
    for some in in_parts(numbers):
        bound = padded(some)
        for number, first, last in snapshot.rows(
            f"SELECT d.number, d.sort, d.latest FROM document AS d WHERE d.number {one_of(bound)}",
            bound,
        ):
            yield number, first.decode(), last.decode()


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
