"""The records that a trip mentions and other trips may define: their ids and definitions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from app.domain.tripfile import (
    CityPart,
    MeetingPart,
    OrganizationPart,
    ParticipantPart,
    SourcePart,
    TopicPart,
    TripFile,
)
from app.ingest.roles import speaking_of

SHARED_LISTS = ("sources", "organizations", "cities", "topics", "participants")
"""The lists of a trip file whose entries several trips may speak of."""

NAME_FIELDS = {"sources": "title"}
"""The field that makes an entry a definition, where it is not the name."""


_ADDS_UP = {"former_ids", "other_names", "identifiers"}
_OF_THE_TRIP = {
    "participants": {"title", "country", "organization", "evidence", "note"},
}


def is_definition(name: str, part: Any) -> bool:
    """Return whether an entry of a list of a trip file defines its record."""
    return getattr(part, NAME_FIELDS.get(name, "name")) is not None


def definition_of(name: str, part: Any) -> dict[str, Any] | None:
    """Return what an entry defines, in which all files must agree; None for a reference.

    Other names and identifiers add up, and an official's office belongs to the trip.
    """
    if not is_definition(name, part):
        return None
    defined: dict[str, Any] = part.model_dump(
        mode="json", exclude=_ADDS_UP | _OF_THE_TRIP.get(name, set())
    )
    return defined


def mentioned_ids(trip: TripFile) -> dict[str, dict[str, None]]:
    """Return the ids of all shared records and meetings a trip speaks of, by list, in order."""
    ids: dict[str, dict[str, None]] = {
        name: {part.id: None for part in getattr(trip, name)} for name in SHARED_LISTS
    }
    ids["meetings"] = {part.id: None for part in trip.meetings}
    for name, id_, _ in speaking_of(trip):
        ids[name][id_] = None
    return ids


def is_organization_id(party: str) -> bool:
    """Return whether a party of an agreement is given by the id of an organization."""
    return not party.isupper()


def foreign_ids(
    trip: TripFile, mentioned: dict[str, dict[str, None]] | None = None
) -> dict[str, list[str]]:
    """Return the ids, by list, that a trip speaks of and does not define itself.

    `mentioned` are the `mentioned_ids` of the trip, if they are known.
    """
    own = {
        name: {part.id for part in getattr(trip, name) if is_definition(name, part)}
        for name in SHARED_LISTS
    }
    own["meetings"] = {part.id for part in trip.meetings if not part.is_reference}
    return {
        name: foreign
        for name, ids in (mentioned or mentioned_ids(trip)).items()
        if (foreign := [id_ for id_ in ids if id_ not in own[name]])
    }


@dataclass
class Definitions:
    """The definitions that a trip is shown with: its own, and those of other trips."""

    sources: dict[str, SourcePart] = field(default_factory=dict)
    organizations: dict[str, OrganizationPart] = field(default_factory=dict)
    cities: dict[str, CityPart] = field(default_factory=dict)
    topics: dict[str, TopicPart] = field(default_factory=dict)
    participants: dict[str, ParticipantPart] = field(default_factory=dict)
    meetings: dict[str, "ForeignMeeting"] = field(default_factory=dict)

    def of(self, name: str) -> dict[str, Any]:
        """Return the definitions of the entries of one list."""
        found: dict[str, Any] = getattr(self, name)
        return found

    def with_own(self, trip: TripFile) -> "Definitions":
        """Return these definitions, and the trip's own."""
        merged = Definitions(meetings=self.meetings)
        for name in SHARED_LISTS:
            merged.of(name).update(self.of(name))
            for part in getattr(trip, name):
                if is_definition(name, part):
                    merged.of(name)[part.id] = part
        return merged


@dataclass(frozen=True)
class ForeignMeeting:
    """A meeting that another trip defines, as agreements show it."""

    trip: TripFile
    meeting: MeetingPart


@dataclass
class Links:
    """What other trips say of the meetings that a trip defines."""

    trips: dict[str, list[TripFile]] = field(default_factory=dict)
    """The trips that speak of a meeting, by its id."""

    def of(self, meeting: str) -> Iterable[TripFile]:
        """Return the other trips that speak of a meeting."""
        return self.trips.get(meeting, ())
