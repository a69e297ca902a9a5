"""The letters that the font of pictures has, and replacements for those it lacks.

It has Latin, Greek and Cyrillic. Fonts for all scripts would weigh more than the rest of Readout.
"""

import re
import struct
import unicodedata
from collections.abc import Iterable
from functools import cache

from app.representations.formats import Document
from app.representations.outlines import VENDOR
from app.representations.wording import begun

FONTS = {
    is_bold: VENDOR / f"dejavu-sans{'-bold' if is_bold else ''}.ttf" for is_bold in (False, True)
}
_HOLLOW = re.compile(r"[(\[{][\s,;·/-]*[)\]}]|[“„«]\s*[”“»]")
"""Brackets and quotation marks that have become empty."""
_LOOSE = " ,;:·/-\N{EN DASH}\N{EM DASH}→&|"
_AFTER_OPENING = re.compile(r"(?<=[(\[{“„«])\s+")
_BEFORE_CLOSING = re.compile(r"\s+(?=[,;:.)\]}”»])")
_ENOUGH = 0.5
"""The share of its letters that must be left for a name to be recognized."""


def drawable(text: str) -> str:
    """Return a text without the characters that no picture can show, and without gaps."""
    whole = unicodedata.normalize("NFC", text)
    written = "".join(_written(character) for character in whole)
    if written == whole:
        return written
    while (filled := _HOLLOW.sub("", written)) != written:
        written = filled
    written = _BEFORE_CLOSING.sub("", _AFTER_OPENING.sub("", written))
    words: list[str] = []
    for word in written.split():
        # Where a word between two separators is gone, keep one of them.
        if any(map(str.isalnum, word)) or (words and any(map(str.isalnum, words[-1]))):
            words.append(word)
    return " ".join(words).strip(_LOOSE)


def shown(record: Document, *texts: str | None) -> str:
    """Return the first of a record's names that a picture can show, or else its id as words."""
    for text in filter(None, texts):
        letters = sum(map(str.isalpha, unicodedata.normalize("NFC", text)))
        left = drawable(text)
        if left and sum(map(str.isalpha, left)) >= letters * _ENOUGH:
            return left
    return begun(record["id"].replace("-", " "))


def _written(character: str) -> str:
    if ord(character) in _letters() or character.isspace():
        return character
    # Wide letters, and letters with marks that the font lacks, decompose into plain ones.
    plain = unicodedata.normalize("NFKD", character)
    return "".join(each for each in plain if ord(each) in _letters() and not _is_mark(each))


def _is_mark(character: str) -> bool:
    return unicodedata.combining(character) != 0


@cache
def _letters() -> frozenset[int]:
    """Return the code points that both weights of the font have."""
    regular, bold = (_mapped(path.read_bytes()) for path in FONTS.values())
    return regular & bold


def _mapped(font: bytes) -> frozenset[int]:
    """Return the code points of an OpenType font's table of characters, of format 4."""
    tables = dict(_tables(font))
    start = tables[b"cmap"]
    (number,) = struct.unpack_from(">H", font, start + 2)
    found: set[int] = set()
    for each in range(number):
        _, _, offset = struct.unpack_from(">HHL", font, start + 4 + 8 * each)
        at = start + offset
        (form,) = struct.unpack_from(">H", font, at)
        if form == 4:
            found.update(_segments(font, at))
    return frozenset(found)


def _tables(font: bytes) -> Iterable[tuple[bytes, int]]:
    (number,) = struct.unpack_from(">H", font, 4)
    for each in range(number):
        name, _, offset, _ = struct.unpack_from(">4sLLL", font, 12 + 16 * each)
        yield name, offset


def _segments(font: bytes, at: int) -> Iterable[int]:
    """Yield the code points of one table: ranges, of which some name their glyphs one by one."""
    (double,) = struct.unpack_from(">H", font, at + 6)
    count = double // 2
    # Ends, a word of padding, starts, differences, and where the glyphs are named.
    words = struct.unpack_from(f">{4 * count + 1}H", font, at + 14)
    ends, starts = words[:count], words[count + 1 : 2 * count + 1]
    deltas, ranges = words[2 * count + 1 : 3 * count + 1], words[3 * count + 1 :]
    place_of_ranges = at + 16 + 6 * count
    for index, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for code in range(first, last + 1):
            glyph = code + deltas[index]
            if ranges[index]:
                place = place_of_ranges + 2 * index + ranges[index] + 2 * (code - first)
                (glyph,) = struct.unpack_from(">H", font, place)
            if glyph % 0x10000 and code != 0xFFFF:
                yield code
