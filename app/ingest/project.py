"""A checked trip, in one pass: the records it is served as, and the rows of the tables.

A row takes the fields of a part by the names of the table's columns, so a field that is stored
unchanged is named in the model and in the table, and nowhere here. Where a column holds a key, the
row has the offset of a record of this trip, or the list and id of what several trips share; the
store turns both into keys.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from app.domain import entities
from app.domain.collections import AGREEMENTS, MEETINGS, QUOTES, STAYS, TRIPS
from app.domain.records import IndexedRecord, Resource, Stay, indexed_record
from app.domain.tripfile import (
    AgreementPart,
    MeetingPart,
    QuotePart,
    RecordPart,
    StopPart,
    TripFile,
)
from app.domain.vocabulary import Status
from app.ingest.definitions import (
    SHARED_LISTS,
    Definitions,
    Links,
    is_organization_id,
    mentioned_ids,
)
from app.ingest.rows import Columns, row_of
from app.ingest.tripshapes import TripShapes

CURATED = "curated"


@dataclass
class Projection:
    """A trip as it is written: its records, in the order of their keys, and its rows by table."""

    records: list[IndexedRecord] = field(default_factory=list)
    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)


class Projector:
    """Projects one trip, given what others define and say of its meetings."""

    def __init__(
        self,
        trip: TripFile,
        columns: Columns,
        updated_at: str,
        *,
        origin: str = CURATED,
        definitions: Definitions | None = None,
        links: Links | None = None,
    ) -> None:
        """Take a checked trip, the tables, the time of its last change, and where it is from."""
        self._trip = trip
        self._columns = columns
        self._updated_at = updated_at
        self._origin = origin
        self._shapes = TripShapes(
            trip, updated_at, origin, definitions or Definitions(), links or Links()
        )
        self._projection = Projection()

    def project(self) -> Projection:
        """Return the trip as it is written."""
        trip, projection = self._trip, self._projection
        self._add_trip()
        for position, stop in enumerate(trip.stops):
            self._add_stop(position, stop)
        if not trip.stops:
            self._add_stay(StopPart(), self._shapes.stop(StopPart()))
        for meeting in self._shapes.meetings.values():
            self._add_meeting(meeting)
        for quote in trip.quotes:
            self._add_quote(quote)
        for agreement in trip.agreements:
            self._add_agreement(agreement)
        return projection

    def _add_trip(self) -> None:
        trip, shape = self._trip, self._shapes.trip()
        self._add_record(TRIPS, shape, trip)
        self._row("trip", trip, record=0, origin=self._origin, updated_at=self._updated_at)
        for related in trip.related:
            self._row("related_trip", related_id=related)
        for entry in trip.records:
            self._row("register_entry", entry=entry)
        mentioned = mentioned_ids(trip)
        for person_id in mentioned["participants"]:
            office = self._shapes.people.office(person_id)
            travels = person_id in trip.travellers
            self._row("appearance", office, participant=person_id, travels=travels)
        for person in trip.participants:
            for position, passage in enumerate(person.evidence):
                shared = ("participants", person.id)
                self._row("evidence", passage, record=shared, position=position)
        for name in SHARED_LISTS:
            for part in getattr(trip, name):
                self._add_names(name, part)
        for collection, parts in (
            ("trips", [trip]), ("meetings", trip.meetings), ("quotes", trip.quotes),
            ("agreements", trip.agreements),
        ):  # fmt: skip
            for part in parts:
                self._add_former_ids(collection, part)
        listed = {meeting.id for meeting in trip.meetings}
        for meeting_id in mentioned["meetings"]:
            if meeting_id not in self._shapes.meetings:
                self._row("meeting_reference", meeting_id=meeting_id, belongs=meeting_id in listed)

    def _add_names(self, name: str, part: Any) -> None:
        self._add_former_ids(name, part)
        for other_name in dict.fromkeys(getattr(part, "other_names", ())):
            self._row("other_name", record=(name, part.id), name=other_name)
        for scheme, value in getattr(part, "identifiers", {}).items():
            self._row("identifier", record=(name, part.id), scheme=scheme, value=value)

    def _add_former_ids(self, collection: str, part: Any) -> None:
        for former_id in dict.fromkeys(part.former_ids):
            self._row("former_id", collection=collection, former_id=former_id, id=part.id)

    def _add_stop(self, position: int, stop: StopPart) -> None:
        shape = self._shapes.stops[position]
        self._row(
            "stop", stop, record=self._add_stay(stop, shape), position=position,
            earliest_date=shape.earliest_date, latest_date=shape.latest_date,
        )  # fmt: skip

    def _add_stay(self, stop: StopPart, shape: entities.StopShape) -> int:
        """Add a stay of travellers at a stop, or somewhere on a trip without stops."""
        held = Status.CANCELLED not in (stop.status, self._trip.status)
        present = shape.travellers if held else ()
        return self._add_record(STAYS, Stay(shape, self._trip.id, held), stop, present)

    def _add_meeting(self, meeting: MeetingPart) -> None:
        present = () if meeting.status is Status.CANCELLED else meeting.participants
        offset = self._add_record(MEETINGS, self._shapes.meeting(meeting), meeting, present)
        self._row("meeting", meeting, record=offset, **self._shapes.when(meeting))
        for position, participant in enumerate(meeting.participants):
            self._row(
                "meeting_participant", record=offset, participant=participant, position=position
            )

    def _add_quote(self, quote: QuotePart) -> None:
        present = [quote.speaker] if quote.speaker else ()
        offset = self._add_record(QUOTES, self._shapes.quote(quote), quote, present)
        translation = quote.translation
        self._row(
            "quote", quote, record=offset, **self._shapes.when(quote), text=quote.words,
            occasion_when=quote.occasion.when, meeting_id=quote.occasion.meeting,
            audience=quote.occasion.audience,
            translation_text=translation and translation.text,
            translation_language=translation and translation.language,
            translation_by=translation and translation.by,
        )  # fmt: skip

    def _add_agreement(self, agreement: AgreementPart) -> None:
        shape = self._shapes.agreement(agreement)
        offset = self._add_record(AGREEMENTS, shape, agreement)
        self._row(
            "agreement", agreement, record=offset, meeting_id=agreement.meeting, date=shape.date,
            end_date=shape.end_date, earliest_date=shape.earliest_date,
            latest_date=shape.latest_date, city=shape.city and shape.city.id, place=shape.place,
            country=shape.country and shape.country.code,
        )  # fmt: skip
        for position, party in enumerate(agreement.parties):
            is_organization = is_organization_id(party)
            self._row(
                "agreement_party", record=offset, position=position,
                country=None if is_organization else party,
                organization=party if is_organization else None,
            )  # fmt: skip

    def _add_record(
        self, resource: Resource, record: Any, part: Any, present: Iterable[str] = ()
    ) -> int:
        """Add a record with those present at it, and the rows that records of all kinds have.

        Return its offset.
        """
        records, people = self._projection.records, tuple(dict.fromkeys(present))
        offset = len(records)
        records.append(indexed_record(resource, record, self._updated_at, people))
        for participant in people:
            self._row("presence", record=offset, participant=participant, sort=records[offset].sort)
        for name in getattr(record, "shape", record).inferred:
            self._row("inferred_field", record=offset, field=name)
        if isinstance(part, RecordPart):
            for topic in part.topics:
                self._row("record_topic", record=offset, topic=topic)
        for position, passage in enumerate(part.evidence):
            self._row("evidence", passage, record=offset, position=position)
        return offset

    def _row(self, table: str, part: Any = None, **values: Any) -> None:
        """Add a row: the values given, and for its other columns the fields of `part`."""
        row = row_of(self._columns[table], part, values)
        self._projection.rows.setdefault(table, []).append(row)
