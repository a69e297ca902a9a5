"""How names are compared and suggested."""

import re
import unicodedata
from collections.abc import Iterable

from rapidfuzz import fuzz, process

CLOSE_ENOUGH = 72
"""From 0 to 100: how alike two spellings are before one is suggested for the other."""

_SEPARATORS = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Reduce a name to what is compared: no case, accents or punctuation, single spaces.

    `Chung Eui-yong`, `chung-eui-yong` and `CHUNG EUI YONG` fold alike, and so do `Söul` and `soul`.
    """
    if text.isascii():
        return _SEPARATORS.sub(" ", text.lower()).strip()
    # Decomposed first, too: some letters have small ones only then, such as those of mathematics.
    decomposed = _decomposed(_decomposed(text).casefold())
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _SEPARATORS.sub(" ", letters).strip()


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFKD", text)


def suggest(value: str, candidates: Iterable[str], *, limit: int = 3) -> list[str]:
    """Return the candidates close enough to `value` to be what was meant, nearest first."""
    found = process.extract(
        value,
        list(candidates),
        scorer=fuzz.WRatio,
        processor=fold,
        limit=limit,
        score_cutoff=CLOSE_ENOUGH,
    )
    return [candidate for candidate, _, _ in found]


def did_you_mean(value: str, candidates: Iterable[str]) -> str:
    """Return `; did you mean "…"?` for the nearest candidate, or nothing where none is near."""
    nearest = suggest(value, candidates, limit=1)
    return f'; did you mean "{nearest[0]}"?' if nearest else ""


def nearest(value: str, meanings: Iterable[tuple[str, str]], *, limit: int = 3) -> list[str]:
    """Return what `value` may have meant, given pairs of a folded spelling and a meaning."""
    pairs = list(meanings)
    found = process.extract(
        fold(value),
        [spelling for spelling, _ in pairs],
        scorer=fuzz.WRatio,
        limit=limit * 5,
        score_cutoff=CLOSE_ENOUGH,
    )
    return list(dict.fromkeys(pairs[position][1] for _, _, position in found))[:limit]
