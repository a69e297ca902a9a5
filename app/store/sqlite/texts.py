"""Search in texts by SQLite's own index, FTS5."""

from collections.abc import Sequence

from pyroaring import BitMap

from app.query.words import Part, match_expression
from app.store.sql.snapshot import TextSearch
from app.store.sql.statements import After, Parameters, Statement, one_of

SCORE = "CAST(bm25({table}, 4.0, 1.0, 0.0) * 1000000 AS INTEGER)"
"""How well a record fits a search, smallest best, whole so that a cursor can hold it exactly."""


class Fts5(TextSearch):
    """The statements that search with FTS5."""

    leaves_out_common = True

    def numbers(self, collection: str, texts: Sequence[str], within: BitMap | None) -> Statement:
        """Return the statement for the numbers of all that is found, as one array of JSON."""
        return _found(collection, texts, within, "json_group_array(s.rowid)")

    def count(self, collection: str, texts: Sequence[str]) -> Statement:
        """Return the statement for how many are found."""
        return _found(collection, texts, None, "count(*)")

    def first(self, collection: str, texts: Sequence[str], behind: int, limit: int) -> Statement:
        """Return the statement for the first numbers that are found behind one, in their order."""
        found = _found(collection, texts, None, "s.rowid")
        text = f"{found.text} AND s.rowid > ? ORDER BY s.rowid LIMIT ?"
        return Statement(text, [*found.parameters, behind, limit])

    def best(
        self,
        collection: str,
        texts: Sequence[str],
        within: BitMap | None,
        after: After,
        limit: int,
    ) -> Statement:
        """Return the statement for the best that are found: score and number."""
        score = SCORE.format(table=f"search_{collection}")
        found = _found(collection, texts, within, f"{score} AS place, s.rowid AS number")
        text, parameters = f"SELECT f.place, f.number FROM ({found.text}) AS f", found.parameters
        if after is not None:
            text += " WHERE (f.place, f.number) > (?, ?)"
            parameters = [*parameters, *after]
        return Statement(f"{text} ORDER BY 1, 2 LIMIT ?", [*parameters, limit])

    def shown(self, collection: str, numbers: Sequence[int]) -> Statement:
        """Return the statement for what hits show."""
        return Statement(
            "SELECT d.number, d.collection, d.sort, d.latest, d.body, s.shown_title, s.shown_text"
            f" FROM search_{collection} AS s CROSS JOIN document AS d WHERE d.number = s.rowid"
            f" AND s.rowid {one_of(numbers)}",
            [*numbers],
        )

    def finding(self, collection: str, part: Part) -> Statement:
        """Return a statement that has rows if any record has a word or phrase."""
        table = f"search_{collection}"
        return Statement(f"SELECT 1 FROM {table} WHERE {table} MATCH ?", [part.expression])


def _found(collection: str, texts: Sequence[str], within: BitMap | None, columns: str) -> Statement:
    table = f"search_{collection}"
    text = f"SELECT {columns} FROM {table} AS s WHERE {table} MATCH ?"
    parameters: Parameters = [str(match_expression(texts))]
    if within is not None:
        # The plus forbids to search once for each of them.
        text += (
            " AND s.rowid BETWEEN ? AND ? AND +s.rowid IN (SELECT j.value FROM json_each(?) AS j)"
        )
        parameters += [within.min(), within.max(), str(list(within))]
    return Statement(text, parameters)
