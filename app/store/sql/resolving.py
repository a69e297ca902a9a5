"""Resolves the values of a query to existing terms."""

from collections.abc import Collection, Iterable
from itertools import chain
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
"""Alternative terms: a record must have one of them."""


class Resolved(NamedTuple):
    """The term of all records of a collection, and the groups of terms that a query names."""

    everything: Term
    groups: list[Group]


Asked = tuple[str, str, str]
"""A collection, a parameter and a given value: the cache key for its terms."""


def resolve(snapshot: Snapshot, query: QueryPlan, parameters: Collection[str]) -> Resolved | None:
    """Return the terms that the values of some parameters mean, in two statements at most.

    None if a parameter has no existing term, or the collection is empty.
    """
    resource = query.resource
    asked: list[Asked] = [(resource.name, *EVERYTHING)]
    sizes: list[int] = []
    for parameter, spelled in query.values.items():
        if parameter in parameters:
            sizes.append(len(spelled))
            for spelling in spelled:
                asked.append((resource.name, parameter, spelling))
    found = _terms_of(snapshot, resource, asked)
    groups, at = [], 1
    for size in sizes:
        groups.append(found[at] if size == 1 else _joined(found[at : at + size]))
        at += size
    if not found[0] or not all(groups):
        return None
    return Resolved(found[0][0], groups)


def terms_named(
    snapshot: Snapshot, resource: Resource, parameter: str, spelled: Iterable[str]
) -> Group:
    """Return the terms that the values of one parameter mean."""
    asked = [(resource.name, parameter, spelling) for spelling in spelled]
    return _joined(_terms_of(snapshot, resource, asked))


def _joined(groups: Iterable[Group]) -> Group:
    return tuple(dict.fromkeys(chain.from_iterable(groups)))


def _terms_of(snapshot: Snapshot, resource: Resource, asked: list[Asked]) -> list[Group]:
    """Return the terms of each value asked for, cached or in two statements at most."""
    memory = snapshot.memory
    groups = list(map(memory.get, asked))
    if None not in groups:
        return groups
    names: dict[int, _Name] = {}
    for at, (collection, parameter, spelling) in enumerate(asked):
        if groups[at] is None:
            known = resource.by_parameter.get(parameter)
            names[at] = _Name(collection, parameter, known.names if known else None, spelling)
    terms = _look_up(snapshot, names.values())
    for at, name in names.items():
        groups[at] = tuple(terms[name])
        memory.set(asked[at], groups[at])
    return groups


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
    """Return the terms of names, in two statements at most."""
    arms: list[str] = []
    parameters: Parameters = []
    terms: dict[_Name, list[Term]] = {name: [] for name in names}
    asked = list(terms)
    for position, name in enumerate(asked):
        arm, bound = _term_arm(position, name)
        arms.append(arm)
        parameters += bound
    if arms:
        for position, key, total, value in snapshot.rows(" UNION ALL ".join(arms), parameters):
            terms[asked[position]].append(Term(key, total, value.decode()))
    return terms | _look_up_alternatives(snapshot, [name for name in asked if not terms[name]])


def _look_up_alternatives(snapshot: Snapshot, names: list[_Name]) -> dict[_Name, list[Term]]:
    """Look up other spellings of names that match nothing, such as a name with a title."""
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
    # An exact id means only its own record, even if that has no such term.
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
    """Return the SELECT for the terms of another spelling of a name that matches nothing."""
    return (
        f"{_SPELLED} AND a.names = ? AND a.spelling = ? AND {_NO_ID}"
        " AND NOT EXISTS (SELECT 1 FROM alias AS s WHERE s.names = ? AND s.spelling = ?)",
        [
            position, name.collection, name.parameter, str(name.names), other,
            str(name.names), name.spelling, str(name.names), squeeze(name.spelling),
        ],
    )  # fmt: skip
