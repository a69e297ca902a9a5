"""Faults between trips: ids that are taken twice, undefined, or defined in different ways."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.domain.countries import country_codes
from app.domain.issues import Issue
from app.domain.names import did_you_mean, meant
from app.domain.tripfile import TripFile
from app.ingest.definitions import definition_of, foreign_ids
from app.ingest.explaining import shown
from app.ingest.linking import Linker
from app.ingest.preparing import Prepared
from app.ingest.reading import read_trip_file
from app.ingest.roles import misplaced_people, places_by_id
from app.ingest.yamltree import Location
from app.store.sql.shared import SharedRecords
from app.store.sql.trips import Trips

_KINDS = {
    "sources": "source", "organizations": "organization", "cities": "city", "topics": "topic",
    "participants": "participant", "meetings": "meeting",
}  # fmt: skip
_TRIPS_NAMED = 5
_IDS_LISTED = 8
_MAX_COMPARED = 5_000_000
"""At most this many ids are compared with unknown ones in a load; nobody reads more suggestions."""


@dataclass
class Taken:
    """A trip of a load that is new or has changed; `written` once its rows are in the tables."""

    key: int
    prepared: Prepared
    written: bool = False


class Faults:
    """Checks the trips of a load against each other and against the trips that stay."""

    def __init__(self, trips: Trips, shared: SharedRecords, linker: Linker) -> None:
        """Take the trips and the shared records of a load, and what links them."""
        self._trips = trips
        self._shared = shared
        self._linker = linker
        self._known: dict[str, list[str]] = {}
        self._compared = 0

    def taken_ids(self, taken: Taken) -> Iterator[Issue]:
        """Yield an issue for each id of a trip that another trip has."""
        trip = self._linker.text(taken.key)
        for collection, _, id_, trip_id in self._trips.taken(taken.key, taken.prepared.ids):
            parts = getattr(trip, collection)
            position = next(place for place, part in enumerate(parts) if part.id == id_)
            advice = "choose another"
            if collection == "meetings":
                advice += ", or, of a meeting that both trips share, leave only its id"
            cause = f'"{id_}" is an id of the trip "{trip_id}", too; {advice}'
            yield taken.prepared.issue((collection, position, "id"), cause)

    def undefined(self, taken: Taken) -> Iterator[Issue]:
        """Yield issues for ids that nobody defines, and for groups in place of officials."""
        trip = self._linker.text(taken.key)
        kinds: dict[str, str] = {part.id: part.kind for part in trip.participants if part.kind}
        places: dict[tuple[str, str], list[Location]] = {}
        for name, ids in foreign_ids(trip).items():
            for id_ in ids:
                if name == "meetings":
                    if self._linker.defining_meeting(id_) is not None:
                        continue
                elif (part := self._shared.definition(name, id_)) is not None:
                    if name == "participants":
                        kinds[id_] = part.kind
                    continue
                places = places or places_by_id(trip)
                for location, cause in self._not_defined(trip, name, id_, places[name, id_]):
                    yield taken.prepared.issue(location, cause)
        for location, cause in misplaced_people(trip, kinds):
            yield taken.prepared.issue(location, cause)

    def _not_defined(
        self, trip: TripFile, name: str, id_: str, places: Sequence[Location]
    ) -> Iterator[tuple[Location, str]]:
        own = [part.id for part in getattr(trip, name)]
        if id_ in own:
            field = "title" if name in ("sources", "meetings") else "name"
            hint = self._nearest(id_, name, ())
            cause = f'is missing; no other trip defines {shown(id_)}{hint}; add "{field}:"'
            yield (name, own.index(id_), field), cause
            return
        hint = self._nearest(id_, name, own) or _listed(own)
        for at in places:
            kind = _KINDS[name]
            if at[0] == "travellers" or at[-1] == "speaker":
                kind = "official"
            if at[-2:-1] == ("parties",) and id_.upper() in country_codes():
                hint = meant([id_.upper()])
            yield at, f"no {kind} {shown(id_)}{hint}"

    def _nearest(self, id_: str, name: str, own: Sequence[str]) -> str:
        if name not in self._known:
            self._known[name] = self._trips.known_ids(name)
        self._compared += len(own) + len(self._known[name])
        if self._compared > _MAX_COMPARED:
            return ""
        return did_you_mean(id_, [*own, *self._known[name]])

    def lost(self, taken: Mapping[int, Taken], loaded: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Yield the records that trips which stay would refer to in vain, and these trips."""
        for name, id_, trip_keys in self._shared.undefined():
            staying = [self._linker.text(key).id for key in trip_keys if key not in taken]
            if staying:
                yield f"{name} {shown(id_)}", _would_refer(staying)
        for trip_id, meeting_id in self._trips.undefined_meetings():
            if trip_id not in loaded:
                yield f"meetings {shown(meeting_id)}", _would_refer([trip_id])

    def disagreements(self, taken: Mapping[int, Taken]) -> Iterator[Issue]:
        """Yield issues for fields that a trip of the load defines differently than another trip."""
        order = {key: place for place, key in enumerate(taken)}
        for name, id_, trip_keys in self._shared.disagreements():
            mine = max(trip_keys, key=lambda key: order.get(key, -1))
            other = next(key for key in trip_keys if key != mine)
            position, here = self._defined(mine, name, id_)
            other_position, there = self._defined(other, name, id_)
            for field in here:
                if here[field] != there[field]:
                    elsewhere = f"in the trip {shown(self._linker.text(other).id)}, loaded before"
                    if other in taken:
                        read = read_trip_file(taken[other].prepared.path)
                        place = read.issue((name, other_position, field), "").place
                        elsewhere = f"in {place}"
                    cause = (
                        f"{_said(here[field])} here, but {_said(there[field])} {elsewhere};"
                        " correct what is wrong and load both files together"
                    )
                    yield taken[mine].prepared.issue((name, position, field), cause)

    def _defined(self, key: int, name: str, id_: str) -> tuple[int, dict[str, object]]:
        for position, part in enumerate(getattr(self._linker.text(key), name)):
            if part.id == id_ and (defined := definition_of(name, part)) is not None:
                return position, defined
        raise LookupError(id_)


def _listed(ids: Sequence[str]) -> str:
    if not ids:
        return "; the file lists none, and no trip defines it"
    more = ", …" if len(ids) > _IDS_LISTED else ""
    return f"; known: {', '.join(ids[:_IDS_LISTED])}{more}"


def _would_refer(trip_ids: Sequence[str]) -> str:
    named = ", ".join(map(shown, trip_ids[:_TRIPS_NAMED]))
    more = len(trip_ids) - _TRIPS_NAMED
    trips = f"{named} and {more} more trips" if more > 0 else named
    return f"{trips} would refer to it, and no trip would define it"


def _said(value: object) -> str:
    return "nothing" if value is None else shown(value)
