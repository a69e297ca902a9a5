"""What an importer is: a function from a folder or file to the trips that it states.

An entry of a register is one visit of one traveller. An importer reads entries, says who travelled
where, and yields trips; it neither loads them nor ties them to other records.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from app.domain.issues import Issue
from app.domain.tripfile import TripFile
from app.ingest.reading import TripFileError

Part = dict[str, Any]
"""Plain values, as a trip file holds them."""


class Position(NamedTuple):
    """Where an entry stands."""

    file: Path
    line: int


@dataclass(frozen=True)
class Entry:
    """One visit of a register, as it is written there, without superfluous spaces."""

    id: str
    start: datetime.date
    end: datetime.date
    country: str
    places: tuple[str, ...]
    remarks: str
    at: Position


@dataclass(frozen=True)
class Merged:
    """An entry, and others that say the same and so are the same visit."""

    entry: Entry
    same: tuple[Entry, ...] = ()

    @property
    def ids(self) -> list[str]:
        """The ids of all of them, in the order of the register."""
        return [self.entry.id, *(other.id for other in self.same)]


@dataclass(frozen=True)
class LeftOut:
    """An entry of which no stop could be made, and why."""

    entry: Entry
    cause: str


@dataclass(frozen=True)
class ImportedTrip:
    """A checked trip, and the entries that each of its stops rests on.

    `stops` has one item for each stop of the trip.
    """

    trip: TripFile
    visits: tuple[Merged, ...]
    stops: tuple[tuple[str, ...], ...]


@dataclass
class Notes:
    """What an importer reports beside the trips that it yields."""

    entries: int = 0
    files: int = 0
    left_out: list[LeftOut] = field(default_factory=list)
    without_position: dict[tuple[str, str], int] = field(default_factory=dict)
    """The number of stops at each place, by place and country, whose position is unknown."""


class Importer(Protocol):
    """One function: `path` is a folder or file, `notes` takes what was read and left out.

    `read` is called with each file that has been read. Raises `TripFileError` with all that is
    wrong with what it reads.
    """

    def __call__(
        self, path: Path, notes: Notes, read: Callable[[Path], None]
    ) -> Iterable[ImportedTrip]:
        """Yield the trips of a register."""
        ...


def fault(at: Position, what: str, cause: str) -> Issue:
    """Return an issue about an entry."""
    return Issue(what, cause, file=str(at.file), line=at.line)


def day_of(text: str, at: Position, what: str) -> datetime.date:
    """Return the day that a register writes; raise `TripFileError` for anything else."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise TripFileError([fault(at, what, f'"{text}" is not a day; write it as 2021-03-16')])
    return day
