"""What a format is: the suffix and media type it is asked for by, and what writes it.

Each format is a module with its `FORMAT`, which `registry` lists.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote

from app.domain.records import Resource

Document = dict[str, Any]

CONTROLS = ("sort", "fields", "limit", "cursor")
"""The parameters that do not choose which records there are."""

_UNFIT = re.compile(r"[\x00-\x1f\x7f\ufffe\uffff]")


def fit(typed: str) -> str:
    """Return what a client typed without the characters that XML and calendars cannot hold."""
    return _UNFIT.sub("\ufffd", typed)


@dataclass(frozen=True)
class Context:
    """What is written: records of a collection, a list of them or one; and where it is served.

    `origin` is the scheme and host, `root_path` the path before all others. `path` and
    `query_string` are those of the request, `following` is the path of the next page. `identity`
    tells what is asked for from anything else, and `fields` are those that were asked for, none
    meaning all.

    `related` returns the documents of another collection that a query string finds, `record` one
    by its id, `removed` the records that are no more with the time of that, and `trip_file` a trip
    as it is loaded; all from the revision that the records are of. `notices` returns sentences on
    what a list was asked for and nothing has, to be written where there are no records.
    """

    resource: Resource
    is_list: bool
    origin: str
    root_path: str
    path: str
    query_string: str
    related: Callable[[str, str], Iterable[bytes]]
    record: Callable[[str, str], bytes | None]
    removed: Callable[[], Iterable[tuple[str, str]]]
    trip_file: Callable[[str], bytes | None]
    notices: Callable[[], Sequence[str]]
    identity: str = ""
    fields: tuple[str, ...] = ()
    order: str = ""
    following: str | None = None

    def url(self, path: str) -> str:
        """Return the whole address of a path of this service."""
        return f"{self.origin}{self.root_path}{path}"

    def record_url(self, collection: str, id_: str) -> str:
        """Return the whole address of a record."""
        return self.url(f"/{collection}/{id_}")

    @property
    def own_url(self) -> str:
        """The whole address of what is written."""
        asked = quote(self.query_string, safe="=&%+,:;~!*'()-._/?@$")
        return f"{self.origin}{self.path}" + (f"?{asked}" if asked else "")

    @property
    def name(self) -> str:
        """What a list is called, by the collection and what it was asked for."""
        asked = parse_qsl(self.query_string, keep_blank_values=True)
        chosen = ", ".join(value for name, value in asked if name not in CONTROLS)
        return f"Readout: {self.resource.name}" + (f", {fit(chosen)}" if chosen else "")

    @property
    def field_names(self) -> tuple[str, ...]:
        """The fields that records have here, in their order."""
        return self.fields or tuple(self.resource.schema.model_fields)


Write = Callable[[Iterator[bytes], Context], Iterator[bytes]]
"""Takes documents, as they are stored, and yields pieces of a file that holds them all.

Few documents are taken in at a time, so that memory does not grow with the list."""


@dataclass(frozen=True)
class Format:
    """A format: how it is asked for, of which collections, and what writes it.

    `media_type` is what answers say that they are, `aliases` what clients also call it. `lists`
    and `records` are the names of the collections whose lists and single records it can hold, None
    meaning all. `takes_fields` is false of a format that decides itself what it shows, and `sort`
    is the order of its lists where none is asked for. `shows_removed` is true if it tells of
    records that are no more. `is_compressed` says that no further compression would help.
    """

    suffix: str
    media_type: str
    description: str
    write: Write
    aliases: tuple[str, ...] = ()
    lists: frozenset[str] | None = None
    records: frozenset[str] | None = None
    takes_fields: bool = False
    sort: str | None = None
    shows_removed: bool = False
    is_compressed: bool = False

    @property
    def essence(self) -> str:
        """The media type without parameters."""
        return self.media_type.partition(";")[0]

    def holds_list(self, resource: Resource) -> bool:
        """Return whether it can hold a list of this collection."""
        return self.lists is None or resource.name in self.lists

    def holds_record(self, resource: Resource) -> bool:
        """Return whether it can hold a single record of this collection."""
        return self.records is None or resource.name in self.records


DATED = frozenset({"trips", "meetings", "quotes", "agreements"})
"""The collections whose records have a day."""
