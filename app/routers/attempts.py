"""Which questions are tried on the event loop, where most take less than a moment."""

MAX_SKIPPED = 16
"""So many questions of a kind are at most not tried, before one of them is tried again."""

MAX_KINDS = 256

Kind = tuple[str, frozenset[bytes]]


class Attempts:
    """Remembers the kinds of questions that took too long on the event loop.

    A kind is a route and the names of the parameters. After each that took too long, twice as many
    are left to threads at once, which would otherwise ask them again from the start: up to
    `MAX_SKIPPED`. One that does not take too long makes its kind one that is tried. For one thread.
    """

    def __init__(self) -> None:
        """Begin with all kinds being tried."""
        self._skipped: dict[Kind, tuple[int, int]] = {}  # How many then, and how many still.

    def is_worth_it(self, route: str, query_string: bytes) -> bool:
        """Return whether a question is to be tried on the loop; count it if it is not."""
        if not self._skipped:
            return True
        kind = _kind_of(route, query_string)
        skipped, left = self._skipped.get(kind, (0, 0))
        if left == 0:
            return True
        self._skipped[kind] = skipped, left - 1
        return False

    def succeeded(self, route: str, query_string: bytes) -> None:
        """Note that a question was answered on the loop."""
        if self._skipped:
            self._skipped.pop(_kind_of(route, query_string), None)

    def failed(self, route: str, query_string: bytes) -> None:
        """Note that a question took too long there."""
        kind = _kind_of(route, query_string)
        skipped, _ = self._skipped.pop(kind, (0, 0))
        skipped = min(MAX_SKIPPED, 2 * skipped or 1)
        if len(self._skipped) == MAX_KINDS:
            del self._skipped[next(iter(self._skipped))]
        self._skipped[kind] = skipped, skipped


def _kind_of(route: str, query_string: bytes) -> Kind:
    pairs = query_string.split(b"&")
    return route, frozenset(pair.partition(b"=")[0] for pair in pairs)
