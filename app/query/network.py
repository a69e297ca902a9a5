"""Parses requests for the network of who met whom."""

from dataclasses import dataclass

from app.domain.collections import MEETINGS
from app.domain.filters import Control
from app.query.parameters import QueryPlan
from app.query.reading import Reader

DEFAULT_LINKS = 1000
MAX_LINKS = 10_000
LINK_LIMIT = Control(
    "limit",
    f"How many links, the heaviest first, 1 to {MAX_LINKS}; {DEFAULT_LINKS} when absent.",
    "100",
)


@dataclass(frozen=True, slots=True)
class NetworkPlan:
    """The meetings that are looked at, and how many links are given."""

    meetings: QueryPlan
    limit: int = DEFAULT_LINKS


def read_network(query_string: bytes) -> NetworkPlan:
    """Parse a query string into a plan for the network.

    Raises `InvalidQuery` with every parameter that is unknown, malformed or out of range.
    """
    reader = Reader(MEETINGS.by_parameter, (LINK_LIMIT,)).read(query_string)
    limit = reader.limit(DEFAULT_LINKS, MAX_LINKS)
    reader.finish()
    given = reader.given
    meetings = QueryPlan(MEETINGS, given.values, given.windows, spelled=given.spelled)
    return NetworkPlan(meetings, limit)
