"""The shapes a client sees.

A record has one shape: as an item of a list, by its id, and in the file a loader renders it into.
All dates are ISO 8601 days. Ids are readable slugs, unique within their collection.
"""

import datetime
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from app.vocabulary import AgreementKind, MeetingFormat, OccasionWhen, ParticipantKind


class Shape(BaseModel):
    """What all answers have in common: exactly the fields that are documented."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Id = Annotated[str, Field(description="A readable slug, unique within its collection.")]
Name = Annotated[str, Field(description="As people write it.")]
Day = datetime.date


class CountryShape(Shape):
    """A country."""

    model_config = ConfigDict(title="Country")

    code: str = Field(description="ISO 3166-1 alpha-2.")
    name: str = Field(description="The everyday English name.")


class Reference(Shape):
    """Another record, by id and name."""

    id: Id
    name: Name


class PassageShape(Shape):
    """The passage of a source that a record rests on."""

    model_config = ConfigDict(title="Evidence")

    source: str = Field(description="The id of the source.")
    text_start: str = Field(description="The first words of the passage, verbatim.")
    text_end: str = Field(description="The last words of the passage, verbatim.")
    url: str = Field(
        description="The source's address with a text fragment: it opens with the passage "
        "highlighted."
    )


EvidenceField = Annotated[
    list[PassageShape], Field(description="The passages of the sources that this rests on.")
]
InferredFieldNames = Annotated[
    list[str],
    Field(description="The fields that a reader infers and the source does not state."),
]


class CityShape(Shape):
    """A city."""

    model_config = ConfigDict(title="City")

    id: Id
    name: Name
    country: CountryShape
    latitude: float = Field(description="Degrees north, WGS 84.")
    longitude: float = Field(description="Degrees east, WGS 84.")
    timezone: str = Field(description="IANA time zone.")


class TopicShape(Reference):
    """What meetings, quotes and agreements are about."""

    model_config = ConfigDict(title="Topic")


class SourceShape(Shape):
    """A published document that evidence points into."""

    model_config = ConfigDict(title="Source")

    id: Id
    title: str
    publisher: str
    url: str


class AttendeeShape(Shape):
    """Someone in a meeting, with the title held then."""

    model_config = ConfigDict(title="Attendee")

    id: Id
    kind: ParticipantKind
    name: Name
    title: str | None = Field(description="The title held at the time; null for a group.")
    country: CountryShape | None


DateField = Annotated[
    datetime.date | None, Field(description="The day; null where the source gives none.")
]
EarliestDateField = Annotated[datetime.date, Field(description="The first day it may have been.")]
LatestDateField = Annotated[datetime.date, Field(description="The last day it may have been.")]


class QuoteSummary(Shape):
    """A quote, as a meeting shows it."""

    id: Id
    text: str
    speaker: Reference


class AgreementSummary(Shape):
    """An agreement, as a meeting shows it."""

    id: Id
    title: str
    kind: AgreementKind


class MeetingShape(Shape):
    """A meeting with all that a card needs: place, people, topics, words and results."""

    model_config = ConfigDict(title="Meeting")

    id: Id
    title: str
    summary: str
    trip: str = Field(description="The id of the trip.")
    format: MeetingFormat
    date: DateField
    earliest_date: EarliestDateField
    latest_date: LatestDateField
    inferred: InferredFieldNames
    city: CityShape | None
    participants: list[AttendeeShape]
    topics: list[Reference]
    quotes: list[QuoteSummary]
    agreements: list[AgreementSummary]
    evidence: EvidenceField


class ParticipantShape(Shape):
    """An official or a group, with the meetings they took part in."""

    model_config = ConfigDict(title="Participant")

    id: Id
    kind: ParticipantKind
    name: Name
    family_name: str | None = Field(description="Null for a group.")
    given_name: str | None = Field(description="Null for a group.")
    title: str | None = Field(description="The title held on the latest trip; null for a group.")
    country: CountryShape | None
    meetings: list[str] = Field(
        description="Ids of their meetings, earliest first; the first 1,000 where there are more."
    )
    meetings_total: int = Field(description="How many meetings there are in all.")
    evidence: EvidenceField


class OccasionShape(Shape):
    """Before, during or after which meeting it was said, and to whom."""

    model_config = ConfigDict(title="Occasion")

    when: OccasionWhen | None
    meeting: str | None = Field(description="The id of the meeting.")
    audience: str | None


class QuoteShape(Shape):
    """Words said by an official, verbatim, with their occasion."""

    model_config = ConfigDict(title="Quote")

    id: Id
    text: str = Field(description="Verbatim, without the quotation marks.")
    trip: str = Field(description="The id of the trip.")
    speaker: AttendeeShape
    date: DateField
    earliest_date: EarliestDateField
    latest_date: LatestDateField
    inferred: InferredFieldNames
    occasion: OccasionShape
    city: CityShape | None
    topics: list[Reference]
    evidence: EvidenceField


class AgreementShape(Shape):
    """What the sides settled at a meeting."""

    model_config = ConfigDict(title="Agreement")

    id: Id
    title: str
    summary: str
    trip: str = Field(description="The id of the trip.")
    kind: AgreementKind
    parties: list[str] = Field(description="ISO 3166-1 alpha-2 codes.")
    target_year: int | None
    meeting: str = Field(description="The id of the meeting.")
    date: DateField
    earliest_date: EarliestDateField
    latest_date: LatestDateField
    inferred: InferredFieldNames
    city: CityShape | None
    participants: list[AttendeeShape] = Field(description="Who took part in the meeting.")
    topics: list[Reference]
    evidence: EvidenceField


class StopShape(Shape):
    """One city of a trip."""

    model_config = ConfigDict(title="Stop")

    city: CityShape
    arrival_date: Day | None = Field(description="Null where the source gives none.")
    departure_date: Day | None = Field(description="Null where the source gives none.")


class TripShape(Shape):
    """A journey of one or more officials."""

    model_config = ConfigDict(title="Trip")

    id: Id
    title: str
    summary: str
    start_date: Day
    end_date: Day
    travellers: list[AttendeeShape]
    stops: list[StopShape]
    topics: list[Reference] = Field(description="What its meetings were about.")
    meetings: list[str] = Field(description="Ids of its meetings, in the order of the trip.")
    sources: list[SourceShape]
    evidence: EvidenceField


Item = TypeVar("Item")


class Page(Shape, Generic[Item]):
    """A page of a list."""

    items: list[Item]
    total: int = Field(description="How many records match, on all pages.")
    next: str | None = Field(description="The path of the next page; null on the last.")


class FieldError(Shape):
    """One parameter that cannot be answered."""

    parameter: str
    value: str | None = Field(description="As it was given; null if it was missing.")
    message: str = Field(description="What is wrong and what is allowed.")
    suggestions: list[str] = Field(description="What may have been meant.")


class Problem(Shape):
    """Why there is no answer (RFC 9457)."""

    type: str = Field(description="Identifies the kind of problem.")
    title: str
    status: int
    detail: str
    instance: str = Field(description="The path that was asked for.")
    request_id: str = Field(description="Stands in the log lines of this request, too.")
    errors: list[FieldError] = Field(description="One entry a parameter at fault.")


class Health(Shape):
    """The state of the service."""

    status: str
    revision: str | None = Field(None, description="The identity of the data being served.")
