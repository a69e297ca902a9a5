"""The insert statements against the models, which loading itself does not import."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import pytest

from app import ingest
from app.store import sqlite
from app.store import tables as models
from app.store.sqlite.rows import Insert

TABLES = models.Document.metadata.tables


def inserts() -> Iterator[Insert]:
    """Yield every insert statement of the modules that write."""
    modules = [
        module
        for package in (ingest, sqlite)
        for module in iter_modules(package.__path__, f"{package.__name__}.")
    ]
    for module in modules:
        for value in vars(import_module(module.name)).values():
            for each in value.values() if isinstance(value, dict) else [value]:
                if isinstance(each, Insert):
                    yield each


@pytest.mark.parametrize("insert", list(inserts()), ids=lambda insert: insert.table)
def test_an_insert_gives_each_column_of_its_model_once(insert: Insert) -> None:
    expected = [column.name for column in TABLES[insert.table].columns]
    assert sorted(insert.columns) == sorted(expected)


def test_those_of_records_of_shared_ones_and_of_the_index_are_among_them() -> None:
    assert {insert.table for insert in inserts()} >= {"trip", "city", "document"}
