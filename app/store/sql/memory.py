"""A cache of facts about one revision, bounded in bytes."""

import threading
from sys import getsizeof
from typing import Any

MAX_BYTES = 128 * 1024 * 1024
MAX_NAME_BYTES = 2048
"""Names contain what clients write: facts with longer names are not cached."""

_ENTRY_BYTES = 200
"""What an entry of a dictionary takes besides its name and its fact."""


class Memory:
    """Facts by their names, for as long as their revision is served.

    Facts are in two generations: once the recent ones fill half of the bytes, those not used since
    the last such time are dropped. So facts used once, however many, do not evict those used often.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        """Begin with nothing remembered."""
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._recent: dict[Any, Any] = {}
        self._older: dict[Any, Any] = {}
        self._recent_bytes = self._older_bytes = 0

    @property
    def bytes(self) -> int:
        """About how many bytes the facts take."""
        return self._recent_bytes + self._older_bytes

    def get(self, name: Any) -> Any:
        """Return what is remembered under `name`, or None."""
        fact = self._recent.get(name)
        if fact is None:
            fact = self._older.get(name)
            if fact is not None:
                self.set(name, fact)
        return fact

    def set(self, name: Any, fact: Any) -> None:
        """Remember `fact` under `name`, unless either of them is too large."""
        name_bytes = _bytes_of(name)
        added = name_bytes + _bytes_of(fact) + _ENTRY_BYTES
        if name_bytes > MAX_NAME_BYTES or added * 4 > self._max_bytes:
            return
        with self._lock:
            if name in self._recent:
                return
            if (self._recent_bytes + added) * 2 > self._max_bytes:
                self._older, self._older_bytes = self._recent, self._recent_bytes
                self._recent, self._recent_bytes = {}, 0
            self._recent[name] = fact
            self._recent_bytes += added


def _bytes_of(value: Any) -> int:
    """Return how many bytes a value takes, with those in it; shared objects count each time."""
    if isinstance(value, tuple | list):
        return getsizeof(value) + sum(map(_bytes_of, value))
    return getsizeof(value)
