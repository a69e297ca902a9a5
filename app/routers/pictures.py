"""The picture of each record, for links that are shared: the suffix `.png` at its address."""

from collections.abc import Callable, Iterable
from typing import Any

from fastapi import APIRouter
from pydantic_core import from_json

from app.domain.collections import AGREEMENTS, QUOTES, RESOURCES, TRIPS
from app.domain.records import Resource
from app.http.conditional import Conditions
from app.http.responses import Response
from app.query.facets import read_facets
from app.query.parameters import read_id, read_query, refuse_parameters
from app.representations import cards
from app.representations.formats import Document
from app.representations.letters import shown
from app.representations.picture import MEDIA_TYPE, Card, Mark, draw
from app.routers.answering import DataRequest, DataRoute, Endpoint, Found
from app.routers.elsewhere import elsewhere
from app.routers.formats import Offer
from app.store.base import FacetValue, PlacedFacetValue, Store

MAX_CITIES = 300
"""How many cities a map shows, the most visited first."""


class PictureRoute(DataRoute):
    """A route whose answers take a while to draw, so that it never holds up the event loop."""

    on_loop = False

    def __init__(self, path: str, endpoint: Endpoint, **described: Any) -> None:
        """Take the endpoint that draws the picture, which is sent whatever the client accepts."""
        super().__init__(path, endpoint, _Picture(), **described)


class _Picture(Offer):
    def by_accept(self, conditions: Conditions) -> None:  # noqa: ARG002
        return None


router = APIRouter(route_class=PictureRoute, include_in_schema=False)


@router.get("/trips.png", response_model=None)
def all_trips(request: DataRequest) -> Found:
    """Draw all trips."""
    refuse_parameters(request.query_string)
    plan = read_facets(TRIPS, f"facet=city,year&limit={MAX_CITIES}".encode())
    found = request.store.facets(plan)
    years = [each.value for each in found.facets["year"]]
    return _drawn(cards.trips_card(found.total, years, _marks(found.facets["city"])))


def _trip(store: Store, trip: Document) -> Card:
    asked = f"trip={trip['id']}".encode()
    quotes, agreements = (store.count(read_query(each, asked)) for each in (QUOTES, AGREEMENTS))
    return cards.trip_card(trip, quotes, agreements)


def _participant(store: Store, person: Document) -> Card:
    total, cities = _trips_of(store, f"official={person['id']}")
    return cards.participant_card(person, total, cities)


def _city(store: Store, city: Document) -> Card:
    return cards.city_card(city, _trips_of(store, f"city={city['id']}")[0])


def _of_reference(collection: str, parameter: str) -> Callable[[Store, Document], Card]:
    def make(store: Store, record: Document) -> Card:
        total, cities = _trips_of(store, f"{parameter}={record['id']}")
        return cards.reference_card(collection, record, total, cities)

    return make


_CARDS: dict[str, Callable[[Store, Document], Card]] = {
    "trips": _trip,
    "meetings": lambda _, meeting: cards.meeting_card(meeting),
    "participants": _participant,
    "quotes": lambda _, quote: cards.quote_card(quote),
    "agreements": lambda _, agreement: cards.agreement_card(agreement),
    "organizations": _of_reference("organizations", "organization"),
    "cities": _city,
    "topics": _of_reference("topics", "topic"),
    "sources": _of_reference("sources", "source"),
}


def _add(resource: Resource, card_of: Callable[[Store, Document], Card]) -> None:
    def picture(request: DataRequest) -> Found | Response:
        refuse_parameters(request.query_string)
        id_ = read_id(request.path_params["id"])
        document = request.store.record(resource, id_)
        if document is None:
            return elsewhere(request, resource, id_, "png")
        return _drawn(card_of(request.store, from_json(document)))

    router.add_api_route(f"/{resource.name}/{{id}}.png", picture, response_model=None)


for _name, _card_of in _CARDS.items():
    _add(RESOURCES[_name], _card_of)


def _trips_of(store: Store, asked: str) -> tuple[int, list[Mark]]:
    """Return how many trips a query string asks for, and where they went."""
    found = store.facets(read_facets(TRIPS, f"{asked}&facet=city&limit={MAX_CITIES}".encode()))
    return found.total, _marks(found.facets["city"])


def _marks(values: Iterable[FacetValue]) -> list[Mark]:
    return [
        Mark(each.longitude, each.latitude, shown({"id": each.value}, each.name), each.count)
        for each in values
        if isinstance(each, PlacedFacetValue)
        and each.latitude is not None
        and each.longitude is not None
    ]


def _drawn(card: Card) -> Found:
    return Found(draw(card), None, MEDIA_TYPE, is_compressed=True)
