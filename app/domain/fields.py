"""The types of fields, and the fields that a trip file and an answer have in common.

A field that travels from the file to the answer as it is stands here once, under one name.
"""

import datetime
import re
from functools import cache
from typing import Annotated
from unicodedata import category
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from app.domain.countries import country_codes
from app.domain.vocabulary import (
    AgreementKind,
    MeetingFormat,
    MeetingKind,
    SourceKind,
    Status,
)

SLUG_PATTERN = "^[a-z0-9]+(-[a-z0-9]+)*$"
MAX_SLUG_LENGTH = 120
_LANGUAGE = r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"
_TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"

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
    """Return the names of the IANA time zone database, read once: it takes milliseconds."""
    return frozenset(available_timezones())


def _timezone(value: str) -> str:
    if value not in known_timezones():
        raise PydanticCustomError("timezone", "is not an IANA time zone")
    return value


def _time(value: str) -> str:
    if not re.fullmatch(_TIME, value):
        raise PydanticCustomError("time", 'is not a time of day; write it as "14:30"')
    return value


def _language(value: str) -> str:
    if not re.fullmatch(_LANGUAGE, value):
        raise PydanticCustomError("language", "is not a language tag; write it as en or pt-BR")
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
    StringConstraints(pattern=SLUG_PATTERN, max_length=MAX_SLUG_LENGTH),
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
    Field(
        description="An ISO 3166-1 alpha-2 code in capitals, XK for Kosovo, or an ISO 3166-3 code"
        " of a state that is no more.",
        examples=["JP"],
        # What an editor completes and checks; the list itself would be long in every place.
        json_schema_extra={"pattern": "^[A-Z]{2}([A-Z]{2})?$"},
    ),
]
TimeZone = Annotated[
    str, AfterValidator(_timezone), Field(description="IANA time zone.", examples=["Asia/Tokyo"])
]
TimeOfDay = Annotated[
    str,
    AfterValidator(_time),
    WithJsonSchema({"type": "string", "pattern": _TIME}),
]
Language = Annotated[
    str,
    AfterValidator(_language),
    WithJsonSchema({"type": "string", "pattern": _LANGUAGE, "description": "A BCP 47 tag."}),
]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Latitude = Annotated[
    float, Field(ge=-90, le=90, allow_inf_nan=False, strict=True, description="Degrees north.")
]
Longitude = Annotated[
    float, Field(ge=-180, le=180, allow_inf_nan=False, strict=True, description="Degrees east.")
]
Note = Annotated[
    Line | None,
    Field(description="How the curator judged, and where sources disagree."),
]
Summary = Annotated[Line | None, Field(description="A sentence or two, in Readout's words.")]


class NotedFacts(BaseModel):
    """What a curator says of how a record came about."""

    note: Note = None


class DatedFacts(BaseModel):
    """When something was: a day or known span, the bounds of one unknown day, or nothing."""

    date: Day | None = Field(None, description="The day, where the source gives it.")
    end_date: Day | None = Field(None, description="The last day, of what took several known days.")


class TimedFacts(BaseModel):
    """The hours that a source gives, local to the city or to `timezone`."""

    start_time: TimeOfDay | None = Field(None, description="When it began, local time.")
    end_time: TimeOfDay | None = Field(None, description="When it ended, local time.")
    timezone: TimeZone | None = Field(None, description="Of the times, if it is not the city's.")


class PlacedFacts(BaseModel):
    """Where the source says that something was, as it says it."""

    place: Line | None = Field(None, description="As the source writes it: a palace, a ship.")


class CityFacts(BaseModel):
    """A city: its position in degrees (WGS 84), and its IANA time zone."""

    latitude: Latitude | None = Field(None, description="Degrees north.")
    longitude: Longitude | None = Field(None, description="Degrees east.")
    timezone: TimeZone | None = Field(None, description="IANA time zone.")


class SourceFacts(BaseModel):
    """What is said of a published document or register."""

    url: WebAddress | None = Field(None, description="Where it is published, without a # part.")
    citation: Line | None = Field(None, description="How it is cited, where it has no address.")
    published: Day | None = Field(None, description="The day on which it was published.")
    retrieved: Day | None = Field(None, description="The day on which it was read.")
    language: Language | None = Field(None, description="A BCP 47 tag.")
    kind: SourceKind | None = Field(None, description="What sort of document it is.")
    archived_url: WebAddress | None = Field(None, description="Where a copy is archived.")


class EvidenceFacts(BaseModel):
    """What ties a record to a passage or an entry of a source."""

    source: Slug = Field(description="The id of the source.")
    text_start: Verbatim | None = Field(
        None, description="The first few words of the passage, verbatim."
    )
    text_end: Verbatim | None = Field(
        None, description="The last few words of the passage, verbatim."
    )
    prefix: Verbatim | None = Field(None, description="Words just before `text_start`.")
    suffix: Verbatim | None = Field(None, description="Words just after `text_end`.")
    page: int | None = Field(None, ge=1, le=100_000, strict=True, description="Of a PDF.")
    locator: Line | None = Field(None, description="The entry of a data set: entry 3992.")


class NameFacts(BaseModel):
    """The names of a person besides the whole name; kings and others may have neither."""

    family_name: Line | None = Field(None, description="Officials only.")
    given_name: Line | None = Field(None, description="Officials only.")


class OfficeFacts(BaseModel):
    """What an official was on one trip."""

    title: Line | None = Field(None, description="The title held at the time.")


class StopFacts(PlacedFacts, NotedFacts):
    """One place on a trip, with its days where the source gives them."""

    arrival_date: Day | None = Field(None, description="The day of arrival, where it is known.")
    departure_date: Day | None = Field(None, description="The day of departure, where it is known.")
    remarks: Verbatim | None = Field(None, description="The words of the record itself.")
    status: Status = Field(Status.HELD, description="Whether it took place.")


class MeetingFacts(TimedFacts, PlacedFacts, NotedFacts):
    """What is said of a meeting beside who, where and when."""

    summary: Summary = None
    format: MeetingFormat | None = Field(
        None, description="How they came together; null where the source does not say."
    )
    kind: MeetingKind = Field(MeetingKind.MEETING, description="What sort of event it is.")
    status: Status = Field(Status.HELD, description="Whether it took place.")
    part_of: Slug | None = Field(None, description="The meeting on whose margin it was held.")


class QuoteFacts(PlacedFacts, NotedFacts):
    """What is said of a quote beside its words, who, where and when."""

    language: Language | None = Field(None, description="Of `text`, a BCP 47 tag.")
    attribution: Line | None = Field(
        None, description="In place of a speaker whose name the source withholds."
    )


class AgreementFacts(PlacedFacts, NotedFacts):
    """What is said of an agreement beside its parties, who, where and when."""

    summary: Summary = None
    kind: AgreementKind = Field(description="How binding the source says that it is.")
    target_year: int | None = Field(
        None, ge=1800, le=2500, strict=True, description="The year by which it is to be reached."
    )
    document: Slug | None = Field(None, description="The id of the source that is its text.")
    part_of: Slug | None = Field(
        None, description="The id of the joint statement that it is a paragraph of."
    )


class TripFacts(NotedFacts):
    """What is said of a trip beside who, where and what happened."""

    summary: Summary = None
    start_date: Day = Field(description="The first day.")
    end_date: Day = Field(description="The last day.")
    status: Status = Field(Status.HELD, description="Whether it took place.")
    related: list[Slug] = Field([], description="Ids of trips that belong together with it.")
    records: list[str] = Field(
        [],
        description="Entries of a register that it is the fuller account of: `3992` of travels,"
        " `visits:2148` of another.",
    )
