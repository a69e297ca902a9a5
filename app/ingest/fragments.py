"""Text fragments as browsers find them: `#:~:text=[prefix-,]start[,end][,-suffix]`.

Browsers compare without regard to case and accents, count any white space as one space, want whole
words at both ends, and take the first place where all of a fragment fits. What is here follows the
specification (https://wicg.github.io/scroll-to-text-fragment/) as far as plain text allows.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.fields import EvidenceFacts

_WHITE_SPACE = re.compile(r"\s+")
# Between letters or digits, these part no words: U.S., it's, 1,000.
_INSIDE_WORDS = "'\u2019.,"


@dataclass(frozen=True)
class Span:
    """Where words stand in a text: from `start` up to and without `end`."""

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
        folded, places = [], []
        for place, character in enumerate(self.plain):
            for letter in _compared(character):
                folded.append(letter)
                places.append(place)
        self._folded = "".join(folded)
        self._places = [*places, len(self.plain)]

    def alike(self, words: str) -> Iterator[Span]:
        """Yield where words stand as browsers compare them, as whole words, in order."""
        wanted = "".join(map(_compared, _WHITE_SPACE.sub(" ", words)))
        at = self._folded.find(wanted) if wanted else -1
        while at >= 0:
            start = self._places[at]
            # Up to the next character that is compared: marks belong to the letter before them.
            end = self._places[at + len(wanted)]
            while end > start and self.plain[end - 1] == " ":
                end -= 1
            if not (inside_word(self.plain, start) or inside_word(self.plain, end)):
                yield Span(start, end)
            at = self._folded.find(wanted, at + 1)

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
    """Return where, once white space is one space, a paragraph begins."""
    found, removed = set(), 0
    for space in _WHITE_SPACE.finditer(text):
        removed += len(space[0]) - 1
        if space[0].count("\n") > 1:
            found.add(space.end() - removed)
    return frozenset(found)


def _compared(character: str) -> str:
    if character.isascii():
        return character.lower()
    letters = unicodedata.normalize("NFKD", character).casefold()
    return "".join(c for c in letters if not unicodedata.combining(c))


def inside_word(text: str, position: int) -> bool:
    """Return whether a position of the text has a letter or digit of one word on either side.

    Only of scripts with capitals: those without, such as Japanese, may have no spaces between
    words, and nothing simple tells where theirs end.
    """
    # Padded, so that the neighbours of every position exist.
    before, left, right, after = tuple(f"  {text[max(0, position - 2) : position + 2]}  ")[
        min(position, 2) : min(position, 2) + 4
    ]
    if right in _INSIDE_WORDS:
        right = after
    elif left in _INSIDE_WORDS:
        left = before
    return all(side.isdigit() or side.lower() != side.upper() for side in (left, right))
