"""How names are compared and suggested."""

import re
import unicodedata
from collections.abc import Iterable

from rapidfuzz import fuzz, process

_SEPARATORS = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Reduce a name to what is compared: no case, accents or punctuation, single spaces.

    `Chung Eui-yong`, `chung-eui-yong` and `CHUNG EUI YONG` fold alike, and so do `Söul` and `soul`.
    """
    # Decomposed first, too: some letters have small ones only then, such as those of mathematics.
    decomposed = _decomposed(_decomposed(text).casefold())
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _SEPARATORS.sub(" ", letters).strip()


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFKD", text)


def suggest(value: str, candidates: Iterable[str], *, limit: int = 3) -> list[str]:
    """Return the candidates close enough to `value` to be what was meant, nearest first."""
    found = process.extract(
        value, list(candidates), scorer=fuzz.WRatio, processor=fold, limit=limit, score_cutoff=72
    )
    return [candidate for candidate, _, _ in found]


def did_you_mean(value: str, candidates: Iterable[str]) -> str:
    """Return `; did you mean "…"?` for the nearest candidate, or nothing where none is near."""
    nearest = suggest(value, candidates, limit=1)
    return f'; did you mean "{nearest[0]}"?' if nearest else ""
