"""A record as it is written: its document, and what it is found by. Needs no database."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from app.domain.collections import Resource
from app.domain.documents import document
from app.domain.entities import Shape
from app.domain.filters import EVERYTHING, pair_term

Term = tuple[str, str]
"""A filter's parameter and a value that records are found under."""


class Rendered(NamedTuple):
    """One record: its document, its place in lists, its terms and the words that `q` searches."""

    collection: str
    document: str
    sort: str
    latest: str
    terms: list[Term]
    title: str
    text: str


def render(resource: Resource, record: Shape) -> Rendered:
    """Return a record of a collection as it is written."""
    sort, latest = resource.sort(record)
    title, text = resource.words(record)
    terms = record_terms(resource, record)
    return Rendered(resource.name, document(record), sort, latest, terms, title, text)


def record_terms(resource: Resource, record: Shape) -> list[Term]:
    """Return the terms of a record: a filter's parameter and a value it is found under."""
    terms: list[Term] = [EVERYTHING]
    values: dict[str, Iterable[str]] = {}
    for declared in resource.filters:
        if declared.terms is not None:
            parameter = declared.parameter
            values[parameter] = some = dict.fromkeys(declared.terms(record))
            terms += [_term(parameter, value) for value in some]
    for first, second in resource.pairs:
        terms += [
            _pair_term(first, one, second, other)
            for one in values[first]
            for other in values[second]
        ]
    return terms


# Records share their terms, so that what is written of many records at once names each term once.
@lru_cache(maxsize=65536)
def _term(parameter: str, value: str) -> Term:
    return parameter, value


_pair_term = lru_cache(maxsize=65536)(pair_term)
