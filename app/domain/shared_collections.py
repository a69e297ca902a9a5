"""The collections of what several trips speak of, beside participants."""

from app.domain import entities
from app.domain.filters import (
    COUNTRY,
    TEXT,
    TRIP,
    UPDATED_SINCE,
)
from app.domain.found_under import (
    by_name,
)
from app.domain.records import Resource
from app.domain.texts import joined

ORGANIZATIONS = Resource(
    name="organizations",
    singular="organization",
    description="What officials speak for beside countries, and parties of agreements.",
    table="organization",
    schema=entities.OrganizationShape,
    filters=(
        UPDATED_SINCE,
        TEXT.meaning_of(TEXT.meaning, "treaty"),
    ),
    example_id="nato",
    words=lambda found: (found.name, joined(other_names=found.other_names)),
    sort=lambda found: by_name(found.name, found.id),
)

CITIES = Resource(
    name="cities",
    singular="city",
    description="Where trips go and meetings are held.",
    table="city",
    schema=entities.CityShape,
    filters=(
        COUNTRY.on(lambda city: [city.country.code]),
        UPDATED_SINCE,
        TEXT.meaning_of(TEXT.meaning, "Japan"),
    ),
    example_id="tokyo",
    words=lambda city: (city.name, joined(other_names=city.other_names, country=city.country.name)),
    sort=lambda city: by_name(city.name, city.id),
)

TOPICS = Resource(
    name="topics",
    singular="topic",
    description="What meetings, quotes and agreements are about.",
    table="topic",
    schema=entities.TopicShape,
    filters=(UPDATED_SINCE, TEXT.meaning_of(TEXT.meaning, "climate")),
    example_id="climate",
    words=lambda topic: (topic.name, joined(other_names=topic.other_names)),
    sort=lambda topic: by_name(topic.name, topic.id),
)

SOURCES = Resource(
    name="sources",
    singular="source",
    description="The published documents that all evidence points into.",
    table="source",
    schema=entities.SourceShape,
    filters=(
        TRIP.names_one("source_of_trip", "Used by this trip: slug."),
        UPDATED_SINCE,
        TEXT.meaning_of(TEXT.meaning, "allies"),
    ),
    example_id="shareamerica-us-commitment-allies",
    words=lambda source: (
        source.title,
        joined(publisher=source.publisher, citation=source.citation),
    ),
    sort=lambda source: by_name(source.title, source.id),
)
