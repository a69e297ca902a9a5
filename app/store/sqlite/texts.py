"""Search in texts by SQLite's own index, FTS5."""

from collections.abc import Sequence

from pyroaring import BitMap

from app.query.words import Part, match_expression
from app.store.sql.snapshot import TextSearch
from app.store.sql.statements import After, Parameters, Statement, one_of

SCORE = "CAST(bm25({table}, 4.0, 1.0, 0.0) * 1000000 AS INTEGER)"
"""A record's score, the smallest best; an integer, so that a cursor can hold it exactly."""


class Fts5(TextSearch):
    """The statements that search with FTS5."""

    leaves_out_common = True
    number = "s.rowid"
    array = "json_group_array(s.rowid)"

    def found(
        self, collection: str, texts: Sequence[str], within: BitMap | None, columns: str
    ) -> Statement:
        """Return the statement for some columns of all matches; a condition can be appended."""
        table = f"search_{collection}"
        text = f"SELECT {columns} FROM {table} AS s WHERE {table} MATCH ?"
        parameters: Parameters = [str(match_expression(texts))]
        if within is not None:
            # The plus keeps SQLite from searching once for each number.
            given = "SELECT j.value FROM json_each(?) AS j"
            text += f" AND s.rowid BETWEEN ? AND ? AND +s.rowid IN ({given})"
            parameters += [within.min(), within.max(), str(list(within))]
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
        score = SCORE.format(table=f"search_{collection}")
        found = self.found(collection, texts, within, f"{score} AS place, s.rowid AS number")
        text, parameters = f"SELECT f.place, f.number FROM ({found.text}) AS f", found.parameters
        if after is not None:
            text += " WHERE (f.place, f.number) > (?, ?)"
            parameters = [*parameters, *after]
        return Statement(f"{text} ORDER BY 1, 2 LIMIT ?", [*parameters, limit])

    def shown(self, collection: str, numbers: Sequence[int]) -> Statement:
        """Return the statement for the columns that hits show."""
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
