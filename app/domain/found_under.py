"""What records are found under: the values and words that collections read off them."""

from collections.abc import Iterable
from typing import Any

from app.domain import entities
from app.domain.names import fold
from app.domain.vocabulary import ParticipantKind, Status


def when(record: Any) -> tuple[str, str]:
    """Return the first and last possible day of a dated record, as text."""
    return record.earliest_date.isoformat(), record.latest_date.isoformat()


def by_name(name: str, id_: str) -> tuple[str, str]:
    """Return the place of a record in a list by name."""
    # Of those with one name the id decides, not which was loaded first.
    return f"{fold(name)}\x1f{id_}", ""


def cities_of(record: Any) -> list[str]:
    """Return the id of the city, if there is one."""
    return [record.city.id] if record.city else []


def countries_of(record: Any) -> list[str]:
    """The country of the city as it is today, and the country as the source calls it."""
    found = [record.city.country] if record.city else []
    return [country.code for country in (*found, record.country) if country]


def topics_of(record: Any) -> list[str]:
    """Return the ids of the topics."""
    return [topic.id for topic in record.topics]


def participants_of(record: Any) -> list[str]:
    """Return the ids of the participants."""
    return [person.id for person in record.participants]


def officials_of(record: Any) -> list[str]:
    """Return the ids of the officials among the participants."""
    return [person.id for person in record.participants if person.kind is ParticipantKind.OFFICIAL]


def organizations_of(people: Iterable[Any]) -> list[str]:
    """Return the ids of the organizations that people speak for."""
    return [person.organization.id for person in people if person and person.organization]


def sources_of(record: Any) -> list[str]:
    """Return the ids of the sources of the evidence."""
    return [passage.source for passage in record.evidence]


def names_of(people: Iterable[Any]) -> list[str]:
    """Return people as search finds them: title, name and organization."""
    return [
        " ".join(
            filter(
                None, (person.title, person.name, person.organization and person.organization.name)
            )
        )
        for person in people
        if person
    ]


def topic_names(record: Any) -> list[str]:
    """Return the names of the topics."""
    return [topic.name for topic in record.topics]


def place_of(record: Any) -> str:
    """Where something was: the place as it is written, the city, and the country or countries."""
    city = record.city
    return ", ".join(
        dict.fromkeys(
            filter(
                None,
                (
                    record.place,
                    city and city.name,
                    city and city.country.name,
                    record.country and record.country.name,
                ),
            )
        )
    )


def placed(record: Any) -> dict[str, str]:
    """Return where something was, under the name of the narrowest field that says so."""
    fields = ("place", "city", "country")
    return next(({field: place_of(record)} for field in fields if getattr(record, field)), {})


def trip_of(record: Any) -> list[str]:
    """Return the id of the trip."""
    return [record.trip]


def visited(trip: entities.TripShape) -> list[Any]:
    """The stops that make a trip go to a place."""
    if trip.status is Status.CANCELLED:
        return []
    return [stop for stop in trip.stops if stop.status is not Status.CANCELLED]
