"""What there is to filter by: the values of each facet, with the number of records they would give.

The counts are over all matches. Those of one facet leave that facet's own filter out, so that the
alternatives to what was chosen show their numbers.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from heapq import heapify, heapreplace
from typing import NamedTuple, TypeVar

from pyroaring import BitMap

from app.domain.collections import TRIPS
from app.domain.filters import DATES, Filter
from app.query.facets import PERIODS, FacetsPlan, facet_names
from app.query.parameters import QueryPlan
from app.query.within import OF_STAYS, asked_of_presence
from app.store.base import Facets, FacetValue
from app.store.sql.matching import Matches, find_matches
from app.store.sql.naming import names_of
from app.store.sql.parts import parts_of
from app.store.sql.periods import period_counts
from app.store.sql.placing import placed
from app.store.sql.sets import HAD_PART
from app.store.sql.snapshot import Snapshot
from app.store.sql.statements import one_of

_DATE_PARAMETERS = tuple(known.parameter for known in DATES)

_Value = TypeVar("_Value", str, bytes)

Counted = list[tuple[str, int]]
"""The most frequent values, each with its number."""


class _Wanted(NamedTuple):
    """How many values of each facet are wanted, and whether the number of all is, too."""

    limit: int
    with_total: bool


class _Found(NamedTuple):
    """The most frequent values of a facet, and how many there are; 0 where that is not asked."""

    common: Counted
    total: int


def find_facets(snapshot: Snapshot, plan: FacetsPlan) -> Facets:
    """Return the facets asked for, each with its most frequent values.

    Unless they are asked for, months and years are given only where there is more than one.
    """
    query, asked, wanted = plan.records, plan.names, _Wanted(plan.limit, bool(plan.names))
    matches = find_matches(snapshot, query)
    names = asked or facet_names(query.resource)
    by_query: dict[str, tuple[QueryPlan, list[Filter]]] = {}
    for known in query.resource.filters:
        if known.facet and known.parameter in names:
            other = query.without(known.parameter)
            # Facets without a filter of their own look at the same matches: they are found once.
            name = f"{other.identity} {_is_of_parts(other, known)}"
            by_query.setdefault(name, (other, []))[1].append(known)
    counted: dict[str, _Found] = {}
    for other, filters in by_query.values():
        found = matches if other.identity == query.identity else find_matches(snapshot, other)
        if found is not None:
            counted |= _counts(snapshot, other, found, filters, wanted)
    facets: dict[str, Sequence[FacetValue]] = {}
    totals: dict[str, int] = {}
    for known in query.resource.filters:
        if known.facet and known.parameter in names:
            values = counted.get(known.parameter, _Found([], 0))
            facets[known.parameter] = _named(snapshot, known, values.common)
            totals[known.parameter] = values.total
    units = [name for name in PERIODS if name in names]
    if units:
        undated = query.without(*_DATE_PARAMETERS)
        periods = period_counts(snapshot, undated, find_matches(snapshot, undated), units)
        for unit in units:
            if asked or unit == "day" or len(periods[unit]) > 1:
                most = plan.years_limit if unit == "year" else plan.limit
                facets[unit] = [
                    FacetValue(period.decode(), period.decode(), number)
                    for period, number in sorted(_most_common(periods[unit], most))
                ]
                totals[unit] = len(periods[unit])
    total = matches.total if matches else 0
    return Facets(total, placed(snapshot, facets), totals if asked else {})


def _most_common(counts: Mapping[_Value, int], limit: int) -> list[tuple[_Value, int]]:
    common = list(counts.items())
    if len(common) > limit:  # Few of many: numbers are sorted faster than all with their names.
        least = sorted(counts.values(), reverse=True)[limit - 1]
        common = [item for item in common if item[1] >= least]
    return sorted(common, key=lambda item: (-item[1], item[0]))[:limit]


def _is_of_parts(query: QueryPlan, known: Filter) -> bool:
    """Return whether a facet is of what participants had part in, or of stays, that match."""
    if query.resource is TRIPS:
        return known.parameter in OF_STAYS and bool(query.windows)
    return known.through is not None and bool(asked_of_presence(query))


def _counts(
    snapshot: Snapshot,
    query: QueryPlan,
    matches: Matches,
    filters: Sequence[Filter],
    wanted: _Wanted,
) -> dict[str, _Found]:
    """Return the most frequent values of some facets, all of parts or none."""
    parameters = [known.parameter for known in filters]
    if _is_of_parts(query, filters[0]):
        return _counts_of_parts(snapshot, query, matches, parameters, wanted)
    if matches.is_everything:
        return _totals(snapshot, query.resource.name, parameters, wanted)
    rows = snapshot.rows(
        "SELECT t.parameter, t.total, t.value, t.numbers FROM term AS t"
        f" WHERE t.collection = ? AND t.parameter {one_of(parameters)}",
        [query.resource.name, *parameters],
    )
    values: dict[str, list[tuple[int, bytes, bytes]]] = defaultdict(list)
    for parameter, *value in rows:
        values[parameter.decode()].append(tuple(value))
    return {
        parameter: _largest(matches.numbers, values[parameter], wanted) for parameter in parameters
    }


def _largest(numbers: BitMap, values: list[tuple[int, bytes, bytes]], wanted: _Wanted) -> _Found:
    """Return the values of which a set has most, given their totals, names and sets.

    None can have more of the set than its total, so that the rare ones need no look, unless it is
    asked how many there are.
    """
    values.sort(key=lambda value: -value[0])
    counts: Counter[str] = Counter()
    best = [0] * wanted.limit
    heapify(best)
    rest = 0
    for at, (total, value, blob) in enumerate(values):
        if total < best[0]:
            if wanted.with_total:
                sets = (BitMap.deserialize(other) for _, _, other in values[at:])
                rest = sum(map(numbers.intersect, sets))
            break
        number = numbers.intersection_cardinality(BitMap.deserialize(blob))
        if number:
            counts[value.decode()] = number
            if number > best[0]:
                heapreplace(best, number)
    return _Found(_most_common(counts, wanted.limit), len(counts) + rest)


def _totals(
    snapshot: Snapshot, collection: str, parameters: Sequence[str], wanted: _Wanted
) -> dict[str, _Found]:
    """Return the values that most records of a collection have."""
    arms = [
        "SELECT a.parameter, a.value, a.total FROM (SELECT t.parameter, t.value, t.total"
        " FROM term AS t WHERE t.collection = ? AND t.parameter = ?"
        " ORDER BY t.total DESC, t.value LIMIT ?) AS a"
        for _ in parameters
    ]
    bound = [value for parameter in parameters for value in (collection, parameter, wanted.limit)]
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for parameter, value, total in snapshot.rows(" UNION ALL ".join(arms), bound):
        counts[parameter.decode()][value.decode()] = total
    totals = {parameter: len(found) for parameter, found in counts.items()}
    cut = [parameter for parameter, total in totals.items() if total == wanted.limit]
    if cut and wanted.with_total:
        rows = snapshot.rows(
            "SELECT t.parameter, count(*) FROM term AS t"
            f" WHERE t.collection = ? AND t.parameter {one_of(cut)} AND t.total > 0"
            " GROUP BY t.parameter",
            [collection, *cut],
        )
        totals |= {parameter.decode(): total for parameter, total in rows}
    return {
        parameter: _Found(_most_common(counts[parameter], wanted.limit), totals.get(parameter, 0))
        for parameter in parameters
    }


def _counts_of_parts(
    snapshot: Snapshot,
    query: QueryPlan,
    matches: Matches,
    parameters: Sequence[str],
    wanted: _Wanted,
) -> dict[str, _Found]:
    """Return the values of what participants, or trips, had part in: each counts once a value."""
    parts = parts_of(snapshot, query, matches)
    numbers = BitMap(parts)
    rows = snapshot.rows(
        "SELECT t.parameter, t.value, t.numbers FROM term AS t"
        f" WHERE t.collection {one_of(HAD_PART)} AND t.parameter {one_of(parameters)}",
        [*HAD_PART, *parameters],
    )
    whose: dict[tuple[str, str], set[int]] = defaultdict(set)
    for parameter, value, blob in rows:
        for number in BitMap.deserialize(blob) & numbers:
            whose[parameter.decode(), value.decode()].update(parts[number])
    counts: dict[str, Counter[str]] = {parameter: Counter() for parameter in parameters}
    for (parameter, value), owners in whose.items():
        counts[parameter][value] = len(owners)
    return {
        parameter: _Found(_most_common(found, wanted.limit), len(found))
        for parameter, found in counts.items()
    }


def _named(snapshot: Snapshot, known: Filter, counted: Counted) -> list[FacetValue]:
    """Return values with their names: one statement, or none for words that are their own name."""
    names = names_of(snapshot, known, [value for value, _ in counted])
    return [FacetValue(value, names.get(value, value), number) for value, number in counted]
