"""JSON: documents as they are stored, joined into the body of an answer."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic_core import from_json, to_json

MEDIA_TYPE = "application/json"


def list_body(
    documents: Iterable[bytes],
    total: int,
    next_path: str | None,
    next_cursor: str | None,
    notices: Sequence[Mapping[str, Any]] = (),
) -> bytes:
    """Return the JSON of a page: the documents in their envelope."""
    more = b',"notices":' + to_json(notices) if notices else b""
    return b'{"items":[%b],"total":%d,"next":%b,"next_cursor":%b%b}' % (
        b",".join(documents),
        total,
        to_json(next_path),
        to_json(next_cursor),
        more,
    )


def sparse(document: bytes, fields: Sequence[str]) -> bytes:
    """Return a document with only these of its fields; none means all."""
    if not fields:
        return document
    record = from_json(document)
    return to_json({field: record[field] for field in fields})
