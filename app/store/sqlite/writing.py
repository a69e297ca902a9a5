"""The connection that writes: `sqlite3`'s, with methods that write many rows at once."""

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from app.domain.names import words
from app.query.words import EVERY
from app.store.sql.writer import SearchedText

_ROWS_AT_ONCE = 64
"""How many rows go into one statement where there are many."""

_MANY_ROWS = 1024
"""From this many rows on, that statement saves more time than preparing it takes: for postings, the
shortest and most numerous rows, half of it."""


class WritingConnection(sqlite3.Connection):
    """A `Writer` on SQLite."""

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Insert rows, many at once, in any order: foreign keys are checked on commit."""
        text = f"INSERT INTO {table} ({', '.join(columns)}) VALUES "
        marks = f"({', '.join('?' * len(columns))})"
        waiting, together = list(rows), 0
        if len(waiting) >= _MANY_ROWS:
            many = text + ", ".join([marks] * _ROWS_AT_ONCE)
            together = len(waiting) - len(waiting) % _ROWS_AT_ONCE
            for at in range(0, together, _ROWS_AT_ONCE):
                some = waiting[at : at + _ROWS_AT_ONCE]
                self.execute(many, list(chain.from_iterable(some)))
        self.executemany(text + marks, waiting[together:])

    def table_columns(self) -> dict[str, tuple[str, ...]]:
        """Return the columns of every table, in order."""
        columns: dict[str, tuple[str, ...]] = {}
        for table, column in self.execute(
            "SELECT t.name, c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c"
            " WHERE t.type = 'table' ORDER BY t.name, c.cid"
        ):
            columns[table] = (*columns.get(table, ()), column)
        return columns

    def index_texts(self, collection: str, texts: Iterable[SearchedText]) -> None:
        """Add records to the text search."""
        self.executemany(
            f"INSERT INTO search_{collection}"
            " (rowid, title, text, every, shown_title, shown_text) VALUES (?, ?, ?, ?, ?, ?)",
            (
                (number, " ".join(words(title)), " ".join(words(text)), EVERY, title, shown)
                for number, title, text, shown in texts
            ),
        )

    def forget_texts(self, collection: str, numbers: Iterable[int]) -> None:
        """Remove records from the text search."""
        self.executemany(
            f"DELETE FROM search_{collection} WHERE rowid = ?", ((number,) for number in numbers)
        )
