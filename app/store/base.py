"""What the rest asks of the store, in the domain's words, and what it answers."""

from dataclasses import dataclass
from typing import NamedTuple


class Page(NamedTuple):
    """The documents of a page, the number of all matches and the cursor of the next page."""

    documents: list[bytes]
    total: int
    next_cursor: str | None


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet, the name people know it by, and how many records it would give."""

    value: str
    name: str
    count: int


@dataclass(frozen=True)
class Facets:
    """The number of all matches, and the values of each facet."""

    total: int
    facets: dict[str, list[FacetValue]]


@dataclass(frozen=True)
class Node:
    """A participant, and how many of the meetings they took part in."""

    id: str
    name: str
    kind: str
    country: str | None
    meetings: int


@dataclass(frozen=True)
class Link:
    """Two participants, how many of the meetings they shared, and which."""

    source: str
    target: str
    weight: int
    meetings: list[str]


@dataclass(frozen=True)
class Network:
    """Everyone in the meetings that match, the heaviest links, and how many links there are."""

    nodes: list[Node]
    links: list[Link]
    links_total: int


@dataclass(frozen=True)
class Hit:
    """A record that was found; `snippet` is escaped HTML, with `<mark>` round what matched."""

    collection: str
    id: str
    title: str
    date: str | None
    earliest_date: str | None
    latest_date: str | None
    snippet: str


@dataclass(frozen=True)
class Hits:
    """A page of hits, best first, the number of all, and the cursor of the next page."""

    hits: list[Hit]
    total: int
    next_cursor: str | None


@dataclass(frozen=True)
class Notice:
    """A parameter whose value names nothing that exists, and what may have been meant."""

    parameter: str
    value: str
    suggestions: list[str]
