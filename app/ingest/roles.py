"""Where a trip file refers to records by id, and whether groups stand in place of officials."""

from collections.abc import Iterator, Mapping, Sequence

from app.domain.tripfile import EvidencePart, TripFile
from app.domain.vocabulary import ParticipantKind
from app.ingest.explaining import shown
from app.ingest.yamltree import Location


def speaking_of(trip: TripFile) -> Iterator[tuple[str, str, Location]]:
    """Yield every place where a trip refers to something by its id: list, id and location."""
    for position, traveller in enumerate(trip.travellers):
        yield "participants", traveller, ("travellers", position)
    yield from _evidence((), trip.evidence)
    for name in ("sources", "organizations", "cities", "topics", "participants", "meetings"):
        for position, entry in enumerate(getattr(trip, name)):
            yield name, entry.id, (name, position, "id")
    for position, person in enumerate(trip.participants):
        at: Location = ("participants", position)
        if person.organization:
            yield "organizations", person.organization, (*at, "organization")
        yield from _evidence(at, person.evidence)
    for position, stop in enumerate(trip.stops):
        at = ("stops", position)
        if stop.city:
            yield "cities", stop.city, (*at, "city")
        for place, traveller in enumerate(stop.travellers):
            yield "participants", traveller, (*at, "travellers", place)
        yield from _evidence(at, stop.evidence)
    for name in ("meetings", "quotes", "agreements"):
        for position, part in enumerate(getattr(trip, name)):
            at = (name, position)
            if part.city:
                yield "cities", part.city, (*at, "city")
            for place, topic in enumerate(part.topics):
                yield "topics", topic, (*at, "topics", place)
            yield from _evidence(at, part.evidence)
    for position, meeting in enumerate(trip.meetings):
        at = ("meetings", position)
        for place, person_id in enumerate(meeting.participants):
            yield "participants", person_id, (*at, "participants", place)
        if meeting.part_of:
            yield "meetings", meeting.part_of, (*at, "part_of")
    for position, quote in enumerate(trip.quotes):
        at = ("quotes", position)
        if quote.speaker:
            yield "participants", quote.speaker, (*at, "speaker")
        if quote.occasion.meeting:
            yield "meetings", quote.occasion.meeting, (*at, "occasion", "meeting")
    for position, agreement in enumerate(trip.agreements):
        at = ("agreements", position)
        if agreement.meeting:
            yield "meetings", agreement.meeting, (*at, "meeting")
        if agreement.document:
            yield "sources", agreement.document, (*at, "document")
        for place, party in enumerate(agreement.parties):
            if not party.isupper():
                yield "organizations", party, (*at, "parties", place)


def _evidence(
    at: Location, passages: Sequence[EvidencePart]
) -> Iterator[tuple[str, str, Location]]:
    for position, passage in enumerate(passages):
        yield "sources", passage.source, (*at, "evidence", position, "source")


def places_by_id(trip: TripFile) -> dict[tuple[str, str], list[Location]]:
    """Return where a trip refers to each record, by list and id; outside of its list, if it does.

    This is one pass over the trip, since it may refer to very many undefined records.
    """
    found: dict[tuple[str, str], list[Location]] = {}
    for name, id_, at in speaking_of(trip):
        found.setdefault((name, id_), []).append(at)
    return {
        thing: [at for at in places if at[-1] != "id"] or places for thing, places in found.items()
    }


def misplaced_people(trip: TripFile, kinds: Mapping[str, str]) -> Iterator[tuple[Location, str]]:
    """Yield where a group stands in the place of an official, given the kinds of participants."""
    for _, id_, at in speaking_of(trip):
        if kinds.get(id_) == ParticipantKind.GROUP:
            if "travellers" in at:
                yield at, f"{shown(id_)} is a group; a traveller is an official"
            elif at[-1] == "speaker":
                yield at, f"{shown(id_)} is a group; a speaker is an official"
