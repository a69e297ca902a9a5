"""How Alembic reaches the database: the one its configuration names, or the settings'."""

from alembic import context
from sqlmodel import SQLModel

from app import models
from app.database import migrating_engine
from app.settings import Settings

assert models.Document.metadata is SQLModel.metadata  # noqa: S101 - the import fills the metadata

if context.is_offline_mode():
    context.configure(dialect_name="sqlite", target_metadata=SQLModel.metadata)
    with context.begin_transaction():
        context.run_migrations()
else:
    path = context.config.attributes.get("database_path") or Settings().database_path
    with migrating_engine(path).connect() as connection:
        context.configure(
            connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True
        )
        with context.begin_transaction():
            context.run_migrations()
