"""Rows into tables, whose columns the database itself names."""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

Key = int | tuple[str, str]
"""The offset of a record in its trip, or the list and id of what several trips share."""


def table_columns(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """Return the columns of every table, in order."""
    columns: dict[str, tuple[str, ...]] = {}
    for table, column in connection.execute(
        "SELECT t.name, c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c"
        " WHERE t.type = 'table' ORDER BY t.name, c.cid"
    ):
        columns[table] = (*columns.get(table, ()), column)
    return columns


class Insert:
    """The insert statement of a table, for rows that name what they refer to."""

    def __init__(self, table: str, columns: tuple[str, ...], conflict: str = "") -> None:
        """Take the table, its columns in the order of the rows, and what an existing row does."""
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        self._statement = f"INSERT INTO {table} ({names}) VALUES ({marks}) {conflict}"
        self._keys = [
            place
            for place, column in enumerate(columns)
            if column == "key" or column.endswith("_key")
        ]

    def __call__(
        self,
        connection: sqlite3.Connection,
        rows: Iterable[tuple[Any, ...]],
        trip_key: int,
        shared_keys: Mapping[tuple[str, str], int],
    ) -> None:
        """Insert rows: offsets count from the key of the trip, lists and ids become keys."""
        resolved = []
        for row in rows:
            values = list(row)
            for place in self._keys:
                key: Key | None = values[place]
                if key is not None:
                    values[place] = trip_key + key if isinstance(key, int) else shared_keys[key]
            resolved.append(values)
        connection.executemany(self._statement, resolved)
