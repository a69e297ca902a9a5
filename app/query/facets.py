"""What a request asks of the facets of a collection."""

from dataclasses import dataclass

from app.domain.filters import Control
from app.domain.records import Resource
from app.query.parameters import QueryPlan
from app.query.reading import Reader

PERIODS = {"day": 10, "month": 7, "year": 4}
"""The facets of time, with the length of an ISO date that names one."""

FACET = Control("facet", "Only these facets, joined by commas.", "city")
DEFAULT_FACET_LIMIT = 20
MAX_FACET_LIMIT = 1000
FACET_LIMIT = Control(
    "limit",
    f"How many values of each facet, the most frequent first, 1 to {MAX_FACET_LIMIT};"
    f" {DEFAULT_FACET_LIMIT} when absent, and then all years.",
    "20",
)


@dataclass(frozen=True, slots=True)
class FacetsPlan:
    """The records whose facets are counted, which facets, and how many values of each.

    No names mean all facets. Years have a limit of their own: a timeline without some of them
    would be wrong.
    """

    records: QueryPlan
    names: tuple[str, ...] = ()
    limit: int = DEFAULT_FACET_LIMIT
    years_limit: int = MAX_FACET_LIMIT


def read_facets(resource: Resource, query_string: bytes) -> FacetsPlan:
    """Parse a query string into a plan for the facets of a collection.

    Raises `InvalidQuery` with every parameter that is unknown, malformed or out of range.
    """
    known = facet_names(resource)
    controls = (FACET, FACET_LIMIT) if known else (FACET_LIMIT,)
    reader = Reader(resource.by_parameter, controls).read(query_string)
    names = reader.words("facet", known)
    limit = reader.limit(0, MAX_FACET_LIMIT)
    reader.finish()
    given = reader.given
    records = QueryPlan(resource, given.values, given.windows, spelled=given.spelled)
    return FacetsPlan(records, names, limit or DEFAULT_FACET_LIMIT, limit or MAX_FACET_LIMIT)


def facet_names(resource: Resource) -> list[str]:
    """Return the facets of a collection."""
    names = [known.parameter for known in resource.filters if known.facet]
    return [*names, *PERIODS] if resource.dates else names
