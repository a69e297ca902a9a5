"""How text is folded, split into words, compared and suggested: one way for all of Readout.

Names, filters, search, sorting and suggestions see text without case, accents and apostrophes,
with letters that are no accents to Unicode (ø, ł, đ, æ, þ, ß, ħ) written as `anyascii` writes them.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from anyascii import anyascii
from rapidfuzz import fuzz, process

CLOSE_ENOUGH = 76
"""From 0 to 100: how alike two spellings are before one is suggested for the other."""

_ALIKE_WORDS = 85
_ALIKE_WORDS_OF_A_LIST = 72
_ALIKE_AS_A_WHOLE = 75
_BEGINS_ALIKE = 20
_SHORT = 3
"""Spellings of so few letters are suggested only for others of about as many."""

# Apostrophes and what stands for them: within a name some write them and some do not.
_APOSTROPHES = frozenset(
    "'`\u00b4\u2019\u2018\u201b\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u2032\uff07\ua78c"
)

# Written without spaces between words, so that each character is a word of its own to a search.
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")


def is_unspaced(character: str) -> bool:
    """Return whether a character is of a script without spaces: to a search, a word of its own."""
    return unicodedata.name(character, "").startswith(_UNSPACED)


class _Folding(dict[int, str]):
    """What each character folds to, found out as characters come along; for `str.translate`."""

    def __init__(self, *, spaced: bool) -> None:
        self._spaced = spaced

    def __missing__(self, codepoint: int) -> str:
        character = chr(codepoint)
        folded = _folded(character)
        if self._spaced and is_unspaced(character):
            folded = f" {folded} "
        self[codepoint] = folded
        return folded


def _folded(character: str) -> str:
    if character in _APOSTROPHES:
        return ""
    # Decompose before folding case, too: mathematical letters have lower case only then.
    letters = _decomposed(_decomposed(character).casefold())
    if not letters:
        return ""
    return "".join(map(_folded_letter, letters))


def _folded_letter(letter: str) -> str:
    if letter in _APOSTROPHES:
        return ""
    if unicodedata.category(letter).startswith("M"):
        return ""
    if not letter.isalnum():
        return " "
    if not letter.isascii() and unicodedata.name(letter, "").startswith("LATIN"):
        return "".join(filter(str.isalnum, anyascii(letter).lower())) or letter
    return letter


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFKD", text)


_names = _Folding(spaced=False)
_words = _Folding(spaced=True)

_ASCII_DROPPED = bytes(code for code in range(128) if not _folded(chr(code)))
_ASCII = bytes(ord(_folded(chr(code)) or " ") for code in range(128)) + bytes(128)


def _translated(text: str, folding: _Folding) -> str:
    """Return a text with each of its characters folded."""
    if text.isascii():  # As most is, and done two to four times faster.
        return text.encode().translate(_ASCII, _ASCII_DROPPED).decode()
    return text.translate(folding)


def fold(text: str) -> str:
    """Reduce a name to what is compared: no case, accents or punctuation, single spaces.

    `Chung Eui-yong`, `chung-eui-yong` and `CHUNG EUI YONG` fold alike, and so do `Bjørnsø` and
    `bjornso`, `O'Brien` and `OBrien`.
    """
    return " ".join(_translated(text, _names).split())


def squeeze(text: str) -> str:
    """Reduce a name to what is looked up: folded, without spaces: `AlUla` is `Al Ula`."""
    return fold(text).replace(" ", "")


def words(text: str) -> list[str]:
    """Return the words of a text as a search sees them, folded.

    Where a script puts no spaces between words, each character is one.
    """
    return _translated(text, _words).split()


_ASCII_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9'`]*")


class Word(NamedTuple):
    """A word of a text, folded, and where it stands in the text."""

    folded: str
    start: int
    end: int


def words_with_places(text: str) -> list[Word]:
    """Return the words of a text with their places."""
    if all(character.isascii() or _words[ord(character)].isspace() for character in set(text)):
        # As most is, and found many times faster.
        return [
            Word(_without_apostrophes(match[0]), *match.span())
            for match in _ASCII_WORD.finditer(text)
        ]
    return _words_one_by_one(text)


def _without_apostrophes(word: str) -> str:
    return word.lower().replace("'", "").replace("`", "")


def _words_one_by_one(text: str) -> list[Word]:
    found: list[Word] = []
    folded, start = "", 0
    for place, character in enumerate(text):
        parts = _words[ord(character)]
        if not parts.strip():
            if parts and folded:
                found.append(Word(folded, start, place))
                folded = ""
            continue
        if parts[0] == " " and folded:
            found.append(Word(folded, start, place))
            folded = ""
        if not folded:
            start = place
        *whole, last = parts.split() if " " in parts.strip() else [parts.strip()]
        for part in whole:
            found.append(Word(folded + part, start, place + 1))
            folded, start = "", place
        folded += last
        if parts[-1] == " ":
            found.append(Word(folded, start, place + 1))
            folded = ""
    if folded:
        found.append(Word(folded, start, len(text)))
    return found


def suggest(value: str, candidates: Iterable[str], *, limit: int = 3) -> list[str]:
    """Return the candidates close enough to `value` to be what was meant, nearest first.

    For words on a short list, which may be short themselves; for names, see `nearest`.
    """
    typed = fold(value)
    pairs = [(fold(name), name) for name in candidates]
    near = _nearest(value, pairs, fuzz.WRatio, _ALIKE_WORDS_OF_A_LIST, len(pairs))
    near = [name for name in near if _may_be_meant(typed, fold(name))]
    # A candidate that is similar as a whole, or begins alike, is likelier than one with a similar
    # word.
    near.sort(key=lambda name: -_likeness_as_a_whole(typed, fold(name)))
    return near[:limit]


def _may_be_meant(typed: str, name: str) -> bool:
    """Return whether names are alike as wholes, or one begins as the other or one of its words.

    Those that are alike only somewhere within are not: `sort` was not meant for `cursor`.
    """
    begins = name.startswith(typed) or typed.startswith(name)
    words_begin = any(word.startswith(typed) for word in name.split())
    return begins or words_begin or fuzz.ratio(typed, name) >= _ALIKE_AS_A_WHOLE


def _likeness_as_a_whole(typed: str, word: str) -> float:
    begins = word.startswith(typed) or typed.startswith(word)
    return fuzz.ratio(typed, word) + (_BEGINS_ALIKE if begins else 0)


def did_you_mean(value: str, candidates: Iterable[str]) -> str:
    """Return `; did you mean "…"?` for the nearest candidate, or nothing where none is near."""
    return meant(suggest(value, candidates, limit=1))


def meant(nearest: Sequence[str]) -> str:
    """Return `; did you mean "…"?` for the first of what is nearest, or nothing for none."""
    return f'; did you mean "{nearest[0]}"?' if nearest else ""


def nearest(value: str, meanings: Iterable[tuple[str, str]], *, limit: int = 3) -> list[str]:
    """Return what a name may have meant, given pairs of a folded spelling and a meaning.

    Names of two or three letters are not found inside longer words.
    """
    return _nearest(value, meanings, _likeness, CLOSE_ENOUGH, limit)


def _nearest(
    value: str, meanings: Iterable[tuple[str, str]], scorer: Any, cutoff: int, limit: int
) -> list[str]:
    # Sorted, so that ties come in the same order whatever order they are given in.
    pairs = sorted(set(meanings))
    found = process.extract(
        fold(value),
        [spelling for spelling, _ in pairs],
        scorer=scorer,
        limit=limit * 5,
        score_cutoff=cutoff,
    )
    return list(dict.fromkeys(pairs[position][1] for _, _, position in found))[:limit]


def _likeness(typed: str, spelling: str, *, score_cutoff: float | None = None) -> float:
    """Return how alike two spellings are as a whole, whatever the order of their words."""
    cutoff = score_cutoff or 0
    shorter, longer = sorted((len(typed), len(spelling)))
    if shorter <= _SHORT and longer > shorter:
        return 0
    whole = max(fuzz.ratio(typed, spelling), fuzz.token_sort_ratio(typed, spelling))
    if whole >= cutoff or " " not in f"{typed}{spelling}":
        return whole if whole >= cutoff else 0
    # One of several names may be right: count the letters of the words that are alike.
    alike = sum(
        len(word)
        for word in typed.split()
        if len(word) > _SHORT
        and any(fuzz.ratio(word, other) >= _ALIKE_WORDS for other in spelling.split())
    )
    return CLOSE_ENOUGH if alike * 2 >= shorter else 0
