"""What migrations need on PostgreSQL: an engine, and how the tables are written there.

The same migrations make the same tables as on SQLite: text is compared by its bytes, numbers have
64 bits, and rows may come in any order within a transaction.
"""

from typing import Any

import psycopg
from sqlalchemy import Engine, ForeignKeyConstraint, Integer, String, create_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateColumn

from app.store.postgres.address import read_address


@compiles(String, "postgresql")
def _text(_type: String, _compiler: Any, **_options: Any) -> str:
    return 'TEXT COLLATE "C"'


@compiles(Integer, "postgresql")
def _number(_type: Integer, _compiler: Any, **_options: Any) -> str:
    return "BIGINT"


@compiles(CreateColumn, "postgresql")
def _column(element: CreateColumn, compiler: Any, **options: Any) -> str:
    # Keys are given out by the load, which a sequence would know nothing of.
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
