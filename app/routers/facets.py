"""What there is to filter by, for every collection."""

from fastapi import APIRouter
from pydantic_core import to_json

from app.domain.records import Resource
from app.query.facets import read_facets
from app.routers.answering import DataRequest, Found, add_data_route
from app.routers.description import describe_facets
from app.routers.formats import Offer
from app.routers.notices import noticed


def add_facets(router: APIRouter, resource: Resource) -> None:
    """Add the route of the facets of one collection."""

    def count_facets(request: DataRequest) -> Found:
        plan = read_facets(resource, request.query_string)
        found = request.store.facets(plan)
        return Found(to_json(vars(found) | noticed(request.store, found.total, plan.records)))

    path = f"/{resource.name}/facets"
    add_data_route(router, path, count_facets, Offer(), **describe_facets(resource))
