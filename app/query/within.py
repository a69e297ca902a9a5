"""The plans of stays, meetings and quotes within a plan of trips or participants."""

from app.domain.collections import MEETINGS, QUOTES, STAYS, TRIPS
from app.query.parameters import QueryPlan

OF_STAYS = frozenset(STAYS.by_parameter) & {"city", "country"}
"""The filters of trips that, with a date, must hold for one stop."""


def asked_of_presence(query: QueryPlan) -> list[str]:
    """Return the filters of a query of participants that are about what they had part in."""
    asked = [
        known.parameter
        for known in query.resource.filters
        if known.through and known.parameter in query.values
    ]
    return [*asked, "date"] if query.windows and query.resource.dates == "meetings" else asked


def asks_of_stays(query: QueryPlan) -> bool:
    """Return whether a query of trips has filters that hold for its stops."""
    return query.resource is TRIPS and any(name in query.values for name in OF_STAYS)


def stays_asked_for(query: QueryPlan) -> QueryPlan:
    """Return the query of stays within a query of trips."""
    values = {name: value for name, value in query.values.items() if name in OF_STAYS}
    return QueryPlan(STAYS, values, query.windows)


def presence_asked_for(query: QueryPlan) -> list[QueryPlan]:
    """Return the queries of stays, meetings and quotes within a query of participants."""
    values = {
        known.through: query.values[known.parameter]
        for known in query.resource.filters
        if known.through is not None and known.parameter in query.values
    }
    only_meetings = "meeting" in values or any(
        known.parameter in query.values for known in query.resource.met_filters
    )
    return [
        QueryPlan(resource, values, query.windows)
        for resource in ((MEETINGS,) if only_meetings else (STAYS, MEETINGS, QUOTES))
        if all(name in resource.by_parameter for name in values)
    ]
