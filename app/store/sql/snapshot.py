"""What a store offers its readers: one revision of the data, and statements run on it."""

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from pyroaring import BitMap

from app.query.words import Part
from app.store.base import Deadline, DeadlineExceeded
from app.store.sql.memory import Memory
from app.store.sql.statements import After, Statement


class TextSearch(ABC):
    """How a store searches texts: each method returns a statement.

    `texts` are what was typed; a record matches if it matches any of them. `within`, if given, is
    the set of records to search. All stores find the same records, but may rank them differently.
    """

    leaves_out_common = False
    """Whether words that most records have count for nothing in a score."""

    number: str
    """The column of numbers in what `found` reads."""

    array: str
    """The expression that makes one JSON array of these numbers, as text."""

    @abstractmethod
    def found(
        self, collection: str, texts: Sequence[str], within: BitMap | None, columns: str
    ) -> Statement:
        """Return the statement for some columns of all matches; a condition can be appended."""

    def numbers(self, collection: str, texts: Sequence[str], within: BitMap | None) -> Statement:
        """Return the statement for the numbers of all matches, as one JSON array."""
        return self.found(collection, texts, within, self.array)

    def count(self, collection: str, texts: Sequence[str]) -> Statement:
        """Return the statement for the number of matches."""
        return self.found(collection, texts, None, "count(*)")

    def first(self, collection: str, texts: Sequence[str], behind: int, limit: int) -> Statement:
        """Return the statement for the next matches after the number `behind`, in order.

        It reads no more matches than it returns.
        """
        found = self.found(collection, texts, None, self.number)
        text = f"{found.text} AND {self.number} > ? ORDER BY {self.number} LIMIT ?"
        return Statement(text, [*found.parameters, behind, limit])

    @abstractmethod
    def best(
        self,
        collection: str,
        texts: Sequence[str],
        within: BitMap | None,
        after: After,
        limit: int,
    ) -> Statement:
        """Return the statement for the best matches: score, smallest first, and number."""

    @abstractmethod
    def shown(self, collection: str, numbers: Sequence[int]) -> Statement:
        """Return the statement for the columns that hits show.

        That is number, collection, sort, latest, document, title and text.
        """

    @abstractmethod
    def finding(self, collection: str, part: Part) -> Statement:
        """Return a statement that has rows if any record has a word or phrase."""


class Snapshot(ABC):
    """One revision of the data, for the time of one answer."""

    texts: TextSearch

    def __init__(self, revision: str, memory: Memory, edition: int = 0) -> None:
        """Take the name of the revision, and the cache of facts about it.

        `edition` is the number of the load that made it: a revision may return, with other keys.
        """
        self.edition = edition
        self.revision = revision
        self.memory = memory
        self.deadline: Deadline | None = None
        self._is_stopped = False

    @abstractmethod
    def rows(self, statement: str, parameters: Sequence[str | int] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a statement; values stand for `?`, and text comes as UTF-8 bytes.

        Raises `DeadlineExceeded` if the deadline has passed, also while the statement runs.
        """

    @abstractmethod
    def reading_errors(self) -> AbstractContextManager[None]:
        """Translate the database's exceptions within a block into the store's."""

    def renew(self, seconds: float | None) -> None:
        """Give the next statements this many seconds; None sets no limit."""
        self.deadline = None if seconds is None else Deadline(seconds)
        if self._is_stopped:
            self.stop()

    def stop(self) -> None:
        """Make running and later statements raise `DeadlineExceeded`; any thread may call it."""
        self._is_stopped = True
        self.deadline = Deadline(-1.0)

    def check_deadline(self) -> None:
        """Raise `DeadlineExceeded` if the deadline has passed."""
        if self.deadline is not None and time.monotonic() > self.deadline.at:
            raise DeadlineExceeded("the deadline has passed")

    def require(self, seconds: float) -> None:
        """Raise `DeadlineExceeded` unless this many seconds are left.

        For work that cannot be interrupted, or always takes that long.
        """
        if self.deadline is not None and self.deadline.seconds_left < seconds:
            raise DeadlineExceeded(f"less than {seconds} seconds are left")
