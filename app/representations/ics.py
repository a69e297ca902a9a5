"""iCalendar (RFC 5545), to be opened or subscribed to.

A day that the source does not give is one event over all days it may have been, and says so.
"""

import datetime
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vCalAddress, vDuration, vText
from pydantic_core import from_json

from app.representations.formats import DATED, Context, Document, Format
from app.representations.words import (
    UNKNOWN_DAY,
    location,
    office,
    passages,
    people,
    position,
    title,
    visited,
)

REFRESH = datetime.timedelta(hours=12)
"""How often calendar programs are asked to refresh."""

_END = b"END:VCALENDAR\r\n"
_STATUS = {"held": "CONFIRMED", "planned": "TENTATIVE", "cancelled": "CANCELLED"}
_ONE_DAY = datetime.timedelta(days=1)
_FIRST_YEAR = datetime.date(1900, 1, 1)

_When = datetime.date | datetime.datetime


def write(documents: Iterator[bytes], context: Context) -> Iterator[bytes]:
    """Yield a calendar with an event for each record; a single trip's has its meetings, too."""
    name = context.name
    if not context.is_list:
        (document,) = documents
        documents = iter([document])
        record = from_json(document)
        name = title(record)
        if context.resource.name == "trips":
            yield _calendar(context, name)
            yield from _events([(context.resource.name, document)], context)
            meetings = context.related("meetings", f"trip={record['id']}&limit=200")
            yield from _events((("meetings", each) for each in meetings), context)
            yield _END
            return
    first = next(documents, None)
    if first is None:
        # Who subscribes to a name that is misspelt sees why nothing comes.
        yield _calendar(context, name, "; ".join(context.notices()))
        yield _zone("UTC")  # A calendar has to hold something.
    else:
        yield _calendar(context, name)
        every = ((context.resource.name, each) for each in chain([first], documents))
        yield from _events(every, context)
    yield _END


def _calendar(context: Context, name: str, description: str = "") -> bytes:
    """Return the beginning of a calendar, with what it is as a whole."""
    calendar = Calendar()
    calendar.add("prodid", "-//Readout//Readout//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for known in ("name", "x-wr-calname"):
        calendar.add(known, vText(name))
    if description:
        for known in ("description", "x-wr-caldesc"):
            calendar.add(known, vText(description))
    calendar.add("url", context.own_url)
    calendar.add("source", context.own_url, parameters={"VALUE": "URI"})
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    return bytes(calendar.to_ical(sorted=False)).removesuffix(_END)


def _events(documents: Iterable[tuple[str, bytes]], context: Context) -> Iterator[bytes]:
    """Yield events, each time zone before the first that needs it."""
    known: set[str] = set()
    for collection, document in documents:
        record = from_json(document)
        zone = _zone_name(record)
        if zone and zone not in known:
            known.add(zone)
            yield _zone(zone)
        yield bytes(_event(collection, record, context).to_ical(sorted=False))


def _event(collection: str, record: Document, context: Context) -> Event:
    event = Event()
    event.add("uid", f"{collection}/{record['id']}@readout")
    changed = datetime.datetime.fromisoformat(record["updated_at"])
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    start, end = _times(record)
    event.add("dtstart", start)
    if end is not None:
        event.add("dtend", end)
    is_known = bool(record.get("date") or record.get("start_date"))
    event.add("summary", title(record) if is_known else UNKNOWN_DAY + title(record))
    event.add("description", _description(record))
    event.add("status", _STATUS[record.get("status", "held")])
    event.add("transp", "TRANSPARENT")  # A subscriber is not busy then.
    if collection == "trips":
        where = "; ".join(dict.fromkeys(filter(None, map(location, visited(record)))))
    else:
        where = location(record)
    if where:
        event.add("location", where)
    at = position(record)
    if at is not None:
        event.add("geo", at)
    event.add("url", context.record_url(collection, record["id"]))
    if record["topics"]:
        event.add("categories", [topic["name"] for topic in record["topics"]])
    for person in people(record):
        attendee = vCalAddress(context.record_url("participants", person["id"]))
        attendee.params["CN"] = person["name"]
        attendee.params["CUTYPE"] = "GROUP" if person["kind"] == "group" else "INDIVIDUAL"
        event.add("attendee", attendee, encode=False)
    return event


def _times(record: Document) -> tuple[_When, _When | None]:
    """Return when an event begins and ends: times, or days, the end being the day after it."""
    first, last = record.get("date") or record.get("start_date"), record.get("end_date")
    if first is None:
        first, last = record["earliest_date"], record["latest_date"]
    start, end = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last or first)
    if not _has_time(record):
        # The calendar ends with the year 9999.
        behind = end if end == datetime.date.max else end + _ONE_DAY
        return start, behind if behind > start else None
    zone = _zone_name(record)
    zone_info = ZoneInfo(zone) if zone else None
    began = _at(start, record["start_time"], zone_info)
    if not record["end_time"]:
        return began, None
    return began, _at(end, record["end_time"], zone_info)


def _has_time(record: Document) -> bool:
    """Return whether an event gets its times: it is on one day, or its last day has an end."""
    if not record.get("date") or not record.get("start_time"):
        return False
    return not record["end_date"] or bool(record["end_time"])


def _at(day: datetime.date, time: str, zone: ZoneInfo | None) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.fromisoformat(time), zone)


def _zone_name(record: Document) -> str | None:
    """Return the time zone of an event with a time; None where it is not known or not needed."""
    if not _has_time(record):
        return None
    named: str | None = record["timezone"] or (record["city"] or {}).get("timezone")
    return named


@lru_cache(maxsize=64)
def _zone(name: str) -> bytes:
    return bytes(Timezone.from_tzid(name, first_date=_FIRST_YEAR).to_ical())


def _description(record: Document) -> str:
    """Return what a calendar shows below an event: all that a reader would want to know."""
    lines = [record.get("summary") or "", record.get("text") or ""]
    if record.get("start_time") and not _has_time(record):
        lines.append(f"From {record['start_time']}, local time.")
    lines += [", ".join(filter(None, (each["name"], office(each)))) for each in people(record)]
    for quote in record.get("quotes", ()):
        by = f" ({quote['speaker']['name']})" if quote["speaker"] else ""
        lines.append(f"“{quote['text']}”{by}")
    lines += [f"Agreed: {each['title']}" for each in record.get("agreements", ())]
    if record.get("note"):
        lines.append(f"Note: {record['note']}")
    if record["inferred"]:
        lines.append(f"Inferred: {', '.join(record['inferred'])}.")
    addresses = dict.fromkeys(passage.url for passage in passages(record) if passage.url)
    lines += [f"Source: {address}" for address in addresses]
    return "\n".join(filter(None, lines))


FORMAT = Format(
    "ics",
    "text/calendar; charset=utf-8",
    "iCalendar, to subscribe to",
    write,
    lists=DATED,
    records=DATED,
)
