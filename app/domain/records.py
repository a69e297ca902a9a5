"""What a collection declares, and a record as it is stored."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from app.domain import entities, shapes
from app.domain.documents import document
from app.domain.filters import EVERYTHING, Filter
from app.domain.texts import Texts


@dataclass(frozen=True, eq=False)
class Resource:
    """One collection: its table, its shape, its filters and the order of its lists.

    `table` is the name of a table that `app/store/tables` describes, with a `key` and an `id`.
    `sort` returns a record's place in a list and its last possible day, as text: the earliest and
    latest date of a dated record, a folded name and nothing of another. `words` returns the title
    and the text that `q` searches. `dates` says whether the date filters look at the record itself,
    at where a participant was, or do not exist. `served` is false of a collection whose records
    have terms but no documents.
    """

    name: str
    singular: str
    description: str
    table: str
    schema: type[shapes.Shape]
    filters: tuple[Filter, ...]
    sort: Callable[[Any], tuple[str, str]]
    words: Callable[[Any], tuple[str, Texts]]
    example_id: str
    dates: str | None = None
    served: bool = True

    @cached_property
    def by_parameter(self) -> dict[str, Filter]:
        """Its filters, by their parameters."""
        return {known.parameter: known for known in self.filters}

    @cached_property
    def term_filters(self) -> frozenset[str]:
        """The parameters of the filters for which its records have terms."""
        return frozenset(known.parameter for known in self.filters if known.terms is not None)

    @cached_property
    def naming_filters(self) -> dict[str, tuple[str, str]]:
        """The table and column of each filter that names a record, or a row that has one."""
        return {known.parameter: known.identity for known in self.filters if known.identity}

    @cached_property
    def met_filters(self) -> tuple[Filter, ...]:
        """The filters that name whom a participant sat with."""
        return tuple(
            known for known in self.filters if known.through not in (None, known.parameter)
        )

    @cached_property
    def gathered_filters(self) -> frozenset[str]:
        """The parameters of filters by what participants had part in, if they have facets."""
        return frozenset(
            known.parameter
            for known in self.filters
            if known.through == known.parameter and known.facet
        )

    @cached_property
    def order(self) -> str:
        """What its lists are ordered by: the word that `sort` takes."""
        return "date" if self.dates == "own" else "name"

    def filter(self, parameter: str) -> Filter:
        """Return the filter with this parameter; raise KeyError if there is none."""
        return self.by_parameter[parameter]


class IndexedRecord(NamedTuple):
    """A record as it is stored: its document, its place in a list, what it is found under.

    `present` are the ids of the participants who had part in it.
    """

    collection: str
    document: str
    sort: str
    latest: str
    updated: str
    title: str
    texts: Texts
    terms: list[tuple[str, str]]
    present: tuple[str, ...] = ()


def indexed_record(
    resource: Resource, record: Any, updated: str, present: tuple[str, ...] = ()
) -> IndexedRecord:
    """Return a record as it is stored.

    `record` is what the filters and words of the collection read: the shape that is served, or an
    object whose `shape` is, with what else it is found under.
    """
    title, texts = resource.words(record)
    shape = getattr(record, "shape", record)
    body = document(shape) if resource.served else ""
    return IndexedRecord(
        resource.name, body, *resource.sort(record), updated, title, texts,
        list(dict.fromkeys((EVERYTHING, *_terms(resource, record)))), present,
    )  # fmt: skip


def _terms(resource: Resource, record: Any) -> Iterator[tuple[str, str]]:
    for known in resource.filters:
        if known.terms is not None:
            for value in known.terms(record):
                yield known.parameter, value


@dataclass(frozen=True)
class Stay:
    """A stay of travellers at a stop, by which trips and participants are found."""

    shape: entities.StopShape
    trip: str
    held: bool


@dataclass(frozen=True)
class Profile:
    """A participant, with their countries, organizations, titles and sources on all trips."""

    shape: entities.ParticipantShape
    countries: list[str]
    organizations: list[str]
    titles: list[str]
    sources: list[str]
