"""The parts that pages are made of: a meeting, a quote, lists of trips and people, places."""

from collections.abc import Sequence
from html import escape

from app.representations.formats import Document
from app.representations.page import Frame, evidence, link, note
from app.representations.wording import begun, counted, place, span, spoken, when


def meeting_part(
    meeting: Document,
    quotes: Sequence[Document],
    agreements: Sequence[Document],
    frame: Frame,
    heading: str,
) -> str:
    """Return a meeting with what was said and agreed there; its title is a link unless an h1."""
    title = escape(meeting["title"])
    if heading != "h1":
        title = link(frame, f"/meetings/{meeting['id']}", meeting["title"])
    parts = [
        f'<article id="{escape(meeting["id"])}"><{heading}>{title}</{heading}>{status(meeting)}',
        f"<p>{escape(begun(when(meeting)))}. {escape(place(meeting) or 'Place not stated')}.</p>",
        f"<p>{escape(meeting['summary'])}</p>" if meeting["summary"] else "",
        note(meeting) + evidence(meeting),
        people_part(meeting["participants"], frame),
        *(quote_part(each, frame) for each in quotes),
        *(agreement_part(each, frame) for each in agreements),
        "</article>",
    ]
    return "\n".join(filter(None, parts))


def quote_part(quote: Document, frame: Frame) -> str:
    """Return a quote with its speaker, whose name links to the page of the quote."""
    translation = quote["translation"]
    translated = f"<p>{escape(spoken(translation['text']))}</p>" if translation else ""
    who = link(frame, f"/quotes/{quote['id']}", speaker(quote))
    return (
        f'<blockquote id="{escape(quote["id"])}"><p>{escape(spoken(quote["text"]))}</p>{translated}'
        f"<footer>{who}</footer></blockquote>{note(quote)}{evidence(quote)}"
    )


def agreement_part(agreement: Document, frame: Frame) -> str:
    """Return an agreement in a line, with its parties."""
    title = link(frame, f"/agreements/{agreement['id']}", agreement["title"])
    kind = escape(begun(agreement["kind"].replace("-", " ")))
    parties = escape(", ".join(party["name"] for party in agreement["parties"]))
    of = f" of {parties}" if parties else ""
    return f"<p>{kind}{of}: {title}</p>{note(agreement)}{evidence(agreement)}"


def stop_row(stop: Document) -> str:
    """Return a stop as a row of a table: where and when."""
    days = "not stated"
    if stop["arrival_date"]:
        days = span(stop["arrival_date"], stop["departure_date"] or stop["arrival_date"])
    elif stop["earliest_date"]:
        days += f", within {span(stop['earliest_date'], stop['latest_date'])}"
    said = f"<br>{escape(stop['remarks'])}" if stop["remarks"] else ""
    state = "" if stop["status"] == "held" else f" ({stop['status']})"
    where = escape((place(stop) or "not stated") + state)
    return f"<tr><td>{where}{said}{note(stop)}{evidence(stop)}<td>{escape(days)}</tr>"


def trips_part(trips: Sequence[Document], total: int, frame: Frame, more: str = "") -> str:
    """Return the latest of `total` trips as a list; `more` is the path of those that follow."""
    if not trips:
        return ""
    rows = "".join(
        f"<li>{escape(span(trip['start_date'], trip['end_date']))}<br>"
        f"<b>{link(frame, '/trips/' + trip['id'], trip['title'])}</b>{status(trip)}</li>"
        for trip in trips
    )
    shown = f"<p>{len(trips)} of them are shown.</p>" if total > len(trips) else ""
    following = f"<p>{link(frame, more, 'Show those that follow')}</p>" if more else ""
    return f'<h2>{counted(total, "trip")}</h2>{shown}<ul class="trips">{rows}</ul>{following}'


def titles_part(
    heading: str, collection: str, records: Sequence[Document], total: int, frame: Frame
) -> str:
    """Return records of a collection, with their days and titles, of `total` that there are."""
    if not records:
        return ""
    rows = "".join(
        f"<li>{escape(begun(when(each)))}{_trips_of(each, frame)}<br>"
        f"<b>{link(frame, '/'.join(['', collection, each['id']]), each['title'])}</b>"
        f"{status(each)}</li>"
        for each in records
    )
    shown = f"<p>{len(records)} of {total:,} are shown.</p>" if total > len(records) else ""
    return f'<h2>{escape(heading)}</h2>{shown}<ul class="trips">{rows}</ul>'


def _trips_of(record: Document, frame: Frame) -> str:
    """Return links to the trips of a meeting whose day is not stated, as they say when it was."""
    trips = [] if record["date"] else record.get("trips", [])
    links = [
        link(frame, f"/trips/{id_}", "another" if at else "this trip")
        for at, id_ in enumerate(trips)
    ]
    return f", on {' and '.join(links)}" if links else ""


def topics_part(record: Document, frame: Frame) -> str:
    """Return the topics of a record, each a link to what else there is of it."""
    names = (link(frame, f"/topics/{each['id']}", each["name"]) for each in record["topics"])
    return f"<h2>Topics</h2><p>{', '.join(names)}</p>" if record["topics"] else ""


def people_part(people: Sequence[Document], frame: Frame) -> str:
    """Return people as a list, with their offices."""
    rows = "".join(
        f"<li>{link(frame, '/participants/' + each['id'], each['name'])}"
        f" <small>{escape(office(each))}</small></li>"
        for each in people
    )
    return f'<ul class="people">{rows}</ul>'


def speaker(quote: Document) -> str:
    """Return who says a quote, in words."""
    named = quote["speaker"]["name"] if quote["speaker"] else quote["attribution"]
    return named or "Speaker not stated"


def office(person: Document) -> str:
    """Return the title of a person, and for whom they speak."""
    of = person["organization"] or person["country"] or {}
    return ", ".join(filter(None, (person["title"], of.get("name"))))


def status(record: Document) -> str:
    """Return a badge for what is planned or cancelled."""
    state = record.get("status", "held")
    return "" if state == "held" else f' <span class="badge">{escape(state)}</span>'


def event_status(record: Document) -> str:
    """Return the status of an event in the words of schema.org."""
    cancelled = record["status"] == "cancelled"
    return f"https://schema.org/Event{'Cancelled' if cancelled else 'Scheduled'}"


def person_data(person: Document) -> Document:
    """Return a participant as JSON-LD."""
    kind = "Person" if person["kind"] == "official" else "Organization"
    title = {"jobTitle": person["title"]} if person["title"] else {}
    return {"@type": kind, "name": person["name"], **title}


def location_data(record: Document) -> Document:
    """Return where a record was, as JSON-LD."""
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


def same_as(record: Document) -> Document:
    """Return the same thing elsewhere, as JSON-LD, if its number in Wikidata is known."""
    number = (record.get("identifiers") or {}).get("wikidata")
    return {"sameAs": f"https://www.wikidata.org/wiki/{number}"} if number else {}
