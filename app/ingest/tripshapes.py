"""The shapes that the records of one trip are served in."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from app.domain import entities, shapes
from app.domain.countries import country_name
from app.domain.documents import served, served_evidence
from app.domain.tripfile import (
    AgreementPart,
    DatedPart,
    EvidencePart,
    MeetingPart,
    QuotePart,
    StopPart,
    TripFile,
)
from app.domain.vocabulary import PartyKind, Recorded
from app.ingest.definitions import (
    Definitions,
    Links,
    is_organization_id,
)
from app.ingest.resolved import People, bounds_of, country, reference, stop_bounds


class TripShapes:
    """The shapes of one trip, given what others define and say of its meetings."""

    def __init__(
        self,
        trip: TripFile,
        updated_at: str,
        origin: str,
        definitions: Definitions,
        links: Links,
    ) -> None:
        """Take a trip, the time of its last change, where it is from, and what others say."""
        self._trip = trip
        self._updated_at = updated_at
        self._origin = origin
        self._definitions = definitions.with_own(trip)
        self._links = links
        self.people = People(trip, self._definitions)
        self.meetings = {part.id: part for part in trip.meetings if not part.is_reference}
        # Shapes that several records show are made once.
        self._cities: dict[str, entities.CityInRecord] = {}
        self._topics: dict[str, shapes.Reference] = {}
        self._addresses = {id_: part.url for id_, part in self._definitions.sources.items()}

    @cached_property
    def stops(self) -> list[entities.StopShape]:
        """Its stops, in order."""
        return [self.stop(stop) for stop in self._trip.stops]

    def _city(self, id_: str | None) -> entities.CityInRecord | None:
        if id_ is None:
            return None
        if id_ not in self._cities:
            part = self._definitions.cities[id_]
            self._cities[id_] = served(entities.CityInRecord, part, country=country(part.country))
        return self._cities[id_]

    def _evidence(self, passages: Sequence[EvidencePart]) -> list[shapes.EvidenceShape]:
        return served_evidence(passages, self._addresses)

    def _about(self, topics: Iterable[str]) -> list[shapes.Reference]:
        return [self._topic(id_) for id_ in topics]

    def _topic(self, id_: str) -> shapes.Reference:
        if id_ not in self._topics:
            self._topics[id_] = reference(self._definitions.topics[id_])
        return self._topics[id_]

    def stop(self, stop: StopPart) -> entities.StopShape:
        """Return the shape of a stop."""
        first, last = stop_bounds(self._trip, stop)
        return served(
            entities.StopShape,
            stop,
            city=self._city(stop.city),
            country=country(stop.country),
            earliest_date=first,
            latest_date=last,
            travellers=stop.travellers or self._trip.travellers,
            evidence=self._evidence(stop.evidence),
        )

    def trip(self) -> entities.TripShape:
        """Return the shape of the trip."""
        trip = self._trip
        about = dict.fromkeys(
            topic for meeting in trip.meetings for topic in self._defined(meeting).topics
        )
        return served(
            entities.TripShape,
            trip,
            travellers=[self.people.attendee(id_) for id_ in trip.travellers],
            stops=self.stops,
            topics=self._about(about),
            meetings=[meeting.id for meeting in trip.meetings],
            recorded=Recorded.YES if trip.meetings else Recorded.NO,
            origin=self._origin,
            sources=[
                served(entities.SourceInTrip, self._definitions.sources[id_])
                for id_ in self._sources
            ],
            evidence=self._evidence(trip.evidence),
            updated_at=self._updated_at,
        )

    def _defined(self, meeting: MeetingPart) -> MeetingPart:
        """Return a meeting as it is defined, by another trip if this one refers to it."""
        if not meeting.is_reference:
            return meeting
        foreign = self._definitions.meetings.get(meeting.id)
        return foreign.meeting if foreign else meeting

    @cached_property
    def _sources(self) -> list[str]:
        """The ids of the sources that the trip rests on, those it lists first."""
        trip = self._trip
        parts: tuple[Any, ...] = (
            trip, *trip.stops, *trip.participants, *trip.meetings, *trip.quotes, *trip.agreements
        )  # fmt: skip
        from_evidence = (passage.source for part in parts for passage in part.evidence)
        return list(dict.fromkeys((*(part.id for part in trip.sources), *from_evidence)))

    def when(self, part: DatedPart) -> dict[str, Any]:
        """Return the days and bounds of a record, by field."""
        return bounds_of(self._trip, part)._asdict()

    def meeting(self, meeting: MeetingPart) -> entities.MeetingShape:
        """Return the shape of a meeting that the trip defines."""
        others = sorted(self._links.of(meeting.id), key=lambda other: other.id)
        speaking = [self._trip, *others]
        sharing = [other for other in others if any(m.id == meeting.id for m in other.meetings)]
        return served(
            entities.MeetingShape,
            meeting,
            **self.when(meeting),
            trips=[self._trip.id, *(other.id for other in sharing)],
            city=self._city(meeting.city),
            country=country(meeting.country),
            participants=[self.people.attendee(id_) for id_ in meeting.participants],
            topics=self._about(meeting.topics),
            quotes=[
                entities.QuoteSummary.model_construct(
                    id=quote.id,
                    text=quote.words,
                    speaker=reference(self._definitions.participants[quote.speaker])
                    if quote.speaker
                    else None,
                )
                for trip in speaking
                for quote in trip.quotes
                if quote.occasion.meeting == meeting.id
            ],
            agreements=[
                entities.AgreementSummary.model_construct(
                    id=agreement.id, title=agreement.title, kind=agreement.kind
                )
                for trip in speaking
                for agreement in trip.agreements
                if agreement.meeting == meeting.id
            ],
            evidence=self._evidence(meeting.evidence),
            updated_at=self._updated_at,
        )

    def quote(self, quote: QuotePart) -> entities.QuoteShape:
        """Return the shape of a quote."""
        return served(
            entities.QuoteShape,
            quote,
            **self.when(quote),
            text=quote.words,
            pieces=quote.pieces if len(quote.pieces) > 1 else [],
            trip=self._trip.id,
            speaker=self.people.attendee(quote.speaker) if quote.speaker else None,
            city=self._city(quote.city),
            country=country(quote.country),
            topics=self._about(quote.topics),
            evidence=self._evidence(quote.evidence),
            updated_at=self._updated_at,
        )

    def agreement(self, agreement: AgreementPart) -> entities.AgreementShape:
        """Return the shape of an agreement; day and place are of its meeting unless given."""
        trip, people = self._trip, self.people
        meeting = self.meetings.get(agreement.meeting or "")
        foreign = self._definitions.meetings.get(agreement.meeting or "")
        if meeting is None and foreign is not None:
            trip, meeting = foreign.trip, foreign.meeting
            people = People(trip, self._definitions)
        has_day = agreement.date or agreement.earliest_date or agreement.latest_date
        has_place = agreement.city or agreement.place or agreement.country
        inferred: list[str] = list(agreement.inferred)
        if meeting is not None:
            taken = [] if has_day else ["date", "end_date"]
            taken += [] if has_place else ["city", "place", "country"]
            inferred += [name for name in meeting.inferred if name in taken]
        dated = meeting if meeting is not None and not has_day else agreement
        placed = meeting if meeting is not None and not has_place else agreement
        when = bounds_of(trip if dated is meeting else self._trip, dated)
        return served(
            entities.AgreementShape,
            agreement,
            **when._asdict(),
            inferred=inferred,
            trip=self._trip.id,
            parties=[self._party(party) for party in agreement.parties],
            place=placed.place,
            city=self._city(placed.city),
            country=country(placed.country),
            participants=[people.attendee(id_) for id_ in meeting.participants] if meeting else [],
            topics=self._about(agreement.topics),
            evidence=self._evidence(agreement.evidence),
            updated_at=self._updated_at,
        )

    def _party(self, party: str) -> entities.PartyShape:
        if is_organization_id(party):
            name, kind = self._definitions.organizations[party].name, PartyKind.ORGANIZATION
        else:
            name, kind = country_name(party), PartyKind.COUNTRY
        return entities.PartyShape.model_construct(kind=kind, id=party, name=name or party)
