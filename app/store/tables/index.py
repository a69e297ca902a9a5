"""The documents of records, the index that filters read, and the revision of the data."""

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel


class Document(SQLModel, table=True):
    """The JSON a record is served as, beside the values its list is ordered and bounded by.

    `sort` is the record's earliest date, or the folded name of an undated record; lists are ordered
    by `sort`, then `key`. `latest` is the latest date, empty for an undated record. `updated` is
    the time of the load that last changed it.
    """

    __table_args__ = (Index("document_by_updated", "collection", "updated", "key"),)

    key: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    collection: str
    sort: str
    latest: str
    updated: str
    body: str


class Term(SQLModel, table=True):
    """One value of one filter of one collection, and how many records have it."""

    __table_args__ = (UniqueConstraint("collection", "parameter", "value"),)

    key: int = Field(primary_key=True)
    collection: str
    parameter: str
    value: str
    total: int


class Posting(SQLModel, table=True):
    """A record has a term. `posting_by_term` lists a term's records in the order of a list."""

    __table_args__ = (
        Index("posting_by_term", "term_key", "sort", "record_key", unique=True),
        {"sqlite_with_rowid": False},
    )

    record_key: int = Field(primary_key=True, foreign_key="document.key")
    term_key: int = Field(primary_key=True, foreign_key="term.key")
    sort: str


class Continuation(SQLModel, table=True):
    """A record with this term began before `period` and may still be going on in it.

    Periods are days, months and years; a record stands in the fewest that cover the days after its
    earliest date, so a query looks at the three periods that hold its first day. `record_key` has
    no foreign key, which would need an index by record; every row has a `Posting`, which has one.
    """

    __table_args__ = ({"sqlite_with_rowid": False},)

    term_key: int = Field(primary_key=True, foreign_key="term.key")
    period: str = Field(primary_key=True)
    sort: str = Field(primary_key=True)
    record_key: int = Field(primary_key=True)


class PeriodCount(SQLModel, table=True):
    """How many records of a term begin and end in a year, month or day.

    The records that overlap a range are those that begin by its end, less those that end before
    its start: two sums over a few rows, however many records there are.
    """

    __tablename__ = "period_count"
    __table_args__ = ({"sqlite_with_rowid": False},)

    term_key: int = Field(primary_key=True, foreign_key="term.key")
    unit: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    beginning: int
    ending: int


class Alias(SQLModel, table=True):
    """A spelling under which a value is found: folded name, slug or code → value."""

    __table_args__ = (
        Index("alias_by_value", "names", "value"),
        {"sqlite_with_rowid": False},
    )

    names: str = Field(primary_key=True)
    spelling: str = Field(primary_key=True)
    value: str = Field(primary_key=True)


class Revision(SQLModel, table=True):
    """The identity of the data now being served; one row.

    `id` follows from the data and returns with it; `number` counts the loads that changed
    anything, since keys in the index may be others after a load and another one back. `shapes`
    identifies the shapes and filters that documents and terms were made for.
    """

    number: int = Field(primary_key=True)
    id: str
    shapes: str
    loaded_at: str


class Removed(SQLModel, table=True):
    """A record that was served and is no more; its address answers 410 until it comes back."""

    __table_args__ = ({"sqlite_with_rowid": False},)

    collection: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    removed_at: str
