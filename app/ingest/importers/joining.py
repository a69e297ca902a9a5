"""Visits of one traveller: those that say the same merged, those that follow on joined."""

import datetime
from collections.abc import Iterable, Sequence

from app.ingest.importers.base import Entry, Merged

MAX_DAYS_BETWEEN = 1
"""A visit that begins at most this many days after the latest end so far is of the same trip."""


def merged(entries: Iterable[Entry]) -> list[Merged]:
    """Return visits in the order of their first days, and of the file among those of one day.

    Entries with the same days, country, places and remarks are one visit. The entries are of one
    traveller.
    """
    groups: dict[tuple[object, ...], list[Entry]] = {}
    for entry in entries:
        same = (entry.start, entry.end, entry.country, entry.places, entry.remarks)
        groups.setdefault(same, []).append(entry)
    visits = [Merged(first, tuple(others)) for first, *others in groups.values()]
    return sorted(visits, key=lambda visit: visit.entry.start)


def joined(visits: Sequence[Merged]) -> list[list[Merged]]:
    """Return visits, in the order of their first days, as trips."""
    trips: list[list[Merged]] = []
    latest = datetime.date.min
    for visit in visits:
        if trips and (visit.entry.start - latest).days <= MAX_DAYS_BETWEEN:
            trips[-1].append(visit)
            latest = max(latest, visit.entry.end)
        else:
            trips.append([visit])
            latest = visit.entry.end
    return trips
