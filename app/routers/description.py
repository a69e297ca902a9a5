"""What OpenAPI says of the routes, taken from the declarations that serve them."""

from typing import Any

from app.query.cursor import Position, write_cursor
from app.query.parameters import LIMIT_DEFAULT, LIMIT_MOST, Query
from app.resources import Resource
from app.schemas import Page, Problem
from app.serving.problems import MEDIA_TYPE as PROBLEM_MEDIA_TYPE

_DATE_PATTERN = r"^\d{4}(-\d{2}(-\d{2})?)?$"
_DATE_MEANINGS = {
    "date": (
        "2021-03-16",
        "Overlaps this day, month or year: `2021-03-16`, `2021-03` or `2021`.",
    ),
    "date_from": ("2021-03-16", "Ends, or may have ended, on this day or later."),
    "date_to": ("2021-03-17", "Began, or may have begun, on this day or earlier."),
}
_PROBLEMS = {
    404: "No record has this id.",
    422: "A parameter is unknown or malformed; `errors` names each.",
    500: "Something went wrong here.",
    503: "The data cannot be served now.",
}


def describe_list(resource: Resource) -> dict[str, Any]:
    """Return what FastAPI is told of the list of a collection."""
    return {
        "operation_id": f"list_{resource.name}",
        "summary": f"List {resource.name}",
        "description": f"{resource.description} Filters combine: all of them must hold; of one "
        "given several times, any. A filter that matches nothing gives an empty list.",
        "response_model": Page[resource.schema],  # type: ignore[name-defined]
        "responses": {200: {"headers": _HEADERS}} | problem_responses(422, 503, 500),
        "openapi_extra": {"parameters": list_parameters(resource)},
    }


def describe_record(resource: Resource) -> dict[str, Any]:
    """Return what FastAPI is told of a single record of a collection."""
    return {
        "operation_id": f"get_{resource.singular}",
        "summary": f"Get one {resource.singular}",
        "description": f"One of: {resource.description[0].lower()}{resource.description[1:]}",
        "response_model": resource.schema,
        "responses": {200: {"headers": _HEADERS}} | problem_responses(404, 422, 503, 500),
        "openapi_extra": {"parameters": [_id_parameter(resource)]},
    }


_HEADERS = {
    "ETag": {
        "description": "Identifies this answer, for If-None-Match.",
        "schema": {"type": "string"},
    },
    "Link": {
        "description": "The next page of a list, with rel=next.",
        "schema": {"type": "string"},
    },
}


def list_parameters(resource: Resource) -> list[dict[str, Any]]:
    """Return the OpenAPI parameters of the list of a collection."""
    parameters = []
    if resource.dates:
        for name, (example, meaning) in _DATE_MEANINGS.items():
            parameters.append(_filter_parameter(name, meaning, example, {"pattern": _DATE_PATTERN}))
    for known in resource.filters:
        words = {"enum": list(known.choices)} if known.choices else {}
        parameters.append(_filter_parameter(known.parameter, known.meaning, known.example, words))
    first = write_cursor(Position("", 0, 0, ""), Query(resource, {}).fingerprint)
    parameters.append(
        {
            "name": "limit",
            "in": "query",
            "description": f"How many records a page holds; {LIMIT_DEFAULT} when absent.",
            "schema": {
                "type": "integer",
                "minimum": 1,
                "maximum": LIMIT_MOST,
                "default": LIMIT_DEFAULT,
            },
            "example": 20,
        }
    )
    parameters.append(
        {
            "name": "cursor",
            "in": "query",
            "description": "Where the page before this one ended: taken from its `next`.",
            "schema": {"type": "string"},
            "example": first,
        }
    )
    return parameters


def _filter_parameter(
    name: str, meaning: str, example: str, schema: dict[str, Any]
) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "description": meaning,
        "explode": True,
        "style": "form",
        "schema": {"type": "array", "items": {"type": "string", **schema}},
        "example": [example],
    }


def _id_parameter(resource: Resource) -> dict[str, Any]:
    return {
        "name": "id",
        "in": "path",
        "required": True,
        "description": f"The id of the {resource.singular}, a slug.",
        "schema": {"type": "string"},
        "example": resource.example_id,
    }


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the problems that a route may answer with."""
    return {
        status: {
            "model": Problem,
            "description": _PROBLEMS[status],
            "content": {PROBLEM_MEDIA_TYPE: {}},
        }
        for status in statuses
    }
