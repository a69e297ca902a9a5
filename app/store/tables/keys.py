"""The keys of the tables of records."""

from sqlmodel import Field


def key_field() -> int:
    """The primary key of a record's own table, which is also the key of its document."""
    key: int = Field(
        primary_key=True, foreign_key="document.key", sa_column_kwargs={"autoincrement": False}
    )
    return key
