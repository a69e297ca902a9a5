"""What there is to filter by: the values of each facet, with the number of records they would give.

The counts are over all matches. Those of one facet leave that facet's own filter out, so that the
alternatives to what was chosen show their numbers.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.domain.collections import TRIPS
from app.domain.filters import DATES, EVERYTHING, Filter
from app.query.facets import PERIODS, FacetsPlan, facet_names
from app.query.parameters import QueryPlan
from app.query.within import OF_STAYS, asks_of_stays
from app.store.base import Facets, FacetValue
from app.store.sqlite.finding import count
from app.store.sqlite.placing import placed
from app.store.sqlite.resolving import (
    Resolved,
    resolve,
    resolve_presence,
    resolve_stays,
)
from app.store.sqlite.snapshot import Snapshot
from app.store.sqlite.statements import Statement, matching_keys, participants_of, trips_of

_DATE_PARAMETERS = tuple(known.parameter for known in DATES)

_NAMES = {
    "city": "SELECT id, name FROM city",
    "country": "SELECT code, name FROM country",
    "official": "SELECT id, name FROM participant",
    "organization": "SELECT id, name FROM organization",
    "participant": "SELECT id, name FROM participant",
    "party": "SELECT code, name FROM country UNION ALL SELECT id, name FROM organization",
    "source": "SELECT id, title FROM source",
    "topic": "SELECT id, name FROM topic",
    "trip": "SELECT id, title FROM trip",
}
"""What gives the names of values: rows of a value and its name."""


def find_facets(snapshot: Snapshot, plan: FacetsPlan) -> Facets:
    """Return the facets asked for, each with its most frequent values.

    Unless they are asked for, months and years are given only where there is more than one.
    """
    query, asked, limit = plan.records, plan.names, plan.limit
    resolved = resolve(snapshot, query)
    total = count(snapshot, query, resolved) if resolved else 0
    names = asked or facet_names(query.resource)
    facets: dict[str, Sequence[FacetValue]] = {}
    by_query: dict[str, tuple[QueryPlan, list[Filter]]] = {}
    for known in query.resource.filters:
        if known.facet and known.parameter in names:
            other = query.without(known.parameter)
            # Facets without a filter of their own look at the same matches: one statement.
            name = f"{other.identity} {known.through is not None} {_holds_for_stays(other, known)}"
            by_query.setdefault(name, (other, []))[1].append(known)
    counts: dict[str, Counter[str]] = {}
    for other, filters in by_query.values():
        counts |= _term_counts(snapshot, other, filters)
    for known in query.resource.filters:
        if known.parameter in counts:
            common = _most_common(counts[known.parameter], limit)
            facets[known.parameter] = _named(snapshot, known, common)
    if any(name in PERIODS for name in names):
        spans = _spans(snapshot, query.without(*_DATE_PARAMETERS))
        for name in (name for name in PERIODS if name in names):
            periods = _period_counts(spans, PERIODS[name])
            if asked or name == "day" or len(periods) > 1:
                facets[name] = [
                    FacetValue(value, value, number)
                    for value, number in sorted(_most_common(periods, limit))
                ]
    return Facets(total, placed(snapshot, facets))


def _most_common(counts: Counter[str], limit: int) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:limit]


def _term_counts(
    snapshot: Snapshot, query: QueryPlan, filters: Sequence[Filter]
) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {known.parameter: Counter() for known in filters}
    statement = _term_statement(snapshot, query, filters)
    if statement is not None:
        for parameter, value, number in snapshot.rows(statement.text, statement.parameters):
            counts[parameter.decode()][value.decode()] = number
    return counts


def _term_statement(
    snapshot: Snapshot, query: QueryPlan, filters: Sequence[Filter]
) -> Statement | None:
    """Return the statement that counts the terms of what matches, by parameter and value."""
    parameters = [known.parameter for known in filters]
    of_these = f"t.parameter IN ({', '.join('?' * len(parameters))})"
    had_part = None
    if filters[0].through is not None:
        had_part = _taking_part(snapshot, query)
    elif _holds_for_stays(query, filters[0]):
        had_part = _staying(snapshot, query)
    if filters[0].through is not None or _holds_for_stays(query, filters[0]):
        if had_part is None:
            return None
        return Statement(
            "SELECT t.parameter, t.value, count(DISTINCT s.whose)"
            f" FROM ({had_part.text}) AS s JOIN posting AS o ON o.record_key = s.record_key"
            f" JOIN term AS t ON t.key = o.term_key WHERE {of_these}"
            " GROUP BY t.parameter, t.value",
            [*had_part.parameters, *parameters],
        )
    resolved = resolve(snapshot, query)
    if resolved is None:
        return None
    if _is_everything(resolved):
        return Statement(
            "SELECT t.parameter, t.value, t.total FROM term AS t"
            f" WHERE t.collection = ? AND {of_these}",
            [query.resource.name, *parameters],
        )
    keys = matching_keys(resolved.matching)
    return Statement(
        f"SELECT t.parameter, t.value, count(*) FROM ({keys.text}) AS m"
        " JOIN posting AS o ON o.record_key = m.record_key"
        f" JOIN term AS t ON t.key = o.term_key WHERE {of_these} GROUP BY t.key",
        [*keys.parameters, *parameters],
    )


def _is_everything(resolved: Resolved) -> bool:
    term = resolved.only_term
    return not resolved.matching.windows and term is not None and term.value == EVERYTHING[1]


def _taking_part(snapshot: Snapshot, query: QueryPlan) -> Statement | None:
    """Return which participants that match had part in which stays, meetings or quotes."""
    present = resolve_presence(snapshot, query)
    own = resolve(snapshot, _of_themselves(query))
    everyone = resolve(snapshot, query)
    if not present or own is None or everyone is None:
        return None
    pairs = participants_of(present, everyone.matching.met)
    if _is_everything(own):
        return Statement(
            f"SELECT s.participant_key AS whose, s.record_key FROM ({pairs.text}) AS s",
            pairs.parameters,
        )
    keys = matching_keys(own.matching)
    # The plus forbids to look up every participant in every meeting.
    return Statement(
        f"SELECT s.participant_key AS whose, s.record_key FROM ({pairs.text}) AS s"
        f" WHERE +s.participant_key IN (SELECT k.record_key FROM ({keys.text}) AS k)",
        [*pairs.parameters, *keys.parameters],
    )


def _holds_for_stays(query: QueryPlan, known: Filter) -> bool:
    """Return whether a filter of trips holds for a stop, since the query names a time."""
    return query.resource is TRIPS and known.parameter in OF_STAYS and bool(query.windows)


def _staying(snapshot: Snapshot, query: QueryPlan) -> Statement | None:
    """Return which trips that match have which stays that match."""
    stays = resolve_stays(snapshot, query)
    trips = resolve(snapshot, query.without(*OF_STAYS))
    if stays is None or trips is None:
        return None
    pairs = trips_of(stays)
    keys = matching_keys(trips.matching)
    return Statement(
        f"SELECT s.trip_key AS whose, s.record_key FROM ({pairs.text}) AS s"
        f" WHERE +s.trip_key IN (SELECT k.record_key FROM ({keys.text}) AS k)",
        [*pairs.parameters, *keys.parameters],
    )


def _of_themselves(query: QueryPlan) -> QueryPlan:
    """Return what a query of participants asks of them and not of their meetings."""
    through = [known.parameter for known in query.resource.filters if known.through]
    return replace(query.without(*through), windows=())


def _spans(snapshot: Snapshot, query: QueryPlan) -> list[tuple[str, str, str | int, int]]:
    """Return from when to when each match may have been: first and last day, whose, how many."""
    if query.resource.dates == "own" and not asks_of_stays(query):
        resolved = resolve(snapshot, query)
        if resolved is None:
            return []
        keys = matching_keys(resolved.matching)
        rows = snapshot.rows(
            f"SELECT d.sort, d.latest, count(*) FROM ({keys.text}) AS m"
            " JOIN document AS d ON d.key = m.record_key GROUP BY d.sort, d.latest",
            keys.parameters,
        )
        return [(first.decode(), last.decode(), "", number) for first, last, number in rows]
    by_stay = asks_of_stays(query)
    pairs = _staying(snapshot, query) if by_stay else _taking_part(snapshot, query)
    if pairs is None:
        return []
    rows = snapshot.rows(
        f"SELECT DISTINCT d.sort, d.latest, s.whose FROM ({pairs.text}) AS s"
        " JOIN document AS d ON d.key = s.record_key",
        pairs.parameters,
    )
    return [(first.decode(), last.decode(), whose, 1) for first, last, whose in rows]


def _period_counts(spans: Iterable[tuple[str, str, str | int, int]], length: int) -> Counter[str]:
    """Return how many records overlap each period; of one participant, several count once."""
    counts: Counter[str] = Counter()
    seen: set[tuple[str, str | int]] = set()
    for first, last, whose, number in spans:
        for period in periods_between(first, last, length):
            if whose == "":
                counts[period] += number
            elif (period, whose) not in seen:
                seen.add((period, whose))
                counts[period] += 1
    return counts


def periods_between(first: str, last: str, length: int) -> list[str]:
    """Return the days, months or years from one day to another, by the length of their names."""
    if first[:length] == last[:length]:
        return [first[:length]]
    start, end = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
    if length == PERIODS["year"]:
        return [f"{year:04}" for year in range(start.year, end.year + 1)]
    if length == PERIODS["month"]:
        months = range(start.year * 12 + start.month - 1, end.year * 12 + end.month)
        return [f"{month // 12:04}-{month % 12 + 1:02}" for month in months]
    days = range(start.toordinal(), end.toordinal() + 1)
    return [datetime.date.fromordinal(day).isoformat() for day in days]


def _named(snapshot: Snapshot, known: Filter, counted: list[tuple[str, int]]) -> list[FacetValue]:
    """Return values with their names: one statement, or none for words that are their own name."""
    select = _NAMES.get(known.names or known.parameter)
    names: dict[str, str] = {}
    if select is not None and counted:
        values = [value for value, _ in counted]
        marks = ", ".join("?" * len(values))
        rows = snapshot.rows(
            f"SELECT v.value, v.name FROM (SELECT '' AS value, '' AS name WHERE false UNION ALL"
            f" {select}) AS v WHERE v.value IN ({marks})",
            values,
        )
        names = {value.decode(): name.decode() for value, name in rows}
    return [FacetValue(value, names.get(value, value), number) for value, number in counted]
