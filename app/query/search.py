"""What a request to search all collections asks for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from app.domain.collections import RESOURCES
from app.domain.filters import OFFICIAL, TEXT, Control, Filter, Reads
from app.domain.records import Resource
from app.query.cursor import Position
from app.query.facets import (
    DEFAULT_FACET_LIMIT,
    FACET,
    FACET_LIMIT,
    MAX_FACET_LIMIT,
    PERIODS,
)
from app.query.parameters import CURSOR, DEFAULT_LIMIT, LIMIT, MAX_LIMIT, QueryPlan, fingerprint
from app.query.reading import Given, Reader

COLLECTION = Control("collection", "Only these collections, joined by commas.", "meetings")
SEARCH_FACETS = (COLLECTION.parameter, OFFICIAL.parameter, *PERIODS)
"""The facets of a search; single collections have more facets of their own."""


@dataclass(frozen=True)
class SearchPlan:
    """What is searched for, in which collections, and from where on."""

    collections: tuple[str, ...]
    given: Given
    limit: int
    after: Position | None

    @property
    def identity(self) -> str:
        """What distinguishes this search from any other, whatever its page."""
        return search_identity(self.collections, self.given)

    def without(self, parameter: str) -> "SearchPlan":
        """Return this search without one of its filters; "date" stands for all filters by date."""
        if parameter == COLLECTION.parameter:
            return replace(self, collections=tuple(RESOURCES))
        values = {name: value for name, value in self.given.values.items() if name != parameter}
        windows = () if parameter == "date" else self.given.windows
        return replace(self, given=replace(self.given, values=values, windows=windows))


@dataclass(frozen=True)
class SearchFacetsPlan:
    """The search whose hits are counted, by what, and how many values of each facet.

    No names mean all facets. Years have a limit of their own, as those of a collection.
    """

    search: SearchPlan
    names: tuple[str, ...] = ()
    limit: int = DEFAULT_FACET_LIMIT
    years_limit: int = MAX_FACET_LIMIT


def read_search(query_string: bytes) -> SearchPlan:
    """Return what a query string searches for.

    Raises `InvalidQuery` with every parameter that is unknown, malformed or out of range, and if
    there is no `q`.
    """
    reader = Reader(search_filters(), (COLLECTION, LIMIT, CURSOR)).read(query_string)
    collections = _what(reader)
    limit = reader.limit(DEFAULT_LIMIT, MAX_LIMIT)
    after = reader.position(search_identity(collections, reader.given))
    reader.finish()
    return SearchPlan(collections, reader.given, limit, after)


def read_search_facets(query_string: bytes) -> SearchFacetsPlan:
    """Return the search whose hits a query string asks to count, and by what.

    Raises `InvalidQuery` as `read_search` does.
    """
    reader = Reader(search_filters(), (COLLECTION, FACET, FACET_LIMIT)).read(query_string)
    collections = _what(reader)
    names = reader.words(FACET.parameter, SEARCH_FACETS)
    limit = reader.limit(0, MAX_FACET_LIMIT)
    reader.finish()
    search = SearchPlan(collections, reader.given, DEFAULT_LIMIT, None)
    return SearchFacetsPlan(search, names, limit or DEFAULT_FACET_LIMIT, limit or MAX_FACET_LIMIT)


def _what(reader: Reader) -> tuple[str, ...]:
    """Return the collections to search; note a fault if there is nothing to search for."""
    if "q" not in reader.given.values and not reader.failed:
        reader.fault("q", None, "is missing; say what to search for, as q=climate")
    return reader.words("collection", list(RESOURCES)) or tuple(RESOURCES)


def search_identity(collections: Iterable[str], given: Given) -> str:
    """Return what distinguishes a search from any other, whatever its page."""
    return fingerprint("search", tuple(collections), sorted(given.values.items()), given.windows)


@cache
def search_filters() -> dict[str, Filter]:
    """Return the filters of all collections by parameter, with their choices combined.

    The meaning of a filter names the collections it is in, unless that is all with one meaning.
    """
    text = TEXT.meaning_of(TEXT.meaning, "Blinken")
    merged = {text.parameter: text}
    meanings: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for resource in RESOURCES.values():
        for known in resource.filters:
            first = merged.setdefault(known.parameter, known)
            choices = tuple(dict.fromkeys((*first.choices, *known.choices)))
            merged[known.parameter] = replace(first, choices=choices)
            meanings[known.parameter][known.meaning].append(resource.name)
    return {
        parameter: replace(known, meaning=_put_together(meanings[parameter]))
        for parameter, known in merged.items()
    }


def _put_together(meanings: Mapping[str, Sequence[str]]) -> str:
    """Join meanings into one text, each with the collections it applies to."""
    if len(meanings) == 1 and all(len(names) == len(RESOURCES) for names in meanings.values()):
        return next(iter(meanings))
    return " ".join(
        f"{', '.join(names).capitalize()}: {meaning[0].lower()}{meaning[1:]}"
        for meaning, names in meanings.items()
    )


def collection_queries(search: SearchPlan) -> list[QueryPlan]:
    """Return the query of each collection; those that lack a given filter are left out."""
    return [
        QueryPlan(resource, search.given.values, search.given.windows, order="relevance")
        for name, resource in RESOURCES.items()
        if name in search.collections and _has_filters(resource, search.given)
    ]


def _has_filters(resource: Resource, given: Given) -> bool:
    if given.windows and resource.dates is None:
        return False
    for parameter, values in given.values.items():
        known = resource.by_parameter.get(parameter)
        if known is None:
            return False
        if known.reads is Reads.CHOICE and not set(values) & set(known.choices):
            return False
    return True
