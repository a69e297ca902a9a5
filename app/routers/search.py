"""One search across all collections."""

from dataclasses import asdict

from fastapi import APIRouter
from pydantic_core import to_json

from app.query.parameters import next_path
from app.query.search import read_search, read_search_facets
from app.routers.answering import DataRequest, Found, add_data_route
from app.routers.description import describe_search, describe_search_facets
from app.routers.formats import Offer
from app.routers.notices import noticed


def add_search(router: APIRouter) -> None:
    """Add the routes of the search."""
    add_data_route(router, "/search", search, Offer(), **describe_search())
    add_data_route(router, "/search/facets", count_hits, Offer(), **describe_search_facets())


def search(request: DataRequest) -> Found:
    """Find records of all collections by words."""
    plan = read_search(request.query_string)
    found = request.store.search(plan)
    prefix, following = request.root_path, None
    if found.next_cursor is not None:
        following = next_path(request.scope["path"], request.query_string, found.next_cursor)
    hits = [{**vars(hit), "url": f"{prefix}/{hit.collection}/{hit.id}"} for hit in found.hits]
    page = {
        "items": hits,
        "total": found.total,
        "next": following,
        "next_cursor": found.next_cursor,
        **noticed(request.store, found.total, plan),
    }
    return Found(to_json(page), following)


def count_hits(request: DataRequest) -> Found:
    """Count the hits by collection, official and time."""
    plan = read_search_facets(request.query_string)
    found = request.store.hit_counts(plan)
    return Found(to_json(asdict(found) | noticed(request.store, found.total, plan.search)))
