"""What a trip file may say: one trip, complete, as a curator writes it.

These models are the format's only definition. `seed/trip.schema.json`, which editors check and
complete trip files with, is generated from them.
"""

import datetime
from functools import cache
from typing import Annotated, Literal
from unicodedata import category
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from app.domain.countries import country_codes
from app.domain.vocabulary import AgreementKind, MeetingFormat, OccasionWhen, ParticipantKind

# The Unicode categories of control characters and of what breaks lines and paragraphs.
_BREAKS = ("Cc", "Zl", "Zp")


def _single_line(value: str) -> str:
    if not value.isprintable() and any(category(character) in _BREAKS for character in value):
        raise PydanticCustomError("control_character", "has a line break or a control character")
    return value


def _day(value: object) -> object:
    # Pydantic would also take a number of seconds or a date-time; a day has one spelling here.
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    if isinstance(value, str):
        try:
            day = datetime.date.fromisoformat(value)
        except ValueError:
            pass
        else:
            if day.isoformat() == value:
                return day
    raise PydanticCustomError("day", "is not a day; write it as 2021-03-16")


def _country_code(value: str) -> str:
    if value not in country_codes():
        raise PydanticCustomError("country_code", "is not an ISO 3166-1 alpha-2 country code")
    return value


@cache
def known_timezones() -> frozenset[str]:
    """The names of the IANA time zone database, read once: reading them takes milliseconds."""
    return frozenset(available_timezones())


def _timezone(value: str) -> str:
    if value not in known_timezones():
        raise PydanticCustomError("timezone", "is not an IANA time zone")
    return value


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        complete = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        complete = False
    if not complete or parts.fragment or any(character.isspace() for character in value):
        raise PydanticCustomError(
            "web_address", "is not a web address; write it with https:// and without a # part"
        )
    return value


Slug = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=120),
    Field(description="Lower-case letters and digits in words joined by hyphens."),
]
Line = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4000, strip_whitespace=True),
    AfterValidator(_single_line),
]
Verbatim = Annotated[
    str, StringConstraints(min_length=1, max_length=20000), AfterValidator(_single_line)
]
Day = Annotated[datetime.date, BeforeValidator(_day), Field(description="A day, as 2021-03-16.")]
CountryCode = Annotated[
    str,
    AfterValidator(_country_code),
    Field(description="An ISO 3166-1 alpha-2 code, in capitals.", examples=["JP"]),
]

MeetingField = Literal["title", "format", "date", "city", "participants"]
QuoteField = Literal["speaker", "occasion", "date", "city"]
AgreementField = Literal["kind", "parties", "meeting"]


class TripFilePart(BaseModel):
    """What all parts of a trip file have in common: unknown fields are errors."""

    model_config = ConfigDict(extra="forbid", strict=False, frozen=True)


class EvidencePart(TripFilePart):
    """The passage a record rests on: its first and its last few words, never the whole."""

    source: Slug = Field(description="The id of a source of this file.")
    text_start: Verbatim = Field(description="The first few words of the passage, verbatim.")
    text_end: Verbatim = Field(description="The last few words of the passage, verbatim.")


EvidenceList = Annotated[
    list[EvidencePart], Field(min_length=1, description="The passages this rests on.")
]


class SourcePart(TripFilePart):
    """A published document that evidence points into."""

    id: Slug
    title: Line
    publisher: Line
    url: Annotated[str, AfterValidator(_web_address)] = Field(
        description="Where it is published, without a # part."
    )


class CityPart(TripFilePart):
    """A city, in degrees (WGS 84), with its IANA time zone."""

    id: Slug
    name: Line
    country: CountryCode
    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False, strict=True)
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False, strict=True)
    timezone: Annotated[str, AfterValidator(_timezone)] = Field(examples=["Asia/Tokyo"])


class TopicPart(TripFilePart):
    """What meetings, quotes and agreements are about."""

    id: Slug
    name: Line


class ParticipantPart(TripFilePart):
    """An official, with the title held on this trip, or a group."""

    id: Slug
    kind: ParticipantKind
    name: Line = Field(description="As people write it: Chung Eui-yong, Antony Blinken.")
    family_name: Line | None = Field(None, description="Officials only, who need it.")
    given_name: Line | None = Field(None, description="Officials only, who need it.")
    title: Line | None = Field(None, description="The title held at the time of the trip.")
    country: CountryCode | None = None
    evidence: EvidenceList


class StopPart(TripFilePart):
    """One city of the trip, with its days where the source gives them."""

    city: Slug = Field(description="The id of a city of this file.")
    arrival_date: Day | None = None
    departure_date: Day | None = None


class DatedPart(TripFilePart):
    """When something was: a day, or the bounds the source supports, or nothing.

    Without a day and without bounds, the bounds are the first and last day of the trip.
    """

    date: Day | None = Field(None, description="The day, where the source gives it.")
    earliest_date: Day | None = Field(None, description="The first day it may have been.")
    latest_date: Day | None = Field(None, description="The last day it may have been.")


class MeetingPart(DatedPart):
    """Participants coming together at a place on a day."""

    id: Slug
    title: Line
    summary: Line = Field(description="In your own words.")
    format: MeetingFormat
    city: Slug | None = Field(None, description="The id of a city of this file.")
    participants: list[Slug] = Field(
        min_length=1, description="Ids of participants of this file, in the order of the source."
    )
    topics: list[Slug] = Field([], description="Ids of topics of this file.")
    inferred: list[MeetingField] = Field(
        [], description="Fields that a reader infers and the source does not state."
    )
    evidence: EvidenceList


class OccasionPart(TripFilePart):
    """Before, during or after which meeting something was said, and to whom."""

    when: OccasionWhen | None = None
    meeting: Slug | None = Field(None, description="The id of a meeting of this file.")
    audience: Line | None = Field(None, description="Whom it was said to, if the source says.")


class QuotePart(DatedPart):
    """Words said by an official, verbatim, without the quotation marks."""

    id: Slug
    text: Verbatim = Field(description="To the character what stands between the marks.")
    speaker: Slug = Field(description="The id of an official of this file.")
    occasion: OccasionPart = OccasionPart()
    city: Slug | None = Field(None, description="The id of a city of this file.")
    topics: list[Slug] = Field([], description="Ids of topics of this file.")
    inferred: list[QuoteField] = Field(
        [], description="Fields that a reader infers and the source does not state."
    )
    evidence: EvidenceList


class AgreementPart(TripFilePart):
    """What the sides settled at a meeting; its day and city are those of the meeting."""

    id: Slug
    title: Line
    summary: Line = Field(description="In your own words.")
    kind: AgreementKind
    parties: list[CountryCode] = Field(min_length=1)
    target_year: int | None = Field(None, ge=1800, le=2500, strict=True)
    meeting: Slug = Field(description="The id of a meeting of this file.")
    topics: list[Slug] = Field([], description="Ids of topics of this file.")
    inferred: list[AgreementField] = Field(
        [], description="Fields that a reader infers and the source does not state."
    )
    evidence: EvidenceList


RecordPart = MeetingPart | QuotePart | AgreementPart


class TripFile(TripFilePart):
    """One trip, complete: its sources, people and places, and what happened."""

    model_config = ConfigDict(title="Readout trip file")

    id: Slug
    title: Line
    summary: Line = Field(description="In your own words.")
    start_date: Day
    end_date: Day
    travellers: list[Slug] = Field(min_length=1, description="Ids of officials of this file.")
    stops: list[StopPart] = Field([], description="The cities of the trip, in order.")
    sources: list[SourcePart] = Field(min_length=1)
    cities: list[CityPart] = []
    topics: list[TopicPart] = []
    participants: list[ParticipantPart] = Field(min_length=1)
    meetings: list[MeetingPart] = []
    quotes: list[QuotePart] = []
    agreements: list[AgreementPart] = []
    evidence: EvidenceList
