"""What may have been meant by a name that nothing has."""

from dataclasses import dataclass

from app.domain.filters import Filter, Reads
from app.domain.names import nearest
from app.query.parameters import QueryPlan
from app.store.base import Notice
from app.store.sqlite.snapshot import Snapshot
from app.store.sqlite.statements import Parameters

CANDIDATES_MOST = 100_000


@dataclass(frozen=True)
class _Name:
    """A value of a filter that names something: as it was read and as it was given."""

    known: Filter
    value: str
    spelled: str

    def exists(self) -> tuple[str, Parameters]:
        """Return a condition that holds if anything in any collection has this name."""
        if self.known.reads is Reads.NAME:
            names = str(self.known.names)
            return "SELECT 1 FROM alias WHERE names = ? AND spelling = ?", [names, self.value]
        return f"SELECT 1 FROM {self.known.parameter} WHERE id = ?", [self.value]

    def candidates(self) -> tuple[str, Parameters]:
        """Return a SELECT of spellings and what they mean, among which this name may belong."""
        if self.known.reads is Reads.NAME:
            names = str(self.known.names)
            return (
                "SELECT spelling, value FROM alias WHERE names = ?"
                " ORDER BY spelling, value LIMIT ?",
                [names, CANDIDATES_MOST],
            )
        return (
            f"SELECT id AS spelling, id AS value FROM {self.known.parameter}"
            " WHERE id >= ? ORDER BY id LIMIT ?",
            [self.value[:3], CANDIDATES_MOST],
        )


def find_notices(snapshot: Snapshot, query: QueryPlan) -> list[Notice]:
    """Return a notice for every value of a query that names nothing; in two statements at most."""
    filters = query.resource.by_parameter
    names = [
        _Name(filters[parameter], value, spelled)
        for parameter, value, spelled in query.spelled
        if filters[parameter].reads in (Reads.NAME, Reads.SLUG)
    ]
    existing = _positions(snapshot, [name.exists() for name in names])
    unknown = [name for position, name in enumerate(names) if position not in existing]
    candidates = _candidates(snapshot, [name.candidates() for name in unknown])
    return [
        Notice(name.known.parameter, name.spelled, nearest(name.value, meanings))
        for name, meanings in zip(unknown, candidates, strict=True)
    ]


def _positions(snapshot: Snapshot, conditions: list[tuple[str, Parameters]]) -> set[int]:
    """Return the positions of the conditions that hold."""
    if not conditions:
        return set()
    arms = [f"SELECT ? AS position WHERE EXISTS ({text})" for text, _ in conditions]
    values = [value for at, (_, bound) in enumerate(conditions) for value in (at, *bound)]
    return {row[0] for row in snapshot.rows(" UNION ALL ".join(arms), values)}


def _candidates(
    snapshot: Snapshot, selects: list[tuple[str, Parameters]]
) -> list[list[tuple[str, str]]]:
    """Return the rows of each SELECT; of several that are the same, one is asked."""
    different = list({(text, *bound): (text, bound) for text, bound in selects}.values())
    found: dict[int, list[tuple[str, str]]] = {at: [] for at in range(len(different))}
    if different:
        arms = [f"SELECT ? AS position, c.* FROM ({text}) AS c" for text, _ in different]
        values = [value for at, (_, bound) in enumerate(different) for value in (at, *bound)]
        for at, spelling, value in snapshot.rows(" UNION ALL ".join(arms), values):
            found[at].append((spelling.decode(), value.decode()))
    return [found[different.index(select)] for select in selects]
