"""What people call the values that filters take."""

from collections.abc import Sequence

from app.domain.filters import Filter
from app.store.sql.snapshot import Snapshot
from app.store.sql.statements import one_of

_NAMES = {
    "city": "SELECT id, name FROM city",
    "country": "SELECT code, name FROM country",
    "meeting": "SELECT id, title FROM meeting",
    "official": "SELECT id, name FROM participant",
    "organization": "SELECT id, name FROM organization",
    "participant": "SELECT id, name FROM participant",
    "party": "SELECT code, name FROM country UNION ALL SELECT id, name FROM organization",
    "source": "SELECT id, title FROM source",
    "topic": "SELECT id, name FROM topic",
    "trip": "SELECT id, title FROM trip",
}
"""Statements that return values with their names."""


def names_of(snapshot: Snapshot, known: Filter, values: Sequence[str]) -> dict[str, str]:
    """Return the names of some values of a filter: one statement.

    Words that are their own name, as titles and kinds are, have none here and take no statement.
    """
    select = _NAMES.get(known.names or known.parameter)
    if select is None or not values:
        return {}
    rows = snapshot.rows(
        f"SELECT v.value, v.name FROM (SELECT '' AS value, '' AS name WHERE false UNION ALL"
        f" {select}) AS v WHERE v.value {one_of(values)}",
        values,
    )
    return {value.decode(): name.decode() for value, name in rows}
