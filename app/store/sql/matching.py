"""Which records a query finds: all of a term's, or a set worked out from the sets of terms."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from pyroaring import BitMap

from app.domain.collections import MEETINGS, PARTICIPANTS
from app.domain.filters import UPDATED_SINCE
from app.domain.records import Resource
from app.query.dates import Window
from app.query.parameters import QueryPlan
from app.query.within import (
    OF_STAYS,
    asked_of_presence,
    asks_of_stays,
    presence_asked_for,
    stays_asked_for,
)
from app.query.words import match_expression
from app.store.keys import RECORD_BITS
from app.store.sql.resolving import Term, resolve, terms_named
from app.store.sql.sets import (
    count_in_range,
    presence_of,
    set_in_windows,
    set_lasting_on,
    set_updated_since,
    sets_of_presence,
    sets_of_terms,
    who_had_part,
)
from app.store.sql.snapshot import Snapshot
from app.store.sql.statements import After, in_parts, one_of, padded
from app.store.sql.texts import Found, count_of_texts, numbers_of_texts

_ROWS_OF = {
    "trip_of_meeting": "(SELECT id, trip_key FROM meeting UNION ALL"
    " SELECT meeting_id AS id, trip_key FROM meeting_reference WHERE belongs)",
    "source_of_trip": "(SELECT t.id, s.key FROM trip AS t CROSS JOIN mention AS m"
    " CROSS JOIN source AS s WHERE m.trip_key = t.key AND s.key = m.shared_key)",
}
"""Rows that name records without being a table of their own."""


class Matches:
    """The records of one collection that a query finds.

    They have the term `driver`, overlap one of the `windows`, are in the set `given` and match
    `texts`; a condition that is empty or None does not apply. Sets are read only when needed.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        resource: Resource,
        driver: Term,
        windows: tuple[Window, ...] = (),
        given: BitMap | None = None,
        texts: Sequence[str] = (),
        *,
        everything: Term,
    ) -> None:
        """Take the conditions, and the term that all records of the collection have.

        `is_whole` says that all records of the driver match, and `is_everything`, all records of
        the collection.
        """
        self._snapshot = snapshot
        self.resource = resource
        self.driver = driver
        self.windows = windows
        self.given = given
        self.texts = texts
        self._everything = everything
        self._drives_all = driver is everything
        self.is_whole = not windows and given is None and not texts
        self.is_everything = self.is_whole and self._drives_all
        # Known values are set here: a cached property would take a lock on Python 3.11.
        if self.is_whole:
            self.total = driver.total
        elif given is not None and not windows and not texts:
            self.numbers, self.total = given, len(given)

    @property
    def is_range(self) -> bool:
        """Whether all records of the driver that overlap one range of days match."""
        one = len(self.windows) == 1 and self.windows[0].is_range
        return one and self.given is None and not self.texts

    @cached_property
    def driver_set(self) -> BitMap:
        """All records of the driver."""
        return sets_of_terms(self._snapshot, [self.driver.key])[self.driver.key]

    @property
    def all_there_are(self) -> BitMap:
        """All records of the collection."""
        key = self._everything.key
        return sets_of_terms(self._snapshot, [key])[key]

    @cached_property
    def within(self) -> BitMap | None:
        """The records that match everything but the text; None if only the text restricts them."""
        if self.is_everything or (self._drives_all and self.given is None and not self.windows):
            return None
        found = self.driver_set if self.given is None else self.given
        if self.windows:
            found = found & self.in_windows
        return found

    @cached_property
    def in_windows(self) -> BitMap:
        """The records of the collection that overlap the windows."""
        return set_in_windows(self._snapshot, self.resource.name, self.windows)

    @cached_property
    def numbers(self) -> BitMap:
        """The records that match."""
        within = self.within
        if self.texts:
            return numbers_of_texts(self._snapshot, self.resource.name, self.texts, within)
        return self.driver_set if within is None else within

    @cached_property
    def total(self) -> int:
        """How many records match."""
        if self.is_range and self._drives_all:
            return count_in_range(self._snapshot, self.resource.name, self.windows[0])
        if self.is_range:
            return self.reach
        if not self.texts or self.within is not None:
            return len(self.numbers)
        return count_of_texts(self._snapshot, self.resource.name, self.texts)

    def best(
        self, after: After, limit: int, *, is_scored: bool | None = None
    ) -> list[tuple[int, int]]:
        """Return the first records that the text finds behind some place, best first.

        Each is a score and a number. `is_scored` says whether they have scores; None decides by
        what is searched for.
        """
        if not self.texts or not self.total:
            return []
        within = None if self.within is None else self.numbers
        found = Found(self._snapshot, self.resource.name, self.texts, self._everything.total)
        return found.best(within, after, limit, is_scored=is_scored)

    @cached_property
    def reach(self) -> int:
        """How many records of the driver lie within the windows."""
        if not self.windows:
            return self.driver.total
        return self.driver_set.intersection_cardinality(self.in_windows)

    def lasting_on(self, day: str) -> BitMap:
        """The driver's records that began before a day and last on it, whatever the text."""
        lasting = set_lasting_on(self._snapshot, self.resource.name, day)
        return lasting if self._drives_all else lasting & self.driver_set


def find_matches(snapshot: Snapshot, query: QueryPlan) -> Matches | None:
    """Return what a query finds, or None where nothing can match."""
    resource = query.resource
    parameters, windows = resource.term_filters, query.windows
    sets: list[BitMap] = []
    if resource is PARTICIPANTS:
        windows = ()
        asked = asked_of_presence(query)
        # A window that holds no day needs one record that spans it, which gathered sets cannot
        # tell.
        if asked == ["date"] and all(window.is_range for window in query.windows):
            sets.append(set_in_windows(snapshot, resource.name, query.windows))
        elif len(asked) == 1 and asked[0] in resource.gathered_filters:
            parameters |= {asked[0]}
        elif asked:
            sets.append(find_who_had_part(snapshot, query))
    elif windows and asks_of_stays(query):
        parameters -= OF_STAYS
        windows = ()
        sets.append(BitMap(set(trips_of(snapshot, find_stays(snapshot, query)).values())))
    if not all(sets):
        return None
    resolved = resolve(snapshot, query, parameters)
    if resolved is None:
        return None
    texts = query.values.get("q", ())
    if "q" in query.values and match_expression(texts) is None:
        return None
    if not resource.naming_filters.keys().isdisjoint(query.values):
        sets += _named(snapshot, query)
    if UPDATED_SINCE.parameter in query.values:
        moment = min(query.values[UPDATED_SINCE.parameter])
        sets.append(set_updated_since(snapshot, resource.name, moment))
    groups = resolved.groups
    if len(groups) > 1:
        groups.sort(key=lambda group: sum(term.total for term in group))
    driver = _driver(resource, groups, query) or resolved.everything
    given = None
    if sets or len(groups) > 1 or (groups and groups[0] != (driver,)):
        given = _intersection(snapshot, groups, sets)
        if not given:
            return None
    return Matches(
        snapshot, resource, driver, windows, given, texts, everything=resolved.everything
    )


def _driver(
    resource: Resource, groups: Sequence[tuple[Term, ...]], query: QueryPlan
) -> Term | None:
    """Return the term with the fewest records that is a group by itself, if there is one."""
    # Gathered terms have no postings from which lists could be read.
    if resource.gathered_filters.isdisjoint(query.values):
        for group in groups:
            if len(group) == 1:
                return group[0]
    return None


def _intersection(
    snapshot: Snapshot, groups: Sequence[tuple[Term, ...]], sets: list[BitMap]
) -> BitMap:
    """Return the records with a term of each group that are in each set; at least one is given."""
    found: list[BitMap] = []
    if groups:
        of_terms = sets_of_terms(snapshot, [term.key for group in groups for term in group])
        for group in groups:
            one, *others = [of_terms[term.key] for term in group]
            found.append(BitMap.union(one, *others) if others else one)
    found += sets
    found.sort(key=len)
    given = found[0]
    for other in found[1:]:
        given = given & other
    return given


def _named(snapshot: Snapshot, query: QueryPlan) -> list[BitMap]:
    """Return a set for each filter that names rows by id: the records of those rows."""
    found = []
    for parameter, (table, column) in query.resource.naming_filters.items():
        if parameter in query.values:
            ids = query.values[parameter]
            rows = snapshot.rows(
                f"SELECT d.number FROM {_ROWS_OF.get(table, table)} AS r CROSS JOIN document AS d"
                f" WHERE d.key = r.{column} AND r.id {one_of(ids)}",
                ids,
            )
            found.append(BitMap([row[0] for row in rows]))
    return found


def find_presence(snapshot: Snapshot, query: QueryPlan) -> dict[int, BitMap]:
    """Return the stays, meetings and quotes that a query of participants asks for, by participant.

    The keys are the participants' numbers. Filters on the participants themselves are ignored.
    """
    records, met = _asked_of_others(snapshot, query)
    present = sets_of_presence(snapshot, records)
    for person in met.keys() & present.keys():
        present[person] &= _with_others(met, person)
        if not present[person]:
            del present[person]
    return present


def find_who_had_part(snapshot: Snapshot, query: QueryPlan) -> BitMap:
    """Return the numbers of the participants in `find_presence`, without their records."""
    records, met = _asked_of_others(snapshot, query)
    found = who_had_part(snapshot, records)
    for person, shared in met.items():
        if not shared.intersect(_with_others(met, person)):
            found.discard(person)
    return found


def _asked_of_others(snapshot: Snapshot, query: QueryPlan) -> tuple[BitMap, dict[int, BitMap]]:
    """Return the records that a query of participants asks for, and those of each person met.

    If the query asks for people who were met, the first are only records of these people.
    """
    records = find_had_part(snapshot, query)
    asked = [known for known in query.resource.met_filters if known.parameter in query.values]
    if not records or not asked:
        return records, {}
    met = [
        term.value
        for known in asked
        for term in terms_named(
            snapshot, MEETINGS, str(known.through), query.values[known.parameter]
        )
    ]
    rows: list[tuple[int]] = []
    if met:
        rows = snapshot.rows(
            "SELECT d.number FROM participant AS p CROSS JOIN document AS d"
            f" WHERE d.key = p.key AND p.id {one_of(met)}",
            met,
        )
    present = presence_of(snapshot, [person for (person,) in rows])
    shared = {person: records & each for person, each in present.items()}
    return _union(shared.values()), shared


def _with_others(met: Mapping[int, BitMap], person: int) -> BitMap:
    """Return the records of the other people who were met: nobody meets themselves."""
    return _union(each for other, each in met.items() if other != person)


def _union(sets: Iterable[BitMap]) -> BitMap:
    return BitMap.union(BitMap(), *sets)


def find_had_part(snapshot: Snapshot, query: QueryPlan) -> BitMap:
    """Return the stays, meetings and quotes that a query of participants asks for."""
    found = BitMap()
    for asked in presence_asked_for(query):
        matches = find_matches(snapshot, asked)
        if matches is not None:
            found |= matches.numbers
    return found


def find_stays(snapshot: Snapshot, query: QueryPlan) -> BitMap:
    """Return the stays that a query of trips asks for."""
    matches = find_matches(snapshot, stays_asked_for(query))
    return matches.numbers if matches else BitMap()


def trips_of(snapshot: Snapshot, stays: BitMap) -> dict[int, int]:
    """Return the number of each stay's trip, by the number of the stay."""
    found: dict[int, int] = {}
    for part in in_parts(stays):
        bound = padded(part)
        found.update(
            snapshot.rows(
                "SELECT s.number, t.number FROM document AS s CROSS JOIN document AS t"
                f" WHERE s.number {one_of(bound)} AND t.key = s.key - s.key % {1 << RECORD_BITS}",
                bound,
            )
        )
    return found
