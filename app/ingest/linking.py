"""Trips that refer to each other: a trip projected with what others define and say."""

from functools import lru_cache

from app.domain.tripfile import TripFile
from app.ingest.definitions import (
    SHARED_LISTS,
    Definitions,
    ForeignMeeting,
    Links,
    foreign_ids,
    mentioned_ids,
)
from app.ingest.project import Projection, Projector
from app.ingest.tying import with_layers
from app.store.sql.registers import Registers
from app.store.sql.shared import SharedRecords
from app.store.sql.trips import Trips

_TEXTS_AT_ONCE = 64


class Linker:
    """Projects trips of the database and of the load that is under way."""

    def __init__(self, trips: Trips, shared: SharedRecords, registers: Registers) -> None:
        """Take the trips, the shared records and the registers of a load."""
        self._trips = trips
        self._shared = shared
        self._registers = registers
        self._meetings: dict[str, int] = {}
        self.text = lru_cache(_TEXTS_AT_ONCE)(trips.text)

    def announce(self, trip_key: int, meeting_ids: list[str]) -> None:
        """Note the meetings that a trip defines which is not written yet."""
        for meeting_id in meeting_ids:
            self._meetings.setdefault(meeting_id, trip_key)

    def defining_meeting(self, meeting_id: str) -> int | None:
        """Return the key of the trip that defines a meeting, or None."""
        found = self._trips.defining_meeting(meeting_id)
        return self._meetings.get(meeting_id) if found is None else found

    def shown_with(self, trip_key: int) -> set[int]:
        """Return the keys of a trip, and of trips whose meetings it shows or that show its own."""
        trip, keys = self.text(trip_key), {trip_key}
        for meeting in trip.meetings:
            keys.update(self._trips.speaking_of_meeting(meeting.id))
        for meeting_id in foreign_ids(trip).get("meetings", ()):
            if (defining := self.defining_meeting(meeting_id)) is not None:
                keys.add(defining)
        return keys

    def whole(self, trip_key: int) -> TripFile:
        """Return a trip as its file says it, with what registers add to it."""
        trip = self.text(trip_key)
        return with_layers(trip, self._registers.layers(trip.id))

    def project(self, trip_key: int, updated_at: str, origin: str) -> Projection:
        """Return a trip as it is written, with what it shows of other trips and of registers."""
        trip = self.whole(trip_key)
        links = Links(
            {
                meeting.id: [self.text(key) for key in self._trips.speaking_of_meeting(meeting.id)]
                for meeting in trip.meetings
                if not meeting.is_reference
            }
        )
        return Projector(
            trip, self._trips.columns, updated_at, origin=origin,
            definitions=self._definitions(trip, links), links=links,
        ).project()  # fmt: skip

    def _definitions(self, trip: TripFile, links: Links) -> Definitions:
        """Return what a trip shows of other trips."""
        definitions = Definitions()
        wanted = foreign_ids(trip)
        for meeting_id in wanted.pop("meetings", ()):
            key = self.defining_meeting(meeting_id)
            if key is not None:
                other = self.text(key)
                found = next(part for part in other.meetings if part.id == meeting_id)
                definitions.meetings[meeting_id] = ForeignMeeting(other, found)
                for name, mentioned in mentioned_ids(other).items():
                    if name in SHARED_LISTS:
                        wanted.setdefault(name, []).extend(mentioned)
        for others in links.trips.values():
            for other in others:
                speakers = [quote.speaker for quote in other.quotes if quote.speaker]
                wanted.setdefault("participants", []).extend(speakers)
        for name, ids in wanted.items():
            for id_ in dict.fromkeys(ids):
                part = self._shared.definition(name, id_)
                if part is not None:
                    definitions.of(name)[id_] = part
        return definitions
