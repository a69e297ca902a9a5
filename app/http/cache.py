"""Finished answers, kept in memory: an answer follows from the revision and the address alone.

The store is bounded in bytes; what was asked for longest ago goes first. All of it goes when
another revision is served.
"""

import time
from collections import OrderedDict

from app.http.answers import Answer
from app.store.sqlite.snapshot import ServedDatabase

CHECK_SECONDS = 0.25
"""How often the store asks whether the data has changed: well within the second it may take."""

LARGEST = 4
"""An answer that takes more than this part of the store would drive out most others."""

Address = tuple[bytes, bytes]


class _Kept:
    """An answer that is kept, and the bytes that are counted for it."""

    __slots__ = ("answer", "bytes")

    def __init__(self, answer: Answer, counted: int) -> None:
        self.answer, self.bytes = answer, counted


class AnswerStore:
    """Answers by their address: raw path and query string. For one thread: the event loop's."""

    def __init__(self, database: ServedDatabase, bytes_most: int) -> None:
        """Take the database whose answers are kept, and how many bytes of them; 0 keeps none."""
        self._database = database
        self._kept: OrderedDict[Address, _Kept] = OrderedDict()
        self._revision = ""
        self._next_check = 0.0 if bytes_most else float("inf")
        self.bytes_most = bytes_most
        self.bytes = 0
        self.hits = self.misses = self.evictions = 0

    def __len__(self) -> int:
        """Return how many answers are kept."""
        return len(self._kept)

    def get(self, address: Address) -> Answer | None:
        """Return the finished answer for an address, if it is of the revision being served."""
        now = time.monotonic()
        if now >= self._next_check:
            self._next_check = now + CHECK_SECONDS
            self._check()
        kept = self._kept.get(address)
        if kept is None:
            return None
        self._kept.move_to_end(address)
        self.hits += 1
        return kept.answer

    def put(self, address: Address, answer: Answer) -> None:
        """Keep an answer; one of a newer revision than those kept takes their place.

        An answer that is too large is not kept.
        """
        counted = _bytes_of(address, answer)
        if counted * LARGEST > self.bytes_most:
            return
        if answer.revision != self._revision:
            self._check()
        if answer.revision == self._revision:
            previous = self._kept.pop(address, None)
            self.bytes += counted - (previous.bytes if previous else 0)
            self._kept[address] = _Kept(answer, counted)
            self._make_room()

    def recount(self, address: Address, answer: Answer) -> None:
        """Count an answer anew that has been given another form, if it is still kept."""
        kept = self._kept.get(address)
        if kept is not None and kept.answer is answer:
            counted = _bytes_of(address, answer)
            self.bytes += counted - kept.bytes
            kept.bytes = counted
            self._make_room()

    def _make_room(self) -> None:
        while self.bytes > self.bytes_most:
            _, dropped = self._kept.popitem(last=False)
            self.bytes -= dropped.bytes
            self.evictions += 1

    def _check(self) -> None:
        try:
            with self._database.snapshot() as snapshot:
                revision = snapshot.revision
        except Exception:  # Whatever it is, the next to ask the database will tell.
            revision = ""
        if revision != self._revision:
            self._revision = revision
            self._kept.clear()
            self.bytes = 0


def _bytes_of(address: Address, answer: Answer) -> int:
    raw_path, query_string = address
    return len(raw_path) + len(query_string) + answer.size
