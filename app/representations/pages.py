"""Records as pages: a trip, a meeting, a quote, an agreement, and what they have in common."""

from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from app.representations.formats import Document
from app.representations.page import Frame, Page, evidence, link, note
from app.representations.parts import (
    agreement_part,
    event_status,
    location_data,
    meeting_part,
    office,
    people_part,
    person_data,
    quote_part,
    same_as,
    speaker,
    status,
    stop_row,
    titles_part,
    topics_part,
    trips_part,
)
from app.representations.wording import beginning, begun, counted, place, span, spoken, when
from app.representations.words import visited

MAX_TITLE_WORDS = 12
"""How many words of a quote are its title."""


class Listed(NamedTuple):
    """The first records of a list, and how many there are in all."""

    records: Sequence[Document] = ()
    total: int = 0


def trip_page(
    trip: Document,
    meetings: Sequence[Document],
    quotes: Sequence[Document],
    agreements: Sequence[Document],
    frame: Frame,
) -> Page:
    """Return the page of a trip from its document and those of what took place on it."""
    days = span(trip["start_date"], trip["end_date"])
    numbers = (
        f"{_by_status(meetings)}, {counted(len(quotes), 'quote')} and"
        f" {counted(len(agreements), 'agreement')}"
        if meetings
        else "no meetings recorded"
    )
    stops = visited(trip)
    places = dict.fromkeys(filter(None, map(place, stops)))
    description = trip["summary"] or f"{days}: {', '.join(places)}"
    body = [
        f"<h1>{escape(trip['title'])}</h1>{status(trip)}",
        f'<p class="dek">{escape(description)}</p><p>{escape(days)}: {numbers}.</p>',
        note(trip) + evidence(trip),
        "<h2>Travellers</h2>" + people_part(trip["travellers"], frame),
        "<h2>Stops</h2><table><tr><th>Stop<th>Days</tr>"
        + "".join(stop_row(stop) for stop in trip["stops"])
        + "</table>",
    ]
    if meetings:
        body.append("<h2>Meetings, what was said and agreed</h2>")
    for meeting in sorted(meetings, key=lambda each: each["date"] is None):  # Known days first.
        said = [q for q in quotes if q["occasion"].get("meeting") == meeting["id"]]
        agreed = [a for a in agreements if a["meeting"] == meeting["id"]]
        body.append(meeting_part(meeting, said, agreed, frame, "h3"))
    shown = {meeting["id"] for meeting in meetings}
    body += [quote_part(q, frame) for q in quotes if q["occasion"].get("meeting") not in shown]
    body += [agreement_part(a, frame) for a in agreements if a["meeting"] not in shown]
    json_ld: Document = {
        "@type": "Event",
        "@id": frame.absolute(f"/trips/{trip['id']}"),
        "name": trip["title"],
        "description": description,
        "startDate": trip["start_date"],
        "endDate": trip["end_date"],
        "eventStatus": event_status(trip),
        "attendee": [person_data(each) for each in trip["travellers"]],
        "location": [location_data(stop) for stop in stops if place(stop)],
        "subEvent": [frame.absolute(f"/meetings/{each['id']}") for each in meetings],
        "citation": [source["url"] for source in trip["sources"] if source["url"]],
    }
    return _page(f"/trips/{trip['id']}", trip["title"], description, body, json_ld)


def _by_status(meetings: Sequence[Document]) -> str:
    """Return how many meetings were held, and how many are planned or were cancelled."""
    numbers = Counter(meeting["status"] for meeting in meetings)
    others = [f"{numbers[status]} {status}" for status in ("planned", "cancelled")]
    of_status = [other for other in others if not other.startswith("0")]
    return ", ".join([counted(numbers["held"], "meeting"), *of_status])


def meeting_page(
    meeting: Document, quotes: Sequence[Document], agreements: Sequence[Document], frame: Frame
) -> Page:
    """Return the page of a meeting from its document and those of its quotes and agreements."""
    where = place(meeting) or "place not stated"
    description = f"{begun(when(meeting))}, {where}. {meeting['summary'] or ''}".strip()
    body = [
        meeting_part(meeting, quotes, agreements, frame, "h1"),
        topics_part(meeting, frame),
        "".join(f"<p>{link(frame, f'/trips/{id_}', 'The trip')}</p>" for id_ in meeting["trips"]),
    ]
    json_ld: Document = {
        "@type": "Event",
        "@id": frame.absolute(f"/meetings/{meeting['id']}"),
        "name": meeting["title"],
        "description": description,
        "startDate": meeting["date"] or meeting["earliest_date"],
        "eventStatus": event_status(meeting),
        "attendee": [person_data(each) for each in meeting["participants"]],
        **({"location": location_data(meeting)} if place(meeting) else {}),
    }
    path = f"/meetings/{meeting['id']}"
    return _page(path, meeting["title"], description, body, json_ld)


def participant_page(participant: Document, trips: Listed, meetings: Listed, frame: Frame) -> Page:
    """Return the page of a participant from the document and the latest trips and meetings."""
    held = office(participant) or ("A group" if participant["kind"] == "group" else "Official")
    met = counted(participant["meetings_total"], "meeting")
    travelled = f"{counted(trips.total, 'trip')}, " if participant["kind"] == "official" else ""
    description = f"{held}: {travelled}{met} recorded."
    body = [
        f'<h1>{escape(participant["name"])}</h1><p class="dek">{escape(description)}</p>',
        note(participant) + evidence(participant),
        trips_part(*trips, frame),
        titles_part(met, "meetings", *meetings, frame),
    ]
    kind = "Person" if participant["kind"] == "official" else "Organization"
    json_ld: Document = {
        "@type": kind,
        "@id": frame.absolute(f"/participants/{participant['id']}"),
        "name": participant["name"],
        "alternateName": participant["other_names"],
        **({"jobTitle": participant["title"]} if participant["title"] else {}),
        **same_as(participant),
    }
    path = f"/participants/{participant['id']}"
    return _page(path, participant["name"], description, body, json_ld)


def city_page(city: Document, trips: Listed, meetings: Listed, frame: Frame) -> Page:
    """Return the page of a city from its document and the latest trips and meetings there."""
    country = city["country"]["name"]
    description = f"{city['name']}, {country}: {counted(trips.total, 'official trip')} with a stop"
    description += " there."
    body = [
        f'<h1>{escape(city["name"])}</h1><p class="dek">{escape(description)}</p>',
        trips_part(*trips, frame),
        titles_part(counted(meetings.total, "meeting"), "meetings", *meetings, frame),
    ]
    json_ld = {
        "@id": frame.absolute(f"/cities/{city['id']}"),
        **location_data({"city": city}),
        **same_as(city),
    }
    return _page(f"/cities/{city['id']}", city["name"], description, body, json_ld)


def agreement_page(agreement: Document, frame: Frame) -> Page:
    """Return the page of an agreement from its document."""
    parties = ", ".join(party["name"] for party in agreement["parties"])
    kind = begun(agreement["kind"].replace("-", " "))
    description = agreement["summary"] or f"{kind} of {parties}"
    body = [
        f'<h1>{escape(agreement["title"])}</h1><p class="dek">{escape(description)}</p>',
        f"<p>{escape(kind)} of {escape(parties)}, {escape(when(agreement))},"
        f" {escape(place(agreement) or 'place not stated')}.</p>",
        note(agreement) + evidence(agreement),
        "<h2>Who took part</h2>" + people_part(agreement["participants"], frame)
        if agreement["participants"]
        else "",
        topics_part(agreement, frame),
        f"<p>{link(frame, '/trips/' + agreement['trip'], 'The trip')}</p>",
    ]
    json_ld = {
        "@type": "CreativeWork",
        "@id": frame.absolute(f"/agreements/{agreement['id']}"),
        "name": agreement["title"],
        "description": description,
        "about": [topic["name"] for topic in agreement["topics"]],
    }
    path = f"/agreements/{agreement['id']}"
    return _page(path, agreement["title"], description, body, json_ld)


def quote_page(quote: Document, frame: Frame) -> Page:
    """Return the page of a quote from its document."""
    who, occasion = speaker(quote), quote["occasion"]
    of = occasion["meeting"]
    said = " ".join(filter(None, (occasion["when"], "the", "meeting" if of else "trip")))
    where = [when(quote), place(quote), said if occasion["when"] else "", occasion["audience"]]
    where[-1] = f"to {where[-1]}" if where[-1] else ""
    title = f"{who}: {spoken(beginning(quote['text'], MAX_TITLE_WORDS))}"
    body = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="dek">{escape(begun(", ".join(filter(None, where))))}.</p>',
        quote_part(quote, frame),
        topics_part(quote, frame),
        f"<p>{link(frame, f'/meetings/{of}', 'The meeting')}</p>" if of else "",
        f"<p>{link(frame, '/trips/' + quote['trip'], 'The trip')}</p>",
    ]
    json_ld: Document = {
        "@type": "Quotation",
        "@id": frame.absolute(f"/quotes/{quote['id']}"),
        "name": title,
        "text": quote["text"],
        "about": [topic["name"] for topic in quote["topics"]],
        **({"spokenByCharacter": person_data(quote["speaker"])} if quote["speaker"] else {}),
    }
    return _page(f"/quotes/{quote['id']}", title, spoken(quote["text"]), body, json_ld)


def reference_page(
    collection: str, record: Document, records: dict[str, Listed], frame: Frame
) -> Page:
    """Return the page of an organization, a topic or a source, with what belongs to it.

    `records` are the latest trips, meetings and agreements of it, by collection.
    """
    name = record.get("name") or record["title"]
    numbers = ", ".join(counted(each.total, kind[:-1]) for kind, each in records.items())
    known_as = ", ".join(record.get("other_names", ()))
    publisher, url = record.get("publisher"), record.get("url")
    description = f"{_KINDS[collection]}: {numbers}."
    body = [
        f'<h1>{escape(name)}</h1><p class="dek">{escape(description)}</p>',
        f"<p>Also {escape(known_as)}.</p>" if known_as else "",
        f"<p>Published by {escape(publisher)}.</p>" if publisher else "",
        f'<p><a href="{escape(url)}">Open the source</a></p>' if url else "",
        note(record),
        trips_part(*records["trips"], frame),
        *(
            titles_part(counted(each.total, kind[:-1]), kind, *each, frame)
            for kind, each in records.items()
            if kind != "trips"
        ),
    ]
    path = f"/{collection}/{record['id']}"
    json_ld: Document = {
        "@type": _TYPES[collection],
        "@id": frame.absolute(path),
        "name": name,
        **({"url": url} if url else {}),
        **same_as(record),
    }
    return _page(path, name, description, body, json_ld)


_KINDS = {"organizations": "An organization", "topics": "A topic", "sources": "A source"}
_TYPES = {"organizations": "Organization", "topics": "DefinedTerm", "sources": "CreativeWork"}


def _page(path: str, title: str, description: str, body: Sequence[str], json_ld: Document) -> Page:
    return Page(path, title, description, "\n".join(filter(None, body)), json_ld, f"{path}.png")
