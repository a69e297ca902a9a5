"""What `check` warns of without failing: what is valid, but most likely a slip."""

import datetime
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files as resources
from pathlib import Path
from zoneinfo import TZPATH

from rapidfuzz import fuzz

from app.domain.issues import Issue
from app.domain.names import fold, squeeze
from app.domain.tripfile import CityPart, MeetingPart, QuotePart, StopPart, TripFile
from app.domain.vocabulary import ParticipantKind
from app.ingest.dumps import SUFFIX as DUMP_SUFFIX
from app.ingest.explaining import shown
from app.ingest.reading import ReadTrip, read_trip_file
from app.ingest.resolved import bounds_of, stop_bounds
from app.ingest.skeleton import words_of
from app.ingest.yamltree import Location

Warned = Iterator[tuple[Location, str]]

_DAY_OF_ID = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?=-|$)")
_NO_TIME = datetime.timedelta()
_DATE_LINE = datetime.timedelta(days=1)
"""Travellers who cross it may arrive a day before they left."""

_QUOTATION_MARKS = {
    '"': '"', "'": "'", "“": "”", "„": "“”", "”": "”", "«": "»", "»": "«", "「": "」", "『": "』",
    "\u2018": "\u2019", "\u201a": "\u2018\u2019",
}  # fmt: skip
"""With what a quotation ends that begins with a mark."""

_NEAR_DEGREES = 0.05
_ALIKE = 90
"""From 0 to 100: how alike two names of one office, or of one country, are of one thing."""
_COMPARED = 500
_DIGITS = re.compile(r"\d+")
_Place = tuple[float | None, float | None]
_FAR_FROM_ZONE_DEGREES = 35.0
"""How far from the city that a zone is named after; Russia's and China's reach far."""


def warnings_of(paths: Sequence[Path]) -> list[Issue]:
    """Return what is most likely a slip in trip files that are right by the rules.

    Raises `TripFileError` for an invalid file.
    """
    # The trips in a dump were checked before they were first loaded.
    reads = [read_trip_file(path) for path in paths if path.suffix != DUMP_SUFFIX]
    found = [
        read.issue(location, cause) for read in reads for location, cause in _of_trip(read.trip)
    ]
    return found + list(_twins(reads))


def _of_trip(trip: TripFile) -> Warned:
    if _DAY_OF_ID.match(trip.id) and trip.title == words_of(trip.id):
        yield ("title",), "is what readout new made of the id; write what the trip was"
    for position, quote in enumerate(trip.quotes):
        yield from _quoted(("quotes", position), quote)
    for position, city in enumerate(trip.cities):
        yield from _position(("cities", position), city)
    yield from _stops(trip)
    for name in ("meetings", "quotes", "agreements"):
        for position, part in enumerate(getattr(trip, name)):
            if isinstance(part, MeetingPart) and part.is_reference:
                continue
            at: Location = (name, position)
            yield from _id(at, part.id, part.date, part.earliest_date, part.latest_date)
            first, last = bounds_of(trip, part)[2:]
            if last < trip.start_date or first > trip.end_date:
                days = f"{trip.start_date} to {trip.end_date}"
                field = "date" if part.date else "earliest_date"
                yield (*at, field), f"{first} is outside the trip, {days}"
    for position, meeting in enumerate(trip.meetings):
        yield from _elsewhere(("meetings", position), meeting, trip)


def _quoted(at: Location, quote: QuotePart) -> Warned:
    """Warn of a quote that has the quotation marks it stands between."""
    text = " ".join(quote.text) if isinstance(quote.text, list) else quote.text
    inner = text[1:-1]
    marks = _QUOTATION_MARKS.get(text[:1], "")
    # Where there are others within, they may be those of two quotations, one at each end.
    if text[-1] in marks and text[0] not in inner and text[-1] not in inner:
        yield (*at, "text"), "stands between quotation marks; leave them out"


def _id(
    at: Location,
    id_: str,
    date: datetime.date | None,
    earliest: datetime.date | None,
    latest: datetime.date | None,
) -> Warned:
    found = _DAY_OF_ID.match(id_)
    first, last = date or earliest or latest, date or latest or earliest
    if not found or first is None or last is None:
        return
    begun = "-".join(part for part in found.groups() if part)
    if not first.isoformat()[: len(begun)] <= begun <= last.isoformat()[: len(begun)]:
        yield (*at, "id"), f"{shown(id_)} begins with another day than its {first}"


def _stops(trip: TripFile) -> Warned:
    before: tuple[int, StopPart] | None = None
    for position, stop in enumerate(trip.stops):
        first, last = stop.arrival_date or stop.earliest_date, stop.departure_date
        if before is not None:
            left = before[1].departure_date or before[1].arrival_date
            if first and left and left - first > _DATE_LINE:
                cause = f"{first} is before {left}, when stops[{before[0]}] was left"
                field = "arrival_date" if stop.arrival_date else "earliest_date"
                yield ("stops", position, field), cause
        if first or last:
            before = position, stop


def _elsewhere(at: Location, meeting: MeetingPart, trip: TripFile) -> Warned:
    """Warn of a meeting in a city on a day on which its travellers were known to be elsewhere."""
    if meeting.date is None or meeting.city is None or meeting.format in ("virtual", "telephone"):
        return
    if not set(meeting.participants) & set(trip.travellers):
        return
    here = [stop for stop in trip.stops if stop.city == meeting.city]
    if not here or any(_days_away(trip, stop, meeting.date) <= _NO_TIME for stop in here):
        return
    there = [
        stop.city
        for stop in trip.stops
        if stop.city and (stop.arrival_date or stop.departure_date)
        and _days_away(trip, stop, meeting.date) <= _NO_TIME
    ]  # fmt: skip
    # Where nothing else is known of the day, the date line excuses one.
    if not there and any(_days_away(trip, stop, meeting.date) <= _DATE_LINE for stop in here):
        return
    where = f", when the trip was in {shown(there[0])}" if there else ""
    yield (*at, "city"), f"{shown(meeting.city)} was not visited on {meeting.date}{where}"


def _days_away(trip: TripFile, stop: StopPart, day: datetime.date) -> datetime.timedelta:
    """Return how long before or after a stop a day is; none or less if it is within the stop."""
    first, last = stop_bounds(trip, stop)
    return max(first - day, day - last)


# --- positions --------------------------------------------------------------------------------


def _position(at: Location, city: CityPart) -> Warned:
    zone = city.timezone
    zones = _zones()
    if zone is None or not zones:
        return
    countries, latitude, longitude = zones.get(zone, ((), None, None))
    if countries and city.country and len(city.country) == 2 and city.country not in countries:
        known = city.country in {code for codes, _, _ in zones.values() for code in codes}
        if known:
            yield (*at, "timezone"), f"{shown(zone)} is a zone of {', '.join(countries)}"
    if latitude is None or longitude is None or city.latitude is None or city.longitude is None:
        return
    if _apart(city.latitude, city.longitude, latitude, longitude) <= _FAR_FROM_ZONE_DEGREES:
        return
    cause = f"{city.latitude:g}, {city.longitude:g} is far from {shown(zone)}"
    turned = _apart(city.longitude, city.latitude, latitude, longitude)
    if turned <= _FAR_FROM_ZONE_DEGREES:
        cause += "; latitude and longitude look swapped"
    elif _apart(city.latitude, -city.longitude, latitude, longitude) <= _FAR_FROM_ZONE_DEGREES:
        cause += "; east is positive and west negative"
    elif _apart(-city.latitude, city.longitude, latitude, longitude) <= _FAR_FROM_ZONE_DEGREES:
        cause += "; north is positive and south negative"
    yield (*at, "latitude"), cause


def _apart(one: float, other: float, latitude: float, longitude: float) -> float:
    across = abs(other - longitude)
    return max(abs(one - latitude), min(across, 360 - across))


@cache
def _zones() -> dict[str, tuple[tuple[str, ...], float, float]]:
    """Return the countries and the position of each time zone, as the zone database lists them."""
    text = _zone_table()
    found: dict[str, tuple[tuple[str, ...], float, float]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            codes, position, zone, *_ = line.split("\t")
            latitude, longitude = _degrees(position)
            known = found.get(zone)
            countries = (*(known[0] if known else ()), *codes.split(","))
            found[zone] = (tuple(dict.fromkeys(countries)), latitude, longitude)
    return found


def _zone_table() -> str:
    """Return the tables that map zones to countries: both, since each has zones of its own."""
    texts = []
    folders = [Path(path) for path in TZPATH]
    for name in ("zone1970.tab", "zone.tab"):
        for folder in folders:
            if (folder / name).is_file():
                texts.append((folder / name).read_text("utf-8"))
                break
        else:
            try:
                texts.append((resources("tzdata") / "zoneinfo" / name).read_text("utf-8"))
            except (ModuleNotFoundError, OSError):
                continue
    return "\n".join(texts)


def _degrees(position: str) -> tuple[float, float]:
    """Return the degrees of a position as zone tables write it: ``+3541+13944``."""
    found = re.fullmatch(r"([+-]\d{2})(\d{2})(?:\d{2})?([+-]\d{3})(\d{2})(?:\d{2})?", position)
    if found is None:
        return 0.0, 0.0
    north, north_minutes, east, east_minutes = found.groups()

    def whole(degrees: str, minutes: str) -> float:
        size = abs(int(degrees)) + int(minutes) / 60
        return -size if degrees.startswith("-") else size

    return whole(north, north_minutes), whole(east, east_minutes)


# --- one thing under two ids ------------------------------------------------------------------


def _twins(reads: Sequence[ReadTrip]) -> Iterator[Issue]:
    """Yield what looks like the same person, city or meeting under two ids."""
    people, cities, meetings = _Met(), _Met(), _Met()
    for read in reads:
        trip = read.trip
        for position, person in enumerate(trip.participants):
            if person.name and person.kind == ParticipantKind.OFFICIAL:
                name = "".join(sorted(fold(person.name).split()))
                office = (squeeze(person.title or ""), person.country, person.organization)
                yield from people.twin(read, ("participants", position), person.id, office, name)
        for position, city in enumerate(trip.cities):
            if city.name:
                name, at = squeeze(city.name), (city.latitude, city.longitude)
                yield from cities.twin(
                    read, ("cities", position), city.id, (city.country,), name, at
                )
        for position, meeting in enumerate(trip.meetings):
            if meeting.date and meeting.participants:
                same = (meeting.date, meeting.city, frozenset(meeting.participants))
                # One traveller may go to many places in a day, so there the titles tell.
                title = squeeze(meeting.title or "") if len(meeting.participants) < 2 else ""
                yield from meetings.twin(read, ("meetings", position), meeting.id, same, title)


class _Met:
    """What was seen so far, by what must be equal; names and positions need only be near."""

    def __init__(self) -> None:
        self._met: dict[object, list[tuple[str, str, _Place, str]]] = {}

    def twin(
        self,
        read: ReadTrip,
        at: Location,
        id_: str,
        same: object,
        name: str,
        place: "_Place" = (None, None),
    ) -> Iterator[Issue]:
        """Yield an issue if this looks like something seen before; note it as seen."""
        met = self._met.setdefault(same, [])
        if any(known[0] == id_ for known in met):
            return
        for other, other_name, other_place, where in met[-_COMPARED:]:
            if _are_alike(name, other_name) or (name and _are_near(place, other_place)):
                cause = f"{shown(id_)} looks like {shown(other)} in {where}"
                yield read.issue((*at, "id"), cause)
                break
        met.append((id_, name, place, str(read.path)))


def _are_alike(name: str, other: str) -> bool:
    """Tell whether two names look like one; numbers make two of them."""
    if not name:
        return True
    if _DIGITS.findall(name) != _DIGITS.findall(other):
        return False
    return fuzz.ratio(name, other) >= _ALIKE


def _are_near(one: "_Place", other: "_Place") -> bool:
    (latitude, longitude), (other_latitude, other_longitude) = one, other
    if latitude is None or longitude is None or other_latitude is None or other_longitude is None:
        return False
    return _apart(latitude, longitude, other_latitude, other_longitude) <= _NEAR_DEGREES
