"""What there is to filter by: the values of each facet, with the number of records they would give.

The counts are over all matches. Those of one facet leave that facet's own filter out, so that the
alternatives to what was chosen show their numbers.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from pyroaring import BitMap

from app.domain.collections import TRIPS
from app.domain.filters import DATES, Filter
from app.query.facets import PERIODS, FacetsPlan, facet_names
from app.query.parameters import QueryPlan
from app.query.within import OF_STAYS, asked_of_presence
from app.store.base import Facets, FacetValue
from app.store.sql.frequent import Counted, most_common
from app.store.sql.matching import Matches, find_matches
from app.store.sql.naming import names_of
from app.store.sql.parts import parts_of
from app.store.sql.periods import frequent_periods
from app.store.sql.placing import placed
from app.store.sql.sets import HAD_PART, ValueSets, sets_of_values
from app.store.sql.snapshot import Snapshot
from app.store.sql.statements import one_of

_DATE_PARAMETERS = tuple(known.parameter for known in DATES)

_NONE = Counted([], 0)


def find_facets(snapshot: Snapshot, plan: FacetsPlan) -> Facets:
    """Return the facets asked for, each with its most frequent values.

    Months and years are given only if there are several, unless they are asked for.
    """
    query, asked, limit = plan.records, plan.names, plan.limit
    matches = find_matches(snapshot, query)
    names = asked or facet_names(query.resource)
    by_query: dict[str, tuple[QueryPlan, list[Filter]]] = {}
    for known in query.resource.filters:
        if known.facet and known.parameter in names:
            other = query.without(known.parameter)
            # Facets without a filter of their own look at the same matches: they are found once.
            name = f"{other.identity} {_is_of_parts(other, known)}"
            by_query.setdefault(name, (other, []))[1].append(known)
    found_values: dict[str, Counted] = {}
    for other, filters in by_query.values():
        found = matches if other.identity == query.identity else find_matches(snapshot, other)
        if found is not None:
            found_values |= _counts(snapshot, other, found, filters, limit)
    facets: dict[str, Sequence[FacetValue]] = {}
    totals: dict[str, int] = {}
    for known in query.resource.filters:
        if known.facet and known.parameter in names:
            found_of = found_values.get(known.parameter, _NONE)
            facets[known.parameter] = _named(snapshot, known, found_of.values)
            totals[known.parameter] = found_of.total
    units = [name for name in PERIODS if name in names]
    if units:
        undated = query.without(*_DATE_PARAMETERS)
        limits = {unit: plan.years_limit if unit == "year" else limit for unit in units}
        periods = frequent_periods(snapshot, undated, find_matches(snapshot, undated), limits)
        of_units = {unit: common.total for unit, common in periods.items()}
        for unit in shown_units(of_units, is_asked=bool(asked)):
            totals[unit] = of_units[unit]
            facets[unit] = period_values(periods[unit])
    more = {name: total for name, total in totals.items() if total > len(facets[name])}
    return Facets(matches.total if matches else 0, placed(snapshot, facets), more)


def shown_units(totals: Mapping[str, int], *, is_asked: bool) -> list[str]:
    """Return the units to show: a single month or year only if that unit is asked for."""
    return [unit for unit, total in totals.items() if is_asked or unit == "day" or total > 1]


def period_values(common: Counted) -> list[FacetValue]:
    """Return the periods with the most records, in the order of time."""
    return [FacetValue(period, period, number) for period, number in sorted(common.values)]


def counted(
    snapshot: Snapshot, query: QueryPlan, matches: Matches, known: Filter, limit: int
) -> list[tuple[str, int]]:
    """Return the most frequent values of a filter among the matches of a query."""
    return _counts(snapshot, query, matches, [known], limit)[known.parameter].values


def _is_of_parts(query: QueryPlan, known: Filter) -> bool:
    """Return whether a facet counts matching stays, or what participants had part in."""
    if query.resource is TRIPS:
        return known.parameter in OF_STAYS and bool(query.windows)
    return known.through is not None and bool(asked_of_presence(query))


def _counts(
    snapshot: Snapshot, query: QueryPlan, matches: Matches, filters: Sequence[Filter], limit: int
) -> dict[str, Counted]:
    """Return the most frequent values of facets, which all count parts, or all count records."""
    parameters = [known.parameter for known in filters]
    if _is_of_parts(query, filters[0]):
        return _counts_of_parts(snapshot, query, matches, parameters, limit)
    if matches.is_everything:
        return _totals(snapshot, query.resource.name, parameters, limit)
    found = sets_of_values(snapshot, query.resource.name, parameters)
    return {parameter: _most_of(found[parameter], matches.numbers, limit) for parameter in found}


def _most_of(values: ValueSets, numbers: BitMap, limit: int) -> Counted:
    """Return the values that most records of a set have."""
    counts = values.counts_in(numbers)
    common = [(value.decode(), number) for value, number in most_common(counts, limit)]
    return Counted(common, len(counts))


def _totals(
    snapshot: Snapshot, collection: str, parameters: Sequence[str], limit: int
) -> dict[str, Counted]:
    """Return the values that most records of a collection have."""
    arms = [
        "SELECT a.parameter, a.value, a.total FROM (SELECT t.parameter, t.value, t.total"
        " FROM term AS t WHERE t.collection = ? AND t.parameter = ?"
        " ORDER BY t.total DESC, t.value LIMIT ?) AS a"
        for _ in parameters
    ]
    bound = [value for parameter in parameters for value in (collection, parameter, limit)]
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for parameter, value, total in snapshot.rows(" UNION ALL ".join(arms), bound):
        counts[parameter.decode()][value.decode()] = total
    numbers = dict.fromkeys(parameters, 0)
    for parameter, number in snapshot.rows(
        "SELECT t.parameter, count(*) FROM term AS t"
        f" WHERE t.collection = ? AND t.parameter {one_of(parameters)} GROUP BY t.parameter",
        [collection, *parameters],
    ):
        numbers[parameter.decode()] = number
    return {
        parameter: Counted(most_common(counts[parameter], limit), numbers[parameter])
        for parameter in parameters
    }


def _counts_of_parts(
    snapshot: Snapshot, query: QueryPlan, matches: Matches, parameters: Sequence[str], limit: int
) -> dict[str, Counted]:
    """Return the values of matching parts; each participant or trip counts once per value."""
    parts = parts_of(snapshot, query, matches)
    numbers = BitMap(parts)
    whose: dict[tuple[str, bytes], set[int]] = defaultdict(set)
    for collection in HAD_PART:
        for parameter, values in sets_of_values(snapshot, collection, parameters).items():
            for value, each in values.items():
                if not numbers.isdisjoint(each):
                    for number in numbers & each:
                        whose[parameter, value].update(parts[number])
    counts: dict[str, Counter[str]] = {parameter: Counter() for parameter in parameters}
    for (parameter, value), owners in whose.items():
        counts[parameter][value.decode()] = len(owners)
    return {
        parameter: Counted(most_common(counts[parameter], limit), len(counts[parameter]))
        for parameter in parameters
    }


def _named(
    snapshot: Snapshot, known: Filter, common: Sequence[tuple[str, int]]
) -> list[FacetValue]:
    """Return values with their names: one statement, or none for words that are their own name."""
    names = names_of(snapshot, known, [value for value, _ in common])
    return [FacetValue(value, names.get(value, value), number) for value, number in common]
