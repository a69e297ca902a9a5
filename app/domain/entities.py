"""The shapes a client sees.

A record has one shape: as an item of a list, by its id, and in the file a loader renders it into.
All dates are ISO 8601 days. Ids are readable slugs, unique within their collection.
"""

import datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from app.domain.fields import (
    AgreementFacts,
    CityFacts,
    DatedFacts,
    MeetingFacts,
    NameFacts,
    NotedFacts,
    OfficeFacts,
    QuoteFacts,
    SourceFacts,
    StopFacts,
    TripFacts,
)
from app.domain.shapes import (
    CountryShape,
    EvidenceShape,
    Id,
    Identified,
    Identifiers,
    Name,
    OtherNames,
    ParticipantKindField,
    Reference,
    Shape,
    Title,
    Titled,
    TripId,
    UpdatedAt,
)
from app.domain.vocabulary import AgreementKind, OccasionWhen, PartyKind, Recorded

EvidenceField = Annotated[list[EvidenceShape], Field(description="What this rests on.")]
InferredFieldNames = Annotated[
    list[str],
    Field(description="The fields that a reader infers and the source does not state."),
]


class CityInRecord(CityFacts, Reference):
    """A city, as other records show it."""

    model_config = ConfigDict(title="Place")

    country: CountryShape = Field(description="Where it lies.")


class CityShape(NotedFacts, CityFacts, Reference):
    """A city."""

    model_config = ConfigDict(title="City")

    other_names: OtherNames
    country: CountryShape = Field(description="Where it lies.")
    identifiers: Identifiers
    updated_at: UpdatedAt


class TopicShape(NotedFacts, Reference):
    """What meetings, quotes and agreements are about."""

    model_config = ConfigDict(title="Topic")

    other_names: OtherNames
    updated_at: UpdatedAt


class OrganizationShape(NotedFacts, Reference):
    """NATO, the EU, a company: what officials may speak for, and a party of agreements."""

    model_config = ConfigDict(title="Organization")

    other_names: OtherNames
    identifiers: Identifiers
    updated_at: UpdatedAt


class SourceInTrip(SourceFacts, Shape, Titled):
    """A source, as the trips that rest on it show it."""

    publisher: str | None = Field(description="Who published it.")


class SourceShape(NotedFacts, SourceFacts, Shape, Titled):
    """A published document or register that evidence points into."""

    model_config = ConfigDict(title="Source")

    publisher: str | None = Field(description="Who published it.")
    updated_at: UpdatedAt


CountryField = Annotated[
    CountryShape | None,
    Field(description="The country they speak for; null where the source gives none."),
]
OrganizationField = Annotated[
    Reference | None,
    Field(description="The organization they speak for; null where the source gives none."),
]


class AttendeeShape(OfficeFacts, Reference):
    """Someone in a meeting, with the title held then."""

    model_config = ConfigDict(title="Attendee")

    kind: ParticipantKindField
    country: CountryField
    organization: OrganizationField


class When(DatedFacts):
    """When something was. `date` is null only where the day is unknown."""

    earliest_date: datetime.date = Field(description="The first day it may have been, or was.")
    latest_date: datetime.date = Field(description="The last day it may have been, or was.")


CityField = Annotated[
    CityInRecord | None, Field(description="Where it was; null where the source gives none.")
]
PlaceCountryField = Annotated[
    CountryShape | None,
    Field(description="Where it was; beside a city, as the source calls it. Null if not given."),
]
TopicsField = Annotated[list[Reference], Field(description="What it is about.")]
QuoteText = Annotated[str, Field(description="Verbatim, without the quotation marks.")]
AgreementKindField = Annotated[
    AgreementKind, Field(description="How binding the source says that it is.")
]


class QuoteSummary(Shape):
    """A quote, as a meeting shows it."""

    id: Id
    text: QuoteText
    speaker: Reference | None = Field(description="The official who said it, if named.")


class AgreementSummary(Shape):
    """An agreement, as a meeting shows it."""

    id: Id
    title: Title
    kind: AgreementKindField


class MeetingShape(MeetingFacts, When, Shape, Titled):
    """A meeting with all that a card needs: place, people, topics, words and results."""

    model_config = ConfigDict(title="Meeting")

    trips: list[str] = Field(description="The ids of the trips that it belongs to.")
    city: CityField
    country: PlaceCountryField
    participants: list[AttendeeShape] = Field(description="Who took part.")
    topics: TopicsField
    quotes: list[QuoteSummary] = Field(description="What was said before, during or after it.")
    agreements: list[AgreementSummary] = Field(description="What was settled at it.")
    inferred: InferredFieldNames
    evidence: EvidenceField
    updated_at: UpdatedAt


class AppearanceShape(OfficeFacts, Shape):
    """What a participant was on one trip."""

    model_config = ConfigDict(title="Appearance")

    trip: TripId
    country: CountryField
    organization: OrganizationField


class ParticipantShape(NotedFacts, OfficeFacts, NameFacts, Reference):
    """An official or a group, with the meetings they took part in."""

    model_config = ConfigDict(title="Participant")

    kind: ParticipantKindField
    other_names: OtherNames
    country: CountryField
    organization: OrganizationField
    appearances: list[AppearanceShape] = Field(
        description="What they were on each trip, earliest first; the first 1,000."
    )
    meetings: list[str] = Field(
        description="Ids of their meetings, earliest first; the first 1,000 where there are more."
    )
    meetings_total: int = Field(description="How many meetings there are in all.")
    identifiers: Identifiers
    evidence: EvidenceField
    updated_at: UpdatedAt


class OccasionShape(Shape):
    """Before, during or after which meeting, or which trip, it was said, and to whom."""

    model_config = ConfigDict(title="Occasion")

    when: OccasionWhen | None = Field(
        description="Before, during or after the meeting, or the trip where `meeting` is null;"
        " null where the source does not say."
    )
    meeting: str | None = Field(description="The id of the meeting; null where there was none.")
    audience: str | None = Field(description="To whom; null where the source does not say.")


class TranslationShape(Shape):
    """The words of a quote in another language."""

    model_config = ConfigDict(title="Translation")

    text: str = Field(description="The words.")
    language: str = Field(description="A BCP 47 tag.")
    by: str | None = Field(description="Who translated it; null where nobody is named.")


class QuoteShape(QuoteFacts, When, Shape, Identified):
    """Words said by an official, verbatim, with their occasion."""

    model_config = ConfigDict(title="Quote")

    text: QuoteText
    pieces: list[str] = Field(
        description="The pieces of `text`, where the source breaks it off; else empty."
    )
    translation: TranslationShape | None = Field(description="In another language, if given.")
    trip: TripId
    speaker: AttendeeShape | None = Field(
        description="The official who said it; null where the source withholds the name."
    )
    occasion: OccasionShape = Field(description="When it was said, and to whom.")
    city: CityField
    country: PlaceCountryField
    topics: TopicsField
    inferred: InferredFieldNames
    evidence: EvidenceField
    updated_at: UpdatedAt


class PartyShape(Shape):
    """A party of an agreement."""

    model_config = ConfigDict(title="Party")

    kind: PartyKind = Field(description="A country or an organization.")
    id: str = Field(description="The code of the country, or the id of the organization.")
    name: Name


class AgreementShape(AgreementFacts, When, Shape, Titled):
    """What the sides settled, at a meeting or not."""

    model_config = ConfigDict(title="Agreement")

    trip: TripId
    parties: list[PartyShape] = Field(description="The countries and organizations that agreed.")
    meeting: str | None = Field(description="The id of the meeting; null where there was none.")
    city: CityField
    country: PlaceCountryField
    participants: list[AttendeeShape] = Field(description="Who took part in the meeting.")
    topics: TopicsField
    inferred: InferredFieldNames
    evidence: EvidenceField
    updated_at: UpdatedAt


class StopShape(StopFacts, Shape):
    """One place of a trip: a city, a place in a country, or a country alone."""

    model_config = ConfigDict(title="Stop")

    city: CityField
    country: PlaceCountryField
    earliest_date: datetime.date = Field(description="The first day they may have been there.")
    latest_date: datetime.date = Field(description="The last day they may have been there.")
    travellers: list[str] = Field(description="Ids of those who made this leg.")
    inferred: InferredFieldNames
    evidence: EvidenceField


class TripShape(TripFacts, Shape, Titled):
    """A journey of one or more officials."""

    model_config = ConfigDict(title="Trip")

    travellers: list[AttendeeShape] = Field(description="The officials whose journey it is.")
    stops: list[StopShape] = Field(description="The places, in the order of the journey.")
    topics: list[Reference] = Field(description="What its meetings were about.")
    meetings: list[str] = Field(description="Ids of its meetings, in the order of the trip.")
    recorded: Recorded = Field(description="Whether meetings of it are recorded.")
    origin: str = Field(description="`curated`, or the id of the register it was imported from.")
    sources: list[SourceInTrip] = Field(description="The documents that tell of it.")
    inferred: InferredFieldNames
    evidence: EvidenceField
    updated_at: UpdatedAt
