"""Parses the query string of a list or a record into a plan."""

import hashlib
from dataclasses import dataclass, replace
from functools import cache
from urllib.parse import quote

from app.domain.filters import Control
from app.domain.issues import Issue
from app.domain.records import Resource
from app.query.cursor import Position
from app.query.dates import Window
from app.query.reading import (
    CONTROL_CHARACTER_REFUSED,
    MAX_VALUE_LENGTH,
    PLAIN,
    InvalidQuery,
    Reader,
    has_control_character,
    read_pairs,
)

DEFAULT_LIMIT = 50
MAX_LIMIT = 200

LIMIT = Control(
    "limit", f"How many records a page holds, 1 to {MAX_LIMIT}; {DEFAULT_LIMIT} when absent.", "20"
)
CURSOR = Control(
    "cursor",
    "Where the page before this one ended: its `next_cursor`, with the other parameters unchanged.",
    "",
)
SORT = Control(
    "sort", "The order; a minus turns it round. `relevance` is that of what `q` finds.", ""
)
FIELDS = Control(
    "fields",
    "Only these fields of each record, joined by commas.",
    "id",
)

LIST_CONTROLS = (SORT, FIELDS, LIMIT, CURSOR)


@dataclass(slots=True)
class QueryPlan:
    """A query of a collection: values by parameter; a record must match every parameter.

    It matches a parameter by any of its values, and the windows by any of them; without windows,
    any time matches. `order` is `date`, `name`, `updated` or `relevance`. `has_limit` says whether
    `limit` was given. `spelled` are the values as given.
    """

    resource: Resource
    values: dict[str, tuple[str, ...]]
    windows: tuple[Window, ...] = ()
    limit: int = DEFAULT_LIMIT
    order: str = ""
    descending: bool = False
    fields: tuple[str, ...] = ()
    after: Position | None = None
    has_limit: bool = False
    spelled: tuple[tuple[str, str, str], ...] = ()

    @property
    def _asked(self) -> tuple[object, ...]:
        return self.resource.name, sorted(self.values.items()), self.windows

    @property
    def identity(self) -> str:
        """A digest of which records are asked for, whatever their order."""
        return fingerprint(*self._asked, size=16)

    @property
    def fingerprint(self) -> str:
        """A short digest of what is asked for and in which order, which a cursor carries."""
        return fingerprint(*self._asked, self.order, self.descending)

    def without(self, *parameters: str) -> "QueryPlan":
        """Return this query without some of its filters."""
        values = {name: value for name, value in self.values.items() if name not in parameters}
        windows = () if "date" in parameters else self.windows
        return replace(self, values=values, windows=windows)


def fingerprint(*parts: object, size: int = 6) -> str:
    """Return a digest of `size` bytes, as for what a cursor belongs to."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=size).hexdigest()


def refuse_parameters(query_string: bytes) -> None:
    """Raise `InvalidQuery` for every parameter: the address takes none."""
    Reader({}, ()).read(query_string).finish()


def next_path(path: str, query_string: bytes, cursor: str) -> str:
    """Return the path of the next page: the same parameters, with another cursor."""
    if PLAIN.fullmatch(query_string):  # Nothing has to be encoded.
        pairs = [
            pair for pair in query_string.decode().split("&") if not pair.startswith("cursor=")
        ]
    else:
        pairs = [
            f"{quote(parameter)}={quote(value)}"
            for parameter, value in read_pairs(query_string)
            if parameter != "cursor"
        ]
    return f"{path}?{'&'.join([*pairs, f'cursor={cursor}'])}"


def read_query(resource: Resource, query_string: bytes, order: str | None = None) -> QueryPlan:
    """Return what a query string asks of the list of a collection.

    `order` replaces the default order of the collection; a `sort` or a search overrides it. Raises
    `InvalidQuery` with every parameter that is unknown, malformed or out of range.
    """
    reader = Reader(resource.by_parameter, LIST_CONTROLS).read(query_string)
    given = reader.given
    default = "relevance" if "q" in given.values else order or resource.order
    sort = reader.choice("sort", sorts(resource), default)
    if sort == "relevance" and "q" not in given.values:
        reader.fault("sort", sort, "is the order of what q finds; give q, too")
    limit = reader.limit(DEFAULT_LIMIT, MAX_LIMIT)
    fields = reader.words(FIELDS.parameter, _fields_of(resource))
    order, descending = sort.removeprefix("-"), sort.startswith("-")
    query = QueryPlan(
        resource,
        given.values,
        given.windows,
        limit,
        order,
        descending,
        fields,
        has_limit="limit" in given.controls,
        spelled=given.spelled,
    )
    if "cursor" in given.controls:
        query.after = reader.position(query.fingerprint)
    reader.finish()
    return query


def read_id(text: str) -> str:
    """Return the id that a path ends in; raise `InvalidQuery` if no id can be like it."""
    if has_control_character(text):
        raise InvalidQuery([Issue("id", CONTROL_CHARACTER_REFUSED, text[:MAX_VALUE_LENGTH])])
    return text


def read_fields(resource: Resource, query_string: bytes) -> tuple[str, ...]:
    """Return the fields that are asked of a single record; none means all of them."""
    reader = Reader({}, (FIELDS,)).read(query_string)
    fields = reader.words(FIELDS.parameter, _fields_of(resource))
    reader.finish()
    return fields


@cache
def sorts(resource: Resource) -> tuple[str, ...]:
    """Return the words that `sort` takes."""
    return resource.order, f"-{resource.order}", "updated", "-updated", "relevance"


@cache
def _fields_of(resource: Resource) -> tuple[str, ...]:
    return tuple(resource.schema.model_fields)
