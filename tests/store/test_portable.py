"""What is asked of the data is SQL that not only SQLite takes.

The text search is the engine's own, and not looked at here.
"""

import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.domain.collections import MEETINGS, RESOURCES
from app.domain.records import Resource
from app.query.facets import read_facets
from app.query.network import read_network
from app.query.parameters import read_query
from app.store.sql.facets import find_facets
from app.store.sql.finding import find_all, find_page, find_record, near_ids
from app.store.sql.memory import Memory
from app.store.sql.network import find_network
from app.store.sql.notices import find_notices
from app.store.sql.snapshot import Snapshot
from tests.benchmarks.statements import NotingSnapshot, open_read_only

QUERIES = [
    "",
    "date=2021-03&date=2020",
    "date_from=2021",
    "date_to=2021-03-16",
    "country=JP",
    "city=tokyo&city=seoul&official=blinken&date=2021-03",
    "meeting=2021-03-17-blinken-chung&topic=climate",
    "kind=official",
    "official=blinken&met_with=austin&trip=2021-03-tokyo-seoul&date=2021",
    "country=nowhere&city=nowhere&topic=nothing",
]
_SUBQUERY = re.compile(r"\b(?:FROM|JOIN) \(")
_OF_SQLITE = re.compile(
    r"json|\biif\b|\bifnull\b|group_concat|\bGLOB\b|\browid\b|INDEXED BY|[\"`\[]"
    r"|CROSS JOIN \w+(?: AS \w+)? ON|INSERT OR",
    re.IGNORECASE,
)


def nameless_subqueries(statement: str) -> list[str]:
    """Return what stands after each subquery in a FROM that has no name."""
    found = []
    for match in _SUBQUERY.finditer(statement):
        depth, at = 1, match.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(statement[at], 0)
            at += 1
        if not statement.startswith(" AS ", at):
            found.append(statement[match.start() : at + 20])
    return found


def faults(statement: str) -> list[str]:
    limits = [f"LIMIT in an arm of {statement}"] if _open_arm(statement) else []
    return [*nameless_subqueries(statement), *_OF_SQLITE.findall(statement), *limits]


def _open_arm(statement: str) -> bool:
    """Return whether an arm of a union has a LIMIT that is not within its parentheses."""
    return re.search(r"LIMIT \? UNION", statement) is not None


def known_of(resource: Resource, query: str) -> str:
    """Return the part of a query that a collection knows."""
    filters = resource.by_parameter
    pairs = [pair.split("=") for pair in query.split("&") if pair]
    return "&".join(
        f"{name}={value}"
        for name, value in pairs
        if name in filters and (not filters[name].choices or value in filters[name].choices)
    )


def ask_lists(snapshot: Snapshot, query: str) -> None:
    for resource in RESOURCES.values():
        given = known_of(resource, query)
        for more in ("", "&sort=-" + resource.order):
            plan = read_query(resource, f"{given}{more}&limit=1".strip("&").encode())
            if find_page(snapshot, plan).total == 0:
                find_notices(snapshot, plan)
            list(find_all(snapshot, plan))
        find_facets(snapshot, read_facets(resource, given.encode()))


def ask_network(snapshot: Snapshot, query: str) -> None:
    given = known_of(MEETINGS, query)
    for limit in ("limit=1", "limit=1000"):
        find_network(snapshot, read_network(f"{given}&{limit}".strip("&").encode()))


def ask_records(snapshot: Snapshot, query: str) -> None:
    for resource in RESOURCES.values():
        find_record(snapshot, resource, query)
        near_ids(snapshot, resource, query)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("ask", [ask_lists, ask_network, ask_records])
def test_statements_are_portable(
    seed_database: Path, ask: Callable[[Snapshot, str], None], query: str
) -> None:
    with closing(open_read_only(seed_database)) as connection:
        snapshot = NotingSnapshot(connection, Memory())
        ask(snapshot, query)
    assert snapshot.noted
    for statement, _ in snapshot.noted:
        assert faults(statement) == []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM (SELECT 1)",
        "SELECT m.key FROM (SELECT key FROM (SELECT 1 AS key)) AS m",
        "SELECT json_group_array(r.id) FROM meeting AS r",
        "SELECT d.key FROM posting AS p CROSS JOIN document AS d ON d.key = p.record_key",
        "SELECT iif(1, 2, 3)",
        "SELECT 1 ORDER BY 1 LIMIT ? UNION SELECT 2",
    ],
)
def test_what_is_not_portable_would_be_seen(statement: str) -> None:
    assert faults(statement)
