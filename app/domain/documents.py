"""The JSON that records are served as, and the links it holds."""

from collections.abc import Iterable
from functools import cache
from typing import Any, TypeVar, cast
from urllib.parse import quote

from app.domain.fields import EvidenceFacts
from app.domain.shapes import EvidenceShape, Shape

AnyShape = TypeVar("AnyShape", bound=Shape)


def served(shape: type[AnyShape], part: Any, **resolved: Any) -> AnyShape:
    """Return the shape of a record: what is resolved, and all other fields by name from `part`.

    The part has been validated, so the shape is not validated again; a test validates documents.
    Raises AttributeError where the part lacks a field of the shape.
    """
    values = {
        name: resolved[name] if name in resolved else getattr(part, name) for name in _fields(shape)
    }
    return cast(AnyShape, shape.model_construct(**values))


@cache
def _fields(shape: type[Shape]) -> tuple[str, ...]:
    return tuple(shape.model_fields)


def document(record: Shape) -> str:
    """Return the JSON text of a record: the very text that clients get."""
    return record.model_dump_json()


def evidence_url(evidence: EvidenceFacts, address: str | None) -> str | None:
    """Return the link that opens a source at what a record rests on; None without an address."""
    if address is None:
        return None
    if evidence.page is not None:
        return f"{address}#page={evidence.page}"
    if evidence.text_start is None:
        return address
    return address + text_fragment(
        evidence.text_start, evidence.text_end, evidence.prefix, evidence.suffix
    )


def text_fragment(
    text_start: str, text_end: str | None, prefix: str | None = None, suffix: str | None = None
) -> str:
    """Return the text fragment of a passage, which browsers scroll to and highlight."""
    parts = [
        f"{prefix.translate(_escapes)}-" if prefix else "",
        text_start.translate(_escapes),
        text_end.translate(_escapes) if text_end else "",
        f"-{suffix.translate(_escapes)}" if suffix else "",
    ]
    return f"#:~:text={','.join(part for part in parts if part)}"


def served_evidence(
    passages: Iterable[EvidenceFacts], addresses: dict[str, str | None]
) -> list[EvidenceShape]:
    """Return evidence with its links, given the addresses of the sources by id."""
    return [
        served(EvidenceShape, passage, url=evidence_url(passage, addresses[passage.source]))
        for passage in passages
    ]


class _Escapes(dict[int, str]):
    """How each character is escaped in a text fragment; filled in as characters come along.

    `-`, `,` and `&` have a meaning in text fragments, so they are escaped, too; `quote` leaves the
    hyphen alone.
    """

    def __missing__(self, character: int) -> str:
        self[character] = escape = quote(chr(character), safe="").replace("-", "%2D")
        return escape


_escapes = _Escapes()
