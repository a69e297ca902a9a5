"""Rows that name what they refer to, and the columns of the tables they go to."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.store import tables as models
from app.store.sql.rows import Insert
from app.store.sqlite.writing import WritingConnection

TABLES = models.index.Document.metadata.tables


def test_the_columns_of_every_table_are_those_of_its_model(migrated_database: Path) -> None:
    with closing(sqlite3.connect(migrated_database, factory=WritingConnection)) as connection:
        columns = connection.table_columns()
    for table in TABLES.values():
        assert columns[table.name] == tuple(column.name for column in table.columns)


def test_offsets_and_ids_become_keys() -> None:
    with closing(sqlite3.connect(":memory:", factory=WritingConnection)) as connection:
        connection.execute("CREATE TABLE said (record_key, trip_key, source_key, city_key, text)")
        insert = Insert("said", ("record_key", "trip_key", "source_key", "city_key", "text"))
        rows = [(3, 0, ("sources", "gazette"), None, "so")]
        insert(connection, rows, 1000, {("sources", "gazette"): 7})
        assert connection.execute("SELECT * FROM said").fetchall() == [(1003, 1000, 7, None, "so")]
        with pytest.raises(KeyError):
            insert(connection, [(3, 0, ("sources", "other"), None, "so")], 1000, {})
