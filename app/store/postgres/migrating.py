"""What migrations need on PostgreSQL: an engine, and how the tables are written there.

The same migrations make the same tables as on SQLite: text is compared by its bytes, numbers have
64 bits, and rows may come in any order within a transaction.
"""

from typing import Any

import psycopg
from sqlalchemy import Column, Engine, ForeignKeyConstraint, Integer, String, create_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateColumn

from app.store.postgres.address import read_address


@compiles(String, "postgresql")
def _text(type_: String, compiler: Any, **options: Any) -> str:
    if _is_of_column(options):
        return 'TEXT COLLATE "C"'
    written: str = compiler.visit_VARCHAR(type_, **options)
    return written


@compiles(Integer, "postgresql")
def _number(type_: Integer, compiler: Any, **options: Any) -> str:
    if _is_of_column(options):
        return "BIGINT"
    written: str = compiler.visit_INTEGER(type_, **options)
    return written


def _is_of_column(options: dict[str, Any]) -> bool:
    """Return whether a type is that of a column of a table, and not of a value in a query."""
    return isinstance(options.get("type_expression"), Column)


@compiles(CreateColumn, "postgresql")
def _column(element: CreateColumn, compiler: Any, **options: Any) -> str:
    # The load assigns the keys, and would not advance a sequence.
    written: str = compiler.visit_create_column(element, **options)
    return written.replace(" SERIAL", " BIGINT")


@compiles(ForeignKeyConstraint, "postgresql")
def _foreign_key(constraint: ForeignKeyConstraint, compiler: Any, **options: Any) -> str:
    written: str = compiler.visit_foreign_key_constraint(constraint, **options)
    return f"{written} DEFERRABLE INITIALLY DEFERRED"


def migrating_engine(url: str) -> Engine:
    """Return the engine that migrations run on: the primary's, whichever host that is."""
    address = read_address(url).writing
    return create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(address), poolclass=NullPool
    )
