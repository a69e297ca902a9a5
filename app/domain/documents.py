"""The JSON that records are served as, and the links it holds."""

from urllib.parse import quote

from app.domain.entities import Shape


def document(record: Shape) -> str:
    """Return the JSON text of a record: the very text that clients get."""
    return record.model_dump_json()


def passage_url(address: str, text_start: str, text_end: str) -> str:
    """Return `address` with a text fragment, which browsers scroll to and highlight.

    `-`, `,` and `&` have a meaning in text fragments, so they are escaped, too; `quote` leaves the
    hyphen alone.
    """
    return f"{address}#:~:text={text_start.translate(_escapes)},{text_end.translate(_escapes)}"


class _Escapes(dict[int, str]):
    """What stands in a text fragment for each character; found out as characters come along."""

    def __missing__(self, character: int) -> str:
        self[character] = escape = quote(chr(character), safe="").replace("-", "%2D")
        return escape


_escapes = _Escapes()
