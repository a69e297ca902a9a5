"""CSV (RFC 4180), as spreadsheets read it: with a byte order mark, and nothing that would run."""

import csv
import io
from collections.abc import Iterator

from pydantic_core import from_json

from app.representations.formats import Context, Format
from app.representations.tables import Cell, columns

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Without it, Excel takes UTF-8 for another encoding."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A spreadsheet runs a cell that begins so, unless an apostrophe stands before it."""


def write(documents: Iterator[bytes], context: Context) -> Iterator[bytes]:
    """Yield a line with the names of the columns, and one for each record."""
    shown = columns(context.resource, context.field_names)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    text.write(BYTE_ORDER_MARK)
    writer.writerow([column.name for column in shown])
    yield _taken(text)
    for document in documents:
        record = from_json(document)
        writer.writerow([harmless(column.read(record)) for column in shown])
        yield _taken(text)


def harmless(cell: Cell) -> Cell:
    """Return a cell as it is, or as text with an apostrophe where a spreadsheet would run it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def _taken(text: io.StringIO) -> bytes:
    taken = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return taken


FORMAT = Format(
    "csv",
    "text/csv; charset=utf-8",
    "CSV, for spreadsheets",
    write,
    takes_fields=True,
)
