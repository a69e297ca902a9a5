"""Rows are inserted as they are given, however many go into one statement."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from app.store.sqlite.writing import _MANY_ROWS, _ROWS_AT_ONCE, WritingConnection


@pytest.fixture
def connection() -> Iterator[WritingConnection]:
    with closing(sqlite3.connect(":memory:", factory=WritingConnection)) as opened:
        opened.execute("CREATE TABLE thing (place INTEGER PRIMARY KEY AUTOINCREMENT, a, b)")
        yield opened


@pytest.mark.parametrize(
    "number", [0, 1, _MANY_ROWS - 1, _MANY_ROWS, _MANY_ROWS + 1, _MANY_ROWS + _ROWS_AT_ONCE - 1]
)
def test_all_rows_come_in_their_order(connection: WritingConnection, number: int) -> None:
    rows = [(each, f"row {each}") for each in range(number)]
    connection.insert("thing", ("a", "b"), iter(rows))
    assert connection.execute("SELECT a, b FROM thing ORDER BY place").fetchall() == rows
