"""The parameters of the routes as OpenAPI describes them: models made from the declarations.

FastAPI only describes the models. `app.query` parses requests by the same declarations, and reports
errors in more detail. Each model is made once: it takes Pydantic ten milliseconds, and every
application of a process describes the same.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query
from pydantic import BaseModel, Field, StringConstraints, create_model

from app.domain.collections import MEETINGS, RESOURCES
from app.domain.fields import MAX_SLUG_LENGTH, SLUG_PATTERN
from app.domain.filters import Control, Filter, Reads
from app.domain.records import Resource
from app.domain.vocabulary import AgreementKind, MeetingFormat, ParticipantKind
from app.query.cursor import MAX_CURSOR_LENGTH, Position, write_cursor
from app.query.dates import DATE_PATTERN, MOMENT_PATTERN
from app.query.facets import FACET, FACET_LIMIT, MAX_FACET_LIMIT, facet_names
from app.query.network import LINK_LIMIT, MAX_LINKS
from app.query.parameters import (
    CURSOR,
    FIELDS,
    LIMIT,
    MAX_LIMIT,
    SORT,
    QueryPlan,
    sorts,
)
from app.query.reading import MAX_TEXT_LENGTH, MAX_VALUE_LENGTH, MAX_VALUES, Given
from app.query.search import COLLECTION, SEARCH_FACETS, search_filters, search_identity

_NAME_PATTERN = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"
"""What may be a name or an id: no control character, and not only blanks."""

_TEXT_PATTERN = r"^[^\x00]+$"
_VOCABULARIES: dict[tuple[str, ...], type[str]] = {
    tuple(word.value for word in words): words
    for words in (AgreementKind, MeetingFormat, ParticipantKind)
}

_Parameter = tuple[Any, Any]
"""The type of a parameter and its field, as `create_model` takes them."""


@cache
def list_parameters(resource: Resource) -> Any:
    """Return the dependency that describes the parameters of the list of a collection."""
    start = QueryPlan(resource, {}, order=resource.order)
    return _described(
        f"{resource.singular}ListParameters",
        {
            **_filters(resource.filters),
            SORT.parameter: _choice(SORT, sorts(resource), resource.order),
            FIELDS.parameter: _joined(FIELDS, list(resource.schema.model_fields), ["id"]),
            LIMIT.parameter: _whole_number(LIMIT, MAX_LIMIT, int(LIMIT.example)),
            # The place before the first record: the only one there is in every database.
            CURSOR.parameter: _cursor(Position("", 0, 0, ""), start.fingerprint),
        },
    )


@cache
def record_parameters(resource: Resource) -> Any:
    """Return the dependency that describes the parameters of a single record."""
    id_type = Annotated[
        str,
        Path(
            description=f"The id of the {resource.singular}, a slug.",
            pattern=SLUG_PATTERN,
            max_length=MAX_SLUG_LENGTH,
            examples=[resource.example_id],
        ),
    ]
    fields = _joined(FIELDS, list(resource.schema.model_fields), ["id"])
    model = _model(f"{resource.singular}RecordParameters", {FIELDS.parameter: fields})

    # The types are made above, at run time: mypy knows only those that are written out. FastAPI
    # reads the signature and never calls it.
    def parameters(id: id_type, query: Annotated[model, Query()]) -> None:  # type: ignore[valid-type]
        """Describe the parameters."""

    return Depends(parameters)


@cache
def facets_parameters(resource: Resource) -> Any:
    """Return the dependency that describes the parameters of the facets of a collection."""
    names = facet_names(resource)
    return _described(
        f"{resource.singular}FacetsParameters",
        {
            **_filters(resource.filters),
            **({FACET.parameter: _joined(FACET, names, names[:1])} if names else {}),
            FACET_LIMIT.parameter: _whole_number(FACET_LIMIT, MAX_FACET_LIMIT, 20),
        },
    )


@cache
def search_parameters() -> Any:
    """Return the dependency that describes the parameters of the search."""
    filters = list(search_filters().values())
    text = next(known for known in filters if known.reads is Reads.TEXT)
    given = replace(Given({}, (), {}, ()), values={text.parameter: (text.example,)})
    identity = search_identity(tuple(RESOURCES), given)
    return _described(
        "SearchParameters",
        {
            **_filters(filters, required=text),
            COLLECTION.parameter: _joined(COLLECTION, list(RESOURCES), ["meetings"]),
            LIMIT.parameter: _whole_number(LIMIT, MAX_LIMIT, 20),
            CURSOR.parameter: _cursor(Position(-(1 << 62), 0, 0, ""), identity),
        },
    )


@cache
def search_facets_parameters() -> Any:
    """Return the dependency that describes the parameters of the counts of a search."""
    filters = list(search_filters().values())
    text = next(known for known in filters if known.reads is Reads.TEXT)
    return _described(
        "SearchFacetsParameters",
        {
            **_filters(filters, required=text),
            COLLECTION.parameter: _joined(COLLECTION, list(RESOURCES), ["meetings"]),
            FACET.parameter: _joined(FACET, list(SEARCH_FACETS), ["official"]),
            FACET_LIMIT.parameter: _whole_number(FACET_LIMIT, MAX_FACET_LIMIT, 20),
        },
    )


@cache
def network_parameters() -> Any:
    """Return the dependency that describes the parameters of the network."""
    return _described(
        "NetworkParameters",
        {
            **_filters(MEETINGS.filters),
            LINK_LIMIT.parameter: _whole_number(LINK_LIMIT, MAX_LINKS, 100),
        },
    )


def _described(name: str, fields: dict[str, _Parameter]) -> Any:
    model = _model(name, fields)

    # As above.
    def parameters(query: Annotated[model, Query()]) -> None:  # type: ignore[valid-type]
        """Describe the parameters."""

    return Depends(parameters)


def _model(name: str, fields: dict[str, _Parameter]) -> type[BaseModel]:
    # mypy cannot see what the names of fields are.
    return create_model(name, **fields)  # type: ignore[call-overload, no-any-return]


def _filters(filters: Iterable[Filter], required: Filter | None = None) -> dict[str, _Parameter]:
    return {
        known.parameter: (
            list[_value_type(known)],  # type: ignore[misc]
            _repeated(known, is_required=known is required),
        )
        for known in filters
    }


def _repeated(known: Filter, *, is_required: bool) -> Any:
    if is_required:
        return Field(description=known.meaning, examples=[[known.example]], max_length=MAX_VALUES)
    return Field(
        default_factory=list,
        description=known.meaning,
        examples=[[known.example]],
        max_length=MAX_VALUES,
    )


def _value_type(known: Filter) -> Any:
    match known.reads:
        case Reads.CHOICE if known.choices in _VOCABULARIES:
            return _VOCABULARIES[known.choices]
        case Reads.CHOICE:
            return Literal[known.choices]
        case Reads.DATE:
            return Annotated[str, StringConstraints(pattern=DATE_PATTERN)]
        case Reads.MOMENT:
            return Annotated[str, StringConstraints(pattern=MOMENT_PATTERN)]
        case Reads.TEXT:
            return _text(_TEXT_PATTERN, MAX_TEXT_LENGTH)
    return _text(_NAME_PATTERN, MAX_VALUE_LENGTH)


def _text(pattern: str, most: int) -> Any:
    return Annotated[str, StringConstraints(pattern=pattern, min_length=1, max_length=most)]


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


def _choice(control: Control, words: tuple[str, ...], example: str) -> _Parameter:
    # No default, which clients would send: with `q` there is another.
    return Literal[words], Field(
        None, description=control.meaning, examples=[example], json_schema_extra=_without_default
    )


def _joined(control: Control, words: list[str], example: list[str]) -> _Parameter:
    return list[Literal[tuple(words)]], Field(  # type: ignore[misc]
        default_factory=list, min_length=1, description=control.meaning, examples=[list(example)]
    )


def _whole_number(control: Control, most: int, example: int) -> _Parameter:
    # No default, which clients would send: without a limit, other formats hold whole lists.
    return int, Field(
        None,
        ge=1,
        le=most,
        description=control.meaning,
        examples=[example],
        json_schema_extra=_without_default,
    )


def _cursor(position: Position, belongs_to: str) -> _Parameter:
    return str, Field(
        None,
        min_length=1,
        max_length=MAX_CURSOR_LENGTH,
        description=CURSOR.meaning,
        examples=[write_cursor(position, belongs_to)],
        json_schema_extra=_without_default,
    )
