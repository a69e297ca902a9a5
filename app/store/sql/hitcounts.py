"""How many hits a search has: by collection, by official, and by day, month and year."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

from app.domain.filters import OFFICIAL
from app.query.facets import PERIODS
from app.query.parameters import QueryPlan
from app.query.search import (
    COLLECTION,
    SEARCH_FACETS,
    SearchFacetsPlan,
    SearchPlan,
    collection_queries,
)
from app.store.base import Facets, FacetValue
from app.store.sql.facets import counted, period_values, shown_units
from app.store.sql.frequent import most_common
from app.store.sql.matching import Matches, find_matches
from app.store.sql.naming import names_of
from app.store.sql.periods import Counts, common_periods, period_counts
from app.store.sql.snapshot import Snapshot

_Found = Iterator[tuple[QueryPlan, Matches]]


def find_hit_counts(snapshot: Snapshot, plan: SearchFacetsPlan) -> Facets:
    """Return the number of hits, and the facets asked for, each without its own filter.

    They count as a collection's do. Hits without dates count in no period, and hits that name no
    official, for no official.
    """
    search, names = plan.search, plan.names or SEARCH_FACETS
    known: dict[tuple[str, str], Matches | None] = {}

    def matches_of(asked: SearchPlan) -> _Found:
        for query in collection_queries(asked):
            key = (query.resource.name, query.identity)
            if key not in known:  # Search once for what facets share.
                known[key] = find_matches(snapshot, query)
            found = known[key]
            if found is not None:
                yield query, found

    units = [name for name in PERIODS if name in names]
    facets: dict[str, Sequence[FacetValue]] = {}
    totals: dict[str, int] = {}
    # Officials and periods first: they read sets of hits, whose size is then the total.
    by_official: dict[str, int] = {}
    if OFFICIAL.parameter in names:
        by_official = _officials(snapshot, search, matches_of)
    periods = _periods(snapshot, search, matches_of, units)
    if COLLECTION.parameter in names:
        everywhere = matches_of(search.without(COLLECTION.parameter))
        counts = {query.resource.name: found.total for query, found in everywhere}
        common = most_common({name: each for name, each in counts.items() if each}, plan.limit)
        totals[COLLECTION.parameter] = sum(map(bool, counts.values()))
        facets[COLLECTION.parameter] = [FacetValue(name, name, each) for name, each in common]
    if OFFICIAL.parameter in names:
        common = most_common(by_official, plan.limit)
        named = names_of(snapshot, OFFICIAL, [value for value, _ in common])
        totals[OFFICIAL.parameter] = len(by_official)
        facets[OFFICIAL.parameter] = [
            FacetValue(value, named.get(value, value), each) for value, each in common
        ]
    of_units = {unit: len(counts) for unit, counts in periods.items()}
    for unit in shown_units(of_units, is_asked=bool(plan.names)):
        totals[unit] = of_units[unit]
        most = plan.years_limit if unit == "year" else plan.limit
        facets[unit] = period_values(common_periods(periods[unit], most))
    total = sum(found.total for _, found in matches_of(search))
    more = {name: each for name, each in totals.items() if each > len(facets[name])}
    return Facets(total, facets, more)


def _officials(
    snapshot: Snapshot, search: SearchPlan, matches_of: Callable[[SearchPlan], _Found]
) -> dict[str, int]:
    """Return how many hits a search has for each official, ignoring its filter by official."""
    # No limit: the counts of the collections are added before the most frequent are chosen.
    every = 1 << 40
    counts: Counter[str] = Counter()
    for query, found in matches_of(search.without(OFFICIAL.parameter)):
        known = query.resource.by_parameter.get(OFFICIAL.parameter)
        if known is not None and found.numbers:
            counts.update(dict(counted(snapshot, query, found, known, every)))
    return counts


def _periods(
    snapshot: Snapshot,
    search: SearchPlan,
    matches_of: Callable[[SearchPlan], _Found],
    units: Sequence[str],
) -> Counts:
    """Return how many hits a search has in each period, ignoring its filter by date."""
    counts: Counts = {unit: defaultdict(int) for unit in units}
    for query, found in matches_of(search.without("date")) if units else ():
        if query.resource.dates is None or not found.numbers:
            continue
        for unit, by_period in period_counts(snapshot, query, found, units).items():
            for period, number in by_period.items():
                counts[unit][period] += number
    return counts
