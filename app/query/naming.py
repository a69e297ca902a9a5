"""What a value means that names something: an id as it is, or a name folded."""

import re

from app.domain.countries import country_codes
from app.domain.fields import SLUG_PATTERN
from app.domain.filters import Filter, Reads
from app.domain.names import fold

_ID = re.compile(SLUG_PATTERN)


def read_name(known: Filter, text: str) -> str:
    """Return what a text that is fit for it means to a filter that takes names or slugs."""
    return _read_slug(text) if known.reads is Reads.SLUG else _read_name(str(known.names), text)


def _read_slug(text: str) -> str:
    return fold(text).replace(" ", "-")


def _read_name(names: str, text: str) -> str:
    """Return an id as it is, since it means its record and no other; a name folded.

    `London` is no id: it gets a space at its end, so that it is not taken for the id `london`.
    """
    if names == "country" and text.upper() in country_codes():
        return text.upper()
    if names != "title" and (_ID.fullmatch(text) or (names == "party" and text in country_codes())):
        return text
    folded = fold(text)
    return f"{folded} " if names == "title" or _ID.fullmatch(folded) else folded
