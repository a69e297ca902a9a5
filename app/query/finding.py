"""Answers to queries: which records match, how many there are, and where the page ends."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.query.cursor import Position, write_cursor
from app.query.filters import EVERYTHING, pair_term
from app.query.parameters import Query, Window
from app.query.statements import (
    Matching,
    Parameters,
    count_statement,
    overlap_statement,
    page_statement,
)
from app.resources import MEETINGS, Resource
from app.snapshot import Snapshot
from app.text import suggest


@dataclass(frozen=True)
class FoundPage:
    """The documents of a page, the number of all matches and the cursor of the next page."""

    documents: list[bytes]
    total: int
    next_cursor: str | None


@dataclass(frozen=True)
class _Term:
    """A term that exists, with the number of its records and the value it stands for."""

    key: int
    total: int
    value: str


def find_record(snapshot: Snapshot, resource: Resource, id_: str) -> bytes | None:
    """Return the document of the record with this id, or None."""
    rows = snapshot.rows(
        f"SELECT d.body FROM {resource.table.__tablename__} AS r"
        " JOIN document AS d ON d.key = r.key WHERE r.id = ?",
        [id_],
    )
    return rows[0][0] if rows else None


def near_ids(snapshot: Snapshot, resource: Resource, id_: str) -> list[str]:
    """Return ids of a collection that may have been meant: alike, and near in the alphabet."""
    rows = snapshot.rows(
        f"SELECT id FROM {resource.table.__tablename__} WHERE id >= ? ORDER BY id LIMIT 100",
        [id_[:3]],
    )
    return suggest(id_[:200], [row[0].decode() for row in rows])


def find_page(snapshot: Snapshot, query: Query) -> FoundPage:
    """Return the page of a list that a query asks for, in at most three statements."""
    resolved = _Resolver(snapshot).resolve(query)
    if resolved is None:
        return FoundPage([], 0, None)
    matching, terms = resolved
    after = (query.after.sort, query.after.key) if query.after else None
    statement = page_statement(matching, after, query.limit + 1)
    rows = snapshot.rows(statement.text, statement.parameters)
    rows.sort(key=lambda row: (row[0], row[1]))
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    if query.after and query.after.revision == snapshot.revision:
        total = query.after.total
    elif query.after is None and not more:
        total = len(rows)
    else:
        total = _total(snapshot, query, matching, terms)
    cursor = None
    if more:
        sort, key, _ = rows[-1]
        position = Position(sort.decode(), key, total, snapshot.revision)
        cursor = write_cursor(position, query.fingerprint)
    return FoundPage([row[2] for row in rows], total, cursor)


def _total(snapshot: Snapshot, query: Query, matching: Matching, driver: list[_Term]) -> int:
    """Return how many records match: from the counts the loader keeps, or counted once."""
    plain = len(matching.groups) == 1 and len(driver) == 1 and matching.through is None
    if plain and matching.identity is None:
        if not matching.windows:
            return driver[0].total
        if len(matching.windows) == 1 and _is_range(matching.windows[0]):
            window = matching.windows[0]
            statement = overlap_statement(driver[0].key, window)
            ((net,),) = snapshot.rows(statement.text, statement.parameters)
            return int(net) if window.end is not None else driver[0].total + int(net)
    name = ("total", query.identity)
    total = snapshot.memory.get(name)
    if total is None:
        statement = count_statement(matching)
        ((total,),) = snapshot.rows(statement.text, statement.parameters)
        snapshot.memory.set(name, total)
    return int(total)


def _is_range(window: Window) -> bool:
    return window.start is None or window.end is None or window.start <= window.end


@dataclass(frozen=True)
class _Name:
    """A value asked for, as it was spelled, and the filter of the collection it was given to.

    Of a pair of filters, both values, one after the other.
    """

    collection: str
    parameter: str
    spellings: tuple[tuple[str | None, str], ...]


class _Resolver:
    """Turns what a query names into the terms there are, with one statement at most."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._terms: dict[_Name, list[_Term]] = {}

    def resolve(self, query: Query) -> tuple[Matching, list[_Term]] | None:
        """Return what to look for and the terms that drive it, or None if nothing can match."""
        resource, values = query.resource, dict(query.values)
        through = {
            known: values.pop(known.parameter)
            for known in resource.filters
            if known.through is not None and known.parameter in values
        }
        through_windows = query.windows if resource.dates == "meetings" else ()
        groups = _named(resource, values)
        meetings = {str(known.through): spelled for known, spelled in through.items()}
        meeting_groups = _named(MEETINGS, meetings) if through or through_windows else []
        self._look_up([name for group in (*groups, *meeting_groups) for name in group])
        met = tuple(
            term.value
            for known in through
            if known.parameter != known.through
            for name in _names(MEETINGS, str(known.through), through[known])
            for term in self._terms[name]
        )
        sat_in = None
        if meeting_groups:
            found = self._matching(MEETINGS, meetings, meeting_groups, through_windows, None, ())
            if found is None:
                return None
            sat_in = found[0]
        windows = query.windows if resource.dates == "own" else ()
        return self._matching(resource, values, groups, windows, sat_in, met)

    def _matching(
        self,
        resource: Resource,
        values: dict[str, tuple[str, ...]],
        groups: list[list[_Name]],
        windows: tuple[Window, ...],
        through: Matching | None,
        met: tuple[str, ...],
    ) -> tuple[Matching, list[_Term]] | None:
        found = [[term for name in group for term in self._terms[name]] for group in groups]
        if not all(found):
            return None
        found.sort(key=lambda terms: sum(term.total for term in terms))
        keys = tuple(tuple(dict.fromkeys(term.key for term in terms)) for terms in found)
        ids = next(
            (
                values[known.parameter]
                for known in resource.filters
                if known.identity and known.parameter in values
            ),
            None,
        )
        identity = (str(resource.table.__tablename__), ids) if ids else None
        return Matching(keys, windows, identity, through, met), found[0]

    def _look_up(self, names: list[_Name]) -> None:
        arms: list[str] = []
        parameters: Parameters = []
        missing: list[_Name] = []
        for name in dict.fromkeys(names):
            remembered = self._snapshot.memory.get(name)
            if remembered is not None:
                self._terms[name] = remembered
                continue
            arm, bound = _term_arm(len(missing), name)
            arms.append(arm)
            parameters += bound
            missing.append(name)
            self._terms[name] = []
        if missing:
            for position, key, total, value in self._snapshot.rows(
                " UNION ALL ".join(arms), parameters
            ):
                self._terms[missing[position]].append(_Term(key, total, value.decode()))
            for name in missing:
                self._snapshot.memory.set(name, self._terms[name])


def _named(resource: Resource, values: dict[str, tuple[str, ...]]) -> list[list[_Name]]:
    """Return the groups of names of which a record must have one each."""
    left = {
        known.parameter: values[known.parameter]
        for known in resource.filters
        if known.parameter in values and not known.identity
    }
    groups = []
    for first, second in resource.pairs:
        if len(left.get(first, ())) == len(left.get(second, ())) == 1:
            one, other = left.pop(first)[0], left.pop(second)[0]
            spellings = (
                (resource.filter(first).names, one),
                (resource.filter(second).names, other),
            )
            groups.append([_Name(resource.name, pair_term(first, "", second, "")[0], spellings)])
    groups += [_names(resource, parameter, spelled) for parameter, spelled in left.items()]
    return groups or [[_Name(resource.name, EVERYTHING[0], ((None, EVERYTHING[1]),))]]


def _names(resource: Resource, parameter: str, spelled: Iterable[str]) -> list[_Name]:
    names = resource.filter(parameter).names
    return [_Name(resource.name, parameter, ((names, spelling),)) for spelling in spelled]


def _term_arm(position: int, name: _Name) -> tuple[str, Parameters]:
    """Return the SELECT for the terms of one name, numbered, and the values bound to it."""
    select = "SELECT ? AS position, t.key, t.total, t.value FROM "
    of_term = "term AS t ON t.collection = ? AND t.parameter = ? AND t.value = "
    in_term: Parameters = [name.collection, name.parameter]
    match name.spellings:
        case ((None, value),):
            return (
                "SELECT ? AS position, t.key, t.total, t.value FROM term AS t"
                " WHERE t.collection = ? AND t.parameter = ? AND t.value = ?",
                [position, *in_term, value],
            )
        case ((str(names), spelling),):
            return (
                f"{select} alias AS a CROSS JOIN {of_term} a.value"
                " WHERE a.names = ? AND a.spelling = ?",
                [position, *in_term, names, spelling],
            )
        case ((str(names), spelling), (str(other_names), other_spelling)):
            return (
                f"{select} alias AS a CROSS JOIN alias AS b CROSS JOIN {of_term}"
                " a.value || ' ' || b.value"
                " WHERE a.names = ? AND a.spelling = ? AND b.names = ? AND b.spelling = ?",
                [position, *in_term, names, spelling, other_names, other_spelling],
            )
    raise AssertionError(f"pairs are of filters with names: {name}")
