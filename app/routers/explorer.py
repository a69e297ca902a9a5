"""The explorer's pages: all trips, one for each record, and what a search finds.

Pages share the addresses of the data, for clients that prefer HTML. A page's route matches no other
request, so this router has to come before those of the data.
"""

import re
from html import escape
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from pydantic_core import from_json
from starlette.responses import Response

from app.domain.collections import AGREEMENTS, MEETINGS, PARTICIPANTS, QUOTES, RESOURCES, TRIPS
from app.domain.records import Resource
from app.query.facets import FacetsPlan, read_facets
from app.query.parameters import QueryPlan, read_query
from app.query.reading import InvalidQuery
from app.query.search import read_search
from app.representations import listings, pages
from app.representations.formats import Document
from app.representations.page import Frame, Page
from app.representations.wording import begun, spoken, when
from app.routers.showing import PageRoute, answer_page, listed, show_record
from app.store.base import Hit, Store

MAX_RECORDS = 25
"""How many records of a list a page shows."""
MAX_PARTS = 200
"""How many meetings, quotes and agreements of one trip a page shows."""
MAX_VALUES = 8
"""How many values of a facet a page shows."""

IGNORED = re.compile(r"utm_.*|fbclid|gclid|view|sort")
"""Parameters that do not query the data: tracking marks on links, and settings of our scripts."""

_CHOSEN_BY = ("official", "country", "city", "topic", "title", "organization", "recorded", "status")
_FACETS = ("official", "country", "city", "topic")
_NAMES = {"from": "date_from", "to": "date_to", "cursor": "cursor"}
_NAMES |= {name: name for name in _CHOSEN_BY}
_CHOOSES_HITS = ("collection", "official", "from", "to")
_NAMES_OF_DAYS = ("from", "to")
_CITIES = RESOURCES["cities"]
_PARTS = (MEETINGS, QUOTES, AGREEMENTS)
_REFERENCE = {"organizations": "organization", "topics": "topic", "sources": "source"}

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.get("/")
def opening(request: Request) -> Response:
    """Show all trips, or those that the address chooses."""
    given = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if value and not IGNORED.fullmatch(name)
    ]
    asked = sorted((name, value) for name, value in given if name in _NAMES)
    unknown = list(dict.fromkeys(name for name, _ in given if name not in _NAMES))

    def find(store: Store, frame: Frame) -> Page:
        plan, understood = _read(asked, unknown)
        page = store.page(plan)
        counted = read_facets(TRIPS, f"facet={','.join(_FACETS)}&limit={MAX_VALUES}".encode())
        found = store.facets(FacetsPlan(plan, counted.names, counted.limit)).facets
        following = [*understood, ("cursor", page.next_cursor)] if page.next_cursor else []
        names = {(name, v.value): v.name for name in _FACETS for v in found[name]}
        chosen = [names.get(pair, pair[1]) for pair in understood if pair[0] not in _NAMES_OF_DAYS]
        days = dict(understood)
        if "from" in days or "to" in days:
            chosen.append(f"{days.get('from', '…')} to {days.get('to', '…')}")
        choice = listings.Choice(
            [from_json(document) for document in page.documents],
            page.total,
            urlencode(understood),
            chosen,
            unknown,
            {
                name: [
                    (v.value, v.name, v.count)
                    for v in found[name]
                    if (name, v.value) not in understood
                ]
                for name in _FACETS
            },
            f"/?{urlencode(following)}" if following else "",
        )
        return listings.trips_page(choice, frame)

    return answer_page(request, find)


def _read(
    asked: list[tuple[str, str]], unknown: list[str]
) -> tuple[QueryPlan, list[tuple[str, str]]]:
    """Return the query of a page, and which of its parameters are understood; note the others."""
    latest = [("sort", "-date"), ("limit", str(MAX_RECORDS))]
    try:
        translated = urlencode([*((_NAMES[name], value) for name, value in asked), *latest])
        plan = read_query(TRIPS, translated.encode())
    except InvalidQuery as refused:
        faulty = {issue.path for issue in refused.issues}
        wrong = list(dict.fromkeys(name for name, _ in asked if _NAMES[name] in faulty))
        rest = [(name, value) for name, value in asked if name not in wrong] if wrong else []
        unknown += wrong or list(dict.fromkeys(name for name, _ in asked))
        return _read(rest, unknown)
    return plan, [(name, value) for name, value in asked if name != "cursor"]


@router.get("/trips/{id}")
def trip(request: Request, id: str) -> Response:
    """Show a trip."""

    def make(store: Store, record: Document, frame: Frame) -> Page:
        asked = f"trip={id}&limit={MAX_PARTS}"
        meetings, quotes, agreements = (listed(store, each, asked).records for each in _PARTS)
        return pages.trip_page(record, meetings, quotes, agreements, frame)

    return show_record(request, TRIPS, id, make)


@router.get("/meetings/{id}")
def meeting(request: Request, id: str) -> Response:
    """Show a meeting."""

    def make(store: Store, record: Document, frame: Frame) -> Page:
        asked = f"meeting={id}&limit={MAX_PARTS}"
        quotes = listed(store, QUOTES, asked).records
        agreements = listed(store, AGREEMENTS, asked).records
        return pages.meeting_page(record, quotes, agreements, frame)

    return show_record(request, MEETINGS, id, make)


@router.get("/participants/{id}")
def participant(request: Request, id: str) -> Response:
    """Show an official or a group."""

    def make(store: Store, record: Document, frame: Frame) -> Page:
        latest = f"sort=-date&limit={MAX_RECORDS}"
        travels = record["kind"] == "official"
        trips = listed(store, TRIPS, f"official={id}&{latest}") if travels else pages.Listed()
        meetings = listed(store, MEETINGS, f"participant={id}&{latest}")
        return pages.participant_page(record, trips, meetings, frame)

    return show_record(request, PARTICIPANTS, id, make)


@router.get("/cities/{id}")
def city(request: Request, id: str) -> Response:
    """Show a city."""

    def make(store: Store, record: Document, frame: Frame) -> Page:
        asked = f"city={id}&sort=-date&limit={MAX_RECORDS}"
        trips, meetings = (listed(store, each, asked) for each in (TRIPS, MEETINGS))
        return pages.city_page(record, trips, meetings, frame)

    return show_record(request, _CITIES, id, make)


@router.get("/quotes/{id}")
def quote(request: Request, id: str) -> Response:
    """Show a quote."""
    return show_record(
        request, QUOTES, id, lambda _, record, frame: pages.quote_page(record, frame)
    )


@router.get("/agreements/{id}")
def agreement(request: Request, id: str) -> Response:
    """Show an agreement."""

    def make(_store: Store, record: Document, frame: Frame) -> Page:
        return pages.agreement_page(record, frame)

    return show_record(request, AGREEMENTS, id, make)


def _add_reference(collection: str, parameter: str) -> None:
    """Add the route of the pages of a collection that others refer to."""

    def show(request: Request, id: str) -> Response:
        def make(store: Store, record: Document, frame: Frame) -> Page:
            asked = f"{parameter}={id}&sort=-date&limit={MAX_RECORDS}"
            found = {
                each.name: listed(store, each, asked) for each in (TRIPS, MEETINGS, AGREEMENTS)
            }
            return pages.reference_page(collection, record, found, frame)

        return show_record(request, RESOURCES[collection], id, make)

    router.add_api_route(f"/{collection}/{{id}}", show, name=collection)


for _collection, _parameter in _REFERENCE.items():
    _add_reference(_collection, _parameter)


def _title_of(hit: Hit) -> str:
    """Return the title of a hit; the words of a quote in quotation marks."""
    return spoken(hit.title) if hit.collection == QUOTES.name else hit.title


def _list(store: Store, frame: Frame, collection: Resource, chosen: list[tuple[str, str]]) -> Page:
    """Return the page of a collection's latest records, for a search without words."""
    asked = [(name, value) for name, value in chosen if name != "collection"]
    latest = [("sort", "-date"), ("limit", str(MAX_RECORDS))]
    translated = [(_NAMES[name], value) for name, value in asked]
    try:
        found = listed(store, collection, urlencode([*translated, *latest]))
    except InvalidQuery:  # If any of it is not understood, all of it is left out.
        asked, found = [], listed(store, collection, urlencode(latest))
    hits = [
        {"url": frame.url(f"/{collection.name}/{record['id']}"),
         "title": record.get("title") or spoken(record["text"]),
         "snippet": escape(begun(when(record))), "kind": begun(collection.singular)}
        for record in found.records
    ]  # fmt: skip
    path = urlencode([("collection", collection.name), *asked])
    return listings.search_page("", hits, found.total, path)


@router.get("/search")
def search(request: Request) -> Response:
    """Show what a search finds, of what the address chooses."""
    words = request.query_params.get("q", "").strip()
    chosen = sorted(
        (name, value)
        for name, value in request.query_params.multi_items()
        if value and name in _CHOOSES_HITS
    )

    kinds = [each for each in _PARTS if ("collection", each.name) in chosen]

    def find(store: Store, frame: Frame) -> Page:
        if not words and len(kinds) == 1:
            return _list(store, frame, kinds[0], chosen)
        if not words:
            return listings.search_start_page(frame)
        for asked in (chosen, []):  # If any of it is not understood, all of it is left out.
            translated = [(_NAMES.get(name, name), value) for name, value in asked]
            given = urlencode([("q", words), *translated, ("limit", str(MAX_RECORDS))])
            try:
                plan = read_search(given.encode())
                break
            except InvalidQuery:
                continue
        else:
            return listings.search_page(words, [], 0, "")
        found = store.search(plan)
        hits = [
            {"url": frame.url(f"/{hit.collection}/{hit.id}"), "title": _title_of(hit),
             "snippet": hit.snippet, "kind": begun(RESOURCES[hit.collection].singular)}
            for hit in found.hits
        ]  # fmt: skip
        notices = [] if found.total else store.spellings(plan)
        said = [f"“{notice.value}” {notice.message}" for notice in notices]
        return listings.search_page(words, hits, found.total, urlencode(asked), said)

    return answer_page(request, find)
