"""The response cache: finished answers in memory.

An answer depends on the revision and the address alone. The cache is bounded in bytes and evicts
the least recently used answer first. A new revision empties it.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

from app.http.answers import Answer

CHECK_SECONDS = 0.25
"""How often the cache checks the revision: well within the second that is allowed."""

MAX_SHARE = 4
"""An answer larger than the cache divided by this is not cached: it would evict most others."""

Address = tuple[bytes, bytes]


class _Entry:
    """A cached answer, and the bytes that are counted for it."""

    __slots__ = ("answer", "bytes")

    def __init__(self, answer: Answer, counted: int) -> None:
        self.answer, self.bytes = answer, counted


class ResponseCache:
    """Answers by their address: raw path and query string. For one thread: the event loop's."""

    def __init__(self, revision: Callable[[], str], max_bytes: int) -> None:
        """Take a function that returns the served revision, and the bytes to use; 0 caches none."""
        self._served_revision = revision
        self._entries: OrderedDict[Address, _Entry] = OrderedDict()
        self._revision = ""
        self._next_check = 0.0 if max_bytes else float("inf")
        self.max_bytes = max_bytes
        self.bytes = 0
        self.hits = self.misses = self.evictions = 0
        self.is_read_by_server = False  # Set by the server's protocol if it reads the cache.

    def __len__(self) -> int:
        """Return how many answers are cached."""
        return len(self._entries)

    def get(self, address: Address) -> Answer | None:
        """Return the finished answer for an address, if it is of the revision being served."""
        answer = self.peek(address)
        if answer is not None:
            self.touch(address)
        return answer

    def peek(self, address: Address) -> Answer | None:
        """Return what `get` does, without counting it as used."""
        now = time.monotonic()
        if now >= self._next_check:
            self._next_check = now + CHECK_SECONDS
            self._check()
        entry = self._entries.get(address)
        return entry.answer if entry is not None else None

    def touch(self, address: Address) -> None:
        """Count a hit, and mark the answer as the most recently used."""
        self._entries.move_to_end(address)
        self.hits += 1

    def put(self, address: Address, answer: Answer) -> None:
        """Cache an answer; the first of a newer revision replaces all others.

        An answer that is too large is not cached.
        """
        if not self.max_bytes:
            return
        counted = _bytes_of(address, answer)
        if counted * MAX_SHARE > self.max_bytes:
            return
        if answer.revision != self._revision:
            self._check()
        if answer.revision == self._revision:
            previous = self._entries.pop(address, None)
            self.bytes += counted - (previous.bytes if previous else 0)
            self._entries[address] = _Entry(answer, counted)
            self._make_room()

    def recount(self, address: Address, answer: Answer) -> None:
        """Update the counted size of an answer that has a new form, if it is still cached."""
        entry = self._entries.get(address)
        if entry is not None and entry.answer is answer:
            counted = _bytes_of(address, answer)
            self.bytes += counted - entry.bytes
            entry.bytes = counted
            self._make_room()

    def _make_room(self) -> None:
        while self.bytes > self.max_bytes:
            _, dropped = self._entries.popitem(last=False)
            self.bytes -= dropped.bytes
            self.evictions += 1

    def _check(self) -> None:
        try:
            revision = self._served_revision()
        except Exception:  # The next question to the database raises it again.
            revision = ""
        if revision != self._revision:
            self._revision = revision
            self._entries.clear()
            self.bytes = 0


def _bytes_of(address: Address, answer: Answer) -> int:
    raw_path, query_string = address
    return len(raw_path) + len(query_string) + answer.size
