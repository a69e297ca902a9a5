"""The OpenAPI document is valid, complete and true, and the service keeps to it."""

import inspect
import json
import re
import tomllib
import types
from collections.abc import Iterator
from typing import Any, Union, get_args, get_origin

import pytest
from fastapi.routing import iter_route_contexts
from jsonschema import ValidationError
from openapi_schema_validator import OAS31Validator, oas31_format_checker
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import TypeAdapter
from typer.testing import CliRunner

from app.cli import commands
from app.domain import answers, entities, shapes
from app.domain.collections import MEETINGS, RESOURCES
from app.domain.filters import Control, Filter
from app.domain.tripfile import Slug
from app.http.conditional import JSON
from app.query.facets import FACET, FACET_LIMIT, facet_names
from app.query.network import LINK_LIMIT
from app.query.parameters import CURSOR, FIELDS, LIMIT, LIST_CONTROLS
from app.query.search import COLLECTION, search_filters
from app.representations.registry import FORMATS, formats_of_list, formats_of_record
from app.settings import PROJECT
from tests.client import SEEDED, Client

PROBLEM = "application/problem+json"
NOT_DESCRIBED = {
    "/", "/assets/{digest}/{path}", "/docs", "/docs/{digest}/{name}", "/openapi.json",
    "/sitemap.xml", "/robots.txt", "/llms.txt", "/favicon.ico", "/.well-known/api-catalog",
}  # fmt: skip
OTHERS = {"search", "count_search_facets", "get_network", "get_dump"}
WITHOUT_ACCEPT = {"get_dump"}
"""What is one file, whatever a client accepts."""

PROCESS = {"get_liveness", "get_readiness", "get_metrics"}
"""What is asked of the process and not of the data."""

OTHER_MEDIA_TYPES = {
    **{
        f"list_{resource.name}": [known.essence for known in formats_of_list(resource)]
        for resource in RESOURCES.values()
    },
    **{
        f"get_{resource.singular}": [known.essence for known in formats_of_record(resource)]
        for resource in RESOURCES.values()
    },
    "get_network": ["text/xml"],
}
"""What is served beside JSON."""

FIRST_MEDIA_TYPES = {"get_metrics": "text/plain", "get_dump": "application/zip"}

BINARY = {known.essence for known in FORMATS if known.is_compressed}
"""The formats that are no text."""

SHAPES = [
    shape
    for module in (shapes, entities, answers)
    for _, shape in inspect.getmembers(module, inspect.isclass)
    if shape.__module__ == module.__name__
    and issubclass(shape, shapes.Shape)
    and shape not in (shapes.Shape, answers.Page)
]


@pytest.fixture(scope="module")
def document(client: Client) -> dict[str, Any]:
    response = client.get("/openapi.json")
    assert response.status_code == 200
    return response.json()


@pytest.fixture(scope="module")
def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """All operations by id, none of which stands twice, with the answers that they share."""
    found = [
        {**operation, "responses": dict(operation["responses"])}
        for by_method in document["paths"].values()
        for operation in by_method.values()
    ]
    shared = document["components"]["responses"]
    for operation in found:
        for status, response in operation["responses"].items():
            if "$ref" in response:
                operation["responses"][status] = shared[response["$ref"].rpartition("/")[2]]
    by_id = {operation["operationId"]: operation for operation in found}
    assert len(by_id) == len(found)
    return by_id


def validate(value: Any, schema: dict[str, Any], document: dict[str, Any]) -> None:
    """Raise ValidationError unless a value is what a schema of the document says."""
    known = {**schema, "components": document["components"]}
    OAS31Validator(known, format_checker=oas31_format_checker).validate(value)


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


@pytest.mark.slow
def test_is_valid(document: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(document).validate()


def test_the_command_prints_what_is_served(document: dict[str, Any]) -> None:
    printed = CliRunner().invoke(commands, ["openapi"])
    assert printed.exit_code == 0
    assert json.loads(printed.stdout) == document


def test_tells_what_the_service_is(document: dict[str, Any]) -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    info = document["info"]
    assert info["version"] == project["version"]
    assert info["license"]["identifier"] == project["license"]
    assert info["x-data-license"]["identifier"] == project["license"]
    assert list(document["paths"])[:3] == ["/trips", "/trips/{id}", "/trips/facets"]
    assert document["security"] == []
    for subject in ("Filters", "Paging", "Fields", "Errors", "Caching", "Licences"):
        assert subject in info["description"]


def test_describes_every_address_that_is_served(client: Client, document: dict[str, Any]) -> None:
    served = {
        context.path_format
        for context in iter_route_contexts(client.app.routes)
        if context.path_format is not None and context.methods is not None
    }
    # A suffix asks for one of the formats that the address without it is described with, or for
    # its picture.
    undescribed = served - document["paths"].keys()
    with_suffix = {path for path in undescribed if path.endswith((".{suffix}", ".png"))}
    assert {
        path.removesuffix(".{suffix}").removesuffix(".png") for path in with_suffix
    } <= document["paths"].keys()
    assert undescribed - with_suffix == NOT_DESCRIBED
    assert document["paths"].keys() <= served
    assert all(by_method.keys() == {"get"} for by_method in document["paths"].values())


def test_operations_have_clean_names(operations: dict[str, Any]) -> None:
    lists = {f"list_{resource.name}" for resource in RESOURCES.values()}
    records = {f"get_{resource.singular}" for resource in RESOURCES.values()}
    facets = {f"count_{resource.singular}_facets" for resource in RESOURCES.values()}
    assert operations.keys() == lists | records | facets | OTHERS | PROCESS
    for operation in operations.values():
        assert operation["summary"]
        assert operation["description"].endswith(".")


def test_tags_are_described_and_used(document: dict[str, Any], operations: dict[str, Any]) -> None:
    tags = {tag["name"]: tag["description"] for tag in document["tags"]}
    assert all(tags.values())
    assert tags.keys() == {tag for operation in operations.values() for tag in operation["tags"]}


def test_schemas_have_clean_names(document: dict[str, Any]) -> None:
    named = document["components"]["schemas"]
    for name, schema in named.items():
        assert schema["title"] == name
        assert schema["description"]
        assert re.fullmatch(r"([A-Z][a-z]+)+", name)
    published = {shape.model_config.get("title", shape.__name__) for shape in SHAPES}
    records = {resource.schema.model_config["title"] for resource in RESOURCES.values()}
    pages = {f"{title}Page" for title in records}
    pages |= {f"Sparse{title}" for title in records | pages}
    assert {name for name, schema in named.items() if schema["type"] == "object"} == (
        published | pages
    )


def test_components_are_all_used(document: dict[str, Any]) -> None:
    kept = {
        f"#/components/{kind}/{name}"
        for kind, components in document["components"].items()
        for name in components
    }
    assert set(references(document)) == kept


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_fields_are_described_and_always_there(
    document: dict[str, Any], shape: type[shapes.Shape]
) -> None:
    schema = document["components"]["schemas"][shape.model_config.get("title", shape.__name__)]
    assert schema["properties"].keys() == shape.model_fields.keys()
    assert set(schema["required"]) == shape.model_fields.keys() - {"notices"}
    # A field may be added one day, and clients must not mind.
    assert "additionalProperties" not in schema
    for name, field in shape.model_fields.items():
        described = schema["properties"][name]
        assert described["description"], name
        may_be_null = get_origin(field.annotation) in (
            Union, types.UnionType,
        ) and type(None) in get_args(field.annotation)  # fmt: skip
        assert ({"type": "null"} in described.get("anyOf", [])) == may_be_null, name


def declared() -> Iterator[tuple[str, tuple[Filter, ...], tuple[Control, ...]]]:
    """Yield each operation on data with the declarations of what it reads."""
    for resource in RESOURCES.values():
        yield f"list_{resource.name}", resource.filters, LIST_CONTROLS
        facets = (FACET, FACET_LIMIT) if facet_names(resource) else (FACET_LIMIT,)
        yield f"count_{resource.singular}_facets", resource.filters, facets
    yield "search", tuple(search_filters().values()), (COLLECTION, LIMIT, CURSOR)
    yield "count_search_facets", tuple(search_filters().values()), (COLLECTION, FACET, FACET_LIMIT)
    yield "get_network", MEETINGS.filters, (LINK_LIMIT,)


@pytest.mark.parametrize(
    ("operation", "filters", "controls"), list(declared()), ids=[id_ for id_, _, _ in declared()]
)
def test_parameters_are_those_that_are_declared(
    client: Client,
    document: dict[str, Any],
    operations: dict[str, Any],
    operation: str,
    filters: tuple[Filter, ...],
    controls: tuple[Control, ...],
) -> None:
    described = {known["name"]: known for known in operations[operation]["parameters"]}
    assert list(described) == [known.parameter for known in (*filters, *controls)]
    for known in (*filters, *controls):
        parameter = described[known.parameter]
        assert parameter["in"] == "query"
        assert parameter["description"] == known.meaning
        assert known.meaning.endswith(".")
        assert len(known.meaning) > len("Of this."), known.parameter
        validate(parameter["example"], parameter["schema"], document)
        # Generated clients send defaults: what nobody asked for would change the answer.
        assert "default" not in parameter["schema"]
    for known in filters:
        assert known.example
        assert described[known.parameter]["example"] == [known.example]
    # Whatever is read is described: the service itself lists all it knows, where nothing is alike.
    (path,) = [
        path
        for path, methods in document["paths"].items()
        if methods["get"]["operationId"] == operation
    ]
    (error,) = client.refused(f"{path}?{'%CE%A9' * 20}=1")
    known_here = error["message"].removeprefix("is not a parameter here; known are ").split(", ")
    assert known_here == list(described)


@pytest.mark.parametrize("resource", RESOURCES.values(), ids=RESOURCES)
def test_a_single_record_reads_its_id_and_fields(
    document: dict[str, Any], operations: dict[str, Any], resource: Any
) -> None:
    id_, fields = operations[f"get_{resource.singular}"]["parameters"]
    assert (id_["name"], id_["in"], id_["required"]) == ("id", "path", True)
    assert (fields["name"], fields["in"]) == (FIELDS.parameter, "query")
    # What an id may be, a trip file decides.
    slug = TypeAdapter(Slug).json_schema()
    assert {name: slug[name] for name in id_["schema"]} == id_["schema"]
    for parameter in (id_, fields):
        assert parameter["description"].endswith("."), parameter["name"]
        validate(parameter["example"], parameter["schema"], document)


@pytest.mark.parametrize(
    "written", ["2021-00", "2021-13", "2021-01-32", "2021-1", "21-01-01", "2021-03-16T00:00"]
)
def test_dates_that_no_calendar_has_do_not_fit_the_pattern(
    operations: dict[str, Any], written: str
) -> None:
    for parameter in operations["list_meetings"]["parameters"][:3]:
        assert not re.search(parameter["schema"]["items"]["pattern"], written)
        assert re.search(parameter["schema"]["items"]["pattern"], parameter["example"][0])


def test_every_answer_is_described(operations: dict[str, Any]) -> None:
    for id_, operation in operations.items():
        statuses = {"200", "400", "414", "431", "500"}
        if id_ not in PROCESS:
            statuses |= {"304", "422", "503"}
        if id_ not in PROCESS | WITHOUT_ACCEPT:
            statuses.add("406")
        if id_ == "get_dump":
            statuses |= {"206", "416"}
        if id_ == "get_readiness":
            statuses.add("503")
        if id_ in {f"get_{resource.singular}" for resource in RESOURCES.values()}:
            statuses |= {"308", "404", "410"}
        assert operation["responses"].keys() == statuses, id_
        for status, response in operation["responses"].items():
            assert response["description"].endswith("."), (id_, status)
            assert {"Cache-Control", "X-Request-ID"} <= response["headers"].keys(), (id_, status)
            assert ("Retry-After" in response["headers"]) == (status == "503")
        has_pages = id_.startswith("list_") or id_ == "search"
        assert ("Link" in operation["responses"]["200"]["headers"]) == has_pages
        if "304" in statuses:
            assert "content" not in operation["responses"]["304"]
            assert "ETag" in operation["responses"]["200"]["headers"]
            assert "ETag" in operation["responses"]["304"]["headers"]


def test_problems_are_nothing_else(operations: dict[str, Any]) -> None:
    for id_, operation in operations.items():
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                assert list(response["content"]) == [PROBLEM]
                reference = response["content"][PROBLEM]["schema"]
                assert reference == {"$ref": "#/components/schemas/Problem"}
            elif status == "200":
                first = FIRST_MEDIA_TYPES.get(id_, "application/json")
                assert list(response["content"]) == [first, *OTHER_MEDIA_TYPES.get(id_, [])]


def test_links_lead_to_operations_that_take_their_parameters(operations: dict[str, Any]) -> None:
    found = 0
    for operation in operations.values():
        for link in operation["responses"]["200"].get("links", {}).values():
            known = operations[link["operationId"]]["parameters"]
            places = {f"{parameter['in']}.{parameter['name']}" for parameter in known}
            assert link["parameters"].keys() <= places
            assert link["description"].endswith(".")
            found += 1
    assert found > 2 * len(RESOURCES)


@pytest.mark.parametrize("resource", RESOURCES.values(), ids=RESOURCES)
def test_answers_are_whole_unless_fields_are_named(
    client: Client, document: dict[str, Any], operations: dict[str, Any], resource: Any
) -> None:
    title = resource.schema.model_config["title"]
    for operation, path, name in (
        (f"list_{resource.name}", f"/{resource.name}", f"{title}Page"),
        (f"get_{resource.singular}", f"/{resource.name}/{resource.example_id}", title),
    ):
        schema = operations[operation]["responses"]["200"]["content"]["application/json"]["schema"]
        whole, sparse = schema["anyOf"]
        assert whole["$ref"].endswith(f"/{name}")
        assert sparse["$ref"].endswith(f"/Sparse{name}")
        response = client.get(path)
        if response.status_code == 404:  # The seeded trip has none of these.
            assert resource.name not in SEEDED
            continue
        assert response.status_code == 200
        validate(response.json(), whole, document)
        few = client.get(f"{path}?fields=id").json()
        validate(few, sparse, document)
        if name == title or few["items"]:
            with pytest.raises(ValidationError):
                validate(few, whole, document)


def test_every_answer_has_an_example_that_its_schema_allows(
    document: dict[str, Any], operations: dict[str, Any]
) -> None:
    for id_, operation in operations.items():
        for status, response in operation["responses"].items():
            for name, media_type in response.get("content", {}).items():
                # Of a single record, other formats are like those of lists; files are no text.
                is_like_others = id_.startswith("get_") and name not in (JSON, PROBLEM)
                if "examples" not in media_type:
                    assert is_like_others or name in BINARY, (id_, status, name)
                for example in media_type.get("examples", {}).values():
                    validate(example["value"], media_type["schema"], document)
