"""What OpenAPI says of the routes, taken from the declarations that serve them."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema
from starlette.responses import Response

from app.domain.answers import FacetsShape, HitPage, NetworkShape, Page, Problem
from app.domain.collections import MEETINGS, RESOURCES
from app.domain.filters import Control, Filter, Reads
from app.domain.records import Resource
from app.domain.vocabulary import AgreementKind, MeetingFormat, ParticipantKind
from app.http.problems import MEDIA_TYPE as PROBLEM_MEDIA_TYPE
from app.query.cursor import CURSOR_LENGTH_MOST, Position, write_cursor
from app.query.facets import (
    FACET,
    FACET_LIMIT,
    FACET_LIMIT_DEFAULT,
    FACET_LIMIT_MOST,
    facet_names,
)
from app.query.network import LINK_LIMIT, LINKS_DEFAULT, LINKS_MOST
from app.query.parameters import (
    CURSOR,
    FIELDS,
    LIMIT,
    LIMIT_DEFAULT,
    LIMIT_MOST,
    SORT,
    QueryPlan,
    sorts,
)
from app.query.reading import TEXT_LENGTH_MOST, VALUE_LENGTH_MOST, VALUES_MOST, Given
from app.query.search import COLLECTION, search_filters, search_identity
from app.representations.graphml import MEDIA_TYPE as GRAPHML_MEDIA_TYPE

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
    "Vary": {
        "description": "The answer is compressed as the client's `Accept-Encoding` allows.",
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
    "Location": {
        "description": "The path of what is asked for.",
        "required": True,
        "schema": {"type": "string"},
    },
    "Retry-After": {
        "description": "In how many seconds it is worth asking again.",
        "required": True,
        "schema": {"type": "integer"},
    },
}
_DATA_HEADERS = ("ETag", "Cache-Control", "Vary", "X-Request-ID")
_PROBLEM_HEADERS = ("Cache-Control", "X-Request-ID")
_PROBLEMS = {
    404: "No record has this id.",
    410: "A record had this id and was removed; `detail` says when.",
    422: "A parameter is unknown or malformed; `errors` names each.",
    500: "Something went wrong here; the log has the cause under `request_id`.",
    503: "The data cannot be served now; `detail` says why.",
}

_ID_PATTERN = "^[a-z0-9]+(-[a-z0-9]+)*$"
_ID_LENGTH_MOST = 120
_DATE_PATTERN = "^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
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
        "tags": [resource.name],
        "operation_id": f"list_{resource.name}",
        "summary": f"List {resource.name}",
        "description": description,
        # The shape of a page is made here, at run time; mypy knows only types that are written out.
        "response_model": Page[resource.schema],  # type: ignore[name-defined]
        "responses": _data_responses("A page of the list.", "Link"),
        "openapi_extra": {"parameters": list_parameters(resource)},
    }


def describe_record(resource: Resource) -> dict[str, Any]:
    """Return what FastAPI is told of a single record of a collection."""
    return {
        "tags": [resource.name],
        "operation_id": f"get_{resource.singular}",
        "summary": f"Get one {resource.singular}",
        "description": resource.schema.__doc__,
        "response_model": resource.schema,
        "responses": _data_responses(f"The {resource.singular}.")
        | {308: described_answer("It has another id now.", "Location", *_PROBLEM_HEADERS)}
        | problem_responses(404, 410),
        "openapi_extra": {"parameters": [_id_parameter(resource), _fields_parameter(resource)]},
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


def describe_facets(resource: Resource) -> dict[str, Any]:
    """Return what FastAPI is told of the facets of a collection."""
    names = facet_names(resource)
    return {
        "tags": [resource.name],
        "operation_id": f"count_{resource.singular}_facets",
        "summary": f"Count {resource.name} by facet",
        "description": "Each value with the number of records it would give. The counts of a "
        "facet leave its own filter out, so that alternatives show their numbers.",
        "response_model": FacetsShape,
        "responses": _data_responses("The facets."),
        "openapi_extra": {
            "parameters": [
                *map(filter_parameter, resource.filters),
                *([control_parameter(FACET, _some_of(names), names[:1])] if names else []),
                control_parameter(
                    FACET_LIMIT, whole_number(FACET_LIMIT_DEFAULT, FACET_LIMIT_MOST), 20
                ),
            ]
        },
    }


def describe_search() -> dict[str, Any]:
    """Return what FastAPI is told of the search."""
    filters = list(search_filters().values())
    nothing = Given({}, (), {}, ())
    text = next(known for known in filters if known.reads is Reads.TEXT)
    given = replace(nothing, values={text.parameter: (text.example,)})
    identity = search_identity(tuple(RESOURCES), given)
    return {
        "tags": ["search"],
        "operation_id": "search",
        "summary": "Search all collections",
        "description": 'Words, `"exact phrases"`, `-without` and `prefix*`, whatever the case '
        "and accents, under the filters of all collections. A collection that lacks a filter which "
        "is given has no hits. The best hits come first.",
        "response_model": HitPage,
        "responses": _data_responses("A page of hits.", "Link"),
        "openapi_extra": {
            "parameters": [
                *(
                    filter_parameter(known) | ({"required": True} if known is text else {})
                    for known in filters
                ),
                control_parameter(COLLECTION, _some_of(list(RESOURCES)), ["meetings"]),
                control_parameter(LIMIT, whole_number(LIMIT_DEFAULT, LIMIT_MOST), 20),
                _cursor_parameter(Position(-(1 << 62), 0, 0, ""), identity),
            ]
        },
    }


def describe_search_facets() -> dict[str, Any]:
    """Return what FastAPI is told of the counts of a search."""
    search = describe_search()
    counted = len(search_filters()) + 1
    return search | {
        "operation_id": "count_search_facets",
        "summary": "Count hits by collection",
        "description": "The number of hits in each collection that has some, whichever of them "
        "`collection` names; `total` counts those that it does.",
        "response_model": FacetsShape,
        "responses": _data_responses("The facets."),
        "openapi_extra": {"parameters": search["openapi_extra"]["parameters"][:counted]},
    }


def describe_network() -> dict[str, Any]:
    """Return what FastAPI is told of the network as JSON."""
    return _network("get_network", "Who met whom, as node-link JSON") | {
        "response_model": NetworkShape,
        "responses": _data_responses("The network."),
    }


def describe_graphml() -> dict[str, Any]:
    """Return what FastAPI is told of the network as GraphML."""
    responses = _data_responses("The network as a GraphML document.")
    responses[200] |= {"content": {GRAPHML_MEDIA_TYPE: {"schema": {"type": "string"}}}}
    return _network("get_network_graphml", "Who met whom, as GraphML") | {
        "response_class": Response,
        "responses": responses,
    }


def _network(operation_id: str, summary: str) -> dict[str, Any]:
    return {
        "tags": ["network"],
        "operation_id": operation_id,
        "summary": summary,
        "description": "Everyone in the meetings that match, and for every two of them the "
        "meetings they shared.",
        "openapi_extra": {
            "parameters": [
                *map(filter_parameter, MEETINGS.filters),
                control_parameter(LINK_LIMIT, whole_number(LINKS_DEFAULT, LINKS_MOST), 100),
            ]
        },
    }


def _data_responses(description: str, *headers: str) -> dict[int | str, dict[str, Any]]:
    return {
        200: described_answer(description, *_DATA_HEADERS, *headers),
        304: _not_modified(),
        **problem_responses(422, 500, 503),
    }


def list_parameters(resource: Resource) -> list[dict[str, Any]]:
    """Return the OpenAPI parameters of the list of a collection."""
    start = QueryPlan(resource, {}, order=resource.order)
    return [
        *map(filter_parameter, resource.filters),
        control_parameter(
            SORT,
            {"type": "string", "enum": sorts(resource), "default": resource.order},
            resource.order,
        ),
        _fields_parameter(resource),
        control_parameter(LIMIT, whole_number(LIMIT_DEFAULT, LIMIT_MOST), int(LIMIT.example)),
        # The place before the first record: the only one there is in every database.
        _cursor_parameter(Position("", 0, 0, ""), start.fingerprint),
    ]


def filter_parameter(known: Filter) -> dict[str, Any]:
    """Return the OpenAPI parameter of a filter."""
    return {
        "name": known.parameter,
        "in": "query",
        "description": known.meaning,
        "explode": True,
        "style": "form",
        "schema": {"type": "array", "items": _value_schema(known), "maxItems": VALUES_MOST},
        "example": [known.example],
    }


def _value_schema(known: Filter) -> dict[str, Any]:
    match known.reads:
        case Reads.CHOICE if known.choices in _VOCABULARIES:
            return {"$ref": f"{_SCHEMAS}{_VOCABULARIES[known.choices]}"}
        case Reads.CHOICE:
            return {"type": "string", "enum": list(known.choices)}
        case Reads.DATE:
            return {"type": "string", "pattern": _DATE_PATTERN}
    most = TEXT_LENGTH_MOST if known.reads is Reads.TEXT else VALUE_LENGTH_MOST
    return {"type": "string", "minLength": 1, "maxLength": most}


def control_parameter(control: Control, schema: dict[str, Any], example: Any) -> dict[str, Any]:
    """Return the OpenAPI parameter of a control."""
    return {
        "name": control.parameter,
        "in": "query",
        "description": control.meaning,
        "schema": schema,
        "example": example,
    }


def whole_number(default: int, most: int) -> dict[str, Any]:
    """Return the schema of a number that is at least one."""
    return {"type": "integer", "minimum": 1, "maximum": most, "default": default}


def _some_of(words: list[str]) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string", "enum": words}}


def _fields_parameter(resource: Resource) -> dict[str, Any]:
    return control_parameter(FIELDS, _some_of(list(resource.schema.model_fields)), ["id"])


def _cursor_parameter(position: Position, belongs_to: str) -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1, "maxLength": CURSOR_LENGTH_MOST}
    return control_parameter(CURSOR, schema, write_cursor(position, belongs_to))


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
