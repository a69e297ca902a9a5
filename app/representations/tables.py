"""Records as rows of a table: a column for each field, nested ones joined by an underscore.

The columns of a collection follow from its shape, so that they are the same whatever is found. The
items of a list stand in one cell, joined by "; ".
"""

import types
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from app.domain.records import Resource
from app.domain.shapes import EvidenceShape, Reference, Shape
from app.representations.formats import Document

SEPARATOR = "; "

Cell = str | int | float | None


@dataclass(frozen=True)
class Column:
    """A column: its name, what reads it from a record, and whether it holds days or addresses."""

    name: str
    read: Callable[[Document], Cell]
    is_day: bool = False
    is_address: bool = False


@cache
def columns(resource: Resource, fields: tuple[str, ...]) -> tuple[Column, ...]:
    """Return the columns of a collection, of these fields."""
    found: list[Column] = []
    for name in fields:
        found += _columns(resource.schema, name, (), "")
    return tuple(found)


def _columns(
    shape: type[BaseModel], field: str, before: tuple[str, ...], prefix: str
) -> list[Column]:
    kind = _plain(shape.model_fields[field].annotation)
    path, name = (*before, field), f"{prefix}{field}"
    if isinstance(kind, type) and issubclass(kind, Shape):
        found = []
        for inner in kind.model_fields:
            found += _columns(kind, inner, path, f"{name}_")
        return found
    if get_origin(kind) is list:
        return _list_columns(_plain(get_args(kind)[0]), path, name)
    if get_origin(kind) is dict:
        return [Column(name, lambda record: _pairs(_at(record, path)))]
    is_day = kind is date
    is_address = kind is str and (field == "url" or field.endswith("_url"))
    return [Column(name, lambda record: _at(record, path), is_day, is_address)]


def _list_columns(kind: Any, path: tuple[str, ...], name: str) -> list[Column]:
    """Return the columns of a list: one for each field that is shown of its items."""

    def joined(read: Callable[[Any], Any]) -> Callable[[Document], Cell]:
        def cell(record: Document) -> Cell:
            parts = [read(part) for part in _at(record, path) or ()]
            texts = ["" if part is None else str(part) for part in parts]
            return SEPARATOR.join(texts) if any(texts) else None

        return cell

    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return [Column(name, joined(lambda part: part))]
    if issubclass(kind, EvidenceShape):
        return [
            Column(f"{name}_source", joined(_getter("source"))),
            Column(f"{name}_url", joined(_getter("url")), is_address=True),
        ]
    fields: dict[str, Any] = dict(kind.model_fields)
    shown: list[str] = [
        field for field in ("kind", "id", "name", "title", "text", "url") if field in fields
    ]
    if not issubclass(kind, Reference) and "id" not in fields:
        shown = [field for field in fields if not _is_nested(kind, field)]
    found = [Column(f"{name}_{field}", joined(_getter(field))) for field in shown]
    nested = [field for field in ("city", "country", "organization", "speaker") if field in fields]
    return found + [
        Column(f"{name}_{field}_name", joined(_named(field)))
        for field in nested
        if _is_nested(kind, field)
    ]


def _is_nested(shape: type[BaseModel], field: str) -> bool:
    kind = _plain(shape.model_fields[field].annotation)
    return get_origin(kind) is list or (isinstance(kind, type) and issubclass(kind, BaseModel))


def _getter(field: str) -> Callable[[Document], Any]:
    return lambda part: part[field]


def _named(field: str) -> Callable[[Document], Any]:
    return lambda part: (part[field] or {}).get("name")


def _at(record: Document, path: tuple[str, ...]) -> Any:
    value: Any = record
    for step in path:
        if value is None:
            return None
        value = value[step]
    return value


def _pairs(value: dict[str, str] | None) -> str:
    return SEPARATOR.join(f"{name}={text}" for name, text in (value or {}).items())


def _plain(annotation: Any) -> Any:
    """Return a type without its annotations, and without None as an alternative."""
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation = get_args(annotation)[0]
        elif origin in (Union, types.UnionType):
            (annotation,) = [each for each in get_args(annotation) if each is not type(None)]
        else:
            return annotation
