"""Rows into tables: one insert statement a model, its columns named where it is used."""

import sqlite3
from collections.abc import Iterable
from typing import Any

from sqlmodel import SQLModel


class Insert:
    """The insert statement of a model; it refuses columns that are not the model's."""

    def __init__(self, model: type[SQLModel], *columns: str, or_ignore: bool = False) -> None:
        """Take the model and all its columns, in the order in which rows will give them."""
        table = SQLModel.metadata.tables[str(model.__tablename__)]
        if set(columns) != {column.name for column in table.columns}:
            raise ValueError(f"the columns of {table.name} are {[c.name for c in table.columns]}")
        verb = "INSERT OR IGNORE" if or_ignore else "INSERT"
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        self._statement = f"{verb} INTO {table.name} ({names}) VALUES ({marks})"

    def __call__(self, connection: sqlite3.Connection, rows: Iterable[tuple[Any, ...]]) -> None:
        """Insert the rows."""
        connection.executemany(self._statement, rows)
