"""JSON-LD: records in the words of schema.org, with what they rest on as citations."""

from collections.abc import Callable, Iterator
from typing import Any

from pydantic_core import from_json, to_json

from app.representations.formats import Context, Document, Format
from app.representations.words import location, passages, position, visited

SCHEMA = "https://schema.org/"

CONTEXT: Document = {
    "@vocab": SCHEMA,
    **{
        name: {"@type": "@id"}
        for name in ("url", "sameAs", "eventStatus", "eventAttendanceMode", "archivedAt")
    },
    **{
        name: {"@type": "Date"} for name in ("startDate", "endDate", "dateCreated", "datePublished")
    },
    "dateModified": {"@type": "DateTime"},
}
"""Written into each document, so that nobody has to fetch it."""

_MODES = {
    "in-person": "OfflineEventAttendanceMode",
    "virtual": "OnlineEventAttendanceMode",
    "telephone": "OnlineEventAttendanceMode",
    "hybrid": "MixedEventAttendanceMode",
}
_SOURCES = {"article": "Article", "dataset": "Dataset", "book": "Book", "video": "VideoObject"}
_WIKIDATA = "https://www.wikidata.org/wiki/"


def write(documents: Iterator[bytes], context: Context) -> Iterator[bytes]:
    """Yield a graph with a node for each record; of a single one, the node alone."""
    node = _NODES[context.resource.name]
    if not context.is_list:
        for document in documents:
            yield to_json({"@context": CONTEXT, **_complete(node, from_json(document), context)})
        return
    yield b'{"@context":%b,"@graph":[' % to_json(CONTEXT)
    before = b""
    for document in documents:
        yield before + to_json(_complete(node, from_json(document), context))
        before = b","
    yield b"]}"


def _complete(
    node: Callable[[Document, Context], Document], record: Document, context: Context
) -> Document:
    """Return a node with what all have: its address, name, sources and the time of its change."""
    address = context.record_url(context.resource.name, record["id"])
    described = {
        "@id": address,
        **node(record, context),
        "url": address,
        "citation": list(_citations(record)),
        "dateModified": record["updated_at"],
    }
    return _stated(described)


def _stated(node: Document) -> Document:
    """Return a node without empty values."""
    return {name: value for name, value in node.items() if value not in (None, "", [], {})}


def _citations(record: Document) -> Iterator[Document]:
    for passage in passages(record):
        yield _stated({"@type": "CreativeWork", "url": passage.url, "text": passage.words})


def _reference(collection: str, id_: str, context: Context) -> Document:
    return {"@id": context.record_url(collection, id_)}


def _event_status(record: Document) -> str:
    return f"{SCHEMA}Event{'Cancelled' if record['status'] == 'cancelled' else 'Scheduled'}"


def _trip(record: Document, context: Context) -> Document:
    return {
        "@type": "Event",
        "name": record["title"],
        "description": record["summary"],
        "startDate": record["start_date"],
        "endDate": record["end_date"],
        "eventStatus": _event_status(record),
        "attendee": [_attendee(each, context) for each in record["travellers"]],
        "location": [place for stop in visited(record) if (place := _place(stop, context))],
        "about": _topics(record, context),
        "subEvent": [_reference("meetings", id_, context) for id_ in record["meetings"]],
    }


def _meeting(record: Document, context: Context) -> Document:
    mode = _MODES.get(record["format"] or "")
    supers = [_reference("trips", id_, context) for id_ in record["trips"]]
    if record["part_of"]:
        supers.append(_reference("meetings", record["part_of"], context))
    return {
        "@type": "Event",
        "name": record["title"],
        "description": record["summary"],
        **_days(record, "startDate", "endDate"),
        "eventStatus": _event_status(record),
        "eventAttendanceMode": mode and f"{SCHEMA}{mode}",
        "attendee": [_attendee(each, context) for each in record["participants"]],
        "location": _place(record, context),
        "about": _topics(record, context),
        "superEvent": supers,
        "subjectOf": [
            *(
                {
                    "@type": "Quotation",
                    "@id": context.record_url("quotes", each["id"]),
                    "text": each["text"],
                }
                for each in record["quotes"]
            ),
            *(
                {
                    "@type": "CreativeWork",
                    "@id": context.record_url("agreements", each["id"]),
                    "name": each["title"],
                }
                for each in record["agreements"]
            ),
        ],
    }


def _days(record: Document, start: str, end: str | None) -> Document:
    """Return when it was; for an unknown day, only the period within which it was."""
    if record["date"] and end:
        return {start: record["date"], end: record["end_date"] or record["date"]}
    if record["date"]:
        return {start: record["date"]}
    return {"temporalCoverage": f"{record['earliest_date']}/{record['latest_date']}"}


def _made(record: Document, context: Context) -> Document:
    """Return when, where and at which meeting words were said or something was agreed."""
    meeting = record["meeting"] if "meeting" in record else record["occasion"]["meeting"]
    return {
        **_days(record, "dateCreated", None),
        "locationCreated": _place(record, context),
        "recordedAt": _reference("meetings", meeting, context) if meeting else None,
        "about": _topics(record, context),
    }


def _quotation(record: Document, context: Context) -> Document:
    translation = record["translation"]
    speaker = record["speaker"]
    return {
        "@type": "Quotation",
        "text": record["text"],
        "inLanguage": record["language"],
        "spokenByCharacter": _attendee(speaker, context) if speaker else None,
        "creditText": record["attribution"],
        "workTranslation": translation
        and _stated(
            {
                "@type": "Quotation",
                "text": translation["text"],
                "inLanguage": translation["language"],
                "translator": translation["by"] and {"@type": "Thing", "name": translation["by"]},
            }
        ),
        **_made(record, context),
    }


def _agreement(record: Document, context: Context) -> Document:
    return {
        "@type": "CreativeWork",
        "name": record["title"],
        "abstract": record["summary"],
        "genre": record["kind"],
        "contributor": [_party(each, context) for each in record["parties"]],
        **_made(record, context),
    }


def _party(party: Document, context: Context) -> Document:
    if party["kind"] == "country":
        return {"@type": "Country", "name": party["name"], "identifier": party["id"]}
    return {
        "@type": "Organization",
        **_reference("organizations", party["id"], context),
        "name": party["name"],
    }


def _attendee(person: Document, context: Context) -> Document:
    return _stated(
        {
            **_reference("participants", person["id"], context),
            "@type": "Person" if person["kind"] == "official" else "Organization",
            "name": person["name"],
            **_office(person, context),
        }
    )


def _office(person: Document, context: Context) -> Document:
    organization, country = person["organization"], person["country"]
    return {
        "jobTitle": person["title"],
        "worksFor": organization
        and {
            "@type": "Organization",
            **_reference("organizations", organization["id"], context),
            "name": organization["name"],
        },
        "affiliation": country and _country(country),
    }


def _participant(record: Document, context: Context) -> Document:
    return {
        "@type": "Person" if record["kind"] == "official" else "Organization",
        "name": record["name"],
        "alternateName": record["other_names"],
        "familyName": record["family_name"],
        "givenName": record["given_name"],
        **_office(record, context),
        **_same_as(record),
    }


def _organization(record: Document, _context: Context) -> Document:
    return {
        "@type": "Organization",
        "name": record["name"],
        "alternateName": record["other_names"],
        **_same_as(record),
    }


def _city(record: Document, _context: Context) -> Document:
    return {
        "@type": "City",
        "name": record["name"],
        "alternateName": record["other_names"],
        "geo": _geo(record),
        "containedInPlace": _country(record["country"]),
        **_same_as(record),
    }


def _topic(record: Document, _context: Context) -> Document:
    return {
        "@type": "DefinedTerm",
        "name": record["name"],
        "alternateName": record["other_names"],
    }


def _source(record: Document, _context: Context) -> Document:
    publisher = record["publisher"]
    return {
        "@type": _SOURCES.get(record["kind"] or "", "CreativeWork"),
        "name": record["title"],
        "publisher": publisher and {"@type": "Organization", "name": publisher},
        "sameAs": record["url"],
        "archivedAt": record["archived_url"],
        "datePublished": record["published"],
        "inLanguage": record["language"],
        "creditText": record["citation"],
    }


def _topics(record: Document, context: Context) -> list[Document]:
    return [
        {
            "@type": "DefinedTerm",
            **_reference("topics", each["id"], context),
            "name": each["name"],
        }
        for each in record["topics"]
    ]


def _country(country: Document) -> Document:
    return {"@type": "Country", "name": country["name"], "identifier": country["code"]}


def _place(record: Document, context: Context) -> Document | None:
    """Return where it was: the place as written, in its city and country; None if not stated."""
    city, country = record.get("city"), record.get("country")
    if not location(record):
        return None
    within = country or (city and city["country"])
    inside: Any = within and _country(within)
    if city:
        inside = _stated(
            {
                "@type": "City",
                **_reference("cities", city["id"], context),
                "name": city["name"],
                "geo": _geo(city),
                "containedInPlace": inside,
            }
        )
    if not record.get("place"):
        found: Document = inside
        return found
    return _stated({"@type": "Place", "name": record["place"], "containedInPlace": inside})


def _geo(city: Document) -> Document | None:
    at = position(city)
    return at and {"@type": "GeoCoordinates", "latitude": at[0], "longitude": at[1]}


def _same_as(record: Document) -> Document:
    identifiers = record["identifiers"]
    wikidata = identifiers.get("wikidata")
    return {
        "sameAs": f"{_WIKIDATA}{wikidata}" if wikidata else None,
        "identifier": [
            {"@type": "PropertyValue", "propertyID": name, "value": value}
            for name, value in identifiers.items()
        ],
    }


_NODES: dict[str, Callable[[Document, Context], Document]] = {
    "trips": _trip,
    "meetings": _meeting,
    "participants": _participant,
    "quotes": _quotation,
    "agreements": _agreement,
    "organizations": _organization,
    "cities": _city,
    "topics": _topic,
    "sources": _source,
}

FORMAT = Format(
    "jsonld",
    "application/ld+json",
    "JSON-LD in the words of schema.org",
    write,
)
