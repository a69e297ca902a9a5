"""NDJSON: a record a line, each as it is in JSON."""

from collections.abc import Iterator

from app.representations.formats import Context, Format
from app.representations.json import sparse


def write(documents: Iterator[bytes], context: Context) -> Iterator[bytes]:
    """Yield a line for each record."""
    for document in documents:
        yield sparse(document, context.fields) + b"\n"


FORMAT = Format(
    "ndjson",
    "application/x-ndjson",
    "NDJSON: one JSON record a line",
    write,
    aliases=("application/ndjson", "application/jsonl", "application/jsonlines"),
    takes_fields=True,
)
