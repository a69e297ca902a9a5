"""What there is to filter by, for every collection."""

from dataclasses import asdict

from fastapi import APIRouter
from pydantic_core import to_json

from app.domain.records import Resource
from app.query.facets import read_facets
from app.routers.answering import DataRequest, Found
from app.routers.description import describe_facets
from app.routers.notices import noticed


def add_facets(router: APIRouter, resource: Resource) -> None:
    """Add the route of the facets of one collection."""

    def count_facets(request: DataRequest) -> Found:
        plan = read_facets(resource, request.query_string)
        found = request.store.facets(plan)
        return Found(to_json(asdict(found) | noticed(request.store, found.total, plan.records)))

    router.add_api_route(f"/{resource.name}/facets", count_facets, **describe_facets(resource))
