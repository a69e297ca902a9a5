"""What a parameter of a list is, and what a filter is matched with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from app.domain.vocabulary import (
    AgreementKind,
    MeetingFormat,
    MeetingKind,
    ParticipantKind,
    Recorded,
    Status,
)

EVERYTHING = ("", "")
"""The parameter and value of the term that every record of a collection has."""


class Reads(Enum):
    """How the values of a parameter are read."""

    NAME = "a slug or a name, however it is written"
    SLUG = "a slug"
    CHOICE = "one of a few words"
    DATE = "a day, month or year"
    MOMENT = "a day or a time"
    TEXT = "words to search for"


@dataclass(frozen=True, eq=False)
class Filter:
    """One filter of one collection: the only place that says what it is.

    The parser, OpenAPI, the README's table, the facets and the tests read this declaration.

    `terms` returns the values under which a record is found, from the shape it is served as.
    `names` is the group of spellings that may stand for a value (`official`: slug, full and family
    name). `identity` marks a filter that names the record itself, or a row that has one record: the
    table and its column with the key of the record. `through` marks a filter of participants that
    holds for a meeting they took part in, and names that filter of meetings. `facet` says whether
    its values are worth counting.
    """

    parameter: str
    meaning: str
    example: str
    reads: Reads
    names: str | None = None
    choices: tuple[str, ...] = ()
    terms: Callable[[Any], Iterable[str]] | None = None
    identity: tuple[str, str] | None = None
    through: str | None = None
    facet: bool = False

    def on(self, terms: Callable[[Any], Iterable[str]], meaning: str = "") -> "Filter":
        """Return this filter for a collection whose records have these terms."""
        return replace(self, terms=terms, meaning=meaning or self.meaning)

    def names_one(self, table: str, meaning: str, column: str = "key") -> "Filter":
        """Return this filter for a collection, as one that names a single record."""
        return replace(self, identity=(table, column), facet=False, meaning=meaning)

    def of_their_meetings(self, meaning: str) -> "Filter":
        """Return this filter for participants, by the meetings they took part in."""
        return replace(self, through=self.parameter, meaning=meaning)

    def meaning_of(self, meaning: str, example: str | None = None) -> "Filter":
        """Return this filter with a meaning of its own for a collection."""
        return replace(self, meaning=meaning, example=example or self.example)


@dataclass(frozen=True, eq=False)
class Control:
    """A parameter that does not choose records but says how they are answered."""

    parameter: str
    meaning: str
    example: str


# The filters, as most collections declare them; a collection adds its terms.

DATE = Filter(
    "date",
    "Overlaps this day, month or year: `2021-03-16`, `2021-03` or `2021`.",
    "2021-03-16",
    Reads.DATE,
)
DATE_FROM = Filter(
    "date_from",
    "Ends, or may have ended, on this day or later; a month or year means its first day.",
    "2021-03-16",
    Reads.DATE,
)
DATE_TO = Filter(
    "date_to",
    "Began, or may have begun, on this day or earlier; a month or year means its last day.",
    "2021-03-17",
    Reads.DATE,
)
CITY = Filter(
    "city",
    "In this city: slug or name, upper or lower case, with or without accents.",
    "Seoul",
    Reads.NAME,
    names="city",
    facet=True,
)
COUNTRY = Filter(
    "country",
    "In this country: ISO 3166 code or name.",
    "JP",
    Reads.NAME,
    names="country",
    facet=True,
)
OFFICIAL = Filter(
    "official",
    "This official: slug, full name or family name.",
    "Blinken",
    Reads.NAME,
    names="official",
    facet=True,
)
TRIP = Filter("trip", "On this trip: slug.", "2021-03-tokyo-seoul", Reads.SLUG, facet=True)
TOPIC = Filter(
    "topic", "About this topic: slug or name.", "democracy", Reads.NAME, names="topic", facet=True
)
MEETING = Filter("meeting", "Of this meeting: slug.", "2021-03-17-blinken-chung", Reads.SLUG)
AGREEMENT_KIND = Filter(
    "kind", "Of this kind.", "commitment", Reads.CHOICE, choices=tuple(AgreementKind), facet=True
)
PARTICIPANT_KIND = Filter(
    "kind",
    "Officials or groups.",
    "official",
    Reads.CHOICE,
    choices=tuple(ParticipantKind),
    facet=True,
)
FORMAT = Filter(
    "format",
    "Held in this form.",
    "virtual",
    Reads.CHOICE,
    choices=tuple(MeetingFormat),
    facet=True,
)
PARTY = Filter(
    "party",
    "A party is this country or organization: ISO 3166 code, slug or name.",
    "KR",
    Reads.NAME,
    names="party",
    facet=True,
)
ORGANIZATION = Filter(
    "organization",
    "Of this organization: slug or name.",
    "nato",
    Reads.NAME,
    names="organization",
    facet=True,
)
PARTICIPANT = Filter(
    "participant",
    "This official or group takes part: slug or name.",
    "Suga",
    Reads.NAME,
    names="participant",
    facet=True,
)
SOURCE = Filter(
    "source",
    "Rests on this source: slug.",
    "shareamerica-us-commitment-allies",
    Reads.SLUG,
    facet=True,
)
STATUS = Filter(
    "status", "Of this status.", "held", Reads.CHOICE, choices=tuple(Status), facet=True
)
MEETING_KIND = Filter(
    "kind", "Of this kind.", "meeting", Reads.CHOICE, choices=tuple(MeetingKind), facet=True
)
TITLE = Filter(
    "title",
    "Holds this title on some trip: all its words, upper or lower case.",
    "Secretary of State",
    Reads.NAME,
    names="title",
    facet=True,
)
RECORDED = Filter(
    "recorded",
    "Whether meetings of it are recorded.",
    "yes",
    Reads.CHOICE,
    choices=tuple(Recorded),
    facet=True,
)
UPDATED_SINCE = Filter(
    "updated_since",
    "Changed at or after this day or time: `2021-03-16` or `2021-03-16T09:30:00Z`.",
    "2021-03-16",
    Reads.MOMENT,
)
MET_WITH = Filter(
    "met_with",
    "Sat in a meeting with this official: slug, full name or family name.",
    "Suga",
    Reads.NAME,
    names="official",
    through="official",
)
TEXT = Filter(
    "q",
    'Holds these words, at most 32: `climate`, `"exact phrase"`, `-without`, `prefix*`.',
    "climate",
    Reads.TEXT,
)

DATES = (DATE, DATE_FROM, DATE_TO)
THEIR_DATES = (
    DATE.meaning_of("Travelled, took part or spoke in this day, month or year."),
    DATE_FROM.meaning_of("Travelled, took part or spoke on this day or later."),
    DATE_TO.meaning_of("Travelled, took part or spoke on this day or earlier."),
)
