"""Similar spellings, found by the trigrams they share, to suggest for an unknown name.

The trigrams of a text are those of its words, with two blanks before each and one behind.
"""

from collections import defaultdict
from collections.abc import Iterable

from pyroaring import BitMap

from app.domain.names import fold
from app.store.sql.gathering import Name, stored
from app.store.sql.merging import NO_TERM, TERM, read_terms
from app.store.sql.snapshot import Snapshot
from app.store.sql.statements import one_of
from app.store.sql.writer import Writer

COLLECTION = "spellings"
"""The collection of the terms of trigrams; their parameters are groups of names."""

MAX_AT_ONCE = 500
"""At most this many values or spellings are looked up at once."""

MAX_TRIGRAMS = 24
"""At most this many trigrams of what was typed are used: those of 20 letters or so."""

MAX_CANDIDATES = 500
"""At most this many spellings, those that share most trigrams, are compared letter by letter; if
more are equally near, there is no telling which was meant."""

_NEW, _GONE = 1, 2
"""What happened to a spelling in a load: added to a value, or taken from the same or another."""

_Texts = dict[str, set[str]]
"""Spellings by what they mean."""


def trigrams(text: str) -> list[str]:
    """Return the different trigrams of a folded text, in order."""
    words = (f"  {word} " for word in text.split())
    return list(dict.fromkeys(w[at : at + 3] for w in words for at in range(len(w) - 2)))


class Spellings:
    """The spellings under which values are found, while one load writes them."""

    def __init__(self, connection: Writer) -> None:
        """Take the connection of the load's transaction."""
        self._connection = connection
        self._wanted: dict[str, _Texts] = defaultdict(dict)
        self._touched: dict[tuple[str, str], int] = {}

    def set(self, names: str, value: str, spellings: Iterable[str]) -> None:
        """Set the folded spellings under which a group of names finds a value."""
        self._wanted[names][value] = set(spellings)

    def merge(self) -> None:
        """Bring spellings, and the sets of their trigrams, in line with what was set."""
        for names, wanted in self._wanted.items():
            values = list(wanted)
            for at in range(0, len(values), MAX_AT_ONCE):
                self._merge_spellings(names, {v: wanted[v] for v in values[at : at + MAX_AT_ONCE]})
        self._wanted.clear()
        self._merge_trigrams()

    def _merge_spellings(self, names: str, wanted: _Texts) -> None:
        known: _Texts = defaultdict(set)
        for value, text in self._connection.execute(
            f"SELECT value, spelling FROM alias WHERE names = ? AND value {one_of(wanted)}",
            (names, *wanted),
        ):
            known[value].add(text)
        gone = [(names, text, value) for value in wanted for text in known[value] - wanted[value]]
        self._connection.executemany(
            "DELETE FROM alias WHERE names = ? AND spelling = ? AND value = ?", gone
        )
        new = [
            (names, text, value)
            for value in wanted
            for text in sorted(wanted[value] - known[value])
        ]
        self._connection.insert("alias", ("names", "spelling", "value"), new)
        for _, text, _ in gone:
            self._touched[names, text] = self._touched.get((names, text), 0) | _GONE
        for value in wanted:
            # A spelling that only drops the spaces of another needs no trigrams of its own.
            squeezed = {text.replace(" ", "") for text in wanted[value] if " " in text}
            for text in wanted[value] - known[value] - squeezed:
                self._touched[names, text] = self._touched.get((names, text), 0) | _NEW

    def _merge_trigrams(self) -> None:
        added: dict[Name, list[int]] = defaultdict(list)
        gone: dict[Name, list[int]] = defaultdict(list)
        numbers = self._numbers()
        for (names, text), came_and_went in self._touched.items():
            stays = came_and_went == _NEW or self._is_used(text, names)
            if stays and came_and_went == _GONE:
                continue  # Other values have this spelling, and had it before.
            if stays and text not in numbers:
                numbers[text] = self._next
                self._connection.insert("spelling", ("number", "text"), [(self._next, text)])
                self._next += 1
            if text in numbers:
                for gram in trigrams(text):
                    (added if stays else gone)[COLLECTION, names, gram].append(numbers[text])
        self._merge_sets(added, gone)
        for text in dict.fromkeys(
            text for (_, text), came_and_went in self._touched.items() if came_and_went & _GONE
        ):
            if not self._is_used(text):
                self._connection.execute("DELETE FROM spelling WHERE text = ?", (text,))
        self._touched.clear()

    def _numbers(self) -> dict[str, int]:
        """Return the numbers of the spellings that were touched and have one."""
        ((self._next,),) = self._connection.execute(
            "SELECT coalesce(max(number), 0) + 1 FROM spelling"
        )
        numbers: dict[str, int] = {}
        texts = list(dict.fromkeys(text for _, text in self._touched))
        for at in range(0, len(texts), MAX_AT_ONCE):
            some = texts[at : at + MAX_AT_ONCE]
            rows = self._connection.execute(
                f"SELECT text, number FROM spelling WHERE text {one_of(some)}", some
            )
            numbers.update(rows)
        return numbers

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

    def _merge_sets(self, added: dict[Name, list[int]], gone: dict[Name, list[int]]) -> None:
        ((next_term,),) = self._connection.execute("SELECT coalesce(max(key), 0) + 1 FROM term")
        for some, known in read_terms(self._connection, sorted({*added, *gone})):
            rows = []
            for name in some:
                _, before = known.get(name, NO_TERM)
                after = (before - BitMap(gone.get(name, ()))) | BitMap(added.get(name, ()))
                if after:
                    rows.append((next_term, *name, len(after), stored(after)))
                    next_term += 1
            self._connection.executemany(
                "DELETE FROM term WHERE key = ?", [(key,) for key, _ in known.values()]
            )
            self._connection.insert("term", TERM, rows)


def like_spellings(snapshot: Snapshot, names: str, typed: str) -> list[tuple[str, str]]:
    """Return spellings that share most trigrams with what was typed, each with its value.

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
