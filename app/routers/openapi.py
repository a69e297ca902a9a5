"""The OpenAPI document: FastAPI's, completed with what FastAPI leaves out."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from app.domain.answers import Problem
from app.domain.collections import RESOURCES
from app.query.facets import FACET
from app.query.parameters import FIELDS
from app.query.search import COLLECTION
from app.routers.description import HEADERS, REFUSED_REQUESTS, SCHEMAS, refused_requests
from app.routers.links import link_operations
from app.routers.sparse import describe_sparse_answers

EXAMPLES = Path(__file__).with_name("examples.json")
"""Requests and their answers, by operation and status; `python -m tests.write_examples` asks
them of the service and writes the file."""

_DESCRIPTION = """\
What foreign ministries publish after their meetings, as data. Every record names its evidence:
the passages of published sources that it rests on, with links that open them. What a reader infers
and the source does not state is listed in `inferred`. Where the source gives no day, `date` is
null, and `earliest_date` and `latest_date` say between which days it was.

**Filters** have the same names and meanings in every collection that has them. All filters given
must hold; of one given several times, any. Case and accents of names do not matter. A value that
matches nothing gives an empty list; a parameter that is unknown or malformed is refused, with what
may have been meant.

**Paging**: a list holds at most `limit` records. `next_cursor` is what `cursor` takes for the next
page, the other parameters unchanged, and null on the last page; `next`, and the `Link` header, are
the path and query of that page, relative to the host. `total` counts the records of all pages.

**Fields**: `fields` leaves out all but some fields of each record. Answers without it are whole.

**Formats**: JSON, and what else an operation lists, by `Accept` or by a suffix of the path, as in
`/meetings.csv`; the suffix goes first. Other formats than JSON hold whole lists without `limit`.

**Errors** are problems as RFC 9457 has them, `application/problem+json`, whatever the status.
Their `request_id` is also in the service's log.

**Caching**: every answer with data has an `ETag` that changes when the data does. Sent back in
`If-None-Match`, it is answered by a short 304 as long as nothing has changed. Errors are not
cached.

**Licences**: the service and the trips that come with it are under the MIT licence. Words that are
quoted are those of their sources, which say under what terms they may be used.
"""

METADATA: dict[str, Any] = {
    "title": "Readout",
    "version": "0.1.0",
    "summary": "Official trips: who met whom, where and when, what was said, what was agreed.",
    "description": _DESCRIPTION,
    "contact": {"name": "The Readout project"},
    "license_info": {"name": "MIT", "identifier": "MIT"},
    "openapi_tags": [
        *(
            {"name": resource.name, "description": resource.description}
            for resource in RESOURCES.values()
        ),
        {"name": "search", "description": "Full-text search across all collections."},
        {"name": "network", "description": "Who met whom."},
        {"name": "dump", "description": "Everything at once."},
        {"name": "health", "description": "Whether the process lives, can serve, and how it does."},
    ],
    # The document and its page have routes of Readout's own.
    "openapi_url": None,
    "docs_url": None,
    "redoc_url": None,
}

_DATA_LICENSE = {
    "name": "MIT",
    "identifier": "MIT",
    "description": "Of the trips that come with the service. Words that are quoted are those of "
    "their sources.",
}

_JOINED = {FIELDS.parameter, FACET.parameter, COLLECTION.parameter}
"""Parameters whose values are joined by commas; those of all others are repeated."""


def describe(app: FastAPI, root_path: str) -> None:
    """Have an application return the completed OpenAPI document, with its root path."""
    by_fastapi = app.openapi

    @cache
    def openapi() -> dict[str, Any]:
        return complete(by_fastapi()) | {"servers": [{"url": root_path or "/"}]}

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's documented way to extend it.


def complete(described: dict[str, Any]) -> dict[str, Any]:
    """Return an OpenAPI document of FastAPI's with what FastAPI leaves out, or leaves unclear.

    Schemas are named by their titles, as clients name them. Headers, the schema of problems and
    examples are added, and an empty `security`: no key is needed.
    """
    _, problems = models_json_schema(
        [(Problem, "serialization")], ref_template=f"{SCHEMAS}{{model}}"
    )
    schemas = described["components"]["schemas"] | problems["$defs"]
    titles = {f"{SCHEMAS}{name}": f"{SCHEMAS}{schemas[name]['title']}" for name in schemas}
    by_title = {schema["title"]: schema for schema in schemas.values()}
    components = {
        "schemas": dict(sorted(by_title.items())),
        "headers": HEADERS,
        "responses": refused_requests(),
    }
    completed: dict[str, Any] = _with_references(
        described
        | {"paths": _in_reading_order(described["paths"]), "components": components}
        | {"security": [], "info": described["info"] | {"x-data-license": _DATA_LICENSE}},
        titles,
    )
    describe_sparse_answers(completed, SCHEMAS)
    link_operations(completed["paths"])
    # Only now: FastAPI drops every null from what it is given.
    examples = json.loads(EXAMPLES.read_text("utf-8"))
    for operations in completed["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                _complete_parameter(parameter)
            _exemplify(operation, examples.get(operation["operationId"], {}))
            for status, (name, _) in REFUSED_REQUESTS.items():
                operation["responses"][str(status)] = {"$ref": f"#/components/responses/{name}"}
            operation["responses"] = dict(sorted(operation["responses"].items()))
    return completed


def _in_reading_order(paths: dict[str, Any]) -> dict[str, Any]:
    """Return paths with each list first, then one record, then counts.

    The routes themselves are in another order, in which the first match is the right one.
    """
    parts = list(dict.fromkeys(path.split("/")[1] for path in paths))
    by_place = sorted(
        paths, key=lambda path: (parts.index(path.split("/")[1]), path.endswith("/facets"))
    )
    return {path: paths[path] for path in by_place}


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


def _complete_parameter(parameter: dict[str, Any]) -> None:
    schema = parameter["schema"]
    for repeated in ("title", "description"):
        schema.pop(repeated, None)
    parameter["example"] = schema.pop("examples")[0]
    if parameter["name"] in _JOINED:
        parameter["explode"] = False


def _exemplify(operation: dict[str, Any], examples: dict[str, dict[str, Any]]) -> None:
    """Add to each answer its example, by status and format or by status alone.

    Examples without a body are left out, as an example needs a value.
    """
    for status, response in operation["responses"].items():
        for name, media_type in response.get("content", {}).items():
            example = examples.get(f"{status} {name}") or examples.get(status)
            if example is not None and "body" in example:
                shown = {"summary": f"GET {example['request']}", "value": example["body"]}
                media_type["examples"] = {"example": shown}
