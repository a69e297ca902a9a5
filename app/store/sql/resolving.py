"""What a query names, turned into the terms there are."""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from app.domain.filters import EVERYTHING
from app.domain.names import squeeze
from app.domain.records import Resource
from app.domain.spellings import alternatives
from app.query.parameters import QueryPlan
from app.store.sql.snapshot import Snapshot
from app.store.sql.statements import Parameters


class Term(NamedTuple):
    """A term that exists, with the number of its records and the value it stands for."""

    key: int
    total: int
    value: str


Group = tuple[Term, ...]
"""Terms of which a record must have one."""


class Resolved(NamedTuple):
    """The term of all records of a collection, and the groups of terms that a query names."""

    everything: Term
    groups: tuple[Group, ...]


def resolve(snapshot: Snapshot, query: QueryPlan, parameters: Iterable[str]) -> Resolved | None:
    """Return what the values of some parameters of a query mean, in two statements at most.

    None where one of them means nothing that there is, or the collection is empty.
    """
    resource = query.resource
    everything = _of_everything(resource)
    named = [
        [
            _Name(resource.name, parameter, resource.filter(parameter).names, spelling)
            for spelling in query.values[parameter]
        ]
        for parameter in query.values
        if parameter in parameters
    ]
    terms = _look_up(snapshot, [everything, *(name for group in named for name in group)])
    groups = [
        tuple(dict.fromkeys(term for name in group for term in terms[name])) for group in named
    ]
    if not terms[everything] or not all(groups):
        return None
    return Resolved(terms[everything][0], tuple(groups))


def terms_named(
    snapshot: Snapshot, resource: Resource, parameter: str, spelled: Iterable[str]
) -> list[Term]:
    """Return what the values of one parameter mean."""
    names = resource.filter(parameter).names
    asked = [_Name(resource.name, parameter, names, spelling) for spelling in spelled]
    found = _look_up(snapshot, asked)
    return list(dict.fromkeys(term for name in asked for term in found[name]))


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


def _look_up(snapshot: Snapshot, names: Iterable[_Name]) -> dict[_Name, list[Term]]:
    """Return the terms of names: as remembered, or in two statements at most."""
    arms: list[str] = []
    parameters: Parameters = []
    missing: list[_Name] = []
    terms: dict[_Name, list[Term]] = {}
    memory = snapshot.memory
    for name in names:
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
        for position, key, total, value in snapshot.rows(" UNION ALL ".join(arms), parameters):
            terms[missing[position]].append(Term(key, total, value.decode()))
        terms |= _look_up_alternatives(snapshot, [name for name in missing if not terms[name]])
        for name in missing:
            memory.set(name, terms[name])
    return terms


def _look_up_alternatives(snapshot: Snapshot, names: list[_Name]) -> dict[_Name, list[Term]]:
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
        return {}
    found: dict[_Name, dict[int, list[Term]]] = {}
    for position, key, total, value in snapshot.rows(" UNION ALL ".join(arms), parameters):
        name, order = tried[position]
        by_order = found.setdefault(name, {})
        by_order.setdefault(order, []).append(Term(key, total, value.decode()))
    return {name: by_order[min(by_order)] for name, by_order in found.items()}


@cache
def _of_everything(resource: Resource) -> _Name:
    return _Name(resource.name, EVERYTHING[0], None, EVERYTHING[1])


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
