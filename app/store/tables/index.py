"""The documents of records, the index that filters read, and the revision of the data."""

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel


class Document(SQLModel, table=True):
    """The JSON a record is served as, beside the values its list is ordered and bounded by.

    `number` is what sets of records know it by: numbers are dense, and a record that is changed
    keeps its own. `sort` is the record's earliest date, or the folded name of an undated record;
    lists are ordered by `sort`, then `key`. `latest` is the latest date, empty for an undated
    record. `updated` is the time of the load that last changed it.
    """

    __table_args__ = (
        Index("document_by_updated", "collection", "updated", "key", "number"),
        Index("document_by_number", "number", "sort", "latest"),
    )

    key: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int
    collection: str
    sort: str
    latest: str
    updated: str
    body: str


class Term(SQLModel, table=True):
    """One value of one filter of one collection, with the set of the records that have it.

    `numbers` is a Roaring bitmap of the numbers of their documents, in Roaring's portable format;
    `total` is how many there are. Beside the values of filters, terms are the days, months and
    years in which records begin (`day`, `month`, `year`), those in which they go on (`lasting`),
    the times of their last changes (`updated`), what each participant had part in (the collection
    `presence`, by the participant's number), the meetings that two of them shared (the collection
    `pairs`, by both numbers), and the trigrams of names (the collection
    `spellings`, by the numbers of spellings).
    """

    __table_args__ = (
        UniqueConstraint("collection", "parameter", "value"),
        Index("term_by_total", "collection", "parameter", "total", "value"),
    )

    key: int = Field(primary_key=True)
    collection: str
    parameter: str
    value: str
    total: int
    numbers: bytes


class Posting(SQLModel, table=True):
    """The records of a term in the order of a list: what pages are read from.

    `number` is the record's in sets. `record_key` has no foreign key, which would need an index.
    """

    __table_args__ = ({"sqlite_with_rowid": False},)

    term_key: int = Field(primary_key=True, foreign_key="term.key")
    sort: str = Field(primary_key=True)
    record_key: int = Field(primary_key=True)
    number: int


class Spelling(SQLModel, table=True):
    """A spelling of `Alias` and its number in the sets of those that share a trigram."""

    number: int = Field(primary_key=True)
    text: str = Field(unique=True)


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
