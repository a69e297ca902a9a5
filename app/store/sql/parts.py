"""The parts of participants and trips: their stays, meetings and quotes."""

from collections import defaultdict
from collections.abc import Iterable

from app.domain.collections import PARTICIPANTS
from app.query.parameters import QueryPlan
from app.store.sql.matching import Matches, find_presence, find_stays, trips_of
from app.store.sql.snapshot import Snapshot

Parts = dict[int, list[int]]
"""The owners of each stay, meeting or quote, by its number."""


def parts_of(snapshot: Snapshot, query: QueryPlan, matches: Matches) -> Parts:
    """Return the parts that match, with those of their owners that match, too."""
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
