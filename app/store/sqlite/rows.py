"""Rows into tables: one insert statement a table, its columns named where it is used."""

import sqlite3
from collections.abc import Iterable
from typing import Any


class Insert:
    """The insert statement of a table.

    A test holds its columns to those of the table's model, which would take long to import here.
    """

    def __init__(self, table: str, *columns: str, or_ignore: bool = False) -> None:
        """Take the table and all its columns, in the order in which rows will give them."""
        self.table = table
        self.columns = columns
        verb = "INSERT OR IGNORE" if or_ignore else "INSERT"
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        self._statement = f"{verb} INTO {table} ({names}) VALUES ({marks})"

    def __call__(self, connection: sqlite3.Connection, rows: Iterable[tuple[Any, ...]]) -> None:
        """Insert the rows."""
        connection.executemany(self._statement, rows)
