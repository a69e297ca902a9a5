"""Full-text search on PostgreSQL, with words split and folded as everywhere in Readout.

Each collection has a table of its records' words: `words`, by which they are found and ranked, and
`spaced`, the same words in their order, which is searched for phrases. So the limit on places in a
`tsvector` does not change what is found.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from pyroaring import BitMap

from app.domain.names import words
from app.query.words import EVERY, Part, parts_of
from app.store.sql.snapshot import TextSearch
from app.store.sql.statements import After, Parameters, Statement, one_of
from app.store.sql.writer import SearchedText

MAX_WORD_LENGTH = 500
"""The index has only this many letters of a word: PostgreSQL takes 2,046 bytes of each."""

MAX_PLACES = 255
"""At most this many places of a word count for its rank."""

LAST_PLACE = 16_383
"""The last place in a text that a `tsvector` knows; words behind it count as standing there."""

BETWEEN = "\x1f"
"""What stands between title and text, so that no phrase begins in one and ends in the other."""

_SCORE = "-CAST(ts_rank(s.words, CAST(? AS tsquery), 1) * 1000000 AS bigint)"
"""A record's score, the smallest best; an integer, so that a cursor can hold it exactly."""


class TextVectors(TextSearch):
    """The statements that search in PostgreSQL's own way."""

    number = "s.number"
    array = "CAST(coalesce(json_agg(s.number), '[]') AS text)"

    def found(
        self, collection: str, texts: Sequence[str], within: BitMap | None, columns: str
    ) -> Statement:
        """Return the statement for some columns of all matches; a condition can be appended."""
        conditions, parameters = [], list[str | int]()
        for text in texts:
            if parts := parts_of(text):
                condition, bound = _of_parts(parts)
                conditions.append(condition)
                parameters += bound
        text = f"SELECT {columns} FROM search_{collection} AS s WHERE ({' OR '.join(conditions)})"
        if within is not None:
            text += " AND s.number = ANY(CAST(? AS bigint[]))"
            parameters.append(f"{{{','.join(map(str, within))}}}")
        return Statement(text, parameters)

    def best(
        self,
        collection: str,
        texts: Sequence[str],
        within: BitMap | None,
        after: After,
        limit: int,
    ) -> Statement:
        """Return the statement for the best matches: score and number."""
        found = self.found(collection, texts, within, f"{_SCORE} AS place, s.number")
        text, parameters = f"SELECT f.place, f.number FROM ({found.text}) AS f", found.parameters
        parameters = [_wanted(texts), *parameters]
        if after is not None:
            text += " WHERE (f.place, f.number) > (?, ?)"
            parameters += after
        return Statement(f"{text} ORDER BY 1, 2 LIMIT ?", [*parameters, limit])

    def shown(self, collection: str, numbers: Sequence[int]) -> Statement:
        """Return the statement for the columns that hits show."""
        return Statement(
            "SELECT d.number, d.collection, d.sort, d.latest, d.body, s.shown_title, s.shown_text"
            f" FROM search_{collection} AS s CROSS JOIN document AS d WHERE d.number = s.number"
            f" AND s.number {one_of(numbers)}",
            [*numbers],
        )

    def finding(self, collection: str, part: Part) -> Statement:
        """Return a statement that has rows if any record has a word or phrase."""
        condition, parameters = _of_parts([part])
        return Statement(f"SELECT 1 FROM search_{collection} AS s WHERE {condition}", parameters)


def _of_parts(parts: Sequence[Part]) -> tuple[str, Parameters]:
    """Return the condition that a record has each part that is wanted, and none of the others."""
    wanted = [_query(part) for part in parts if not part.without] or [f"'{EVERY}'"]
    unwanted = [_query(part) for part in parts if part.without and len(part.words) == 1]
    query = " & ".join([*wanted, *(f"!({each})" for each in unwanted)])
    condition, parameters = "s.words @@ CAST(? AS tsquery)", list[str | int]([query])
    for part in parts:
        if len(part.words) > 1:
            condition += f" AND position(? IN s.spaced) {'=' if part.without else '>'} 0"
            parameters.append(f" {' '.join(part.words)}{'' if part.prefix else ' '}")
    return f"({condition})", parameters


def _query(part: Part) -> str:
    """Return the query for the words of a part, in whichever order they stand."""
    if part.forms:
        return f"({' | '.join(map(_quoted, part.forms))})"
    *whole, last = map(_quoted, part.words)
    return f"({' & '.join([*whole, f'{last}:*' if part.prefix else last])})"


def _wanted(texts: Sequence[str]) -> str:
    """Return the query by which matches are ranked: any of the wanted words."""
    parts = [part for text in texts for part in parts_of(text) if not part.without]
    return " | ".join(map(_query, parts)) or f"'{EVERY}'"


def _quoted(word: str) -> str:
    # A word holds letters and digits only, so that nothing in it has to be escaped.
    return f"'{word[:MAX_WORD_LENGTH]}'"


def vector(title: Iterable[str], text: Iterable[str]) -> tuple[str, Counter[str]]:
    """Return a `tsvector` of the words of a title and a text, as text, and one of each word."""
    places: dict[str, list[str]] = {EVERY: [f"{LAST_PLACE}"]}
    at = 0
    for some, weight in ((title, "A"), (text, "")):
        for word in some:
            at = min(at + 1, LAST_PLACE - 1)
            found = places.setdefault(word[:MAX_WORD_LENGTH], [])
            if len(found) < MAX_PLACES:
                found.append(f"{at}{weight}")
    counted = Counter(dict.fromkeys(places, 1))
    return " ".join(f"'{word}':{','.join(found)}" for word, found in places.items()), counted


Row = tuple[int, str, str, str, str]
"""Number, words, words in their order, and the title and text that hits show."""


def row_of(searched: SearchedText) -> tuple[Row, Counter[str]]:
    """Return the row of a record in the table of its collection, and its different words."""
    number, title, text, shown = searched
    in_title, in_text = words(title), words(text)
    indexed, counted = vector(in_title, in_text)
    spaced = f" {' '.join(in_title)} {BETWEEN} {' '.join(in_text)} "
    return (number, indexed, spaced, title, shown), counted
