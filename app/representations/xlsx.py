"""Excel workbooks: the columns of the CSV, with days as days, links as links, a fixed header.

Rows are written to a file as they come, to save memory; the file is sent once complete.
"""

import datetime
from collections.abc import Iterator
from pathlib import Path

from pydantic_core import from_json
from xlsxwriter import Workbook  # type: ignore[import-untyped] # It has no types.

from app.representations.formats import Context, Document, Format
from app.representations.tables import SEPARATOR, Column, columns
from app.representations.temporary import TemporaryFolder

MAX_ROWS = 1_048_575
"""This many records fit below the header of a sheet; others go to the next."""

MAX_LINKS = 65_000
"""Excel takes 65,530 links a sheet, each of up to 2,079 characters."""

MAX_LINK_LENGTH = 2079
MAX_CELL_LENGTH = 32_767
PIECE_BYTES = 64 * 1024

_FIRST_DAY = datetime.date(1900, 3, 1)
"""Before this day, Excel's calendar has a day too many, and it has none before 1900."""

_WIDTHS = {"id": 32, "title": 48, "name": 32, "summary": 60, "text": 60}
# The same rows always make the same file.
_CREATED = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


def write(documents: Iterator[bytes], context: Context) -> Iterator[bytes]:
    """Yield a workbook with a row for each record."""
    with TemporaryFolder() as folder:
        path = folder / "readout.xlsx"
        _write_file(path, folder, documents, context)
        with path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                yield piece


def _write_file(path: Path, folder: Path, documents: Iterator[bytes], context: Context) -> None:
    options = {"constant_memory": True, "tmpdir": str(folder), "strings_to_urls": False,
               "strings_to_formulas": False, "strings_to_numbers": False}  # fmt: skip
    with Workbook(str(path), options) as workbook:
        workbook.set_properties({"title": f"Readout: {context.resource.name}", "created": _CREATED})
        book = _Book(workbook, context)
        for document in documents:
            book.add(from_json(document))


class _Book:
    """A workbook that is being filled, row after row."""

    def __init__(self, workbook: Workbook, context: Context) -> None:
        self._workbook, self._context = workbook, context
        self._columns = columns(context.resource, context.field_names)
        self._bold = workbook.add_format({"bold": True})
        self._day = workbook.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self._time = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"})
        self._link = workbook.get_default_url_format()
        self._sheets = 0
        self._begin_sheet()

    def add(self, record: Document) -> None:
        """Write a record below the last."""
        if self._row > MAX_ROWS:
            self._begin_sheet()
        for place, column in enumerate(self._columns):
            self._write(place, column, record)
        self._row += 1

    def _begin_sheet(self) -> None:
        self._sheets += 1
        name = self._context.resource.name
        sheet = self._workbook.add_worksheet(
            name if self._sheets == 1 else f"{name} {self._sheets}"
        )
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(self._columns):
            sheet.set_column(place, place, _WIDTHS.get(column.name, 18))
            sheet.write_string(0, place, column.name, self._bold)
        self._sheet, self._row, self._links = sheet, 1, 0

    def _write(self, place: int, column: Column, record: Document) -> None:
        cell = column.read(record)
        if cell is None or cell == "":
            return
        if isinstance(cell, int | float):
            self._sheet.write_number(self._row, place, cell)
        elif column.name == "id":
            collection = self._context.resource.name
            self._write_link(place, self._context.record_url(collection, cell), cell)
        elif column.is_address and SEPARATOR not in cell:
            self._write_link(place, cell, cell)
        elif column.is_day and datetime.date.fromisoformat(cell) >= _FIRST_DAY:
            day = datetime.date.fromisoformat(cell)
            self._sheet.write_datetime(self._row, place, day, self._day)
        elif column.name == "updated_at":
            moment = datetime.datetime.fromisoformat(cell).replace(tzinfo=None)
            self._sheet.write_datetime(self._row, place, moment, self._time)
        else:
            self._write_text(place, cell)

    def _write_link(self, place: int, address: str, text: str) -> None:
        if self._links >= MAX_LINKS or len(address) > MAX_LINK_LENGTH:
            self._write_text(place, text)
            return
        self._links += 1
        self._sheet.write_url(self._row, place, address, self._link, text[:MAX_CELL_LENGTH])

    def _write_text(self, place: int, text: str) -> None:
        self._sheet.write_string(self._row, place, text[:MAX_CELL_LENGTH])


FORMAT = Format(
    "xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "Excel, with days and links",
    write,
    takes_fields=True,
    is_compressed=True,
)
