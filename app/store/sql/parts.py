"""What participants and trips are found by: the stays, meetings and quotes that are theirs."""

from collections import defaultdict
from collections.abc import Iterable

from app.domain.collections import PARTICIPANTS
from app.query.parameters import QueryPlan
from app.store.sql.matching import Matches, find_presence, find_stays, trips_of
from app.store.sql.snapshot import Snapshot

Parts = dict[int, list[int]]
"""Whose each stay, meeting or quote is, by their numbers."""


def parts_of(snapshot: Snapshot, query: QueryPlan, matches: Matches) -> Parts:
    """Return whose parts match, of the trips or participants that match themselves."""
    pairs: Iterable[tuple[int, int]]
    if query.resource is PARTICIPANTS:
        pairs = (
            (number, person)
            for person, had_part in find_presence(snapshot, query).items()
            for number in had_part
        )
    else:
        pairs = trips_of(snapshot, find_stays(snapshot, query)).items()
    parts: Parts = defaultdict(list)
    for number, owner in pairs:
        if owner in matches.numbers:
            parts[number].append(owner)
    return parts
