"""What a store offers its writer, within one transaction."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol


class Result(Protocol):
    """The rows of a statement; text comes as text."""

    @property
    def description(self) -> Any:
        """What each column is: a sequence of sequences that begin with the name."""

    def fetchone(self) -> Any:
        """Return the next row, or None."""

    def fetchall(self) -> list[Any]:
        """Return all rows that are left."""

    def __iter__(self) -> Iterator[Any]:
        """Yield all rows that are left."""


class Reader(Protocol):
    """A connection that reads; values stand for `?`."""

    def execute(self, statement: str, parameters: Sequence[Any] = ..., /) -> Result:
        """Run a statement."""


class SearchedText(NamedTuple):
    """The texts by which a record is found, and what its hits show."""

    number: int
    title: str
    text: str
    shown: str


class Writer(Reader, Protocol):
    """A connection within the one transaction of a load."""

    def executemany(self, statement: str, parameters: Iterable[Sequence[Any]], /) -> object:
        """Run a statement for each of some rows of values."""

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Insert rows, many at once, in any order: foreign keys are checked on commit."""

    def table_columns(self) -> dict[str, tuple[str, ...]]:
        """Return the columns of every table, in order."""

    def index_texts(self, collection: str, texts: Iterable[SearchedText]) -> None:
        """Add records to the text search."""

    def forget_texts(self, collection: str, numbers: Iterable[int]) -> None:
        """Remove records from the text search."""
