"""Resolves parts of a trip file: days and bounds, countries, people as they were."""

import datetime
from typing import Any, NamedTuple

from app.domain import entities, shapes
from app.domain.countries import country_name
from app.domain.documents import served
from app.domain.tripfile import DatedPart, ParticipantPart, StopPart, TripFile
from app.ingest.definitions import Definitions


class Bounds(NamedTuple):
    """When something was; `date` is None where the day is unknown."""

    date: datetime.date | None
    end_date: datetime.date | None
    earliest_date: datetime.date
    latest_date: datetime.date


def bounds_of(trip: TripFile, part: DatedPart) -> Bounds:
    """Return when a record was; where it has no bounds, the days of the trip are its bounds."""
    if part.date:
        return Bounds(part.date, part.end_date, part.date, part.end_date or part.date)
    return Bounds(
        None,
        None,
        part.earliest_date or min(trip.start_date, part.latest_date or trip.start_date),
        part.latest_date or max(trip.end_date, part.earliest_date or trip.end_date),
    )


def stop_bounds(trip: TripFile, stop: StopPart) -> tuple[datetime.date, datetime.date]:
    """Return the first and last day on which somebody may have been at a stop."""
    first = stop.earliest_date or stop.arrival_date
    last = stop.latest_date or stop.departure_date
    return (
        first or min(trip.start_date, last or trip.start_date),
        last or max(trip.end_date, first or trip.end_date),
    )


def country(code: str | None) -> shapes.CountryShape | None:
    """Return the country with this code, or None for None."""
    if code is None:
        return None
    return shapes.CountryShape.model_construct(code=code, name=country_name(code))


class People:
    """The participants of one trip, as they were on it."""

    def __init__(self, trip: TripFile, definitions: Definitions) -> None:
        """Take a trip, and the definitions that it is shown with."""
        self._entries = {part.id: part for part in trip.participants}
        self._definitions = definitions
        self._shapes: dict[str, entities.AttendeeShape] = {}

    def office(self, id_: str) -> ParticipantPart:
        """Return what the trip says of a participant, or else what the defining trip does."""
        entry = self._entries.get(id_)
        if entry and (entry.title or entry.country or entry.organization):
            return entry
        return self._definitions.participants[id_]

    def attendee(self, id_: str) -> entities.AttendeeShape:
        """Return a participant as records show them."""
        if id_ not in self._shapes:
            person, office = self._definitions.participants[id_], self.office(id_)
            self._shapes[id_] = served(
                entities.AttendeeShape,
                person,
                title=office.title,
                country=country(office.country),
                organization=organization(office.organization, self._definitions),
            )
        return self._shapes[id_]


def organization(id_: str | None, definitions: Definitions) -> shapes.Reference | None:
    """Return the organization with this id, or None for None."""
    return reference(definitions.organizations[id_]) if id_ else None


def reference(part: Any) -> shapes.Reference:
    """Return what is shown of a part elsewhere: its id and name."""
    return shapes.Reference.model_construct(id=part.id, name=part.name)
