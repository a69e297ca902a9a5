"""OpenAPI links: where the answer of one operation leads, for programs that follow them."""

from typing import Any

from app.domain.collections import RESOURCES
from app.domain.records import Resource
from app.query.parameters import CURSOR


def link_operations(paths: dict[str, Any]) -> None:
    """Link each list to its next page and first record, and each record to lists filtered by it."""
    for resource in RESOURCES.values():
        path = f"/{resource.name}"
        listed = paths[path]["get"]
        listed["responses"]["200"]["links"] = {
            "next_page": _next_page(listed),
            "first_record": {
                "operationId": f"get_{resource.singular}",
                "parameters": {"path.id": "$response.body#/items/0/id"},
                "description": "The first record of the page, by itself.",
            },
        }
        if found := _lists_filtered_by(resource):
            paths[f"{path}/{{id}}"]["get"]["responses"]["200"]["links"] = found
    search = paths["/search"]["get"]
    search["responses"]["200"]["links"] = {"next_page": _next_page(search)}


def _next_page(operation: dict[str, Any]) -> dict[str, Any]:
    asked = [parameter["name"] for parameter in operation["parameters"]]
    return {
        "operationId": operation["operationId"],
        "parameters": {f"query.{name}": f"$request.query.{name}" for name in asked}
        | {f"query.{CURSOR.parameter}": f"$response.body#/next_{CURSOR.parameter}"},
        "description": "The next page: the same parameters, with the cursor of this page.",
    }


def _lists_filtered_by(resource: Resource) -> dict[str, Any]:
    """Return links to the lists that have a filter which names a record of a collection."""
    return {
        f"{other.name}_by_{resource.singular}": {
            "operationId": f"list_{other.name}",
            "parameters": {f"query.{resource.singular}": "$response.body#/id"},
            "description": f"The {other.name} of this {resource.singular}.",
        }
        for other in RESOURCES.values()
        if other is not resource
        and any(known.parameter == resource.singular for known in other.filters)
    }
