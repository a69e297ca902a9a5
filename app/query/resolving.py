"""What a query names, turned into the terms there are."""

from collections.abc import Iterable
from typing import NamedTuple

from app.query.dates import Window
from app.query.filters import EVERYTHING, pair_term
from app.query.parameters import Query
from app.query.statements import Matching, Parameters
from app.query.words import match_expression
from app.resources import MEETINGS, Resource
from app.snapshot import Snapshot


class Term(NamedTuple):
    """A term that exists, with the number of its records and the value it stands for."""

    key: int
    total: int
    value: str


class Resolved(NamedTuple):
    """What to look for, and the terms of the group that drives."""

    matching: Matching
    driver: list[Term]

    @property
    def only_term(self) -> Term | None:
        """The term that alone, with the windows, decides what matches; None if more does."""
        matching = self.matching
        alone = len(matching.groups) == len(self.driver) == 1
        more = matching.text or matching.identity or matching.through
        return self.driver[0] if alone and not more else None


def resolve(snapshot: Snapshot, query: Query) -> Resolved | None:
    """Return what a query looks for, or None if nothing can match; one statement at most."""
    return _Resolver(snapshot).resolve(query)


def resolve_meetings(snapshot: Snapshot, query: Query) -> Resolved | None:
    """Return the meetings that a query of participants looks at, or None if none can match."""
    return _Resolver(snapshot).resolve(meetings_asked_for(query))


def asks_of_meetings(query: Query) -> bool:
    """Return whether a query of participants has filters that hold for their meetings."""
    return any(
        known.through and known.parameter in query.values for known in query.resource.filters
    )


def meetings_asked_for(query: Query) -> Query:
    """Return the query of meetings within a query of participants."""
    values = {
        known.through: query.values[known.parameter]
        for known in query.resource.filters
        if known.through is not None and known.parameter in query.values
    }
    return Query(MEETINGS, values, query.windows)


def is_quick(query: Query) -> bool:
    """Return whether a page costs no more than its records: one term drives it, and counts it."""
    values = query.values
    if "q" in values or len(query.windows) > 1:
        return False
    if query.resource.dates == "meetings" and (query.windows or asks_of_meetings(query)):
        return False
    if any(len(given) > 1 for given in values.values()):
        return False
    return len(values) <= 1 or tuple(values) in query.resource.quick_pairs


class _Name(NamedTuple):
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
        self._terms: dict[_Name, list[Term]] = {}

    def resolve(self, query: Query) -> Resolved | None:
        """Return what to look for and the terms that drive it, or None if nothing can match."""
        groups = _named(query)
        of_meetings = query.resource.dates == "meetings" and (
            query.windows or asks_of_meetings(query)
        )
        meetings = meetings_asked_for(query) if of_meetings else None
        meeting_groups = _named(meetings) if meetings else []
        self._look_up([name for group in (*groups, *meeting_groups) for name in group])
        sat_in = None
        if meetings:
            found = self._resolved(meetings, meeting_groups, meetings.windows, None, ())
            if found is None:
                return None
            sat_in = found.matching
        windows = query.windows if query.resource.dates == "own" else ()
        return self._resolved(query, groups, windows, sat_in, self._met(query))

    def _met(self, query: Query) -> tuple[str, ...]:
        """Return the ids of the officials with whom a participant must have sat."""
        return tuple(
            term.value
            for known in query.resource.met_filters
            if known.parameter in query.values
            for name in _names(MEETINGS, str(known.through), query.values[known.parameter])
            for term in self._terms[name]
        )

    def _resolved(
        self,
        query: Query,
        groups: list[list[_Name]],
        windows: tuple[Window, ...],
        through: Matching | None,
        met: tuple[str, ...],
    ) -> Resolved | None:
        found = [[term for name in group for term in self._terms[name]] for group in groups]
        text = None
        if "q" in query.values:
            text = match_expression(query.values["q"], query.resource.name)
        if not all(found) or ("q" in query.values and text is None):
            return None
        found.sort(key=lambda terms: sum(term.total for term in terms))
        keys = tuple(tuple(dict.fromkeys(term.key for term in terms)) for terms in found)
        identity = tuple(
            (*known.identity, query.values[known.parameter])
            for known in query.resource.naming_filters
            if known.identity and known.parameter in query.values
        )
        matching = Matching(keys, windows, text, identity, through, met)
        return Resolved(matching, found[0] if found else [])

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
                self._terms[missing[position]].append(Term(key, total, value.decode()))
            for name in missing:
                self._snapshot.memory.set(name, self._terms[name])


def _named(query: Query) -> list[list[_Name]]:
    """Return the groups of names of which a record must have one each."""
    resource = query.resource
    left = {
        parameter: spelled
        for parameter, spelled in query.values.items()
        if parameter in resource.term_filters
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
    if (
        groups
        or "q" in query.values
        or any(known.parameter in query.values for known in resource.naming_filters)
    ):
        return groups
    return [[_Name(resource.name, EVERYTHING[0], ((None, EVERYTHING[1]),))]]


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
