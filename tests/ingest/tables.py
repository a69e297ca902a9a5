"""All that a database holds, to be compared with all that another one holds."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import combinations
from pathlib import Path
from typing import Any

from pyroaring import BitMap

from app.domain.collections import INDEXED, RESOURCES
from app.query.facets import PERIODS
from app.store.keys import FIRST_TRIP_NUMBER, RECORD_BITS
from app.store.sql.days import covering_periods
from app.store.sql.merging import has_postings
from app.store.sql.sets import HAD_PART
from app.store.sql.trigrams import trigrams
from app.store.sqlite.writing import WritingConnection

Tables = dict[str, list[tuple[Any, ...]]]


@contextmanager
def reading(path: Path) -> Iterator[WritingConnection]:
    with closing(sqlite3.connect(path, factory=WritingConnection)) as connection:
        yield connection


def _tables(connection: sqlite3.Connection) -> list[str]:
    names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    # How the text search lays out its own tables depends on what came before.
    searches = {f"search_{name}" for name in RESOURCES}
    return [name for (name,) in names if not name.startswith("search_") or name in searches]


def _rows(connection: sqlite3.Connection, table: str) -> sqlite3.Cursor:
    keys = "rowid AS number, " if table.startswith("search_") else ""
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

        numbered = {
            number: shared.get(key, key)
            for key, number in connection.execute("SELECT key, number FROM document")
        }
        spelled = dict(connection.execute("SELECT number, text FROM spelling"))

        def named(table: str, column: str, value: Any) -> Any:
            if column == "number" and table == "spelling":
                return None
            if column == "number" and table != "revision":
                return numbered[value]
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
            if table == "term":
                content[table] = sorted(
                    (_term(*row[1:], numbered, spelled) for row in cursor if row[2] != "updated"),
                    key=repr,
                )
                continue
            rows = (tuple(map(named, [table] * len(row), columns, row)) for row in cursor)
            content[table] = sorted(rows, key=repr)
        return content


def _term(
    collection: str,
    parameter: str,
    value: str,
    total: int,
    numbers: bytes,
    numbered: dict[int, Any],
    spelled: dict[int, str],
) -> tuple[Any, ...]:
    """Return a term with names for the numbers in it."""
    names: dict[int, Any] = spelled if collection == "spellings" else numbered
    found = sorted((names[number] for number in BitMap.deserialize(numbers)), key=repr)
    called: Any = value
    if collection in ("presence", "pairs"):
        called = sorted((numbered[int(number)] for number in value.split()), key=repr)
    return (collection, parameter, called, total, found)


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
        for name in RESOURCES:
            assert execute(
                "SELECT number FROM document WHERE collection = ?"
                f" EXCEPT SELECT rowid FROM search_{name}", (name,)
            ).fetchall() == []  # fmt: skip
            assert execute(
                f"SELECT (SELECT count(*) FROM search_{name})"
                " - (SELECT count(*) FROM document WHERE collection = ?)", (name,)
            ).fetchone() == (0,)  # fmt: skip
        (trips,) = execute("SELECT count(*) FROM trip").fetchone()
        assert execute("SELECT count(*) FROM revision").fetchone() == (min(trips, 1),)
        numbers = [number for (number,) in execute("SELECT number FROM document")]
        assert len(set(numbers)) == len(numbers)
        counted = execute(
            "SELECT p.id, count(m.key) FROM participant AS p LEFT JOIN presence AS h"
            " ON h.participant_key = p.key LEFT JOIN meeting AS m ON m.key = h.record_key"
            " GROUP BY p.id"
        )
        bodies = execute("SELECT body FROM document WHERE collection = 'participants'")
        people = [json.loads(body) for (body,) in bodies]
        assert {each["id"]: each["meetings_total"] for each in people} == dict(counted)
        _assert_sound_sets(connection)


def _assert_sound_sets(connection: sqlite3.Connection) -> None:
    """See that sets agree with documents and postings, and with each other."""
    execute = connection.execute
    documents = {
        number: (collection, sort, latest, updated)
        for number, collection, sort, latest, updated in execute(
            "SELECT number, collection, sort, latest, updated FROM document"
        )
    }
    sets: dict[tuple[str, str, str], set[int]] = {}
    postings: dict[int, set[int]] = {}
    for key, *row, number in execute(
        "SELECT p.term_key, p.sort, p.record_key, d.sort, d.key, p.number FROM posting AS p"
        " JOIN document AS d ON d.number = p.number"
    ):
        assert row[:2] == row[2:]
        postings.setdefault(key, set()).add(number)
    assert execute("SELECT count(*) FROM posting").fetchone()[0] == sum(map(len, postings.values()))
    for key, collection, parameter, value, total, blob in execute("SELECT * FROM term"):
        found = sets[collection, parameter, value] = set(BitMap.deserialize(blob))
        assert total == len(found) > 0
        if has_postings(collection, parameter):
            assert postings.pop(key) == found
        if collection in INDEXED:
            assert {documents[number][0] for number in found} == {collection}
    assert postings == {}
    expected: dict[tuple[str, str, str], set[int]] = {}
    for number, (collection, sort, latest, updated) in documents.items():
        expected.setdefault((collection, "updated", updated), set()).add(number)
        expected.setdefault((collection, "", ""), set()).add(number)
        if latest:
            for unit, length in PERIODS.items():
                expected.setdefault((collection, unit, sort[:length]), set()).add(number)
            for period in covering_periods(sort, latest):
                expected.setdefault((collection, "lasting", period), set()).add(number)
    of_people = ("city", "trip", "topic", "lasting", *PERIODS)
    gathered: dict[tuple[str, str, str], set[int]] = {}
    for (collection, parameter, value), found in sets.items():
        if collection in HAD_PART and parameter in of_people:
            for (other, _, person), had_part in sets.items():
                if other == "presence" and had_part & found:
                    gathered.setdefault(("participants", parameter, value), set()).add(int(person))
    for name, found in sets.items():
        if name[0] == "participants" and name[1] in of_people:
            assert gathered.pop(name) == found, name
        elif name[0] in INDEXED and name[1] in ("", "updated", "lasting", *PERIODS):
            assert expected.pop(name) == found, name
    assert gathered == expected == {}
    presence = {
        (person, number)
        for person, number in execute(
            "SELECT p.number, r.number FROM presence AS s JOIN document AS p"
            " ON p.key = s.participant_key JOIN document AS r ON r.key = s.record_key"
        )
    }
    assert presence == {
        (int(person), number)
        for (collection, _, person), found in sets.items()
        if collection == "presence"
        for number in found
    }
    pairs: dict[tuple[str, str, str], set[int]] = {}
    attending: dict[int, list[int]] = {}
    for person, number in presence:
        if documents[number][0] == "meetings":
            attending.setdefault(number, []).append(person)
    for number, people in attending.items():
        for one, other in combinations(sorted(people), 2):
            pairs.setdefault(("pairs", "participant", f"{one} {other}"), set()).add(number)
    assert pairs == {name: found for name, found in sets.items() if name[0] == "pairs"}
    texts = dict(execute("SELECT number, text FROM spelling"))
    for (collection, names, gram), found in sets.items():
        if collection == "spellings":
            for number in found:
                assert gram in trigrams(texts[number])
                assert execute(
                    "SELECT 1 FROM alias WHERE names = ? AND spelling = ?", (names, texts[number])
                ).fetchone()
