"""What a trip file may say: one trip, complete, as a curator writes it.

These models are the format's only definition. `seed/trip.schema.json`, which editors check and
complete trip files with, is generated from them. What several trips speak of is defined in one
file, which gives its name, and referred to by its id in any other.
"""

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from app.domain.fields import (
    AgreementFacts,
    CityFacts,
    CountryCode,
    DatedFacts,
    Day,
    EvidenceFacts,
    Language,
    Line,
    MeetingFacts,
    NameFacts,
    NotedFacts,
    OfficeFacts,
    QuoteFacts,
    Slug,
    SourceFacts,
    StopFacts,
    TripFacts,
    Verbatim,
)
from app.domain.vocabulary import OccasionWhen, ParticipantKind

TripField = Literal["title", "start_date", "end_date", "travellers", "stops"]
StopField = Literal[
    "city", "place", "country", "arrival_date", "departure_date", "earliest_date", "latest_date",
    "travellers",
]  # fmt: skip
MeetingField = Literal[
    "title", "format", "kind", "date", "end_date", "start_time", "end_time", "city", "place",
    "country", "participants",
]  # fmt: skip
QuoteField = Literal["speaker", "occasion", "date", "end_date", "city", "place", "country"]
AgreementField = Literal[
    "kind", "parties", "meeting", "date", "end_date", "city", "place", "country"
]

WORDS, PIECES = "<words>", "<pieces>"
"""Tags by which Pydantic tells the two forms of a quote's text apart; not shown in faults'
paths."""

SCHEMA_FILE = "trip.schema.json"
"""What the JSON Schema of trip files is called, beside them."""

DUMP_INDEX = "dump.json"
"""The file of a dump that says which trip files it holds, since when and from where."""

_INFERRED = "Fields that a reader infers and the source does not state."


class TripFilePart(BaseModel):
    """What all parts of a trip file have in common: unknown fields are errors."""

    model_config = ConfigDict(extra="forbid", strict=False, frozen=True)


class EvidencePart(EvidenceFacts, TripFilePart):
    """The passage a record rests on, by its first and last words, or the entry of a data set."""


EvidenceList = Annotated[list[EvidencePart], Field(description="What this rests on.")]


class SharedPart(TripFilePart):
    """What several trips may speak of: defined where its name is given, else referred to."""

    id: Slug
    former_ids: list[Slug] = Field([], description="Ids it had before; their addresses redirect.")


class NamedPart(SharedPart):
    """What is found under a name and under others."""

    name: Line | None = Field(None, description="As people write it; absent in a reference.")
    other_names: list[Line] = Field([], description="Every other spelling it is found under.")


class IdentifiedPart(NamedPart):
    """What other registers know, too."""

    identifiers: dict[str, Line] = Field(
        {}, description="Its ids elsewhere, by register: `wikidata: Q…`."
    )


class SourcePart(NotedFacts, SourceFacts, SharedPart):
    """A published document or register that evidence points into."""

    title: Line | None = Field(None, description="Its headline; absent in a reference.")
    publisher: Line | None = Field(None, description="Who published it.")


class CityPart(NotedFacts, CityFacts, IdentifiedPart):
    """A city, in degrees (WGS 84), with its IANA time zone."""

    country: CountryCode | None = None


class TopicPart(NotedFacts, NamedPart):
    """What meetings, quotes and agreements are about."""


class OrganizationPart(NotedFacts, IdentifiedPart):
    """NATO, the EU, a company: what officials may speak for, and a party of agreements."""


def _official_needs(schema: dict[str, Any]) -> None:
    schema["allOf"] = [
        {
            "if": {"properties": {"kind": {"const": "official"}}, "required": ["kind", "name"]},
            "then": {"anyOf": [{"required": ["country"]}, {"required": ["organization"]}]},
        },
        {"if": {"required": ["name"]}, "then": {"required": ["kind", "evidence"]}},
    ]


class ParticipantPart(NotedFacts, OfficeFacts, NameFacts, IdentifiedPart):
    """An official, with what they were on this trip, or a group."""

    model_config = ConfigDict(json_schema_extra=_official_needs)

    kind: ParticipantKind | None = Field(None, description="Needed where the name is given.")
    country: CountryCode | None = Field(None, description="The country they speak for.")
    organization: Slug | None = Field(None, description="The organization they speak for.")
    evidence: EvidenceList = []


class BoundedPart(TripFilePart):
    """The bounds of one unknown day."""

    earliest_date: Day | None = Field(None, description="The first day it may have been.")
    latest_date: Day | None = Field(None, description="The last day it may have been.")


class StopPart(StopFacts, BoundedPart):
    """One place of the trip: a city, a place in a country, or a country alone."""

    city: Slug | None = Field(None, description="The id of a city.")
    country: CountryCode | None = Field(
        None, description="Where it is; beside a city, how the source calls it."
    )
    travellers: list[Slug] = Field([], description="Who made this leg, if not all of them.")
    inferred: list[StopField] = Field([], description=_INFERRED)
    evidence: EvidenceList = []


class DatedPart(BoundedPart, DatedFacts):
    """When something was: a day or span, the bounds the source supports, or nothing.

    Without a day and without bounds, the bounds are the first and last day of the trip.
    """


class OwnPart(TripFilePart):
    """What belongs to one trip and has an id: the trip, its meetings, quotes and agreements."""

    id: Slug
    former_ids: list[Slug] = Field([], description="Ids it had before; their addresses redirect.")


class RecordPart(DatedPart, OwnPart):
    """What meetings, quotes and agreements have in common."""

    city: Slug | None = Field(None, description="The id of a city.")
    country: CountryCode | None = Field(
        None, description="Where it was; beside a city, how the source calls it."
    )
    topics: list[Slug] = Field([], description="Ids of topics.")
    evidence: EvidenceList = []


class MeetingPart(MeetingFacts, RecordPart):
    """Participants coming together, in person or not; with its id alone, another trip's."""

    title: Line | None = Field(None, description="A headline; absent in a reference.")
    participants: list[Slug] = Field([], description="Ids, in the order of the source.")
    inferred: list[MeetingField] = Field([], description=_INFERRED)

    @property
    def is_reference(self) -> bool:
        """Whether this is a meeting that another trip file defines."""
        return self.title is None


class OccasionPart(TripFilePart):
    """Before, during or after which meeting something was said, and to whom."""

    when: OccasionWhen | None = Field(
        None, description="Relative to the meeting, or to the trip where no meeting is named."
    )
    meeting: Slug | None = Field(None, description="The id of a meeting.")
    audience: Line | None = Field(None, description="Whom it was said to, if the source says.")


class TranslationPart(TripFilePart):
    """The words of a quote in another language."""

    text: Verbatim
    language: Language
    by: Line | None = Field(None, description="Who translated it.")


class QuotePart(QuoteFacts, RecordPart):
    """Words said by an official, verbatim, without the quotation marks."""

    text: Annotated[
        Annotated[Verbatim, Tag(WORDS)] | Annotated[list[Verbatim], Tag(PIECES)],
        Discriminator(lambda value: PIECES if isinstance(value, list) else WORDS),
    ] = Field(
        description="To the character what stands between the marks; a list, where the source"
        " breaks one sentence off with 'he said'."
    )
    speaker: Slug | None = Field(None, description="The id of an official.")
    translation: TranslationPart | None = None
    occasion: OccasionPart = OccasionPart()
    inferred: list[QuoteField] = Field([], description=_INFERRED)

    @property
    def pieces(self) -> list[str]:
        """The pieces of the words, in order; one, where the source does not break them off."""
        return [self.text] if isinstance(self.text, str) else list(self.text)

    @property
    def words(self) -> str:
        """The words as they are served: the pieces joined by a space."""
        return " ".join(self.pieces)


class AgreementPart(AgreementFacts, RecordPart):
    """What the sides settled, at a meeting or not."""

    title: Line = Field(description="A headline.")
    parties: list[str] = Field(
        min_length=1, description="Country codes in capitals, or ids of organizations."
    )
    meeting: Slug | None = Field(None, description="The id of the meeting that settled it.")
    inferred: list[AgreementField] = Field([], description=_INFERRED)


class TripFile(TripFacts, OwnPart):
    """One trip, complete: its sources, people and places, and what happened."""

    model_config = ConfigDict(title="Readout trip file")

    title: Line
    inferred: list[TripField] = Field([], description=_INFERRED)
    travellers: list[Slug] = Field(min_length=1, description="Ids of officials.")
    stops: list[StopPart] = Field([], description="The places of the trip, in order.")
    sources: list[SourcePart] = []
    organizations: list[OrganizationPart] = []
    cities: list[CityPart] = []
    topics: list[TopicPart] = []
    participants: list[ParticipantPart] = []
    meetings: list[MeetingPart] = []
    quotes: list[QuotePart] = []
    agreements: list[AgreementPart] = []
    evidence: Annotated[EvidenceList, Field(min_length=1)]


def trip_file_schema() -> str:
    """Return the JSON Schema of trip files, as `seed/trip.schema.json` holds it."""
    described = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **TripFile.model_json_schema(),
    }
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"
