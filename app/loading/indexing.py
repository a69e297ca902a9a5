"""The index that filters read, kept in step with the documents, within the loader's transaction.

Changes are staged while records come and go, and merged at the end: a load of one trip and a load
of many thousand take the same path.
"""

import datetime
import sqlite3
from collections.abc import Iterable

from app.loading.rendering import Rendered
from app.loading.rows import Insert
from app.models import Alias, Continuation, Document, Term
from app.query.dates import month_end
from app.resources import Resource

_insert_document = Insert(Document, "key", "collection", "sort", "latest", "body")
_insert_term = Insert(Term, "key", "collection", "parameter", "value", "total")
_insert_continuation = Insert(Continuation, "term_key", "period", "sort", "record_key")
_insert_alias = Insert(Alias, "names", "spelling", "value", or_ignore=True)

_STAGE = "INSERT INTO temp.change VALUES (?, ?, ?, ?, 1)"


class Index:
    """The documents and the index, while one load writes them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take the connection of the load's transaction."""
        self._connection = connection
        self._terms: dict[tuple[str, str, str], int] = {}
        connection.execute(
            "CREATE TEMP TABLE change (record_key INTEGER, term_key INTEGER, sort TEXT,"
            " latest TEXT, sign INTEGER)"
        )
        self._next_term: int = connection.execute(
            "SELECT coalesce(max(key), 0) + 1 FROM term"
        ).fetchone()[0]

    def remove(self, first: int, last: int) -> None:
        """Take the records with keys from `first` to `last` out of the index, for good."""
        keys = (first, last)
        execute = self._connection.execute
        execute(
            "INSERT INTO temp.change SELECT p.record_key, p.term_key, p.sort, d.latest, -1"
            " FROM posting p JOIN document d ON d.key = p.record_key"
            " WHERE p.record_key BETWEEN ? AND ?",
            keys,
        )
        execute("DELETE FROM posting WHERE record_key BETWEEN ? AND ?", keys)
        execute("DELETE FROM continuation WHERE record_key BETWEEN ? AND ?", keys)
        execute("DELETE FROM search WHERE rowid BETWEEN ? AND ?", keys)

    def reserve(self, resource: Resource, keys: Iterable[int]) -> None:
        """Make room for documents whose content is known only at the end of the load."""
        _insert_document(self._connection, ((key, resource.name, "", "", "") for key in keys))

    def fill(self, key: int, record: Rendered) -> None:
        """Write a document that room was made for, in place of what stands there."""
        self.remove(key, key)
        self._connection.execute(
            "UPDATE document SET sort = ?, latest = ?, body = ? WHERE key = ?",
            (record.sort, record.latest, record.document, key),
        )
        self._stage([(key, record)])

    def add(self, records: list[tuple[int, Rendered]]) -> None:
        """Add the documents of new records, given with their keys."""
        _insert_document(
            self._connection,
            (
                (key, record.collection, record.sort, record.latest, record.document)
                for key, record in records
            ),
        )
        self._stage(records)

    def _stage(self, records: list[tuple[int, Rendered]]) -> None:
        staged: list[tuple[int, int, str, str]] = []
        continued: list[tuple[int, str, str, int]] = []
        for key, record in records:
            sort, latest = record.sort, record.latest
            terms = [
                self._term(record.collection, parameter, value) for parameter, value in record.terms
            ]
            staged += [(key, term, sort, latest) for term in terms]
            if latest > sort:
                continued += [
                    (term, period, sort, key)
                    for period in covering_periods(sort, latest)
                    for term in terms
                ]
        self._connection.executemany(_STAGE, staged)
        self._connection.executemany(
            "INSERT INTO search (rowid, title, text, collection) VALUES (?, ?, ?, ?)",
            ((key, record.title, record.text, record.collection) for key, record in records),
        )
        _insert_continuation(self._connection, continued)

    def _term(self, collection: str, parameter: str, value: str) -> int:
        name = (collection, parameter, value)
        key = self._terms.get(name)
        if key is None:
            found = self._connection.execute(
                "SELECT key FROM term WHERE collection = ? AND parameter = ? AND value = ?", name
            ).fetchone()
            if found:
                key = int(found[0])
            else:
                key = self._next_term
                self._next_term += 1
                _insert_term(self._connection, [(key, *name, 0)])
            self._terms[name] = key
        return key

    def alias(self, names: str, value: str, spellings: Iterable[str]) -> None:
        """Set the folded spellings under which a value is found."""
        self._connection.execute("DELETE FROM alias WHERE names = ? AND value = ?", (names, value))
        _insert_alias(self._connection, ((names, spelling, value) for spelling in spellings))

    def merge(self) -> None:
        """Bring postings, totals and counts in line with the records that came and went."""
        execute = self._connection.execute
        self._insert_postings()
        execute(
            "UPDATE term SET total = total + change.net FROM"
            " (SELECT term_key, sum(sign) AS net FROM temp.change GROUP BY term_key) AS change"
            " WHERE term.key = change.term_key"
        )
        for unit, length in (("year", 4), ("month", 7), ("day", 10)):
            execute(
                "INSERT INTO period_count (term_key, unit, period, beginning, ending)"
                " SELECT term_key, ?1, period, sum(beginning) AS beginning, sum(ending) AS ending"
                " FROM (SELECT term_key, substr(sort, 1, ?2) AS period, sign AS beginning,"
                "  0 AS ending FROM temp.change WHERE latest <> '' UNION ALL"
                "  SELECT term_key, substr(latest, 1, ?2), 0, sign FROM temp.change"
                "  WHERE latest <> '')"
                " GROUP BY term_key, period HAVING sum(beginning) <> 0 OR sum(ending) <> 0"
                " ON CONFLICT DO UPDATE SET beginning = beginning + excluded.beginning,"
                " ending = ending + excluded.ending",
                (unit, length),
            )
        changed = "(SELECT term_key FROM temp.change WHERE sign = -1)"
        execute(
            f"DELETE FROM period_count WHERE term_key IN {changed} AND beginning = 0 AND ending = 0"
        )
        execute(f"DELETE FROM term WHERE key IN {changed} AND total = 0")
        execute("DROP TABLE temp.change")

    def _insert_postings(self) -> None:
        execute = self._connection.execute
        (new,) = execute("SELECT count(*) FROM temp.change WHERE sign = 1").fetchone()
        (existing,) = execute(
            "SELECT count(*) FROM (SELECT 1 FROM posting LIMIT ?)", (new,)
        ).fetchone()
        # An index that would mostly be new is sorted at once, not filled here and there.
        rebuilt = existing < new
        if rebuilt:
            ((definition,),) = execute(
                "SELECT sql FROM sqlite_schema WHERE name = 'posting_by_term'"
            ).fetchall()
            execute("DROP INDEX posting_by_term")
        execute(
            "INSERT INTO posting (record_key, term_key, sort)"
            " SELECT record_key, term_key, sort FROM temp.change WHERE sign = 1"
            " ORDER BY record_key, term_key"
        )
        if rebuilt:
            execute(definition)


def covering_periods(sort: str, latest: str) -> list[str]:
    """Return the fewest days, months and years that make up the days after `sort` to `latest`."""
    day = datetime.date.fromisoformat(sort) + datetime.timedelta(days=1)
    last = datetime.date.fromisoformat(latest)
    periods = []
    while day <= last:
        year_end = datetime.date(day.year, 12, 31)
        end_of_month = month_end(day)
        if (day.month, day.day) == (1, 1) and year_end <= last:
            periods.append(f"{day.year:04}")
            end = year_end
        elif day.day == 1 and end_of_month <= last:
            periods.append(day.isoformat()[:7])
            end = end_of_month
        else:
            periods.append(day.isoformat())
            end = day
        if end == datetime.date.max:
            break
        day = end + datetime.timedelta(days=1)
    return periods
