"""The index that filters read, kept in step with the documents, within the loader's transaction.

Changes are staged while records come and go, and merged at the end: a load of one trip and a load
of many thousand take the same path.
"""

import datetime
import sqlite3
from collections import defaultdict
from collections.abc import Iterable

from app.domain.collections import STAYS
from app.domain.filters import TITLE
from app.domain.names import fold, words
from app.domain.records import IndexedRecord
from app.domain.spellings import with_squeezed
from app.query.dates import month_end
from app.store.keys import FIRST_TRIP_NUMBER, RECORD_BITS

_INSERT_DOCUMENT = (
    "INSERT INTO document (key, collection, sort, latest, updated, body) VALUES (?, ?, ?, ?, ?, ?)"
)
_INSERT_SEARCH = (
    "INSERT INTO search (rowid, title, text, collection, shown_title, shown_text)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)

# What the index loses (`sign` -1) and gains (1): a row a record, its terms as a JSON array, since
# a row a term would take longer to write than all that is made of it.
_STAGE = "INSERT INTO temp.change VALUES (?, ?, ?, ?, ?)"
_STAGING = {
    "VIEW temp.change_of_term": " AS SELECT c.record_key, j.value AS term_key, c.sort, c.latest,"
    " c.sign FROM temp.change AS c, json_each(c.terms) AS j",
    "TABLE temp.change": "(record_key INTEGER, sort TEXT, latest TEXT, terms TEXT, sign INTEGER)",
    # The periods of a continuation, by the days between which its record lies.
    "TABLE temp.span": "(sort TEXT, latest TEXT, period TEXT, PRIMARY KEY (sort, latest, period))"
    " WITHOUT ROWID",
    # How many more records of a term begin and end in a period; those of no day, on an empty day.
    "TABLE temp.change_of_period": "(term_key INTEGER, unit TEXT, period TEXT, beginning INTEGER,"
    " ending INTEGER, PRIMARY KEY (term_key, unit, period)) WITHOUT ROWID",
}


class Index:
    """The documents and the index, while one load writes them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take the connection of the load's transaction."""
        self._connection = connection
        self._terms: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
        self._new = 0
        self._staged: set[int] = set()
        for name, definition in _STAGING.items():
            connection.execute(f"CREATE {name} {definition}")
        self._next_term: int = connection.execute(
            "SELECT coalesce(max(key), 0) + 1 FROM term"
        ).fetchone()[0]

    def remove(self, first: int, last: int) -> None:
        """Take the records with keys from `first` to `last` out of the index, for good."""
        keys = (first, last)
        execute = self._connection.execute
        if first >> RECORD_BITS in self._staged:  # Written in this load, and not merged yet.
            execute("DELETE FROM temp.change WHERE record_key BETWEEN ? AND ? AND sign = 1", keys)
        execute(
            "INSERT INTO temp.change"
            " SELECT p.record_key, p.sort, d.latest, json_group_array(p.term_key), -1"
            " FROM posting p JOIN document d ON d.key = p.record_key"
            " WHERE p.record_key BETWEEN ? AND ? GROUP BY p.record_key",
            keys,
        )
        execute("DELETE FROM posting WHERE record_key BETWEEN ? AND ?", keys)
        execute("DELETE FROM search WHERE rowid BETWEEN ? AND ?", keys)

    def fill(self, key: int, record: IndexedRecord) -> None:
        """Write a document, in place of the one that stands there."""
        execute = self._connection.execute
        if execute("SELECT 1 FROM document WHERE key = ?", (key,)).fetchone():
            self.remove(key, key)
            execute("DELETE FROM document WHERE key = ?", (key,))
        self.add([(key, record)])

    def add(self, records: list[tuple[int, IndexedRecord]]) -> None:
        """Add the documents of new records, given with their keys."""
        self._connection.executemany(
            _INSERT_DOCUMENT,
            (
                (key, found.collection, found.sort, found.latest, found.updated, found.document)
                for key, found in records
            ),
        )
        self._stage(records)

    def _stage(self, records: list[tuple[int, IndexedRecord]]) -> None:
        staged = []
        for key, record in records:
            known = self._terms[record.collection]
            terms = sorted(
                known.get(term) or self._term(record.collection, *term) for term in record.terms
            )
            self._new += len(terms)
            # As a list of whole numbers is written in Python, so it is in JSON.
            staged.append((key, record.sort, record.latest, str(terms), 1))
        self._connection.executemany(_STAGE, staged)
        self._staged.update(key >> RECORD_BITS for key, _ in records)
        self._connection.executemany(
            _INSERT_SEARCH,
            (
                (
                    key,
                    " ".join(words(record.title)),
                    " ".join(words(record.text)),
                    record.collection,
                    record.title,
                    record.text,
                )
                for key, record in records
                if record.collection != STAYS.name
            ),
        )

    def _term(self, collection: str, parameter: str, value: str) -> int:
        """Return the key of a term that this load has not met before."""
        name = (collection, parameter, value)
        found = self._connection.execute(
            "SELECT key FROM term WHERE collection = ? AND parameter = ? AND value = ?", name
        ).fetchone()
        if found:
            key = int(found[0])
        else:
            key = self._next_term
            self._next_term += 1
            self._connection.execute(
                "INSERT INTO term (key, collection, parameter, value, total)"
                " VALUES (?, ?, ?, ?, 0)",
                (key, *name),
            )
            if parameter == TITLE.parameter:  # It has no record of its own that could name it.
                self.alias(parameter, value, with_squeezed([fold(value)]))
        self._terms[collection][parameter, value] = key
        return key

    def alias(self, names: str, value: str, spellings: Iterable[str]) -> None:
        """Set the folded spellings under which a value is found."""
        self._connection.execute("DELETE FROM alias WHERE names = ? AND value = ?", (names, value))
        self._connection.executemany(
            "INSERT INTO alias (names, spelling, value) VALUES (?, ?, ?)",
            ((names, spelling, value) for spelling in dict.fromkeys(spellings)),
        )

    def merge(self) -> None:
        """Bring postings, continuations, totals and counts in line with what came and went."""
        execute = self._connection.execute
        (existing,) = execute(
            "SELECT count(*) FROM (SELECT 1 FROM posting LIMIT ?)", (self._new,)
        ).fetchone()
        # What would mostly be new is made anew, in order, not changed here and there.
        anew = existing < self._new
        self._merge_postings(anew=anew)
        self._merge_continuations()
        self._count_days(anew=anew)
        self._merge_counts()
        for name in _STAGING:
            execute(f"DROP {name}")

    def _merge_postings(self, *, anew: bool) -> None:
        execute = self._connection.execute
        if anew:
            ((definition,),) = execute(
                "SELECT sql FROM sqlite_schema WHERE name = 'posting_by_term'"
            ).fetchall()
            execute("DROP INDEX posting_by_term")
        execute(
            "INSERT INTO posting (record_key, term_key, sort)"
            " SELECT record_key, term_key, sort FROM temp.change_of_term WHERE sign = 1"
        )
        if anew:
            execute(definition)

    def _merge_continuations(self) -> None:
        execute, executemany = self._connection.execute, self._connection.executemany
        spans = execute("SELECT DISTINCT sort, latest FROM temp.change WHERE latest > sort")
        executemany(
            "INSERT INTO temp.span VALUES (?, ?, ?)",
            [(*span, period) for span in spans for period in covering_periods(*span)],
        )
        rows = (
            "SELECT c.term_key, s.period, c.sort, c.record_key FROM temp.change_of_term AS c"
            " CROSS JOIN temp.span AS s ON s.sort = c.sort AND s.latest = c.latest"
            " WHERE c.latest > c.sort AND c.sign = ?"
        )
        executemany(
            "DELETE FROM continuation"
            " WHERE term_key = ? AND period = ? AND sort = ? AND record_key = ?",
            execute(rows, (-1,)).fetchall(),
        )
        execute(
            "INSERT INTO continuation (term_key, period, sort, record_key)"
            f" {rows} ORDER BY 1, 2, 3, 4",
            (1,),
        )

    def _count_days(self, *, anew: bool) -> None:
        """Find how many more records of each term begin and end on each day, those of no day, too.

        Nearly all end on the day on which they begin, and so are counted; the ends of those in the
        continuations are moved afterwards.
        """
        if anew:
            self._connection.execute("DELETE FROM period_count")
            self._connection.execute("UPDATE term SET total = 0")
            # Only what trips share has no day.
            begun = (
                "SELECT term_key, iif(max(record_key) < :first_of_trips, '', sort) AS day,"
                " count(*) AS records FROM posting GROUP BY term_key, sort"
            )
            lasting = (
                "SELECT c.term_key, c.sort, d.latest, 1 AS sign FROM"
                " (SELECT DISTINCT term_key, record_key, sort FROM continuation) AS c"
                " JOIN document AS d ON d.key = c.record_key"
            )
        else:
            begun = (
                "SELECT term_key, iif(latest = '', '', sort) AS day, sum(sign) AS records"
                " FROM temp.change_of_term GROUP BY term_key, day"
            )
            lasting = (
                "SELECT term_key, sort, latest, sign FROM temp.change_of_term WHERE latest > sort"
            )
        for counts in (
            f"SELECT term_key, 'day', day, records, records FROM ({begun}) WHERE true",
            "WITH lasting AS MATERIALIZED"
            f" (SELECT term_key, sort, latest, sum(sign) AS records FROM ({lasting})"
            " GROUP BY term_key, sort, latest)"
            " SELECT term_key, 'day', sort, 0, -records FROM lasting UNION ALL"
            " SELECT term_key, 'day', latest, 0, records FROM lasting WHERE true",
        ):
            self._connection.execute(
                f"INSERT INTO temp.change_of_period {counts} ON CONFLICT DO UPDATE SET"
                " beginning = beginning + excluded.beginning, ending = ending + excluded.ending",
                {"first_of_trips": FIRST_TRIP_NUMBER << RECORD_BITS},
            )

    def _merge_counts(self) -> None:
        execute = self._connection.execute
        execute(
            "UPDATE term SET total = total + net FROM (SELECT term_key, sum(beginning) AS net"
            " FROM temp.change_of_period WHERE unit = 'day' GROUP BY term_key) WHERE key = term_key"
        )
        # Each unit from the next smaller one, which has a few rows where it has many.
        for unit, smaller, length in (("month", "day", 7), ("year", "month", 4)):
            execute(
                "INSERT INTO temp.change_of_period"
                " SELECT term_key, ?, substr(period, 1, ?) AS longer, sum(beginning), sum(ending)"
                " FROM temp.change_of_period WHERE unit = ? AND period <> ''"
                " GROUP BY term_key, longer",
                (unit, length, smaller),
            )
        execute(
            "INSERT INTO period_count (term_key, unit, period, beginning, ending)"
            " SELECT * FROM temp.change_of_period"
            " WHERE period <> '' AND (beginning <> 0 OR ending <> 0)"
            " ON CONFLICT DO UPDATE SET beginning = beginning + excluded.beginning,"
            " ending = ending + excluded.ending"
        )
        # Only what was taken from can be left with nothing.
        taken_from = "(SELECT term_key FROM temp.change_of_term WHERE sign = -1)"
        execute(
            f"DELETE FROM period_count WHERE term_key IN {taken_from}"
            " AND beginning = 0 AND ending = 0"
        )
        titles = execute(
            f"SELECT value FROM term WHERE key IN {taken_from} AND total = 0 AND parameter = ?",
            (TITLE.parameter,),
        ).fetchall()
        execute(f"DELETE FROM term WHERE key IN {taken_from} AND total = 0")
        for (title,) in titles:
            if not execute(
                "SELECT 1 FROM term WHERE parameter = ? AND value = ?", (TITLE.parameter, title)
            ).fetchone():
                self.alias(TITLE.parameter, title, ())


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
