"""What OpenAPI says of the routes, taken from the declarations that serve them."""

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from app.query.cursor import CURSOR_LENGTH_MOST, Position, write_cursor
from app.query.filters import Filter
from app.query.parameters import (
    LIMIT_DEFAULT,
    LIMIT_MOST,
    VALUE_LENGTH_MOST,
    VALUES_MOST,
    Query,
)
from app.resources import Resource
from app.schemas import Page, Problem
from app.serving.problems import MEDIA_TYPE as PROBLEM_MEDIA_TYPE
from app.vocabulary import AgreementKind, MeetingFormat, ParticipantKind

EXAMPLES = Path(__file__).with_name("examples.json")
"""Requests and their answers, by operation and status; `python -m tests.write_examples` asks
them of the service and writes the file."""

_SCHEMAS = "#/components/schemas/"
_HEADERS = {
    "ETag": {
        "description": "Identifies this answer, for `If-None-Match`.",
        "required": True,
        "schema": {"type": "string"},
    },
    "Cache-Control": {
        "description": "Whether and for how many seconds caches may keep this answer.",
        "required": True,
        "schema": {"type": "string"},
    },
    "Link": {
        "description": 'The next page of a list, with `rel="next"`; absent on the last page.',
        "schema": {"type": "string"},
    },
    "X-Request-ID": {
        "description": "Identifies this request in the log; a client may choose it by sending one.",
        "required": True,
        "schema": {"type": "string"},
    },
    "Retry-After": {
        "description": "In how many seconds it is worth asking again.",
        "required": True,
        "schema": {"type": "integer"},
    },
}
_DATA_HEADERS = ("ETag", "Cache-Control", "X-Request-ID")
_PROBLEM_HEADERS = ("Cache-Control", "X-Request-ID")
_PROBLEMS = {
    404: "No record has this id.",
    422: "A parameter is unknown or malformed; `errors` names each.",
    500: "Something went wrong here; the log has the cause under `request_id`.",
    503: "The data cannot be served now; `detail` says why.",
}

_ID_PATTERN = "^[a-z0-9]+(-[a-z0-9]+)*$"
_ID_LENGTH_MOST = 120
_DATE_PATTERN = "^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
_DATE_MEANINGS = {
    "date": ("Overlaps this day, month or year: `2021-03-16`, `2021-03` or `2021`.", "2021-03-16"),
    "date_from": (
        "Ends, or may have ended, on this day or later; a month or year means its first day.",
        "2021-03-16",
    ),
    "date_to": (
        "Began, or may have begun, on this day or earlier; a month or year means its last day.",
        "2021-03-17",
    ),
}
_VOCABULARIES = {
    tuple(word.value for word in words): words.__name__
    for words in (AgreementKind, MeetingFormat, ParticipantKind)
}


def describe_list(resource: Resource) -> dict[str, Any]:
    """Return what FastAPI is told of the list of a collection."""
    description = resource.description
    if resource.filters:
        description += (
            " Filters combine: all of them must hold; of one given several times, any."
            " A filter that matches nothing gives an empty list."
        )
    return {
        "operation_id": f"list_{resource.name}",
        "summary": f"List {resource.name}",
        "description": description,
        "response_model": Page[resource.schema],  # type: ignore[name-defined]
        "responses": {
            200: described_answer("A page of the list.", *_DATA_HEADERS, "Link"),
            304: _not_modified(),
            **problem_responses(422, 500, 503),
        },
        "openapi_extra": {"parameters": list_parameters(resource)},
    }


def describe_record(resource: Resource) -> dict[str, Any]:
    """Return what FastAPI is told of a single record of a collection."""
    return {
        "operation_id": f"get_{resource.singular}",
        "summary": f"Get one {resource.singular}",
        "description": resource.schema.__doc__,
        "response_model": resource.schema,
        "responses": {
            200: described_answer(f"The {resource.singular}.", *_DATA_HEADERS),
            304: _not_modified(),
            **problem_responses(404, 422, 500, 503),
        },
        "openapi_extra": {"parameters": [_id_parameter(resource)]},
    }


def described_answer(description: str, *headers: str) -> dict[str, Any]:
    """Return what OpenAPI says of an answer beside its schema."""
    return {
        "description": description,
        "headers": {header: {"$ref": f"#/components/headers/{header}"} for header in headers},
    }


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the problems that a route may answer with."""
    return {
        # Not `model`, which FastAPI would describe as application/json.
        status: described_answer(
            _PROBLEMS[status], *_PROBLEM_HEADERS, *(["Retry-After"] if status == 503 else [])
        )
        | {"content": {PROBLEM_MEDIA_TYPE: {"schema": {"$ref": f"{_SCHEMAS}Problem"}}}}
        for status in statuses
    }


def _not_modified() -> dict[str, Any]:
    return described_answer(
        "Nothing has changed since the answer whose `ETag` the request has in `If-None-Match`.",
        *_DATA_HEADERS,
    )


def list_parameters(resource: Resource) -> list[dict[str, Any]]:
    """Return the OpenAPI parameters of the list of a collection."""
    parameters = []
    if resource.dates:
        for name, (meaning, example) in _DATE_MEANINGS.items():
            value = {"type": "string", "pattern": _DATE_PATTERN}
            parameters.append(_filter_parameter(name, meaning, example, value))
    for known in resource.filters:
        parameters.append(
            _filter_parameter(known.parameter, known.meaning, known.example, _value_schema(known))
        )
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
            "description": "Where the page before this one ended: taken from its `next`, with the"
            " other parameters unchanged.",
            "schema": {"type": "string", "minLength": 1, "maxLength": CURSOR_LENGTH_MOST},
            # The place before the first record: the only one there is in every database.
            "example": write_cursor(Position("", 0, 0, ""), Query(resource, {}).fingerprint),
        }
    )
    return parameters


def _value_schema(known: Filter) -> dict[str, Any]:
    if known.choices:
        return {"$ref": f"{_SCHEMAS}{_VOCABULARIES[known.choices]}"}
    return {"type": "string", "minLength": 1, "maxLength": VALUE_LENGTH_MOST}


def _filter_parameter(
    name: str, meaning: str, example: str, value: dict[str, Any]
) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "description": meaning,
        "explode": True,
        "style": "form",
        "schema": {"type": "array", "items": value, "maxItems": VALUES_MOST},
        "example": [example],
    }


def _id_parameter(resource: Resource) -> dict[str, Any]:
    return {
        "name": "id",
        "in": "path",
        "required": True,
        "description": f"The id of the {resource.singular}, a slug.",
        "schema": {"type": "string", "pattern": _ID_PATTERN, "maxLength": _ID_LENGTH_MOST},
        "example": resource.example_id,
    }


def complete(described: dict[str, Any]) -> dict[str, Any]:
    """Return an OpenAPI document of FastAPI's with what FastAPI leaves out, or leaves unclear.

    Schemas stand under their titles, which is what clients call them; headers and the schema of
    problems are added, to every answer an example, and that nobody needs a key.
    """
    _, problems = models_json_schema(
        [(Problem, "serialization")], ref_template=f"{_SCHEMAS}{{model}}"
    )
    schemas = described["components"]["schemas"] | problems["$defs"]
    titles = {f"{_SCHEMAS}{name}": f"{_SCHEMAS}{schemas[name]['title']}" for name in schemas}
    by_title = {schema["title"]: schema for schema in schemas.values()}
    components = {
        "schemas": dict(sorted(by_title.items())),
        "headers": _HEADERS,
    }
    completed: dict[str, Any] = _with_references(
        described | {"components": components, "security": []}, titles
    )
    # Not before: FastAPI drops every null from what it is told.
    examples = json.loads(EXAMPLES.read_text("utf-8"))
    for operations in completed["paths"].values():
        for operation in operations.values():
            _exemplify(operation, examples.get(operation["operationId"], {}))
    return completed


def _with_references(part: Any, titles: dict[str, str]) -> Any:
    """Return a copy of a part of the document in which references are to the new names."""
    if isinstance(part, dict):
        return {
            name: titles.get(value, value) if name == "$ref" else _with_references(value, titles)
            for name, value in part.items()
        }
    if isinstance(part, list):
        return [_with_references(value, titles) for value in part]
    return part


def _exemplify(operation: dict[str, Any], examples: dict[str, dict[str, Any]]) -> None:
    for status, example in examples.items():
        for media_type in operation["responses"].get(status, {}).get("content", {}).values():
            media_type["examples"] = {
                "example": {"summary": f"GET {example['request']}", "value": example["body"]}
            }
