"""What OpenAPI says of the data routes: their texts, parameters and answers."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from pydantic_core import from_json
from starlette.responses import Response

from app.domain.answers import FacetsShape, HitPage, NetworkShape, Page
from app.domain.records import Resource
from app.http.problems import MEDIA_TYPE as PROBLEM_MEDIA_TYPE
from app.http.problems import Refusal, problem_response
from app.representations.dump import MEDIA_TYPE as DUMP_MEDIA_TYPE
from app.representations.formats import Format
from app.routers.parameters import (
    facets_parameters,
    list_parameters,
    network_parameters,
    record_parameters,
    search_facets_parameters,
    search_parameters,
)

SCHEMAS = "#/components/schemas/"
HEADERS = {
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
        "description": "The answer has the format and the compression that the client accepts.",
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
    "Accept-Ranges": {
        "description": "That parts can be asked for, in bytes.",
        "required": True,
        "schema": {"type": "string"},
    },
    "Content-Range": {
        "description": "Which bytes these are, and how many there are in all.",
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
    400: "The request is none that HTTP allows, as one without a `Host`.",
    404: "No record has this id.",
    406: "None of the formats that are served is one that `Accept` allows; `detail` lists them.",
    410: "A record had this id and was removed; `detail` says when.",
    414: "The address is longer than the service reads.",
    416: "The file has no such part; `Content-Range` says how many bytes it has.",
    422: "A parameter is unknown or malformed; `errors` names each.",
    431: "The headers are longer than the service reads.",
    500: "Something went wrong here; the log has the cause under `request_id`.",
    503: "The data cannot be served now; `detail` says why.",
}


def describe_list(resource: Resource, formats: Sequence[Format]) -> dict[str, Any]:
    """Return what FastAPI says of the list of a collection, and of the formats it is served in."""
    description = resource.description
    if resource.filters:
        description += (
            " Filters combine: all of them must hold; of one given several times, any."
            " A filter that matches nothing gives an empty list."
        )
    description += _formats_of(resource.name, formats) + (
        " In these, a list without `limit` is whole; `fields` is taken by "
        + _joined([f"`.{known.suffix}`" for known in formats if known.takes_fields])
        + "."
    )
    return {
        "tags": [resource.name],
        "operation_id": f"list_{resource.name}",
        "summary": f"List {resource.name}",
        "description": description,
        # Made at run time: mypy knows only types that are written out.
        "response_model": Page[resource.schema],  # type: ignore[name-defined]
        "responses": _data_responses("A page of the list.", "Link", formats=formats),
        "dependencies": [list_parameters(resource)],
    }


def describe_record(resource: Resource, formats: Sequence[Format]) -> dict[str, Any]:
    """Return what FastAPI says of a single record of a collection, and of its formats."""
    return {
        "tags": [resource.name],
        "operation_id": f"get_{resource.singular}",
        "summary": f"Get one {resource.singular}",
        "description": (resource.schema.__doc__ or "")
        + _formats_of(f"{resource.name}/{resource.example_id}", formats),
        "response_model": resource.schema,
        "responses": _data_responses(f"The {resource.singular}.", formats=formats)
        | {308: described_answer("It has another id now.", "Location", *_PROBLEM_HEADERS)}
        | problem_responses(404, 410),
        "dependencies": [record_parameters(resource)],
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
        | {"content": {PROBLEM_MEDIA_TYPE: {"schema": {"$ref": f"{SCHEMAS}Problem"}}}}
        for status in statuses
    }


REFUSED_REQUESTS = {
    HTTPStatus.BAD_REQUEST: ("BadRequest", "a request needs exactly one Host header"),
    HTTPStatus.REQUEST_URI_TOO_LONG: (
        "UriTooLong",
        "the address of a request may have 65536 bytes",
    ),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: (
        "HeadTooLarge",
        "the head of a request may have 65536 bytes",
    ),
}
"""What is wrong with a request before it reaches a route: the name of the answer, an example."""


def refused_requests() -> dict[str, dict[str, Any]]:
    """Return the answers that any address may give, by name, as OpenAPI describes them."""
    answers = {}
    for status, (name, message) in REFUSED_REQUESTS.items():
        example = from_json(
            problem_response(Refusal(status, message), "/meetings", "f3b1c2d4e5a64788").body
        )
        (answer,) = problem_responses(status).values()
        for media_type in answer["content"].values():
            media_type["examples"] = {"example": {"summary": "GET /meetings", "value": example}}
        answers[name] = answer
    return answers


def _not_modified() -> dict[str, Any]:
    return described_answer(
        "Nothing has changed since the answer whose `ETag` the request has in `If-None-Match`.",
        *_DATA_HEADERS,
    )


def describe_facets(resource: Resource) -> dict[str, Any]:
    """Return what FastAPI says of the facets of a collection."""
    return {
        "tags": [resource.name],
        "operation_id": f"count_{resource.singular}_facets",
        "summary": f"Count {resource.name} by facet",
        "description": "Each value with the number of records it would give. The counts of a "
        "facet leave its own filter out, so that alternatives show their numbers.",
        "response_model": FacetsShape,
        "responses": _data_responses("The facets."),
        "dependencies": [facets_parameters(resource)],
    }


def describe_search() -> dict[str, Any]:
    """Return what FastAPI says of the search."""
    return {
        "tags": ["search"],
        "operation_id": "search",
        "summary": "Search all collections",
        "description": 'Words, `"exact phrases"`, `-without` and `prefix*`, whatever the case '
        "and accents, under the filters of all collections. A collection that lacks a filter which "
        "is given has no hits. The best hits come first.",
        "response_model": HitPage,
        "responses": _data_responses("A page of hits.", "Link"),
        "dependencies": [search_parameters()],
    }


def describe_search_facets() -> dict[str, Any]:
    """Return what FastAPI says of the counts of a search."""
    return {
        "tags": ["search"],
        "operation_id": "count_search_facets",
        "summary": "Count hits by collection, official and time",
        "description": "What the hits of a search may be filtered by, with the number each value "
        "would give. A facet ignores its own filter: `collection` those that `collection` names, "
        "days, months and years all dates. What has no date counts in none of these, and what "
        "names no official in `official`; participants count in the periods in which they had part "
        "in something. `total` is that of all hits.",
        "response_model": FacetsShape,
        "responses": _data_responses("The facets."),
        "dependencies": [search_facets_parameters()],
    }


def describe_network(formats: Sequence[Format]) -> dict[str, Any]:
    """Return what FastAPI says of the network, and of the formats it is served in."""
    return {
        "tags": ["network"],
        "operation_id": "get_network",
        "summary": "Who met whom, as node-link JSON or GraphML",
        "description": "Everyone in the meetings that match, and for every two of them the "
        "meetings they shared." + _formats_of("network", formats),
        "response_model": NetworkShape,
        "responses": _data_responses("The network.", formats=formats),
        "dependencies": [network_parameters()],
    }


def describe_dump() -> dict[str, Any]:
    """Return what FastAPI says of the dump."""
    headers = ("ETag", "Cache-Control", "Accept-Ranges", "X-Request-ID")
    content = {"content": {DUMP_MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}
    return {
        "tags": ["dump"],
        "operation_id": "get_dump",
        "summary": "Get everything as one file",
        "description": "A ZIP file: each trip as the file that it is loaded from, JSON, in"
        " `trips/`; the JSON Schema of these files; and `dump.json`, which says since when each is"
        " as it is. `readout load dump.zip` into an empty database gives the same revision. A part"
        " is sent if `Range` asks for it.",
        "response_class": Response,
        "response_model": None,
        "responses": {
            200: described_answer("The file.", *headers) | content,
            206: described_answer("The part of it.", *headers, "Content-Range") | content,
            304: _not_modified(),
            **problem_responses(416, 422, 500, 503),
        },
    }


def _formats_of(path: str, formats: Sequence[Format]) -> str:
    """Return how formats are asked for, in a sentence."""
    suffixes = _joined([f"`.{known.suffix}`" for known in formats])
    return (
        f" Other formats are asked for by `Accept`, or by a suffix of the path: {suffixes}, as in"
        f" `/{path}.{formats[0].suffix}`."
    )


def _joined(words: Sequence[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def _data_responses(
    description: str, *headers: str, formats: Sequence[Format] = ()
) -> dict[int | str, dict[str, Any]]:
    found = described_answer(description, *_DATA_HEADERS, *headers)
    if formats:
        found["content"] = {
            known.essence: {"schema": {"type": "string", "description": f"{known.description}."}}
            for known in formats
        }
    return {
        200: found,
        304: _not_modified(),
        **problem_responses(406, 422, 500, 503),
    }
