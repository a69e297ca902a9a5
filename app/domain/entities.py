"""The shapes a client sees.

A record has one shape: as an item of a list, by its id, and in the file a loader renders it into.
All dates are ISO 8601 days. Ids are readable slugs, unique within their collection.
"""

import datetime
import inspect
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from app.domain.vocabulary import AgreementKind, MeetingFormat, OccasionWhen, ParticipantKind


def _publish(schema: dict[str, Any], shape: type[BaseModel]) -> None:
    """Make a schema fit for clients: fields may be added one day, and names need no other name."""
    schema.pop("additionalProperties", None)
    # A page of one kind of record has the description of all pages.
    schema.setdefault("description", inspect.getdoc(shape))
    for field in schema.get("properties", {}).values():
        field.pop("title", None)


class Shape(BaseModel):
    """What all answers have in common: exactly the fields that are documented.

    A shape is published under its title.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_publish)


Id = Annotated[str, Field(description="A readable slug, unique within its collection.")]
Name = Annotated[str, Field(description="As people write it.")]
Title = Annotated[str, Field(description="A headline.")]
Summary = Annotated[str, Field(description="A sentence or two, in Readout's words.")]
TripId = Annotated[str, Field(description="The id of the trip.")]


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
    country: CountryShape = Field(description="Where it lies.")
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
    title: Title
    publisher: str = Field(description="Who published it.")
    url: str = Field(description="Where it is published.")


ParticipantKindField = Annotated[ParticipantKind, Field(description="A named person, or a group.")]
ParticipantCountryField = Annotated[
    CountryShape | None,
    Field(description="The country they are of; null where the source gives none."),
]


class AttendeeShape(Shape):
    """Someone in a meeting, with the title held then."""

    model_config = ConfigDict(title="Attendee")

    id: Id
    kind: ParticipantKindField
    name: Name
    title: str | None = Field(description="The title held at the time; null for a group.")
    country: ParticipantCountryField


DateField = Annotated[
    datetime.date | None, Field(description="The day; null where the source gives none.")
]
EarliestDateField = Annotated[datetime.date, Field(description="The first day it may have been.")]
LatestDateField = Annotated[datetime.date, Field(description="The last day it may have been.")]
CityField = Annotated[
    CityShape | None, Field(description="Where it was; null where the source gives none.")
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
    speaker: Reference = Field(description="The official who said it.")


class AgreementSummary(Shape):
    """An agreement, as a meeting shows it."""

    id: Id
    title: Title
    kind: AgreementKindField


class MeetingShape(Shape):
    """A meeting with all that a card needs: place, people, topics, words and results."""

    model_config = ConfigDict(title="Meeting")

    id: Id
    title: Title
    summary: Summary
    trip: TripId
    format: MeetingFormat = Field(description="Whether they were in one place.")
    date: DateField
    earliest_date: EarliestDateField
    latest_date: LatestDateField
    inferred: InferredFieldNames
    city: CityField
    participants: list[AttendeeShape] = Field(description="Who took part.")
    topics: TopicsField
    quotes: list[QuoteSummary] = Field(description="What was said before, during or after it.")
    agreements: list[AgreementSummary] = Field(description="What was settled at it.")
    evidence: EvidenceField


class ParticipantShape(Shape):
    """An official or a group, with the meetings they took part in."""

    model_config = ConfigDict(title="Participant")

    id: Id
    kind: ParticipantKindField
    name: Name
    family_name: str | None = Field(description="Null for a group.")
    given_name: str | None = Field(description="Null for a group.")
    title: str | None = Field(description="The title held on the latest trip; null for a group.")
    country: ParticipantCountryField
    meetings: list[str] = Field(
        description="Ids of their meetings, earliest first; the first 1,000 where there are more."
    )
    meetings_total: int = Field(description="How many meetings there are in all.")
    evidence: EvidenceField


class OccasionShape(Shape):
    """Before, during or after which meeting it was said, and to whom."""

    model_config = ConfigDict(title="Occasion")

    when: OccasionWhen | None = Field(
        description="Before, during or after the meeting; null where the source does not say."
    )
    meeting: str | None = Field(description="The id of the meeting; null where there was none.")
    audience: str | None = Field(description="To whom; null where the source does not say.")


class QuoteShape(Shape):
    """Words said by an official, verbatim, with their occasion."""

    model_config = ConfigDict(title="Quote")

    id: Id
    text: QuoteText
    trip: TripId
    speaker: AttendeeShape = Field(description="The official who said it.")
    date: DateField
    earliest_date: EarliestDateField
    latest_date: LatestDateField
    inferred: InferredFieldNames
    occasion: OccasionShape = Field(description="When it was said, and to whom.")
    city: CityField
    topics: TopicsField
    evidence: EvidenceField


class AgreementShape(Shape):
    """What the sides settled at a meeting."""

    model_config = ConfigDict(title="Agreement")

    id: Id
    title: Title
    summary: Summary
    trip: TripId
    kind: AgreementKindField
    parties: list[str] = Field(description="The countries that agreed: ISO 3166-1 alpha-2 codes.")
    target_year: int | None = Field(
        description="The year by which it is to be reached; null where none was set."
    )
    meeting: str = Field(description="The id of the meeting.")
    date: DateField
    earliest_date: EarliestDateField
    latest_date: LatestDateField
    inferred: InferredFieldNames
    city: CityField
    participants: list[AttendeeShape] = Field(description="Who took part in the meeting.")
    topics: TopicsField
    evidence: EvidenceField


class StopShape(Shape):
    """One city of a trip."""

    model_config = ConfigDict(title="Stop")

    city: CityShape = Field(description="Where the stop was made.")
    arrival_date: datetime.date | None = Field(
        description="The day of arrival; null where the source gives none."
    )
    departure_date: datetime.date | None = Field(
        description="The day of departure; null where the source gives none."
    )


class TripShape(Shape):
    """A journey of one or more officials."""

    model_config = ConfigDict(title="Trip")

    id: Id
    title: Title
    summary: Summary
    start_date: datetime.date = Field(description="The first day.")
    end_date: datetime.date = Field(description="The last day.")
    travellers: list[AttendeeShape] = Field(description="The officials whose journey it is.")
    stops: list[StopShape] = Field(description="The cities, in the order of the journey.")
    topics: list[Reference] = Field(description="What its meetings were about.")
    meetings: list[str] = Field(description="Ids of its meetings, in the order of the trip.")
    sources: list[SourceShape] = Field(description="The documents that tell of it.")
    evidence: EvidenceField


class NoticeShape(Shape):
    """A value that names nothing that exists."""

    model_config = ConfigDict(title="Notice")

    parameter: str = Field(description="The parameter.")
    value: str = Field(description="As it was given.")
    suggestions: list[str] = Field(description="Slugs or codes that may have been meant.")


Item = TypeVar("Item", bound=Shape)


class Page(Shape, Generic[Item]):
    """A page of a list."""

    items: list[Item] = Field(description="The records of this page, in the order of the list.")
    total: int = Field(description="How many records match, on all pages.")
    next: str | None = Field(
        description="The path and query of the next page; null on the last page."
    )

    notices: list[NoticeShape] = Field(
        [],
        description="Names in the query that name nothing; only in an empty list.",
    )

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """Return the name of the pages of one kind of record: `MeetingPage`."""
        (item,) = params
        return f"{item.model_config['title']}Page"


class FacetValueShape(Shape):
    """One value of a facet."""

    model_config = ConfigDict(title="FacetValue")

    value: str = Field(description="What the filter takes.")
    name: Name
    count: int = Field(description="How many records it would give, beside the other filters.")


class FacetsShape(Shape):
    """What there is to filter by."""

    model_config = ConfigDict(title="Facets")

    total: int = Field(description="How many records match.")
    facets: dict[str, list[FacetValueShape]] = Field(
        description="The values of each facet, most frequent first; days, months and years in "
        "order of time."
    )


class HitShape(Shape):
    """A record that was found."""

    model_config = ConfigDict(title="Hit")

    collection: str = Field(description="The collection of the record.")
    id: Id
    title: str = Field(description="Its title or name; of a quote, how it begins.")
    date: datetime.date | None = Field(description="The day; null if it has none.")
    earliest_date: datetime.date | None = Field(
        description="The first day it may have been; null of what has no date."
    )
    latest_date: datetime.date | None = Field(
        description="The last day it may have been; null of what has no date."
    )
    snippet: str = Field(description="Escaped HTML with `<mark>` round what matched.")
    url: str = Field(description="The path of the record.")


class HitPage(Shape):
    """A page of what was found, best first."""

    items: list[HitShape] = Field(description="The hits of this page, best first.")
    total: int = Field(description="How many records match, on all pages.")
    next: str | None = Field(description="The path of the next page; null on the last.")


class NodeShape(Shape):
    """A participant in a network."""

    model_config = ConfigDict(title="Node")

    id: Id
    name: Name
    kind: ParticipantKindField
    country: str | None = Field(description="ISO 3166-1 alpha-2.")
    meetings: int = Field(description="How many of the meetings they took part in.")


class LinkShape(Shape):
    """Two participants who shared meetings."""

    model_config = ConfigDict(title="Link")

    source: str = Field(description="The id of one participant.")
    target: str = Field(description="The id of the other.")
    weight: int = Field(description="How many meetings they shared.")
    meetings: list[str] = Field(
        description="Ids of the meetings; the first 1,000 where there are more."
    )


class GraphShape(Shape):
    """What is said of a whole network."""

    model_config = ConfigDict(title="Graph")

    links_total: int = Field(description="How many links there are, shown or not.")


class NetworkShape(Shape):
    """Who met whom, in the node-link form of d3 and networkx."""

    model_config = ConfigDict(title="Network")

    directed: bool = Field(description="Always false: whoever meets is met.")
    multigraph: bool = Field(description="Always false: two participants have one link.")
    graph: GraphShape = Field(description="What is said of the whole.")
    nodes: list[NodeShape] = Field(description="Everyone in the meetings that match.")
    links: list[LinkShape] = Field(description="Every two who shared meetings, heaviest first.")


class FieldError(Shape):
    """One parameter that cannot be answered."""

    parameter: str = Field(description="Its name, as it was given.")
    value: str | None = Field(description="As it was given; null if it was missing.")
    message: str = Field(description="What is wrong and what is allowed.")
    suggestions: list[str] = Field(description="What may have been meant.")


class Problem(Shape):
    """Why there is no answer (RFC 9457)."""

    type: str = Field(description="Identifies the kind of problem.")
    title: str = Field(description="The kind of problem, in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What is wrong with this request.")
    instance: str = Field(description="The path that was asked for.")
    request_id: str = Field(description="Stands in the log lines of this request, too.")
    errors: list[FieldError] = Field(description="One entry a parameter at fault.")


class Health(Shape):
    """The state of the service."""

    status: str = Field(description="`alive` or `ready`.")
    revision: str | None = Field(
        description="The identity of the data being served; null where it was not looked at."
    )
