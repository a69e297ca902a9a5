"""What a query names, turned into the terms there are."""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from app.domain.collections import MEETINGS
from app.domain.filters import EVERYTHING, UPDATED_SINCE
from app.domain.names import squeeze
from app.domain.records import Resource
from app.domain.spellings import alternatives
from app.query.dates import Window
from app.query.parameters import QueryPlan
from app.query.within import (
    asks_of_presence,
    asks_of_stays,
    presence_asked_for,
    stays_asked_for,
)
from app.query.words import match_expression
from app.store.sqlite.snapshot import Snapshot
from app.store.sqlite.statements import Matching, Parameters

MAX_REMEMBERED_TOGETHER = 5
"""What so many values stand for together is remembered; for more, it would take much memory."""


_NOTHING_MORE = Matching(())[2:]


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
        more = matching[2:] != _NOTHING_MORE
        return self.driver[0] if alone and not more else None


def resolve(snapshot: Snapshot, query: QueryPlan) -> Resolved | None:
    """Return what a query looks for, or None if nothing can match; one statement at most."""
    values = query.values
    few = sum(map(len, values.values())) <= MAX_REMEMBERED_TOGETHER
    at_stays = bool(query.windows) and asks_of_stays(query)
    if query.resource.dates == "meetings" or "q" in values or at_stays or not few:
        return _Resolver(snapshot).resolve(query)
    # What is asked for again is often asked for at another time, or from where a page ended.
    name = ("resolved", query.resource.name, *values.items())
    resolved: Resolved | None = snapshot.memory.get(name)
    if resolved is None:
        resolved = _Resolver(snapshot).resolve(query.without("date"))
        if resolved is None:
            return None
        snapshot.memory.set(name, resolved)
    if query.windows and query.resource.dates == "own":
        return Resolved(resolved.matching._replace(windows=query.windows), resolved.driver)
    return resolved


def resolve_presence(snapshot: Snapshot, query: QueryPlan) -> tuple[Matching, ...]:
    """Return what a query of participants asks them to have had part in; nothing if none can be."""
    return _Resolver(snapshot).presence(query)


def resolve_stays(snapshot: Snapshot, query: QueryPlan) -> Matching | None:
    """Return the stays that a query of trips asks for, or None if none can match."""
    found = _Resolver(snapshot).resolve(stays_asked_for(query))
    return found.matching if found else None


_SPELLED = (
    "SELECT ? AS position, t.key, t.total, t.value FROM alias AS a CROSS JOIN term AS t"
    " WHERE t.collection = ? AND t.parameter = ? AND t.value = a.value"
)
_NO_ID = "NOT EXISTS (SELECT 1 FROM alias AS i WHERE i.names = ? AND i.value = ?)"


class _Name(NamedTuple):
    """A value asked for, as it was spelled, and the filter of the collection it was given to.

    `names` is the group of spellings that it belongs to, if the filter has one.
    """

    collection: str
    parameter: str
    names: str | None
    spelling: str


class _Resolver:
    """Turns what a query names into the terms there are, with one statement at most."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._terms: dict[_Name, list[Term]] = {}

    def resolve(self, query: QueryPlan) -> Resolved | None:
        """Return what to look for and the terms that drive it, or None if nothing can match."""
        groups = _named(query)
        presence: tuple[Matching, ...] = ()
        stays = None
        if query.resource.dates == "meetings" and (query.windows or asks_of_presence(query)):
            presence = self.presence(query, groups)
            if not presence:
                return None
        elif asks_of_stays(query) and query.windows:
            at_stays = stays_asked_for(query)
            stay_groups = _named(at_stays)
            self._look_up([*groups, *stay_groups])
            found = self._resolved(at_stays, stay_groups, at_stays.windows)
            if found is None:
                return None
            stays = found.matching
        else:
            self._look_up(groups)
        windows = query.windows if query.resource.dates == "own" else ()
        return self._resolved(query, groups, windows, presence, stays)

    def presence(
        self, query: QueryPlan, groups: "Iterable[list[_Name]]" = ()
    ) -> tuple[Matching, ...]:
        """Return what participants must have had part in; look up `groups` on the way."""
        asked = presence_asked_for(query)
        named = [_named(one) for one in asked]
        self._look_up([*groups, *(group for some in named for group in some)])
        found = [
            self._resolved(one, some, one.windows) for one, some in zip(asked, named, strict=True)
        ]
        return tuple(one.matching for one in found if one is not None)

    def _met(self, query: QueryPlan) -> tuple[str, ...]:
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
        query: QueryPlan,
        groups: list[list[_Name]],
        windows: tuple[Window, ...],
        through: tuple[Matching, ...] = (),
        stays: Matching | None = None,
    ) -> Resolved | None:
        found = []
        for group in groups:
            terms = self._terms[group[0]]
            if len(group) > 1:
                terms = [term for name in group for term in self._terms[name]]
            if not terms:
                return None
            found.append(terms)
        values, resource = query.values, query.resource
        text = None
        if "q" in values:
            text = match_expression(values["q"], resource.name)
            if text is None:
                return None
        if len(found) > 1:
            found.sort(key=lambda terms: sum(term.total for term in terms))
        keys = tuple([tuple(dict.fromkeys([term.key for term in terms])) for terms in found])
        identity = tuple(
            [
                (*known.identity, values[known.parameter])
                for known in resource.naming_filters
                if known.parameter in values and known.identity
            ]
        )
        updated = None
        if UPDATED_SINCE.parameter in values:
            updated = (resource.name, min(values[UPDATED_SINCE.parameter]))
        met = self._met(query) if through else ()
        matching = Matching(keys, windows, text, identity, through, met, stays, updated)
        return Resolved(matching, found[0] if found else [])

    def _look_up(self, groups: list[list[_Name]]) -> None:
        arms: list[str] = []
        parameters: Parameters = []
        missing: list[_Name] = []
        memory, terms = self._snapshot.memory, self._terms
        for group in groups:
            for name in group:
                if name in terms:
                    continue
                remembered = memory.get(name)
                if remembered is not None:
                    terms[name] = remembered
                    continue
                arm, bound = _term_arm(len(missing), name)
                arms.append(arm)
                parameters += bound
                missing.append(name)
                terms[name] = []
        if missing:
            for position, key, total, value in self._snapshot.rows(
                " UNION ALL ".join(arms), parameters
            ):
                terms[missing[position]].append(Term(key, total, value.decode()))
            self._look_up_alternatives([name for name in missing if not terms[name]])
            for name in missing:
                memory.set(name, terms[name])

    def _look_up_alternatives(self, names: list[_Name]) -> None:
        """Look up what else may be meant by names that nothing has, such as one with a title."""
        arms: list[str] = []
        parameters: Parameters = []
        tried: list[tuple[_Name, int]] = []
        for name in names:
            others = alternatives(name.names, name.spelling) if name.names else []
            for order, other in enumerate(others):
                arm, bound = _alternative_arm(len(tried), name, other)
                arms.append(arm)
                parameters += bound
                tried.append((name, order))
        if not arms:
            return
        found: dict[_Name, dict[int, list[Term]]] = {}
        for position, key, total, value in self._snapshot.rows(
            " UNION ALL ".join(arms), parameters
        ):
            name, order = tried[position]
            by_order = found.setdefault(name, {})
            by_order.setdefault(order, []).append(Term(key, total, value.decode()))
        for name, by_order in found.items():
            self._terms[name] = by_order[min(by_order)]


def _named(query: QueryPlan) -> list[list[_Name]]:
    """Return the groups of names of which a record must have one each."""
    resource, values = query.resource, query.values
    if not values:
        return [[_of_everything(resource)]]
    groups = [
        _names(resource, parameter, given)
        for parameter, given in values.items()
        if parameter in resource.term_filters
    ]
    if (
        groups
        or "q" in values
        or any(known.parameter in values for known in resource.naming_filters)
    ):
        return groups
    return [[_of_everything(resource)]]


@cache
def _of_everything(resource: Resource) -> _Name:
    return _Name(resource.name, EVERYTHING[0], None, EVERYTHING[1])


def _names(resource: Resource, parameter: str, spelled: Iterable[str]) -> list[_Name]:
    names = resource.filter(parameter).names
    return [_Name(resource.name, parameter, names, spelling) for spelling in spelled]


def _term_arm(position: int, name: _Name) -> tuple[str, Parameters]:
    """Return the SELECT for the terms of one name, numbered, and the values bound to it."""
    if name.names is None:
        return (
            "SELECT ? AS position, t.key, t.total, t.value FROM term AS t"
            " WHERE t.collection = ? AND t.parameter = ? AND t.value = ?",
            [position, name.collection, name.parameter, name.spelling],
        )
    spelled = f"{_SPELLED} AND a.names = ? AND a.spelling = ?"
    bound: Parameters = [
        position, name.collection, name.parameter, name.names, squeeze(name.spelling)
    ]  # fmt: skip
    # An id, as it is, means its record and no other, also where that has no such term.
    return (
        f"SELECT ? AS position, t.key, t.total, t.value FROM term AS t"
        " WHERE t.collection = ? AND t.parameter = ? AND t.value = ?"
        f" UNION ALL {spelled} AND {_NO_ID}",
        [
            position, name.collection, name.parameter, name.spelling,
            *bound, name.names, name.spelling,
        ],
    )  # fmt: skip


def _alternative_arm(position: int, name: _Name, other: str) -> tuple[str, Parameters]:
    """Return the SELECT for the terms of another spelling of a name that nothing has."""
    return (
        f"{_SPELLED} AND a.names = ? AND a.spelling = ? AND {_NO_ID}"
        " AND NOT EXISTS (SELECT 1 FROM alias AS s WHERE s.names = ? AND s.spelling = ?)",
        [
            position, name.collection, name.parameter, str(name.names), other,
            str(name.names), name.spelling, str(name.names), squeeze(name.spelling),
        ],
    )  # fmt: skip
