"""What a person types into a search box, as an expression of SQLite's full-text search.

Words must all occur, `"words in quotes"` in that order, `-word` must not, `word*` may go on. Case
and accents make no difference. Whatever is typed is understood: nothing of it reaches the search
as an operator.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_PART = re.compile(r'(?P<without>-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))(?P<open>\*)?')


@dataclass(frozen=True)
class _Part:
    words: str
    without: bool
    prefix: bool

    @property
    def expression(self) -> str:
        return f'"{self.words}"{"*" if self.prefix else ""}'


def _parts(text: str) -> list[_Part]:
    parts = []
    for match in _PART.finditer(re.sub(r"[\x00-\x1f\x7f]", " ", text)):
        words = match["phrase"] if match["phrase"] is not None else match["word"]
        prefix = match["open"] is not None or words.endswith("*")
        # What holds no letter and no digit is not indexed, so it asks for nothing.
        if any(character.isalnum() for character in words):
            parts.append(_Part(words, match["without"] is not None, prefix))
    return parts


def match_expression(texts: Iterable[str], collection: str) -> str | None:
    """Return the expression for records of a collection that match any of `texts`.

    None where nothing is asked for, which nothing matches.
    """
    expressions = [_expression(parts, collection) for text in texts if (parts := _parts(text))]
    return " OR ".join(f"({expression})" for expression in expressions) or None


def _expression(parts: list[_Part], collection: str) -> str:
    expression = f'collection : "{collection}"'
    wanted = " AND ".join(part.expression for part in parts if not part.without)
    if wanted:
        expression += f" AND {{title text}} : ({wanted})"
    # One NOT for all of them: each level of nesting counts, and there may be hundreds.
    without = " OR ".join(part.expression for part in parts if part.without)
    if without:
        expression = f"({expression}) NOT {{title text}} : ({without})"
    return expression


def wanted_expression(texts: Iterable[str]) -> str | None:
    """Return the expression for any of the words that are wanted, for marking them, or None."""
    wanted = [part.expression for text in texts for part in _parts(text) if not part.without]
    return f"{{title text}} : ({' OR '.join(wanted)})" if wanted else None
