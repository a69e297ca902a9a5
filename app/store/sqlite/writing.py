"""The connection that writes: SQLite's own, with what a load does in many rows at once."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from app.domain.names import words
from app.query.words import EVERY
from app.store.sql.writer import SearchedText


class WritingConnection(sqlite3.Connection):
    """A `Writer` on SQLite."""

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Insert rows, many at once; what refers to them or is referred to may come later."""
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        self.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)

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
        """Let records be found by their texts."""
        self.executemany(
            f"INSERT INTO search_{collection}"
            " (rowid, title, text, every, shown_title, shown_text) VALUES (?, ?, ?, ?, ?, ?)",
            (
                (number, " ".join(words(title)), " ".join(words(text)), EVERY, title, shown)
                for number, title, text, shown in texts
            ),
        )

    def forget_texts(self, collection: str, numbers: Iterable[int]) -> None:
        """Let records be found by no text any more."""
        self.executemany(
            f"DELETE FROM search_{collection} WHERE rowid = ?", ((number,) for number in numbers)
        )
