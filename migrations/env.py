"""How Alembic reaches the database: the one its configuration names, or the settings'."""

from typing import Any, Literal

from alembic import context
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from app.settings import Settings
from app.store import tables as models
from app.store.engines import is_modelled, migrating_engine

assert models.index.Document.metadata is SQLModel.metadata  # noqa: S101 - the import fills the metadata


def _written_type(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Return how a migration writes text columns, which SQLModel gives a type of its own."""
    return "sa.String()" if kind == "type" and isinstance(item, AutoString) else False


if context.is_offline_mode():
    context.configure(
        dialect_name="sqlite", target_metadata=SQLModel.metadata, transactional_ddl=True
    )
    with context.begin_transaction():
        context.run_migrations()
else:
    database = context.config.attributes.get("database") or Settings().database
    with migrating_engine(database).connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=True,
            render_item=_written_type,
            include_name=is_modelled,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()
            if connection.dialect.name == "sqlite":  # Others have checked it all the while.
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
                if broken is not None:
                    table = broken[0]
                    raise RuntimeError(f"the migration leaves a row of {table} without its parent")
