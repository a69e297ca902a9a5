"""A record as it is written: its document, and what it is found by. Needs no database."""

from collections.abc import Iterator
from typing import NamedTuple

from app.query.filters import EVERYTHING, pair_term
from app.resources import Resource
from app.schemas import Shape
from app.serving.documents import document


class Rendered(NamedTuple):
    """One record: its document, its place in lists, its terms and the words that `q` searches."""

    collection: str
    document: str
    sort: str
    latest: str
    terms: tuple[tuple[str, str], ...]
    title: str
    text: str


def render(resource: Resource, record: Shape) -> Rendered:
    """Return a record of a collection as it is written."""
    sort, latest = resource.sort(record)
    title, text = resource.words(record)
    terms = tuple(record_terms(resource, record))
    return Rendered(resource.name, document(record), sort, latest, terms, title, text)


def record_terms(resource: Resource, record: Shape) -> Iterator[tuple[str, str]]:
    """Yield the terms of a record: a filter's parameter and a value it is found under."""
    yield EVERYTHING
    values: dict[str, list[str]] = {}
    for declared in resource.filters:
        if declared.terms is not None:
            values[declared.parameter] = list(dict.fromkeys(declared.terms(record)))
            yield from ((declared.parameter, value) for value in values[declared.parameter])
    for first, second in resource.pairs:
        for one in values[first]:
            for other in values[second]:
                yield pair_term(first, one, second, other)
