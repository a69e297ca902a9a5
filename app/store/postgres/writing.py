"""The connection that writes: it collects rows, and inserts them by COPY as late as it can."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.types.numeric import Int8BinaryDumper
from psycopg.types.string import TextLoader

from app.store.postgres.connection import translated
from app.store.postgres.texts import row_of
from app.store.sql.writer import Result, SearchedText

MAX_WAITING = 50_000
"""At most this many rows wait to be inserted."""

_SEARCH = ("number", "words", "spaced", "shown_title", "shown_text")


@lru_cache(2048)
def _names_in(statement: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", statement))


class PostgresWriter:
    """A `Writer` on PostgreSQL, within a transaction that is open.

    Rows wait until a statement names their table, to save round trips.
    """

    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        """Take the connection."""
        self._connection = connection
        connection.adapters.register_dumper(int, Int8BinaryDumper)
        # Days come as text, as elsewhere in Readout.
        connection.adapters.register_loader("date", TextLoader)
        self._waiting: dict[tuple[str, tuple[str, ...]], list[Sequence[Any]]] = defaultdict(list)
        self._tables: set[str] = set()
        self._number = 0
        self._words: dict[str, Counter[str]] = defaultdict(Counter)

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Result:
        """Run a statement."""
        self._flush_for(statement)
        return self._connection.execute(translated(statement), parameters)

    def executemany(self, statement: str, parameters: Iterable[Sequence[Any]]) -> None:
        """Run a statement for each of some rows of values."""
        rows = list(parameters)
        if rows:
            self._flush_for(statement)
            with self._connection.cursor() as cursor:
                cursor.executemany(translated(statement), rows)

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Insert rows, many at once, in any order: foreign keys are checked on commit."""
        waiting = self._waiting[table, tuple(columns)]
        before = len(waiting)
        waiting += rows
        if len(waiting) > before:
            self._tables.add(table)
            self._number += len(waiting) - before
            if self._number > MAX_WAITING:
                self.flush()

    def table_columns(self) -> dict[str, tuple[str, ...]]:
        """Return the columns of every table, in order."""
        columns: dict[str, tuple[str, ...]] = {}
        for table, column in self.execute(
            "SELECT c.relname, a.attname FROM pg_class AS c JOIN pg_attribute AS a"
            " ON a.attrelid = c.oid WHERE c.relnamespace = current_schema::regnamespace"
            " AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"
            " ORDER BY c.relname, a.attnum"
        ):
            columns[table] = (*columns.get(table, ()), column)
        return columns

    def index_texts(self, collection: str, texts: Iterable[SearchedText]) -> None:
        """Add records to the text search."""
        rows = []
        for each in texts:
            row, counted = row_of(each)
            rows.append(row)
            self._words[collection].update(counted)
        self.insert(f"search_{collection}", _SEARCH, rows)

    def forget_texts(self, collection: str, numbers: Iterable[int]) -> None:
        """Remove records from the text search."""
        table = f"search_{collection}"
        for (word,) in self.execute(
            f"WITH gone AS (DELETE FROM {table} WHERE number = ANY(?) RETURNING words)"
            " SELECT unnest(tsvector_to_array(g.words)) FROM gone AS g",
            (list(numbers),),
        ):
            self._words[collection][word] -= 1

    def finish(self) -> None:
        """Insert the waiting rows, and update the word counts of each collection."""
        for collection, counted in sorted(self._words.items()):
            table = f"search_{collection}_words"
            changed = [(word, number) for word, number in counted.items() if number]
            if not changed:
                continue
            self.execute(f"CREATE TEMP TABLE changed_{collection} (term text, records bigint)")
            self.insert(f"changed_{collection}", ("term", "records"), changed)
            self.execute(
                f"INSERT INTO {table} AS w (term, records)"
                f" SELECT c.term, c.records FROM changed_{collection} AS c"
                " ON CONFLICT (term) DO UPDATE SET records = w.records + excluded.records"
            )
            self.execute(f"DELETE FROM {table} WHERE records <= 0")
            self.execute(f"DROP TABLE changed_{collection}")
        self._words.clear()
        self.flush()

    def flush(self) -> None:
        """Insert the waiting rows."""
        for (table, columns), rows in self._waiting.items():
            if rows:
                with (
                    self._connection.cursor() as cursor,
                    cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
                ):
                    for row in rows:
                        copy.write_row(row)
        self._waiting.clear()
        self._tables.clear()
        self._number = 0

    def _flush_for(self, statement: str) -> None:
        if self._tables and not self._tables.isdisjoint(_names_in(statement)):
            self.flush()
