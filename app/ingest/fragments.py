"""Text fragments as browsers find them: `#:~:text=[prefix-,]start[,end][,-suffix]`.

Browsers compare as the Unicode collation does at its first level: no case, no accents, ø as o,
curly quotation marks as straight ones, invisible characters ignored. They count any white space as
one space, want whole words at both ends, and take the first place where all of it fits. What is
here follows the specification (https://wicg.github.io/scroll-to-text-fragment/) as far as plain
text allows; the tests compare it with Chromium.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from app.domain.fields import EvidenceFacts

_WHITE_SPACE = re.compile(r"\s+")
_APOSTROPHES = "'\u2019\u2018"
_IN_NUMBERS = ".,;"
# Scripts that put no spaces between words, so that nothing simple tells where one ends.
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")

_SAME = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u05f3", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u05f4", '"'),
    "\u00e6": "ae", "\u0153": "oe", "\u00f8": "o", "\u0142": "l", "\u0140": "l", "\u0111": "d",
    "\u00f0": "d", "\u0127": "h", "\u0491": "\u0433",
    "\u05da": "\u05db", "\u05dd": "\u05de", "\u05df": "\u05e0", "\u05e3": "\u05e4",
    "\u05e5": "\u05e6", "\u0649": "\u064a", "\u0629": "\u0647",
}  # fmt: skip
"""What browsers take a lower-case letter or mark for, where removing accents is not enough."""

_LETTERS_WITH_MARKS = frozenset("\u0439\u0419")
"""To browsers, й is a letter of its own, and not и with a mark."""


@dataclass(frozen=True)
class Span:
    """Where words stand in a text: from `start` to `end`, which is excluded."""

    start: int
    end: int

    def overlaps(self, other: "Span") -> bool:
        """Return whether the two have a character in common."""
        return self.start < other.end and other.start < self.end


class Text:
    """The text of a source: as it is, and as browsers compare it."""

    def __init__(self, text: str) -> None:
        """Take the text of a page, its paragraphs apart by line breaks."""
        self.plain = _WHITE_SPACE.sub(" ", text)
        self.breaks = _breaks(text)
        self._begun = sorted(self.breaks)
        folded, places = [], []
        for place, character in enumerate(self.plain):
            for letter in _compared(character):
                folded.append(letter)
                places.append(place)
        self._folded = "".join(folded)
        self._places = [*places, len(self.plain)]

    def alike(self, words: str) -> Iterator[Span]:
        """Yield where words occur in one paragraph, compared as browsers do, as whole words."""
        wanted = "".join(map(_compared, _WHITE_SPACE.sub(" ", words)))
        at = self._folded.find(wanted) if wanted else -1
        while at >= 0:
            start = self._places[at]
            # Up to the next character that is compared: marks belong to the letter before them.
            end = self._places[at + len(wanted)]
            while end > start and self.plain[end - 1] == " ":
                end -= 1
            is_whole = not (inside_word(self.plain, start) or inside_word(self.plain, end))
            if is_whole and not self._is_over_paragraphs(start, end):
                yield Span(start, end)
            at = self._folded.find(wanted, at + 1)

    def _is_over_paragraphs(self, start: int, end: int) -> bool:
        """Return whether a paragraph begins between two places: browsers find no words there."""
        at = bisect_right(self._begun, start)
        return at < len(self._begun) and self._begun[at] < end

    def highlighted(self, evidence: EvidenceFacts) -> Iterator[Span]:
        """Yield every place that a fragment fits, in order; browsers highlight the first."""
        for first in self._starts(evidence):
            if evidence.text_end is None:
                if self.is_followed(first, evidence.suffix):
                    yield first
                continue
            for last in self.alike(evidence.text_end):
                if last.start >= first.end and self.is_followed(last, evidence.suffix):
                    yield Span(first.start, last.end)
                    break

    def _starts(self, evidence: EvidenceFacts) -> Iterator[Span]:
        before = None
        if evidence.prefix is not None:
            before = {self._behind(span.end) for span in self.alike(evidence.prefix)}
        for span in self.alike(evidence.text_start or ""):
            if before is None or span.start in before:
                yield span

    def is_followed(self, span: Span, suffix: str | None) -> bool:
        """Return whether a suffix, if there is one, stands just behind a span."""
        if suffix is None:
            return True
        behind = self._behind(span.end)
        return any(found.start == behind for found in self.alike(suffix))

    def _behind(self, place: int) -> int:
        return place + 1 if self.plain[place : place + 1] == " " else place


def _breaks(text: str) -> frozenset[int]:
    """Return where paragraphs begin once white space is collapsed."""
    found, removed = set(), 0
    for space in _WHITE_SPACE.finditer(text):
        removed += len(space[0]) - 1
        if space[0].count("\n") > 1:
            found.add(space.end() - removed)
    return frozenset(found)


@cache
def _compared(character: str) -> str:
    if character.isascii():
        return character.lower()
    if character in _LETTERS_WITH_MARKS:
        return character.lower()
    if character.lower() in _SAME:
        return _SAME[character.lower()]
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    letters = unicodedata.normalize("NFKD", character)
    bare = "".join(c for c in letters if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    return "".join(_SAME.get(letter, letter) for letter in bare.casefold())


def inside_word(text: str, position: int, *, points_join: bool = False) -> bool:
    """Return whether a position of the text lies inside a word.

    Words are split as browsers do: an apostrophe joins letters, a point or comma joins digits. With
    `points_join`, they are split as readers do, for whom U.S. is one word. In scripts without
    spaces, such as Japanese, every position may be between two words.
    """
    before, left = _neighbours(text, position, -1)
    right, after = _neighbours(text, position, 1)
    if _is_joint(right, left, after, points_join):
        right = after
    elif _is_joint(left, before, right, points_join):
        left = before
    return _is_of_word(left) and _is_of_word(right)


def _neighbours(text: str, position: int, step: int) -> tuple[str, str]:
    """Return the two visible characters before or behind a position, in the order of the text."""
    found: list[str] = []
    place = position if step > 0 else position - 1
    while len(found) < 2 and 0 <= place < len(text):
        if unicodedata.category(text[place]) not in ("Mn", "Me", "Cf"):
            found.append(text[place])
        place += step
    first, second, *_ = (*found, " ", " ")
    return (first, second) if step > 0 else (second, first)


def _is_joint(mark: str, before: str, after: str, points_join: bool) -> bool:
    if points_join or (before.isdigit() and after.isdigit()):
        return mark in _APOSTROPHES or mark in _IN_NUMBERS
    return mark in _APOSTROPHES and before.isalpha() and after.isalpha()


@cache
def _is_of_word(character: str) -> bool:
    if not (character.isalnum() or character == "_"):
        return False
    return not unicodedata.name(character, "").startswith(_UNSPACED)
