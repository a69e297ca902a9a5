"""The collections: one declaration each. Adding a collection is adding a declaration."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlmodel import SQLModel

from app import models, schemas
from app.query.filters import Filter
from app.text import fold
from app.vocabulary import AgreementKind, MeetingFormat, ParticipantKind

CITY = Filter(
    "city", "In this city: slug or name, upper or lower case, with or without accents.", "Seoul",
    names="city",
)  # fmt: skip
COUNTRY = Filter(
    "country", "In this country: ISO 3166-1 code or name.", "JP", names="country"
)  # fmt: skip
OFFICIAL = Filter(
    "official", "This official: slug, full name or family name.", "Blinken", names="official"
)
TRIP = Filter("trip", "On this trip: slug.", "2021-03-tokyo-seoul")
TOPIC = Filter("topic", "About this topic: slug or name.", "democracy", names="topic")
MEETING = Filter("meeting", "Of this meeting: slug.", "2021-03-17-blinken-chung")


def _choices(words: type[AgreementKind] | type[MeetingFormat] | type[ParticipantKind]) -> Any:
    return tuple(word.value for word in words)


AGREEMENT_KIND = Filter(
    "kind", "Of this kind.", "commitment", choices=_choices(AgreementKind)
)  # fmt: skip
PARTICIPANT_KIND = Filter(
    "kind", "Officials or groups.", "official", choices=_choices(ParticipantKind)
)  # fmt: skip
FORMAT = Filter(
    "format", "Held in this form.", "virtual", choices=_choices(MeetingFormat)
)  # fmt: skip
PARTY = Filter(
    "party", "A party is this country: ISO 3166-1 code or name.", "KR", names="country"
)  # fmt: skip
MET_WITH = Filter(
    "met_with", "Sat in a meeting with this official: slug, full name or family name.", "Suga",
    names="official", through="official",
)  # fmt: skip


@dataclass(frozen=True)
class Resource:
    """One collection: its table, its shape, its filters and the order of its lists.

    `sort` returns a record's place in a list and its last possible day, as text: the earliest and
    latest date of a dated record, a folded name and nothing of another. `dates` says whether the
    date filters look at the record itself, at the meetings of a participant, or do not exist.
    `pairs` are filters so often asked together that records have a term for each pair of values.
    """

    name: str
    singular: str
    description: str
    table: type[SQLModel]
    schema: type[schemas.Shape]
    filters: tuple[Filter, ...]
    sort: Callable[[Any], tuple[str, str]]
    example_id: str
    dates: str | None = None
    pairs: tuple[tuple[str, str], ...] = ()

    def filter(self, parameter: str) -> Filter:
        """Return the filter with this parameter; raise KeyError if there is none."""
        for candidate in self.filters:
            if candidate.parameter == parameter:
                return candidate
        raise KeyError(parameter)


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


def _trip(record: Any) -> list[str]:
    return [record.trip]


TRIPS = Resource(
    name="trips",
    singular="trip",
    description="Journeys of one or more officials.",
    table=models.Trip,
    schema=schemas.TripShape,
    filters=(
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
        TRIP.itself("This trip: slug."),
        TOPIC.on(_topics, "With a meeting about this topic: slug or name."),
        MEETING.on(lambda trip: trip.meetings, "With this meeting: slug."),
    ),
    example_id="2021-03-tokyo-seoul",
    sort=lambda trip: (trip.start_date.isoformat(), trip.end_date.isoformat()),
    dates="own",
)

MEETINGS = Resource(
    name="meetings",
    singular="meeting",
    description="Who met whom, where and when, with what was said and agreed.",
    table=models.Meeting,
    schema=schemas.MeetingShape,
    filters=(
        CITY.on(_city),
        COUNTRY.on(_country),
        OFFICIAL.on(
            _officials,
            "This official takes part: slug, full name or family name.",
        ),
        TRIP.on(_trip),
        TOPIC.on(_topics),
        MEETING.itself("This meeting: slug."),
        FORMAT.on(lambda meeting: [meeting.format.value]),
    ),
    example_id="2021-03-17-blinken-chung",
    sort=_when,
    dates="own",
    pairs=(("topic", "country"),),
)

PARTICIPANTS = Resource(
    name="participants",
    singular="participant",
    description="Officials, with the titles they held, and groups.",
    table=models.Participant,
    schema=schemas.ParticipantShape,
    filters=(
        CITY.of_their_meetings("Took part in a meeting in this city: slug or name."),
        COUNTRY.on(
            lambda person: [person.country.code] if person.country else [],
            "From this country: ISO 3166-1 code or name.",
        ),
        OFFICIAL.on(lambda person: [person.id] if person.kind is ParticipantKind.OFFICIAL else []),
        TRIP.of_their_meetings("Took part in a meeting on this trip: slug."),
        TOPIC.of_their_meetings("Took part in a meeting about this topic: slug or name."),
        MEETING.of_their_meetings("Took part in this meeting: slug."),
        MET_WITH,
        PARTICIPANT_KIND.on(lambda person: [person.kind.value]),
    ),
    example_id="antony-blinken",
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
    table=models.Quote,
    schema=schemas.QuoteShape,
    filters=(
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
    ),
    example_id="2021-03-17-blinken-shared-vision",
    sort=_when,
    dates="own",
)

AGREEMENTS = Resource(
    name="agreements",
    singular="agreement",
    description="What the sides settled: commitments, pledges, drafts, affirmations, positions.",
    table=models.Agreement,
    schema=schemas.AgreementShape,
    filters=(
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
    ),
    example_id="2021-03-17-climate-cooperation",
    sort=_when,
    dates="own",
)

CITIES = Resource(
    name="cities",
    singular="city",
    description="Where meetings are held.",
    table=models.City,
    schema=schemas.CityShape,
    filters=(COUNTRY.on(lambda city: [city.country.code]),),
    example_id="tokyo",
    sort=lambda city: (fold(city.name), ""),
)

TOPICS = Resource(
    name="topics",
    singular="topic",
    description="What meetings, quotes and agreements are about.",
    table=models.Topic,
    schema=schemas.TopicShape,
    filters=(),
    example_id="climate",
    sort=lambda topic: (fold(topic.name), ""),
)

SOURCES = Resource(
    name="sources",
    singular="source",
    description="The published documents that all evidence points into.",
    table=models.Source,
    schema=schemas.SourceShape,
    filters=(),
    example_id="shareamerica-us-commitment-allies",
    sort=lambda source: (fold(source.title), ""),
)

RESOURCES = {
    resource.name: resource
    for resource in (
        TRIPS, MEETINGS, PARTICIPANTS, QUOTES, AGREEMENTS, CITIES, TOPICS, SOURCES,
    )
}  # fmt: skip
