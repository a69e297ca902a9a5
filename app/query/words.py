"""What a person types into a search box, as an expression of the full-text search.

Words must all occur, `"words in quotes"` in that order, `-word` must not, `word*` may go on. Text
is folded and split as names are; a word finds its English singular and plural, too, except within
quotes. Whatever is typed is understood: nothing of it reaches the search as an operator.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.domain.names import is_unspaced, words

_PART = re.compile(r'(?P<without>-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))(?P<open>\*)?')
_SHORTEST = 3
"""Of so many letters is the shortest word that has a plural here."""

_IRREGULAR = {
    one: other
    for pair in (
        ("bus", "buses"), ("child", "children"), ("crisis", "crises"), ("gas", "gases"),
        ("half", "halves"), ("life", "lives"), ("man", "men"), ("woman", "women"),
    )
    for one, other in (pair, pair[::-1])
}  # fmt: skip

MAX_WORDS = 32
"""How many words may be searched for in one request."""

EVERY = "\ue000"
"""A word that every record has and nobody can type: unwanted words are subtracted from its
matches."""


@dataclass(frozen=True)
class Part:
    """A word or phrase that is typed; `forms` are the word's singular and plural, if it is one."""

    words: tuple[str, ...]
    without: bool = False
    prefix: bool = False
    forms: tuple[str, ...] = ()

    @property
    def expression(self) -> str:
        """The expression that finds it."""
        if self.forms:
            return f"({' OR '.join(_quoted(form) for form in self.forms)})"
        return f"{_quoted(' '.join(self.words))}{'*' if self.prefix else ''}"

    def places(self, text: Sequence[str]) -> list[tuple[int, int]]:
        """Return where it occurs among the words of a text: its first word, and the one behind."""
        if self.forms:
            forms = self.forms
            return [(at, at + 1) for at, word in enumerate(text) if word in forms]
        length = len(self.words)
        return [
            (first, first + length)
            for first in range(len(text) - length + 1)
            if self._stands_at(text, first)
        ]

    def _stands_at(self, text: Sequence[str], first: int) -> bool:
        *whole, last = self.words
        if any(text[first + place] != word for place, word in enumerate(whole)):
            return False
        found = text[first + len(whole)]
        return found.startswith(last) if self.prefix else found == last


def _quoted(text: str) -> str:
    return f'"{text}"'


def parts_of(text: str) -> list[Part]:
    """Parse what was typed into words and phrases, in order."""
    parts = []
    for match in _PART.finditer(re.sub(r"[\x00-\x1f\x7f]", " ", text)):
        is_phrase = match["phrase"] is not None
        typed = match["phrase"] if is_phrase else match["word"]
        prefix = match["open"] is not None or typed.endswith("*")
        folded = tuple(words(typed))
        # What holds no letter and no digit is not indexed, so it asks for nothing.
        if folded:
            forms = () if is_phrase or prefix or len(folded) > 1 else number_forms(folded[0])
            parts.append(Part(folded, match["without"] is not None, prefix, forms))
    return parts


def too_much(texts: Iterable[str]) -> str | None:
    """Return why a search for any of `texts` would find too much or take too long, or None."""
    parts = [part for text in texts for part in parts_of(text)]
    for part in parts:
        last = part.words[-1]
        if part.prefix and len(last) == 1 and not is_unspaced(last):
            return f"{last}* would find all words with that letter; give two letters before the *"
    if sum(len(part.words) for part in parts) > MAX_WORDS:
        return f"has more than {MAX_WORDS} words"
    return None


def number_forms(word: str) -> tuple[str, ...]:
    """Return a word, its English singular and plural, as far as they follow the rules."""
    if not word.isascii() or not word.isalpha() or len(word) < _SHORTEST:
        return (word,)
    forms = [word]
    if word in _IRREGULAR:
        forms.append(_IRREGULAR[word])
    elif len(word) == _SHORTEST and word.endswith("s"):  # As was, his and yes.
        return (word,)
    elif word.endswith("ies"):
        forms.append(f"{word[:-3]}y")
    elif word.endswith(("ses", "xes", "zes", "ches", "shes")):
        forms += [word[:-2], word[:-1]]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        forms.append(word[:-1])
    elif word.endswith("y") and word[-2] not in "aeiou":
        forms.append(f"{word[:-1]}ies")
    elif word.endswith(("s", "x", "z", "ch", "sh")):
        forms.append(f"{word}es")
    else:
        forms.append(f"{word}s")
    return tuple(forms)


def match_expression(texts: Iterable[str]) -> str | None:
    """Return the expression for records that match any of `texts`.

    None if there are no words to search for, which no record matches.
    """
    return _match_expression(tuple(texts))


@lru_cache(256)  # An answer needs it several times.
def _match_expression(texts: tuple[str, ...]) -> str | None:
    expressions = [_expression(parts) for text in texts if (parts := parts_of(text))]
    return " OR ".join(f"({expression})" for expression in expressions) or None


def _expression(parts: list[Part]) -> str:
    wanted = " AND ".join(part.expression for part in parts if not part.without)
    # One NOT for all of them: each level of nesting counts, and there may be hundreds.
    without = " OR ".join(part.expression for part in parts if part.without)
    if not without:
        return wanted
    return f"({wanted or _quoted(EVERY)}) NOT ({without})"


def wanted_parts(texts: Iterable[str]) -> list[Part]:
    """Return the words and phrases that are wanted, for marking them."""
    return [part for text in texts for part in parts_of(text) if not part.without]
