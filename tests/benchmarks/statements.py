"""The statements that Readout runs for a query, noted as they run, to be run again without it."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from app.domain.collections import MEETINGS
from app.query.parameters import read_query
from app.store.sql.finding import find_page
from app.store.sql.memory import Memory
from app.store.sqlite.served_file import MAX_CACHED_STATEMENTS
from app.store.sqlite.snapshot import LARGE_CACHE_KIB, SqliteSnapshot

Noted = tuple[str, tuple[str | int, ...]]
"""A statement, and the values bound to it."""


class NotingSnapshot(SqliteSnapshot):
    """A revision that notes the statements run on it."""

    def __init__(self, connection: sqlite3.Connection, memory: Memory | None = None) -> None:
        super().__init__(connection, "revision", memory or Memory())
        self.noted: list[Noted] = []

    def rows(self, statement: str, parameters: Sequence[str | int] = ()) -> list[tuple[Any, ...]]:
        self.noted.append((statement, tuple(parameters)))
        return super().rows(statement, parameters)


def open_read_only(database: Path) -> sqlite3.Connection:
    """Return a connection like the one that most of Readout's answers come from."""
    connection = sqlite3.connect(
        f"{database.absolute().as_uri()}?mode=ro",
        uri=True,
        isolation_level=None,
        cached_statements=MAX_CACHED_STATEMENTS,
    )
    connection.text_factory = bytes
    connection.execute(f"PRAGMA cache_size = -{LARGE_CACHE_KIB}")
    return connection


def statements_of(database: Path, query_strings: Sequence[str]) -> list[list[Noted]]:
    """Return the statements for each list of meetings, by a process that has served them before."""
    memory = Memory()
    with closing(open_read_only(database)) as connection:
        noted: list[list[Noted]] = []
        for _ in range(2):
            noted.clear()
            for query_string in query_strings:
                snapshot = NotingSnapshot(connection, memory)
                find_page(snapshot, read_query(MEETINGS, query_string.encode()))
                noted.append(snapshot.noted)
    return noted
