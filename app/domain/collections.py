"""The collections: one declaration each. Adding a collection is adding a declaration."""

import hashlib
import json
from dataclasses import replace
from functools import cache

from app.domain import entities
from app.domain.filters import (
    AGREEMENT_KIND,
    CITY,
    COUNTRY,
    DATES,
    FORMAT,
    MEETING,
    MEETING_KIND,
    MET_WITH,
    OFFICIAL,
    ORGANIZATION,
    PARTICIPANT,
    PARTICIPANT_KIND,
    PARTY,
    RECORDED,
    SOURCE,
    STATUS,
    TEXT,
    THEIR_DATES,
    TITLE,
    TOPIC,
    TRIP,
    UPDATED_SINCE,
)
from app.domain.found_under import (
    by_name,
    cities_of,
    countries_of,
    names_of,
    officials_of,
    organizations_of,
    participants_of,
    place_of,
    placed,
    sources_of,
    topic_names,
    topics_of,
    trip_of,
    visited,
    when,
)
from app.domain.records import Resource
from app.domain.shared_collections import CITIES, ORGANIZATIONS, SOURCES, TOPICS
from app.domain.texts import joined
from app.domain.vocabulary import ParticipantKind, PartyKind

TRIPS = Resource(
    name="trips",
    singular="trip",
    description="Journeys of one or more officials.",
    table="trip",
    schema=entities.TripShape,
    filters=(
        *DATES,
        CITY.on(
            lambda trip: [city for stop in visited(trip) for city in cities_of(stop)],
            "With a stop in this city, on the dates asked for: slug or name.",
        ),
        COUNTRY.on(
            lambda trip: [code for stop in visited(trip) for code in countries_of(stop)],
            "With a stop in this country, on the dates asked for: ISO 3166 code or name.",
        ),
        OFFICIAL.on(
            lambda trip: [traveller.id for traveller in trip.travellers],
            "This official travels: slug, full name or family name.",
        ),
        ORGANIZATION.on(
            lambda trip: organizations_of(trip.travellers),
            "A traveller speaks for this organization: slug or name.",
        ),
        TITLE.on(
            lambda trip: [person.title for person in trip.travellers if person.title],
            "A traveller holds this title on the trip: all its words, upper or lower case.",
        ),
        TRIP.names_one("trip", "This trip: slug."),
        TOPIC.on(topics_of, "With a meeting about this topic: slug or name."),
        MEETING.names_one("trip_of_meeting", "With this meeting: slug.", column="trip_key"),
        SOURCE.on(lambda trip: [source.id for source in trip.sources]),
        STATUS.on(lambda trip: [trip.status.value]),
        RECORDED.on(lambda trip: [trip.recorded.value]),
        UPDATED_SINCE,
        TEXT.meaning_of(TEXT.meaning, "Tokyo"),
    ),
    example_id="2021-03-tokyo-seoul",
    words=lambda trip: (
        trip.title,
        joined(
            summary=trip.summary,
            travellers=names_of(trip.travellers),
            stops=[text for stop in trip.stops for text in (place_of(stop), stop.remarks)],
        ),
    ),
    sort=lambda trip: (trip.start_date.isoformat(), trip.end_date.isoformat()),
    dates="own",
)

MEETINGS = Resource(
    name="meetings",
    singular="meeting",
    description="Who met whom, where and when, with what was said and agreed.",
    table="meeting",
    schema=entities.MeetingShape,
    filters=(
        *DATES,
        CITY.on(cities_of),
        COUNTRY.on(countries_of),
        OFFICIAL.on(
            officials_of,
            "This official takes part: slug, full name or family name.",
        ),
        PARTICIPANT.on(participants_of),
        ORGANIZATION.on(
            lambda meeting: organizations_of(meeting.participants),
            "A participant speaks for this organization: slug or name.",
        ),
        TRIP.on(lambda meeting: meeting.trips),
        TOPIC.on(topics_of),
        MEETING.names_one("meeting", "This meeting: slug."),
        FORMAT.on(lambda meeting: [meeting.format.value] if meeting.format else []),
        MEETING_KIND.on(lambda meeting: [meeting.kind.value]),
        STATUS.on(lambda meeting: [meeting.status.value]),
        SOURCE.on(sources_of),
        UPDATED_SINCE,
        TEXT.meaning_of(TEXT.meaning, "climate"),
    ),
    example_id="2021-03-17-blinken-chung",
    words=lambda meeting: (
        meeting.title,
        joined(
            summary=meeting.summary,
            **placed(meeting),
            participants=names_of(meeting.participants),
            topics=topic_names(meeting),
            quotes=(quote.text for quote in meeting.quotes),
            agreements=(agreement.title for agreement in meeting.agreements),
        ),
    ),
    sort=when,
    dates="own",
)

PARTICIPANTS = Resource(
    name="participants",
    singular="participant",
    description="Officials, with the titles they held, and groups.",
    table="participant",
    schema=entities.ParticipantShape,
    filters=(
        *THEIR_DATES,
        CITY.of_their_meetings("Travelled, took part or spoke in this city: slug or name."),
        COUNTRY.on(
            lambda profile: profile.countries,
            "Speaks for this country on some trip: ISO 3166 code or name.",
        ),
        replace(
            OFFICIAL.on(
                lambda profile: (
                    [profile.shape.id] if profile.shape.kind is ParticipantKind.OFFICIAL else []
                )
            ),
            facet=False,
        ),
        replace(
            PARTICIPANT.on(
                lambda profile: [profile.shape.id], "This official or group: slug or name."
            ),
            facet=False,
        ),
        ORGANIZATION.on(
            lambda profile: profile.organizations,
            "Speaks for this organization on some trip: slug or name.",
        ),
        TITLE.on(lambda profile: profile.titles),
        TRIP.of_their_meetings("Travelled, took part or spoke on this trip: slug."),
        TOPIC.of_their_meetings("Took part or spoke about this topic: slug or name."),
        MEETING.of_their_meetings("Took part in this meeting: slug."),
        MET_WITH,
        PARTICIPANT_KIND.on(lambda profile: [profile.shape.kind.value]),
        SOURCE.on(lambda profile: profile.sources),
        UPDATED_SINCE,
        TEXT.meaning_of(TEXT.meaning, "minister"),
    ),
    example_id="antony-blinken",
    words=lambda profile: (
        profile.shape.name,
        joined(
            other_names=profile.shape.other_names,
            title=profile.titles,
            country=profile.shape.country and profile.shape.country.name,
            organization=profile.shape.organization and profile.shape.organization.name,
        ),
    ),
    sort=lambda profile: by_name(
        " ".join(filter(None, (profile.shape.family_name, profile.shape.given_name)))
        if profile.shape.family_name
        else profile.shape.name,
        profile.shape.id,
    ),
    dates="meetings",
)

QUOTES = Resource(
    name="quotes",
    singular="quote",
    description="Words said by officials, verbatim.",
    table="quote",
    schema=entities.QuoteShape,
    filters=(
        *DATES,
        CITY.on(cities_of),
        COUNTRY.on(countries_of),
        OFFICIAL.on(
            lambda quote: [quote.speaker.id] if quote.speaker else [],
            "This official says it: slug, full name or family name.",
        ),
        ORGANIZATION.on(
            lambda quote: organizations_of([quote.speaker]),
            "The speaker is of this organization: slug or name.",
        ),
        TRIP.on(trip_of),
        TOPIC.on(topics_of),
        MEETING.on(
            lambda quote: [quote.occasion.meeting] if quote.occasion.meeting else [],
            "Before, during or after this meeting: slug.",
        ),
        SOURCE.on(sources_of),
        UPDATED_SINCE,
        TEXT.meaning_of(TEXT.meaning, "vision"),
    ),
    example_id="2021-03-17-blinken-shared-vision",
    words=lambda quote: (
        quote.text,
        joined(
            translation=quote.translation and quote.translation.text,
            speaker=names_of([quote.speaker]),
            attribution=quote.attribution,
            occasion=quote.occasion.audience,
            **placed(quote),
            topics=topic_names(quote),
        ),
    ),
    sort=when,
    dates="own",
)

AGREEMENTS = Resource(
    name="agreements",
    singular="agreement",
    description="What the sides settled: commitments, pledges, drafts, affirmations, positions.",
    table="agreement",
    schema=entities.AgreementShape,
    filters=(
        *DATES,
        CITY.on(cities_of),
        COUNTRY.on(countries_of),
        OFFICIAL.on(
            officials_of,
            "This official takes part in the meeting: slug, full name or family name.",
        ),
        TRIP.on(trip_of),
        TOPIC.on(topics_of),
        MEETING.on(
            lambda agreement: [agreement.meeting] if agreement.meeting else [],
            "Settled at this meeting: slug.",
        ),
        AGREEMENT_KIND.on(lambda agreement: [agreement.kind.value]),
        PARTY.on(lambda agreement: [party.id for party in agreement.parties]),
        ORGANIZATION.on(
            lambda agreement: [
                party.id for party in agreement.parties if party.kind is PartyKind.ORGANIZATION
            ],
            "A party is this organization: slug or name.",
        ),
        SOURCE.on(lambda agreement: [*sources_of(agreement), *filter(None, (agreement.document,))]),
        UPDATED_SINCE,
        TEXT.meaning_of(TEXT.meaning, "climate"),
    ),
    example_id="2021-03-17-climate-cooperation",
    words=lambda agreement: (
        agreement.title,
        joined(
            summary=agreement.summary,
            kind=agreement.kind.value,
            parties=(party.name for party in agreement.parties),
            participants=names_of(agreement.participants),
            **placed(agreement),
            topics=topic_names(agreement),
        ),
    ),
    sort=when,
    dates="own",
)

STAYS = Resource(
    name="stays",
    singular="stay",
    description="Where travellers were, by which trips and participants are found.",
    table="stop",
    schema=entities.StopShape,
    filters=(
        *DATES,
        CITY.on(lambda stay: cities_of(stay.shape) if stay.held else []),
        COUNTRY.on(lambda stay: countries_of(stay.shape) if stay.held else []),
        TRIP.on(lambda stay: [stay.trip] if stay.held else []),
    ),
    example_id="",
    words=lambda _: ("", ()),
    sort=lambda stay: when(stay.shape),
    dates="own",
    served=False,
)
"""Not a collection that is served: one record a stop, or one a trip that tells no stops."""

RESOURCES = {
    resource.name: resource
    for resource in (
        TRIPS, MEETINGS, PARTICIPANTS, QUOTES, AGREEMENTS, ORGANIZATIONS, CITIES, TOPICS, SOURCES,
    )
}  # fmt: skip

INDEXED = {**RESOURCES, STAYS.name: STAYS}
"""The collections that have documents and terms."""

_WRITTEN = 5
"""To be raised with each change of how documents, terms or words are made that shapes and filters
do not show, so that databases are rebuilt."""


@cache
def shapes_digest() -> str:
    """Return what identifies the shapes and filters of all collections.

    Where they change, so do the documents and terms of the same trips.
    """
    declared = {
        name: [resource.schema.model_json_schema(), [known.parameter for known in resource.filters]]
        for name, resource in INDEXED.items()
    }
    return hashlib.sha256(json.dumps([_WRITTEN, declared]).encode()).hexdigest()[:16]
