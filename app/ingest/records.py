"""A trip file's own records (trip, meetings, quotes, agreements) in the shape they are served."""

import datetime
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.domain import entities as schemas
from app.domain.collections import AGREEMENTS, MEETINGS, QUOTES, TRIPS, Resource
from app.domain.countries import country_name
from app.domain.documents import passage_url
from app.ingest.tripfile import AgreementPart, EvidencePart, MeetingPart, QuotePart, TripFile


def country(code: str | None) -> schemas.CountryShape | None:
    """Return the country with this code, or None for None."""
    return schemas.CountryShape(code=code, name=country_name(code)) if code else None


class Bounds(NamedTuple):
    """When something was: the day if it is known, and the first and last day it may have been."""

    date: datetime.date | None
    earliest: datetime.date
    latest: datetime.date


def bounds_of(trip: TripFile, part: MeetingPart | QuotePart) -> Bounds:
    """Return when a meeting or quote was; the trip's days bound what has no bounds."""
    if part.date:
        return Bounds(part.date, part.date, part.date)
    return Bounds(
        None,
        part.earliest_date or min(trip.start_date, part.latest_date or trip.start_date),
        part.latest_date or max(trip.end_date, part.earliest_date or trip.end_date),
    )


class TripRecords:
    """The records of one trip file.

    They hold nothing that another trip file could change, so that a load touches no other trip.
    """

    def __init__(self, trip: TripFile) -> None:
        """Take a trip file that was read without complaint."""
        self._trip = trip
        self._source_urls = {source.id: source.url for source in trip.sources}
        self._cities = {
            city.id: schemas.CityShape(
                id=city.id,
                name=city.name,
                country=schemas.CountryShape(code=city.country, name=country_name(city.country)),
                latitude=city.latitude,
                longitude=city.longitude,
                timezone=city.timezone,
            )
            for city in trip.cities
        }
        self._people = {
            person.id: schemas.AttendeeShape(
                id=person.id,
                kind=person.kind,
                name=person.name,
                title=person.title,
                country=country(person.country),
            )
            for person in trip.participants
        }
        self._topics = {
            topic.id: schemas.Reference(id=topic.id, name=topic.name) for topic in trip.topics
        }
        self._meetings = {meeting.id: meeting for meeting in trip.meetings}
        self._meeting_bounds = {meeting.id: bounds_of(trip, meeting) for meeting in trip.meetings}

    def __iter__(self) -> Iterator[tuple[Resource, schemas.Shape]]:
        """Yield every record with its collection, in the order of their keys."""
        yield TRIPS, self._trip_shape()
        said: dict[str, list[QuotePart]] = {}
        for quote in self._trip.quotes:
            if quote.occasion.meeting:
                said.setdefault(quote.occasion.meeting, []).append(quote)
        agreed: dict[str, list[AgreementPart]] = {}
        for agreement in self._trip.agreements:
            agreed.setdefault(agreement.meeting, []).append(agreement)
        for meeting in self._trip.meetings:
            yield (
                MEETINGS,
                self._meeting(meeting, said.get(meeting.id, ()), agreed.get(meeting.id, ())),
            )
        for quote in self._trip.quotes:
            yield QUOTES, self._quote(quote)
        for agreement in self._trip.agreements:
            yield AGREEMENTS, self._agreement(agreement)

    def _evidence(self, passages: Sequence[EvidencePart]) -> list[schemas.PassageShape]:
        return [
            schemas.PassageShape(
                source=passage.source,
                text_start=passage.text_start,
                text_end=passage.text_end,
                url=passage_url(
                    self._source_urls[passage.source], passage.text_start, passage.text_end
                ),
            )
            for passage in passages
        ]

    def _about(self, topics: Sequence[str]) -> list[schemas.Reference]:
        return [self._topics[topic] for topic in topics]

    def _trip_shape(self) -> schemas.TripShape:
        trip = self._trip
        about = dict.fromkeys(topic for meeting in trip.meetings for topic in meeting.topics)
        return schemas.TripShape(
            id=trip.id,
            title=trip.title,
            summary=trip.summary,
            start_date=trip.start_date,
            end_date=trip.end_date,
            travellers=[self._people[traveller] for traveller in trip.travellers],
            stops=[
                schemas.StopShape(
                    city=self._cities[stop.city],
                    arrival_date=stop.arrival_date,
                    departure_date=stop.departure_date,
                )
                for stop in trip.stops
            ],
            topics=self._about(list(about)),
            meetings=[meeting.id for meeting in trip.meetings],
            sources=[
                schemas.SourceShape(
                    id=source.id, title=source.title, publisher=source.publisher, url=source.url
                )
                for source in trip.sources
            ],
            evidence=self._evidence(trip.evidence),
        )

    def _meeting(
        self,
        meeting: MeetingPart,
        quotes: Sequence[QuotePart],
        agreements: Sequence[AgreementPart],
    ) -> schemas.MeetingShape:
        when = self._meeting_bounds[meeting.id]
        return schemas.MeetingShape(
            id=meeting.id,
            title=meeting.title,
            summary=meeting.summary,
            trip=self._trip.id,
            format=meeting.format,
            date=when.date,
            earliest_date=when.earliest,
            latest_date=when.latest,
            inferred=list(meeting.inferred),
            city=self._cities[meeting.city] if meeting.city else None,
            participants=[self._people[person] for person in meeting.participants],
            topics=self._about(meeting.topics),
            quotes=[
                schemas.QuoteSummary(
                    id=quote.id, text=quote.text, speaker=self._reference(quote.speaker)
                )
                for quote in quotes
            ],
            agreements=[
                schemas.AgreementSummary(
                    id=agreement.id, title=agreement.title, kind=agreement.kind
                )
                for agreement in agreements
            ],
            evidence=self._evidence(meeting.evidence),
        )

    def _reference(self, person: str) -> schemas.Reference:
        return schemas.Reference(id=person, name=self._people[person].name)

    def _quote(self, quote: QuotePart) -> schemas.QuoteShape:
        when = bounds_of(self._trip, quote)
        return schemas.QuoteShape(
            id=quote.id,
            text=quote.text,
            trip=self._trip.id,
            speaker=self._people[quote.speaker],
            date=when.date,
            earliest_date=when.earliest,
            latest_date=when.latest,
            inferred=list(quote.inferred),
            occasion=schemas.OccasionShape(
                when=quote.occasion.when,
                meeting=quote.occasion.meeting,
                audience=quote.occasion.audience,
            ),
            city=self._cities[quote.city] if quote.city else None,
            topics=self._about(quote.topics),
            evidence=self._evidence(quote.evidence),
        )

    def _agreement(self, agreement: AgreementPart) -> schemas.AgreementShape:
        meeting = self._meetings[agreement.meeting]
        when = self._meeting_bounds[meeting.id]
        return schemas.AgreementShape(
            id=agreement.id,
            title=agreement.title,
            summary=agreement.summary,
            trip=self._trip.id,
            kind=agreement.kind,
            parties=list(agreement.parties),
            target_year=agreement.target_year,
            meeting=meeting.id,
            date=when.date,
            earliest_date=when.earliest,
            latest_date=when.latest,
            inferred=self._inherited_inferences(agreement, meeting),
            city=self._cities[meeting.city] if meeting.city else None,
            participants=[self._people[person] for person in meeting.participants],
            topics=self._about(agreement.topics),
            evidence=self._evidence(agreement.evidence),
        )

    @staticmethod
    def _inherited_inferences(agreement: AgreementPart, meeting: MeetingPart) -> list[str]:
        """Return what is inferred of the agreement, with its meeting's day and city."""
        inherited = [field for field in meeting.inferred if field in ("date", "city")]
        return [*agreement.inferred, *inherited]
