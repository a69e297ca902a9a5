"""Inserts rows into tables, with columns as the database names them."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.store.sql.writer import Writer

Key = int | tuple[str, str]
"""The offset of a record in its trip, or the list and id of what several trips share."""


class Insert:
    """Inserts rows that name what they refer to into one table."""

    def __init__(self, table: str, columns: tuple[str, ...]) -> None:
        """Take the table, and its columns in the order of the rows."""
        self._table, self._columns = table, columns
        self._keys = [
            place
            for place, column in enumerate(columns)
            if column == "key" or column.endswith("_key")
        ]

    def __call__(
        self,
        writer: Writer,
        rows: Iterable[tuple[Any, ...]],
        trip_key: int,
        shared_keys: Mapping[tuple[str, str], int],
    ) -> None:
        """Insert rows: offsets count from the key of the trip, lists and ids become keys."""
        columns = list(zip(*rows, strict=True))
        for place in self._keys if columns else ():
            columns[place] = tuple(
                trip_key + key if isinstance(key, int) else key if key is None else shared_keys[key]
                for key in columns[place]
            )
        writer.insert(self._table, self._columns, zip(*columns, strict=True))
