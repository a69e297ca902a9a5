"""What may have been meant by a name that nothing has."""

from dataclasses import dataclass

from app.domain.countries import codes_of
from app.domain.filters import Filter, Reads
from app.domain.names import nearest, squeeze
from app.domain.spellings import alternatives
from app.query.parameters import QueryPlan
from app.query.words import wanted_parts
from app.store.base import Notice
from app.store.sql.finding import ids_near
from app.store.sql.snapshot import Snapshot
from app.store.sql.statements import Parameters
from app.store.sql.trigrams import like_spellings

MAX_CANDIDATES = 100_000
_MAX_WORDS = 10


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
            forms = [squeeze(self.value), *alternatives(names, self.value)]
            return (
                "SELECT 1 FROM alias WHERE names = ?"
                f" AND (value = ? OR spelling IN ({', '.join('?' * len(forms))}))",
                [names, self.value, *forms],
            )
        return f"SELECT 1 FROM {self.known.parameter} WHERE id = ?", [self.value]

    def candidates(self, snapshot: Snapshot) -> list[tuple[str, str]]:
        """Return spellings and what they mean, among which this name may belong."""
        if self.known.reads is Reads.NAME:
            return like_spellings(snapshot, str(self.known.names), self.value)
        return [(id_, id_) for id_ in ids_near(snapshot, self.known.parameter, self.value)]

    def meant(self, meanings: list[tuple[str, str]]) -> list[str]:
        """Return what may have been meant; a country that is known and has no records, nobody."""
        if self.known.names in ("country", "party") and codes_of(self.value):
            return []
        return nearest(self.value, meanings)


def find_notices(snapshot: Snapshot, query: QueryPlan) -> list[Notice]:
    """Return a notice for every value of a query that names nothing, and word that finds nothing.

    Takes one statement for names and two for each that is unknown, and two for words.
    """
    filters = query.resource.by_parameter
    names = [
        _Name(filters[parameter], value, spelled)
        for parameter, value, spelled in query.spelled
        if filters[parameter].reads in (Reads.NAME, Reads.SLUG)
    ]
    existing = _positions(snapshot, [name.exists() for name in names])
    unknown = [name for position, name in enumerate(names) if position not in existing]
    notices = [
        Notice(name.known.parameter, name.spelled, name.meant(name.candidates(snapshot)))
        for name in unknown
    ]
    return notices + _word_notices(snapshot, query)


def _word_notices(snapshot: Snapshot, query: QueryPlan) -> list[Notice]:
    """Return a notice for every word and phrase of `q` that no record of the collection has."""
    parts = wanted_parts(query.values.get("q", ()))[:_MAX_WORDS]
    table = f"search_{query.resource.name}"
    finding = [snapshot.texts.finding(query.resource.name, part) for part in parts]
    existing = _positions(snapshot, [(one.text, one.parameters) for one in finding])
    missing = [part for position, part in enumerate(parts) if position not in existing]
    alone = [part for part in missing if len(part.words) == 1 and not part.prefix]
    near: list[tuple[str, Parameters]] = [
        (
            f"SELECT term AS spelling, term AS value FROM {table}_words"
            " WHERE term >= ? AND term < ? ORDER BY term LIMIT ?",
            [part.words[0][:2], f"{part.words[0][:2]}\U0010ffff", MAX_CANDIDATES],
        )
        for part in alone
    ]
    meanings = dict(zip((part.words for part in alone), _candidates(snapshot, near), strict=True))
    return [
        Notice(
            "q", " ".join(part.words), nearest(" ".join(part.words), meanings.get(part.words, ()))
        )
        for part in missing
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
