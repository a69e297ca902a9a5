"""The collections: one declaration each. Adding a collection is adding a declaration."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from app.domain import entities as schemas
from app.domain.countries import country_name
from app.domain.filters import (
    AGREEMENT_KIND,
    CITY,
    COUNTRY,
    DATES,
    FORMAT,
    MEETING,
    MET_WITH,
    OFFICIAL,
    PARTICIPANT_KIND,
    PARTY,
    TEXT,
    THEIR_DATES,
    TOPIC,
    TRIP,
    Filter,
    Reads,
)
from app.domain.names import fold
from app.domain.vocabulary import ParticipantKind


@dataclass(frozen=True, eq=False)
class Resource:
    """One collection: its table, its shape, its filters and the order of its lists.

    `table` is the name of a table that `app/store/tables.py` describes, with a `key` and an `id`.
    `sort` returns a record's place in a list and its last possible day, as text: the earliest and
    latest date of a dated record, a folded name and nothing of another. `words` returns the title
    and the text that `q` searches. `dates` says whether the
    date filters look at the record itself, at the meetings of a participant, or do not exist.
    `pairs` are filters so often asked together that records have a term for each pair of values.
    """

    name: str
    singular: str
    description: str
    table: str
    schema: type[schemas.Shape]
    filters: tuple[Filter, ...]
    sort: Callable[[Any], tuple[str, str]]
    words: Callable[[Any], tuple[str, str]]
    example_id: str
    dates: str | None = None
    pairs: tuple[tuple[str, str], ...] = ()

    @cached_property
    def by_parameter(self) -> dict[str, Filter]:
        """Its filters, by their parameters."""
        return {known.parameter: known for known in self.filters}

    @cached_property
    def term_filters(self) -> frozenset[str]:
        """The parameters of the filters for which its records have terms."""
        return frozenset(
            known.parameter
            for known in self.filters
            if not known.identity and not known.through and known.reads is not Reads.TEXT
        )

    @cached_property
    def naming_filters(self) -> tuple[Filter, ...]:
        """The filters that name a record itself, or a row that has one."""
        return tuple(known for known in self.filters if known.identity)

    @cached_property
    def met_filters(self) -> tuple[Filter, ...]:
        """The filters that name whom a participant sat with."""
        return tuple(
            known for known in self.filters if known.through not in (None, known.parameter)
        )

    @cached_property
    def quick_pairs(self) -> frozenset[tuple[str, ...]]:
        """The pairs of filters that have a term together, in either order."""
        return frozenset((*self.pairs, *((second, first) for first, second in self.pairs)))

    @property
    def order(self) -> str:
        """What its lists are ordered by: the word that `sort` takes."""
        return "date" if self.dates == "own" else "name"

    def filter(self, parameter: str) -> Filter:
        """Return the filter with this parameter; raise KeyError if there is none."""
        return self.by_parameter[parameter]


def _when(record: Any) -> tuple[str, str]:
    return record.earliest_date.isoformat(), record.latest_date.isoformat()


def _city(record: Any) -> list[str]:
    return [record.city.id] if record.city else []


def _country(record: Any) -> list[str]:
    return [record.city.country.code] if record.city else []


def _topics(record: Any) -> list[str]:
    return [topic.id for topic in record.topics]


def _officials(record: Any) -> list[str]:
    return [person.id for person in record.participants if person.kind is ParticipantKind.OFFICIAL]


def _names(people: Iterable[Any]) -> list[str]:
    return [" ".join(filter(None, (person.title, person.name))) for person in people]


def _topic_names(record: Any) -> list[str]:
    return [topic.name for topic in record.topics]


def _place(city: Any) -> str | None:
    return f"{city.name}, {city.country.name}" if city else None


def _text(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)


def _trip(record: Any) -> list[str]:
    return [record.trip]


TRIPS = Resource(
    name="trips",
    singular="trip",
    description="Journeys of one or more officials.",
    table="trip",
    schema=schemas.TripShape,
    filters=(
        *DATES,
        CITY.on(
            lambda trip: {stop.city.id for stop in trip.stops},
            "With a stop in this city: slug or name.",
        ),
        COUNTRY.on(
            lambda trip: {stop.city.country.code for stop in trip.stops},
            "With a stop in this country: ISO 3166-1 code or name.",
        ),
        OFFICIAL.on(
            lambda trip: [traveller.id for traveller in trip.travellers],
            "This official travels: slug, full name or family name.",
        ),
        TRIP.names_one("trip", "This trip: slug."),
        TOPIC.on(_topics, "With a meeting about this topic: slug or name."),
        MEETING.names_one("meeting", "With this meeting: slug.", column="trip_key"),
        TEXT.meaning_of(TEXT.meaning, "Tokyo"),
    ),
    example_id="2021-03-tokyo-seoul",
    words=lambda trip: (
        trip.title,
        _text(trip.summary, *_names(trip.travellers), *(_place(stop.city) for stop in trip.stops)),
    ),
    sort=lambda trip: (trip.start_date.isoformat(), trip.end_date.isoformat()),
    dates="own",
)

MEETINGS = Resource(
    name="meetings",
    singular="meeting",
    description="Who met whom, where and when, with what was said and agreed.",
    table="meeting",
    schema=schemas.MeetingShape,
    filters=(
        *DATES,
        CITY.on(_city),
        COUNTRY.on(_country),
        OFFICIAL.on(
            _officials,
            "This official takes part: slug, full name or family name.",
        ),
        TRIP.on(_trip),
        TOPIC.on(_topics),
        MEETING.names_one("meeting", "This meeting: slug."),
        FORMAT.on(lambda meeting: [meeting.format.value]),
        TEXT.meaning_of(TEXT.meaning, "climate"),
    ),
    example_id="2021-03-17-blinken-chung",
    words=lambda meeting: (
        meeting.title,
        _text(
            meeting.summary,
            _place(meeting.city),
            *_names(meeting.participants),
            *_topic_names(meeting),
            *(quote.text for quote in meeting.quotes),
            *(agreement.title for agreement in meeting.agreements),
        ),
    ),
    sort=_when,
    dates="own",
    pairs=(("topic", "country"),),
)

PARTICIPANTS = Resource(
    name="participants",
    singular="participant",
    description="Officials, with the titles they held, and groups.",
    table="participant",
    schema=schemas.ParticipantShape,
    filters=(
        *THEIR_DATES,
        CITY.of_their_meetings("Took part in a meeting in this city: slug or name."),
        COUNTRY.on(
            lambda person: [person.country.code] if person.country else [],
            "From this country: ISO 3166-1 code or name.",
        ),
        replace(
            OFFICIAL.on(
                lambda person: [person.id] if person.kind is ParticipantKind.OFFICIAL else []
            ),
            facet=False,
        ),
        TRIP.of_their_meetings("Took part in a meeting on this trip: slug."),
        TOPIC.of_their_meetings("Took part in a meeting about this topic: slug or name."),
        MEETING.of_their_meetings("Took part in this meeting: slug."),
        MET_WITH,
        PARTICIPANT_KIND.on(lambda person: [person.kind.value]),
        TEXT.meaning_of(TEXT.meaning, "minister"),
    ),
    example_id="antony-blinken",
    words=lambda person: (
        person.name,
        _text(person.title, person.country.name if person.country else None),
    ),
    sort=lambda person: (
        fold(
            f"{person.family_name} {person.given_name or ''}" if person.family_name else person.name
        ),
        "",
    ),
    dates="meetings",
)

QUOTES = Resource(
    name="quotes",
    singular="quote",
    description="Words said by officials, verbatim.",
    table="quote",
    schema=schemas.QuoteShape,
    filters=(
        *DATES,
        CITY.on(_city),
        COUNTRY.on(_country),
        OFFICIAL.on(
            lambda quote: [quote.speaker.id],
            "This official says it: slug, full name or family name.",
        ),
        TRIP.on(_trip),
        TOPIC.on(_topics),
        MEETING.on(
            lambda quote: [quote.occasion.meeting] if quote.occasion.meeting else [],
            "Before, during or after this meeting: slug.",
        ),
        TEXT.meaning_of(TEXT.meaning, "vision"),
    ),
    example_id="2021-03-17-blinken-shared-vision",
    words=lambda quote: (
        quote.text,
        _text(
            *_names([quote.speaker]),
            quote.occasion.audience,
            _place(quote.city),
            *_topic_names(quote),
        ),
    ),
    sort=_when,
    dates="own",
)

AGREEMENTS = Resource(
    name="agreements",
    singular="agreement",
    description="What the sides settled: commitments, pledges, drafts, affirmations, positions.",
    table="agreement",
    schema=schemas.AgreementShape,
    filters=(
        *DATES,
        CITY.on(_city),
        COUNTRY.on(_country),
        OFFICIAL.on(
            _officials,
            "This official takes part in the meeting: slug, full name or family name.",
        ),
        TRIP.on(_trip),
        TOPIC.on(_topics),
        MEETING.on(lambda agreement: [agreement.meeting], "Settled at this meeting: slug."),
        AGREEMENT_KIND.on(lambda agreement: [agreement.kind.value]),
        PARTY.on(lambda agreement: agreement.parties),
        TEXT.meaning_of(TEXT.meaning, "climate"),
    ),
    example_id="2021-03-17-climate-cooperation",
    words=lambda agreement: (
        agreement.title,
        _text(
            agreement.summary,
            agreement.kind.value,
            *(country_name(code) for code in agreement.parties),
            *_names(agreement.participants),
            _place(agreement.city),
            *_topic_names(agreement),
        ),
    ),
    sort=_when,
    dates="own",
)

CITIES = Resource(
    name="cities",
    singular="city",
    description="Where meetings are held.",
    table="city",
    schema=schemas.CityShape,
    filters=(
        COUNTRY.on(lambda city: [city.country.code]),
        TEXT.meaning_of(TEXT.meaning, "Japan"),
    ),
    example_id="tokyo",
    words=lambda city: (city.name, city.country.name),
    sort=lambda city: (fold(city.name), ""),
)

TOPICS = Resource(
    name="topics",
    singular="topic",
    description="What meetings, quotes and agreements are about.",
    table="topic",
    schema=schemas.TopicShape,
    filters=(TEXT.meaning_of(TEXT.meaning, "climate"),),
    example_id="climate",
    words=lambda topic: (topic.name, ""),
    sort=lambda topic: (fold(topic.name), ""),
)

SOURCES = Resource(
    name="sources",
    singular="source",
    description="The published documents that all evidence points into.",
    table="source",
    schema=schemas.SourceShape,
    filters=(TEXT.meaning_of(TEXT.meaning, "allies"),),
    example_id="shareamerica-us-commitment-allies",
    words=lambda source: (source.title, source.publisher),
    sort=lambda source: (fold(source.title), ""),
)

RESOURCES = {
    resource.name: resource
    for resource in (
        TRIPS, MEETINGS, PARTICIPANTS, QUOTES, AGREEMENTS, CITIES, TOPICS, SOURCES,
    )
}  # fmt: skip
