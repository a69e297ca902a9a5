"""The searched texts of a record, each under the name of the field that it is from."""

from collections.abc import Iterable

Texts = tuple[tuple[str, str], ...]
"""Pairs of a field's name and a text; a field with several texts is there several times."""

_FIELD_END, _TEXT_END = "\x1f", "\x1e"  # Trip files hold no control characters.


def joined(**fields: str | Iterable[str | None] | None) -> Texts:
    """Return the texts that search finds, of fields that hold one text or several."""
    return tuple(
        (field, text)
        for field, value in fields.items()
        for text in ([value] if value is None or isinstance(value, str) else value)
        if text
    )


def plain(texts: Texts) -> str:
    """Return the texts in a row, as they are searched."""
    # Any separator that no word holds would do; an ASCII one keeps ASCII text fast to fold.
    return "\n".join(text for _, text in texts)


def packed(texts: Texts) -> str:
    """Return the texts with their fields as one text, for `unpacked`."""
    return _TEXT_END.join(f"{field}{_FIELD_END}{text}" for field, text in texts)


def unpacked(text: str) -> Texts:
    """Return what `packed` was given."""
    pairs = (each.partition(_FIELD_END) for each in text.split(_TEXT_END) if each)
    return tuple((field, shown) for field, _, shown in pairs)
