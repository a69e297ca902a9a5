"""Notices on names that match nothing, with suggestions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.collections import RESOURCES
from app.domain.countries import codes_of, country_codes, country_name
from app.domain.filters import Filter, Reads
from app.domain.names import nearest, squeeze
from app.domain.records import Resource
from app.domain.spellings import alternatives
from app.query.naming import read_name
from app.query.parameters import QueryPlan
from app.query.reading import MAX_VALUES, repeated
from app.query.search import SearchPlan, search_filters
from app.query.words import Part, parts_of, wanted_parts
from app.store.base import Notice
from app.store.sql.finding import ids_near
from app.store.sql.naming import names_of
from app.store.sql.snapshot import Snapshot
from app.store.sql.statements import Parameters
from app.store.sql.trigrams import like_spellings

MAX_CANDIDATES = 100_000
_MAX_WORDS = 10
_NO_WORD = "has no letter and no digit, and so finds nothing"


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
        """Return similar spellings, each with the value it stands for."""
        if self.known.reads is Reads.NAME:
            return like_spellings(snapshot, str(self.known.names), self.value)
        return [(id_, id_) for id_ in ids_near(snapshot, self.known.parameter, self.value)]

    @property
    def countries(self) -> list[str]:
        """The codes of the countries that have this name, whether or not they have records."""
        return codes_of(self.value) if self.known.names in ("country", "party") else []

    def parts(self) -> list["_Name"]:
        """Return the names that this one is made of, if it is several joined by commas."""
        texts = [text.strip() for text in self.spelled.split(",")]
        if not 1 < len(texts) <= MAX_VALUES or not all(texts):
            return []
        return [_Name(self.known, read_name(self.known, text), text) for text in texts]


def find_notices(snapshot: Snapshot, plan: QueryPlan | SearchPlan) -> list[Notice]:
    """Return a notice for every value of a plan that names nothing, and word that finds nothing.

    Takes one statement for names and at most four for each that is unknown, and two for words.
    """
    if isinstance(plan, SearchPlan):
        filters: Mapping[str, Filter] = search_filters()
        values, spelled = plan.given.values, plan.given.spelled
        resources = [RESOURCES[name] for name in plan.collections]
    else:
        filters, values, spelled = plan.resource.by_parameter, plan.values, plan.spelled
        resources = [plan.resource]
    names = [
        _Name(filters[parameter], value, text)
        for parameter, value, text in spelled
        if filters[parameter].reads in (Reads.NAME, Reads.SLUG)
    ]
    existing = _positions(snapshot, [name.exists() for name in names])
    notices = [
        _name_notice(snapshot, name)
        for position, name in enumerate(names)
        if position not in existing
    ]
    return notices + _word_notices(snapshot, resources, values.get("q", ()))


def _name_notice(snapshot: Snapshot, name: _Name) -> Notice:
    """Return the notice of a name that nothing has."""
    countries = name.countries
    if countries:
        message = f"is {_any_of(countries, {})}, of which there are no records"
        return Notice(name.known.parameter, name.spelled, message, [])
    parts = name.parts()
    existing = _positions(snapshot, [part.exists() for part in parts])
    if parts and all(at in existing or part.countries for at, part in enumerate(parts)):
        right = repeated(name.known.parameter, [part.spelled for part in parts])
        message = f"names nothing; for several, repeat it: {right}"
        return Notice(name.known.parameter, name.spelled, message, [])
    meant = nearest(name.value, name.candidates(snapshot))
    names = names_of(snapshot, name.known, meant)
    message = f"names nothing; did you mean {_any_of(meant, names)}?" if meant else "names nothing"
    return Notice(name.known.parameter, name.spelled, message, meant)


def _any_of(values: Sequence[str], names: Mapping[str, str]) -> str:
    """Return values as people call them, each with what a filter takes: `Japan (JP)`."""
    called = [
        (names.get(value) or (country_name(value) if value in country_codes() else value), value)
        for value in values
    ]
    shown = [value if name == value else f"{name} ({value})" for name, value in called]
    *others, last = shown
    return f"{', '.join(others)} or {last}" if others else last


def _word_notices(
    snapshot: Snapshot, resources: Sequence[Resource], texts: Sequence[str]
) -> list[Notice]:
    """Return a notice for every word and phrase of `q` that no record of some collections has.

    And for each text that has no word.
    """
    empty = [Notice("q", text, _NO_WORD, []) for text in texts if not parts_of(text)]
    parts = wanted_parts(texts)[:_MAX_WORDS]
    tables = [f"search_{resource.name}" for resource in resources]
    existing = _positions(snapshot, [_finding(snapshot, resources, part) for part in parts])
    missing = [part for position, part in enumerate(parts) if position not in existing]
    alone = [part for part in missing if len(part.words) == 1 and not part.prefix]
    near: list[tuple[str, Parameters]] = [
        (
            f"SELECT term AS spelling, term AS value FROM {table}_words"
            " WHERE term >= ? AND term < ? ORDER BY term LIMIT ?",
            [part.words[0][:2], f"{part.words[0][:2]}\U0010ffff", MAX_CANDIDATES],
        )
        for part in alone
        for table in tables
    ]
    found = iter(_candidates(snapshot, near))
    meanings = {part.words: [pair for _ in tables for pair in next(found)] for part in alone}
    where = f"none of the {resources[0].name}" if len(resources) == 1 else "no record"
    return empty + [
        _word_notice(" ".join(part.words), where, meanings.get(part.words, [])) for part in missing
    ]


def _finding(
    snapshot: Snapshot, resources: Sequence[Resource], part: Part
) -> tuple[str, Parameters]:
    """Return a statement that has rows if a record of some collections has a word or phrase."""
    each = [snapshot.texts.finding(resource.name, part) for resource in resources]
    values = [value for one in each for value in one.parameters]
    return " UNION ALL ".join(one.text for one in each), values


def _word_notice(words: str, where: str, meanings: list[tuple[str, str]]) -> Notice:
    meant = nearest(words, meanings)
    hint = f"; did you mean {_any_of(meant, {})}?" if meant else ""
    return Notice("q", words, f"is in {where}{hint}", meant)


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
    """Return the rows of each SELECT; equal ones are run only once."""
    different = list({(text, *bound): (text, bound) for text, bound in selects}.values())
    found: dict[int, list[tuple[str, str]]] = {at: [] for at in range(len(different))}
    if different:
        arms = [f"SELECT ? AS position, c.* FROM ({text}) AS c" for text, _ in different]
        values = [value for at, (_, bound) in enumerate(different) for value in (at, *bound)]
        for at, spelling, value in snapshot.rows(" UNION ALL ".join(arms), values):
            found[at].append((spelling.decode(), value.decode()))
    return [found[different.index(select)] for select in selects]
