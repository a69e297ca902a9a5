"""Records as pages: a trip, a meeting, a participant, a city, an agreement, and the lists."""

from collections.abc import Sequence
from html import escape
from urllib.parse import quote as quoted

from app.representations.page import (
    Document,
    Frame,
    Page,
    counted,
    evidence,
    link,
    note,
    place,
    span,
    when,
)
from app.representations.registry import alternates


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
        f"{counted(len(meetings), 'meeting')}, {counted(len(quotes), 'quote')} and"
        f" {counted(len(agreements), 'agreement')}"
        if meetings
        else "no meetings recorded"
    )
    stops = [place(stop) for stop in trip["stops"]]
    description = trip["summary"] or f"{days}: {', '.join(filter(None, stops))}"
    body = [
        f"<h1>{escape(trip['title'])}</h1>{_status(trip)}",
        f'<p class="dek">{escape(description)}</p><p>{escape(days)}: {numbers}.</p>',
        note(trip) + evidence(trip),
        "<h2>Travellers</h2>" + _people(trip["travellers"], frame),
        "<h2>Stops</h2><table><tr><th>Stop<th>Days</tr>"
        + "".join(_stop(stop) for stop in trip["stops"])
        + "</table>",
    ]
    if meetings:
        body.append("<h2>Meetings, what was said and agreed</h2>")
    for meeting in meetings:
        said = [q for q in quotes if q["occasion"].get("meeting") == meeting["id"]]
        agreed = [a for a in agreements if a["meeting"] == meeting["id"]]
        body.append(_meeting(meeting, said, agreed, frame, "h3"))
    shown = {meeting["id"] for meeting in meetings}
    body += [_quote(q) for q in quotes if q["occasion"].get("meeting") not in shown]
    body += [_agreement(a, frame) for a in agreements if a["meeting"] not in shown]
    json_ld: Document = {
        "@type": "Event",
        "@id": frame.absolute(f"/trips/{trip['id']}"),
        "name": trip["title"],
        "description": description,
        "startDate": trip["start_date"],
        "endDate": trip["end_date"],
        "eventStatus": _event_status(trip),
        "attendee": [_person(each) for each in trip["travellers"]],
        "location": [_location(stop) for stop in trip["stops"] if place(stop)],
        "subEvent": [frame.absolute(f"/meetings/{each['id']}") for each in meetings],
        "citation": [source["url"] for source in trip["sources"] if source["url"]],
    }
    formats = alternates("trips")
    return _page(f"/trips/{trip['id']}", trip["title"], description, body, json_ld, formats)


def meeting_page(
    meeting: Document, quotes: Sequence[Document], agreements: Sequence[Document], frame: Frame
) -> Page:
    """Return the page of a meeting from its document and those of its quotes and agreements."""
    where = place(meeting) or "place not stated"
    description = f"{when(meeting)}, {where}. {meeting['summary'] or ''}".strip()
    body = [
        _meeting(meeting, quotes, agreements, frame, "h1"),
        "".join(f"<p>{link(frame, f'/trips/{id_}', 'The trip')}</p>" for id_ in meeting["trips"]),
    ]
    json_ld: Document = {
        "@type": "Event",
        "@id": frame.absolute(f"/meetings/{meeting['id']}"),
        "name": meeting["title"],
        "description": description,
        "startDate": meeting["date"] or meeting["earliest_date"],
        "eventStatus": _event_status(meeting),
        "attendee": [_person(each) for each in meeting["participants"]],
        **({"location": _location(meeting)} if place(meeting) else {}),
    }
    formats = alternates("meetings")
    path = f"/meetings/{meeting['id']}"
    return _page(path, meeting["title"], description, body, json_ld, formats)


def participant_page(
    participant: Document, trips: Sequence[Document], total: int, frame: Frame
) -> Page:
    """Return the page of a participant from the document and the latest of `total` trips."""
    office = _office(participant) or ("A group" if participant["kind"] == "group" else "Official")
    met = counted(participant["meetings_total"], "meeting")
    description = f"{office}: {counted(total, 'trip')}, {met} recorded."
    body = [
        f'<h1>{escape(participant["name"])}</h1><p class="dek">{escape(description)}</p>',
        note(participant) + evidence(participant),
        _trips(trips, total, frame),
        "".join(
            f"<p>{link(frame, f'/meetings/{id_}', id_)}</p>" for id_ in participant["meetings"]
        ),
    ]
    kind = "Person" if participant["kind"] == "official" else "Organization"
    json_ld: Document = {
        "@type": kind,
        "@id": frame.absolute(f"/participants/{participant['id']}"),
        "name": participant["name"],
        "alternateName": participant["other_names"],
        **({"jobTitle": participant["title"]} if participant["title"] else {}),
        **_same_as(participant),
    }
    path = f"/participants/{participant['id']}"
    formats = alternates("participants")
    return _page(path, participant["name"], description, body, json_ld, formats)


def city_page(city: Document, trips: Sequence[Document], total: int, frame: Frame) -> Page:
    """Return the page of a city from its document and the latest of the `total` trips there."""
    country = city["country"]["name"]
    description = f"{city['name']}, {country}: {counted(total, 'official trip')} with a stop there."
    body = [
        f'<h1>{escape(city["name"])}</h1><p class="dek">{escape(description)}</p>',
        _trips(trips, total, frame),
    ]
    json_ld = {
        "@id": frame.absolute(f"/cities/{city['id']}"),
        **_location({"city": city}),
        **_same_as(city),
    }
    formats = alternates("cities")
    return _page(f"/cities/{city['id']}", city["name"], description, body, json_ld, formats)


def agreement_page(agreement: Document, frame: Frame) -> Page:
    """Return the page of an agreement from its document."""
    parties = ", ".join(party["name"] for party in agreement["parties"])
    description = agreement["summary"] or f"{agreement['kind']} of {parties}"
    body = [
        f'<h1>{escape(agreement["title"])}</h1><p class="dek">{escape(description)}</p>',
        f"<p>{escape(agreement['kind'].replace('-', ' ').capitalize())} of {escape(parties)},"
        f" {escape(when(agreement))}.</p>",
        note(agreement) + evidence(agreement),
        "<h2>Who took part</h2>" + _people(agreement["participants"], frame),
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
    formats = alternates("agreements")
    return _page(path, agreement["title"], description, body, json_ld, formats)


def trips_page(
    trips: Sequence[Document], total: int, facets: dict[str, list[tuple[str, str, int]]],
    frame: Frame,
) -> Page:  # fmt: skip
    """Return the opening page: the latest trips, and what they may be chosen by.

    `facets` are lists of a value, its name and its number of trips, by parameter.
    """
    title = "Readout: official trips and what came of them"
    description = (
        f"{counted(total, 'official trip')}: whom officials met, where and when, what was said and"
        " agreed. Every entry leads to its source."
    )
    body = [
        f"<h1>{counted(total, 'official trip')}</h1>",
        "<p class='dek'>Whom officials met, where and when, what was said and agreed."
        " Every entry leads to its source.</p>",
        _trips(trips, total, frame),
    ]
    for name, values in facets.items():
        if not values:
            continue
        chosen = "".join(
            f"<li>{link(frame, f'/?{name}={quoted(value)}', text)} {number}</li>"
            for value, text, number in values
        )
        body.append(f"<h2>{escape(name.capitalize())}</h2><ul>{chosen}</ul>")
    json_ld: Document = {
        "@type": "Dataset",
        "@id": frame.absolute("/"),
        "name": "Readout",
        "description": description,
    }
    return _page("/", title, description, body, json_ld)


def search_page(words: str, hits: Sequence[Document], total: int) -> Page:
    """Return what a search finds; `hits` are as the search answers them, their URLs whole."""
    found = f"{counted(total, 'result')} for “{words}”" if words else "Search"
    rows = "".join(
        f'<li class="hit"><h2><a href="{escape(hit["url"])}">{escape(hit["title"])}</a></h2>'
        f"<p>{hit['snippet']}</p></li>"
        for hit in hits
    )
    body = [f"<h1>{escape(found)}</h1>", f'<ul class="hits">{rows}</ul>']
    path = f"/search?q={quoted(words)}"
    return _page(path, f"{found} · Readout", found, body)


def missing_page(path: str, said: str, status: int, frame: Frame) -> Page:
    """Return the page for a record that is not there, which says why."""
    title = "Not found" if status == 404 else "Removed"
    body = [
        f"<h1>{title}</h1><p>{escape(said)}</p><p>{link(frame, '/', 'All trips')}</p>",
    ]
    return Page(path, title, said, "\n".join(body), status=status)


def _page(
    path: str,
    title: str,
    description: str,
    body: Sequence[str],
    json_ld: Document | None = None,
    formats: Sequence[tuple[str, str]] = (),
) -> Page:
    return Page(path, title, description, "\n".join(body), json_ld, formats)


def _meeting(
    meeting: Document,
    quotes: Sequence[Document],
    agreements: Sequence[Document],
    frame: Frame,
    heading: str,
) -> str:
    title = escape(meeting["title"])
    if heading != "h1":
        title = link(frame, f"/meetings/{meeting['id']}", meeting["title"])
    parts = [
        f'<article id="{escape(meeting["id"])}"><{heading}>{title}</{heading}>{_status(meeting)}',
        f"<p>{escape(when(meeting))}. {escape(place(meeting) or 'Place not stated')}.</p>",
        f"<p>{escape(meeting['summary'])}</p>" if meeting["summary"] else "",
        note(meeting) + evidence(meeting),
        _people(meeting["participants"], frame),
        *(_quote(each) for each in quotes),
        *(_agreement(each, frame) for each in agreements),
        "</article>",
    ]
    return "\n".join(filter(None, parts))


def _quote(quote: Document) -> str:
    speaker = quote["speaker"]["name"] if quote["speaker"] else quote["attribution"] or ""
    translation = quote["translation"]
    translated = f"<p>“{escape(translation['text'])}”</p>" if translation else ""
    return (
        f"<blockquote><p>“{escape(quote['text'])}”</p>{translated}<footer>{escape(speaker)}"
        f"</footer></blockquote>{note(quote)}{evidence(quote)}"
    )


def _agreement(agreement: Document, frame: Frame) -> str:
    title = link(frame, f"/agreements/{agreement['id']}", agreement["title"])
    kind = escape(agreement["kind"].replace("-", " ").capitalize())
    return f"<p>{kind}: {title}</p>{note(agreement)}{evidence(agreement)}"


def _stop(stop: Document) -> str:
    days = "not stated"
    if stop["arrival_date"]:
        days = span(stop["arrival_date"], stop["departure_date"] or stop["arrival_date"])
    said = f"<br>{escape(stop['remarks'])}" if stop["remarks"] else ""
    status = "" if stop["status"] == "held" else f" ({stop['status']})"
    where = escape((place(stop) or "not stated") + status)
    return f"<tr><td>{where}{said}{note(stop)}{evidence(stop)}<td>{escape(days)}</tr>"


def _trips(trips: Sequence[Document], total: int, frame: Frame) -> str:
    if not trips:
        return ""
    rows = "".join(
        f"<li>{escape(span(trip['start_date'], trip['end_date']))}<br>"
        f"<b>{link(frame, '/trips/' + trip['id'], trip['title'])}</b>{_status(trip)}</li>"
        for trip in trips
    )
    shown = f" The latest {len(trips)} are shown." if total > len(trips) else ""
    return f'<h2>{counted(total, "trip")}</h2><p>{shown}</p><ul class="trips">{rows}</ul>'


def _people(people: Sequence[Document], frame: Frame) -> str:
    rows = "".join(
        f"<li>{link(frame, '/participants/' + each['id'], each['name'])}"
        f" <small>{escape(_office(each))}</small></li>"
        for each in people
    )
    return f'<ul class="people">{rows}</ul>'


def _office(person: Document) -> str:
    of = person["organization"] or person["country"] or {}
    return ", ".join(filter(None, (person["title"], of.get("name"))))


def _status(record: Document) -> str:
    status = record.get("status", "held")
    return "" if status == "held" else f' <span class="badge">{escape(status)}</span>'


def _event_status(record: Document) -> str:
    cancelled = record["status"] == "cancelled"
    return f"https://schema.org/Event{'Cancelled' if cancelled else 'Scheduled'}"


def _person(person: Document) -> Document:
    kind = "Person" if person["kind"] == "official" else "Organization"
    title = {"jobTitle": person["title"]} if person["title"] else {}
    return {"@type": kind, "name": person["name"], **title}


def _location(record: Document) -> Document:
    city = record.get("city")
    found: Document = {"@type": "City" if city else "Place", "name": place(record)}
    if city and city["latitude"] is not None:
        found["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": city["latitude"],
            "longitude": city["longitude"],
        }
    if city and city.get("country"):
        found["containedInPlace"] = {"@type": "Country", "name": city["country"]["name"]}
    return found


def _same_as(record: Document) -> Document:
    number = (record.get("identifiers") or {}).get("wikidata")
    return {"sameAs": f"https://www.wikidata.org/wiki/{number}"} if number else {}
