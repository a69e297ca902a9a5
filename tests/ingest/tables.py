"""All that a database holds, to be compared with all that another one holds."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from app.store.keys import FIRST_TRIP_NUMBER, RECORD_BITS
from app.store.sqlite.indexing import covering_periods

Tables = dict[str, list[tuple[Any, ...]]]

_UNITS = {"year": 4, "month": 7, "day": 10}


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as connection:
        yield connection


def _tables(connection: sqlite3.Connection) -> list[str]:
    names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    # How the text search lays out its own tables depends on what came before.
    return [name for (name,) in names if not name.startswith("search_")]


def _rows(connection: sqlite3.Connection, table: str) -> sqlite3.Cursor:
    keys = "rowid AS record_key, " if table == "search" else ""
    return connection.execute(f"SELECT {keys}* FROM {table}")


def rows_of(path: Path) -> Tables:
    """Return the rows of every table, as they are."""
    with reading(path) as connection:
        return {table: sorted(_rows(connection, table), key=repr) for table in _tables(connection)}


def content_of(path: Path) -> Tables:
    """Return the rows of every table, with names for the keys that depend on what came before.

    Trips and what is theirs keep their keys, which a fresh database gives in the same order. How
    often and when the database was changed is left out.
    """
    with reading(path) as connection:
        terms = {
            row[0]: "term " + "|".join(row[1:])
            for row in connection.execute("SELECT key, collection, parameter, value FROM term")
        }
        shared = {
            row[0]: "/".join(row[1:])
            for row in connection.execute(
                "SELECT key, collection, json_extract(body, '$.id') FROM document"
                " WHERE key < ? AND body <> ''",
                (FIRST_TRIP_NUMBER << RECORD_BITS,),
            )
        }

        def named(table: str, column: str, value: Any) -> Any:
            if column == "term_key" or (table, column) == ("term", "key"):
                return terms[value]
            if column == "key" or column.endswith("_key"):
                return shared.get(value, value)
            if table == "revision" and column in ("number", "loaded_at", "id"):
                return None
            if column.startswith("updated"):
                return None
            if table == "document" and column == "body" and value:
                return _without_time(value)
            return value

        content: Tables = {}
        for table in _tables(connection):
            if table == "removed":
                continue
            cursor = _rows(connection, table)
            columns = [described[0] for described in cursor.description]
            rows = (tuple(map(named, [table] * len(row), columns, row)) for row in cursor)
            content[table] = sorted(rows, key=repr)
        return content


def _without_time(document: str) -> str:
    fields = json.loads(document)
    del fields["updated_at"]
    return json.dumps(fields)


def assert_sound(path: Path) -> None:
    """See that the database is whole and that its index agrees with its documents."""
    with reading(path) as connection:
        execute = connection.execute
        assert execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert execute("PRAGMA foreign_key_check").fetchall() == []
        # With its documents, too: their words are what the search finds.
        assert execute(
            "SELECT key, collection FROM document WHERE collection <> 'stays'"
            " EXCEPT SELECT rowid, collection FROM search"
        ).fetchall() == []  # fmt: skip
        (trips,) = execute("SELECT count(*) FROM trip").fetchone()
        assert execute("SELECT count(*) FROM revision").fetchone() == (min(trips, 1),)
        assert execute("SELECT total, key FROM term WHERE total < 1").fetchall() == []
        assert execute(
            "SELECT key, total FROM term EXCEPT"
            " SELECT term_key, count(*) FROM posting GROUP BY term_key"
        ).fetchall() == []  # fmt: skip
        postings = execute(
            "SELECT p.term_key, p.sort, d.sort, d.latest FROM posting p"
            " JOIN document d ON d.key = p.record_key"
        ).fetchall()
        assert [row for row in postings if row[1] != row[2]] == []
        begin = Counter(
            (term, unit, sort[:length])
            for term, sort, _, latest in postings
            if latest
            for unit, length in _UNITS.items()
        )
        end = Counter(
            (term, unit, latest[:length])
            for term, _, _, latest in postings
            if latest
            for unit, length in _UNITS.items()
        )
        expected = {(*name, begin[name], end[name]) for name in begin.keys() | end.keys()}
        assert set(execute("SELECT * FROM period_count")) == expected
        lasting = execute(
            "SELECT p.term_key, d.sort, d.latest, d.key FROM posting p"
            " JOIN document d ON d.key = p.record_key WHERE d.latest > d.sort"
        ).fetchall()
        assert sorted(execute("SELECT term_key, period, sort, record_key FROM continuation")) == (
            sorted(
                (term, period, sort, key)
                for term, sort, latest, key in lasting
                for period in covering_periods(sort, latest)
            )
        )
