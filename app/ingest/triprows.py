"""The rows of a trip file for the tables, as far as they can be made without the database.

Records of the trip stand as their offset from its key; what trips share stands as its id.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.ingest.records import bounds_of
from app.ingest.tripfile import EvidencePart, RecordPart, TripFile

Row = tuple[Any, ...]

SHARED_COLUMNS = {
    "participants": ("id", "kind", "name", "family_name", "given_name", "country_code"),
    "cities": ("id", "name", "country_code", "latitude", "longitude", "timezone"),
    "topics": ("id", "name"),
    "sources": ("id", "title", "publisher", "url"),
}
"""The columns of the tables of what trips share, by the list of a trip file that fills them."""

FIELD_OF_COLUMN = {"country_code": "country"}
"""Where the field of a trip file has another name than the column."""


@dataclass(frozen=True)
class TripRows:
    """What a trip file puts into each table; each row in the order of its comment."""

    trip: Row  # id, title, summary, start_date, end_date
    shared: dict[str, list[Row]]  # as SHARED_COLUMNS says
    countries: set[str]
    appearances: list[Row]  # participant, title, travels
    stops: list[Row]  # position, city, arrival_date, departure_date
    meetings: list[Row]  # offset, id, title, summary, format, three dates, city
    meeting_participants: list[Row]  # offset, participant, position
    quotes: list[Row]  # offset, id, speaker, text, when, meeting, audience, three dates, city
    agreements: list[Row]  # offset, id, meeting, title, summary, kind, target_year
    parties: list[Row]  # offset, country code
    topics: list[Row]  # offset, topic
    inferred: list[Row]  # offset, field
    evidence: list[Row]  # offset, position, source, text_start, text_end
    participant_evidence: list[Row]  # participant, position, source, text_start, text_end

    @property
    def id(self) -> str:
        """The id of the trip."""
        return str(self.trip[0])

    @property
    def record_ids(self) -> dict[str, list[str]]:
        """The ids of the trip's records that no other trip may use, by their collection."""
        return {
            "meetings": [row[1] for row in self.meetings],
            "quotes": [row[1] for row in self.quotes],
            "agreements": [row[1] for row in self.agreements],
        }


def trip_rows(trip: TripFile) -> TripRows:
    """Return the rows of a trip file that was read without complaint."""
    parts: list[RecordPart] = [*trip.meetings, *trip.quotes, *trip.agreements]
    numbered = list(enumerate(parts, 1))
    offsets = {meeting.id: offset for offset, meeting in enumerate(trip.meetings, 1)}
    first_quote = 1 + len(trip.meetings)
    first_agreement = first_quote + len(trip.quotes)
    return TripRows(
        trip=(trip.id, trip.title, trip.summary, _iso(trip.start_date), _iso(trip.end_date)),
        shared={name: _shared(trip, name) for name in SHARED_COLUMNS},
        countries={city.country for city in trip.cities}
        | {person.country for person in trip.participants if person.country}
        | {code for agreement in trip.agreements for code in agreement.parties},
        appearances=[
            (person.id, person.title, person.id in trip.travellers) for person in trip.participants
        ],
        stops=[
            (position, stop.city, _iso(stop.arrival_date), _iso(stop.departure_date))
            for position, stop in enumerate(trip.stops)
        ],
        meetings=[
            (
                offset, meeting.id, meeting.title, meeting.summary, meeting.format.value,
                *_when(trip, meeting), meeting.city,
            )
            for offset, meeting in enumerate(trip.meetings, 1)
        ],
        meeting_participants=[
            (offset, person, position)
            for offset, meeting in enumerate(trip.meetings, 1)
            for position, person in enumerate(meeting.participants)
        ],
        quotes=[
            (
                offset, quote.id, quote.speaker, quote.text, quote.occasion.when,
                offsets.get(quote.occasion.meeting or ""), quote.occasion.audience,
                *_when(trip, quote), quote.city,
            )
            for offset, quote in enumerate(trip.quotes, first_quote)
        ],
        agreements=[
            (
                offset, agreement.id, offsets[agreement.meeting], agreement.title,
                agreement.summary, agreement.kind.value, agreement.target_year,
            )
            for offset, agreement in enumerate(trip.agreements, first_agreement)
        ],
        parties=[
            (offset, code)
            for offset, agreement in enumerate(trip.agreements, first_agreement)
            for code in agreement.parties
        ],
        topics=[(offset, topic) for offset, part in numbered for topic in part.topics],
        inferred=[(offset, field) for offset, part in numbered for field in part.inferred],
        evidence=[
            *((0, *row) for row in _passages(trip.evidence)),
            *((offset, *row) for offset, part in numbered for row in _passages(part.evidence)),
        ],
        participant_evidence=[
            (person.id, *row) for person in trip.participants for row in _passages(person.evidence)
        ],
    )  # fmt: skip


def _shared(trip: TripFile, name: str) -> list[Row]:
    fields = [FIELD_OF_COLUMN.get(column, column) for column in SHARED_COLUMNS[name]]
    return [tuple(getattr(part, field) for field in fields) for part in getattr(trip, name)]


def _when(trip: TripFile, part: Any) -> Row:
    when = bounds_of(trip, part)
    return _iso(when.date), _iso(when.earliest), _iso(when.latest)


def _passages(evidence: list[EvidencePart]) -> list[Row]:
    return [
        (position, passage.source, passage.text_start, passage.text_end)
        for position, passage in enumerate(evidence)
    ]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
