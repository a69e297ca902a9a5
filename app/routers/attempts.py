"""Decides which questions are tried on the event loop, where most take less than a moment."""

MAX_SKIPPED = 16
"""At most this many questions of a kind skip the loop before one is tried again."""

MAX_KINDS = 256
"""How many kinds are remembered."""

MAX_LENGTH = 2048
"""Longer query strings, in bytes, are of no kind: they are always tried."""

Kind = tuple[str, frozenset[bytes]]


class Attempts:
    """Remembers the kinds of questions that took too long on the event loop.

    A kind is a route and the names of the parameters. A question that takes too long on the loop is
    started again in a thread. So the next questions of its kind go straight to a thread: 1, then 2,
    4, up to `MAX_SKIPPED`; then one is tried on the loop again. If that one is quick, its kind goes
    to the loop as before. Not thread-safe.
    """

    def __init__(self) -> None:
        """Begin with all kinds being tried."""
        self._skipped: dict[Kind, tuple[int, int]] = {}  # How many to skip, and how many are left.

    def is_worth_it(self, route: str, query_string: bytes) -> bool:
        """Return whether a question is to be tried on the loop; count it if it is not."""
        if not self._skipped or len(query_string) > MAX_LENGTH:
            return True
        kind = _kind_of(route, query_string)
        skipped, left = self._skipped.get(kind, (0, 0))
        if left == 0:
            return True
        self._skipped[kind] = skipped, left - 1
        return False

    def succeeded(self, route: str, query_string: bytes) -> None:
        """Note that a question was answered on the loop."""
        if self._skipped and len(query_string) <= MAX_LENGTH:
            self._skipped.pop(_kind_of(route, query_string), None)

    def failed(self, route: str, query_string: bytes) -> None:
        """Note that a question took too long there."""
        if len(query_string) > MAX_LENGTH:
            return
        kind = _kind_of(route, query_string)
        skipped, _ = self._skipped.pop(kind, (0, 0))
        skipped = min(MAX_SKIPPED, 2 * skipped or 1)
        if len(self._skipped) == MAX_KINDS:
            del self._skipped[next(iter(self._skipped))]
        self._skipped[kind] = skipped, skipped


def _kind_of(route: str, query_string: bytes) -> Kind:
    pairs = query_string.split(b"&")
    return route, frozenset(pair.partition(b"=")[0] for pair in pairs)
