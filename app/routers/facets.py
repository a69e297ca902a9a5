"""What there is to filter by, for every collection."""

from dataclasses import asdict

from pydantic_core import to_json
from starlette.types import Scope

from app.domain.records import Resource
from app.query.facets import read_facets
from app.routers.answering import Asked, DataRoute, Found
from app.routers.description import describe_facets
from app.store.sqlite.facets import find_facets


def facets_routes(resource: Resource) -> list[DataRoute]:
    """Return the route of the facets of one collection."""

    def read(scope: Scope) -> Asked:
        plan = read_facets(resource, scope["query_string"])
        return Asked(lambda snapshot: Found(to_json(asdict(find_facets(snapshot, plan)))))

    return [
        DataRoute(f"/{resource.name}/facets", read, **describe_facets(resource)),
    ]
