"""Spellings by the trigrams they share: what a name that nobody has may have been meant for.

The trigrams of a text are those of its words, with two blanks before each and one behind.
"""

from collections import defaultdict
from collections.abc import Iterable

from pyroaring import BitMap

from app.domain.names import fold
from app.store.sql.gathering import stored
from app.store.sql.snapshot import Snapshot
from app.store.sql.statements import one_of
from app.store.sql.writer import Writer

COLLECTION = "spellings"
"""The collection of the terms of trigrams; their parameters are groups of names."""

MAX_TRIGRAMS = 24
"""So many trigrams of what was typed are looked at: those of 20 letters or so."""

MAX_CANDIDATES = 500
"""So many spellings, those that share most trigrams, are compared letter by letter; where more are
as near as each other, nothing tells which was meant."""


def trigrams(text: str) -> list[str]:
    """Return the different trigrams of a folded text, in order."""
    words = (f"  {word} " for word in text.split())
    return list(dict.fromkeys(w[at : at + 3] for w in words for at in range(len(w) - 2)))


class Spellings:
    """The spellings under which values are found, while one load writes them."""

    def __init__(self, connection: Writer) -> None:
        """Take the connection of the load's transaction."""
        self._connection = connection
        self._touched: dict[tuple[str, str], bool] = {}
        self._next_term = 1
        self._next: int
        (self._next,) = connection.execute(
            "SELECT coalesce(max(number), 0) + 1 FROM spelling"
        ).fetchone()

    def set(self, names: str, value: str, spellings: Iterable[str]) -> None:
        """Set the folded spellings under which a group of names finds a value."""
        wanted = set(spellings)
        known = {
            text
            for (text,) in self._connection.execute(
                "SELECT spelling FROM alias WHERE names = ? AND value = ?", (names, value)
            )
        }
        self._connection.executemany(
            "DELETE FROM alias WHERE names = ? AND spelling = ? AND value = ?",
            [(names, text, value) for text in known - wanted],
        )
        rows = [(names, text, value) for text in sorted(wanted - known)]
        self._connection.insert("alias", ("names", "spelling", "value"), rows)
        # What is the same without spaces has no trigrams of its own that would be typed.
        squeezed = {text.replace(" ", "") for text in wanted if " " in text}
        for text in known - wanted:
            self._touched[names, text] = False
        for text in wanted - known - squeezed:
            self._touched[names, text] = True

    def merge(self) -> None:
        """Bring the sets of trigrams in line with the spellings."""
        execute = self._connection.execute
        added: dict[tuple[str, str], list[int]] = defaultdict(list)
        gone: dict[tuple[str, str], list[int]] = defaultdict(list)
        numbers: dict[str, int] = {}
        for (names, text), is_new in self._touched.items():
            stays = is_new or self._is_used(text, names)
            number = self._number(text, numbers) if stays else self._known(text)
            if number is not None:
                for gram in trigrams(text):
                    (added if stays else gone)[names, gram].append(number)
        ((self._next_term,),) = execute("SELECT coalesce(max(key), 0) + 1 FROM term")
        for name in sorted({*added, *gone}):
            self._merge_set(name, added.get(name, ()), gone.get(name, ()))
        for text in dict.fromkeys(
            text for (_, text), is_new in self._touched.items() if not is_new
        ):
            if not self._is_used(text):
                execute("DELETE FROM spelling WHERE text = ?", (text,))
        self._touched.clear()

    def _is_used(self, text: str, names: str | None = None) -> bool:
        if names is None:
            groups = [
                row[0] for row in self._connection.execute("SELECT DISTINCT names FROM alias")
            ]
            return any(self._is_used(text, group) for group in groups)
        row = self._connection.execute(
            "SELECT 1 FROM alias WHERE names = ? AND spelling = ? LIMIT 1", (names, text)
        ).fetchone()
        return row is not None

    def _number(self, text: str, numbers: dict[str, int]) -> int:
        known = numbers.get(text)
        if known is None:
            known = self._known(text)
            if known is None:
                known = self._next
                self._next += 1
                self._connection.insert("spelling", ("number", "text"), [(known, text)])
            numbers[text] = known
        return known

    def _known(self, text: str) -> int | None:
        row = self._connection.execute(
            "SELECT number FROM spelling WHERE text = ?", (text,)
        ).fetchone()
        return int(row[0]) if row else None

    def _merge_set(self, name: tuple[str, str], added: Iterable[int], gone: Iterable[int]) -> None:
        execute = self._connection.execute
        row = execute(
            "SELECT key, numbers FROM term WHERE collection = ? AND parameter = ? AND value = ?",
            (COLLECTION, *name),
        ).fetchone()
        after = ((BitMap.deserialize(row[1]) if row else BitMap()) - BitMap(gone)) | BitMap(added)
        if row:
            execute("DELETE FROM term WHERE key = ?", (row[0],))
        if after:
            columns = ("key", "collection", "parameter", "value", "total", "numbers")
            values = (self._next_term, COLLECTION, *name, len(after), stored(after))
            self._connection.insert("term", columns, [values])
            self._next_term += 1


def like_spellings(snapshot: Snapshot, names: str, typed: str) -> list[tuple[str, str]]:
    """Return spellings that share most trigrams with what was typed, each with a value of it.

    Takes two statements at most.
    """
    grams = trigrams(fold(typed))[:MAX_TRIGRAMS]
    if not grams:
        return []
    rows = snapshot.rows(
        "SELECT t.numbers FROM term AS t WHERE t.collection = ? AND t.parameter = ?"
        f" AND t.value {one_of(grams)}",
        [COLLECTION, names, *grams],
    )
    sharing: list[BitMap] = []
    for (blob,) in rows:
        numbers = BitMap.deserialize(blob)
        sharing.append(BitMap())
        for less in range(len(sharing) - 1, 0, -1):
            sharing[less] |= sharing[less - 1] & numbers
        sharing[0] |= numbers
    found = BitMap()
    for numbers in reversed(sharing):
        if len(numbers) > MAX_CANDIDATES:
            break
        found = numbers
    if not found:
        return []
    return [
        (text.decode(), value.decode())
        for text, value in snapshot.rows(
            "SELECT s.text, a.value FROM spelling AS s CROSS JOIN alias AS a"
            f" WHERE s.number {one_of(list(found))} AND a.names = ? AND a.spelling = s.text",
            [*found, names],
        )
    ]
