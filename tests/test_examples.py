"""The examples of the OpenAPI document are what the running service answers, to the letter."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from anyio.from_thread import BlockingPortal

from app.domain.collections import RESOURCES
from app.main import create_app
from app.routers.openapi import EXAMPLES
from tests.write_examples import Service, answered, body_of, is_text, requests, text_of

PATHS: dict[str, Any] = create_app().openapi()["paths"]
OPERATIONS = {operation["get"]["operationId"]: operation["get"] for operation in PATHS.values()}
PARAMETERS = [
    pytest.param(path, parameter, id=f"{path}-{parameter['name']}")
    for path, operation in PATHS.items()
    for parameter in operation["get"].get("parameters", [])
]
EXCERPTS = {
    ("get_metrics", "200"),
    ("get_metrics", "400"),
    ("get_liveness", "400"),
    ("get_readiness", "400"),
}
"""Answers that are never twice the same, of which an excerpt is shown, and those of the server."""


@pytest.fixture(scope="module")
def service(
    portal: BlockingPortal, seed_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    database = tmp_path_factory.mktemp("examples") / "readout.db"
    shutil.copy(seed_database, database)
    running = Service(portal, database)
    yield running
    running.close()


@pytest.mark.slow
def test_the_file_holds_what_the_service_answers(service: Service) -> None:
    kept, now = EXAMPLES.read_text("utf-8"), text_of(answered(service))
    assert kept == now, "run `python -m tests.write_examples`, and look at what it changes"


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_described_answer_is_what_the_service_answers(
    service: Service, operation: str
) -> None:
    described = {
        status: response
        for status, response in OPERATIONS[operation]["responses"].items()
        if "content" in response and (operation, status) not in EXCERPTS
    }
    asked = {
        status if number == 0 else f"{status} {media_type}"
        for status, response in described.items()
        for number, media_type in enumerate(response["content"])
    }
    assert requests()[operation].keys() == asked
    for status, response in described.items():
        for media_type, content in response["content"].items():
            if "examples" not in content:  # It is no text, or like that of others.
                assert media_type not in ("application/json", "application/problem+json")
                continue
            (example,) = content["examples"].values()
            method, request = example["summary"].split(" ")
            answer = service.ask(status, request)
            assert method == "GET"
            assert answer.status_code == int(status)
            assert answer.headers["content-type"].partition(";")[0] == media_type
            # As text, so that the order of the fields counts, too.
            assert json.dumps(body_of(answer)) == json.dumps(example["value"])
        answer = service.ask(status, requests()[operation][status])
        missing = {
            header
            for header in response["headers"]
            if header not in answer.headers and header != "Link"
        }
        assert not missing
        value = body_of(answer) if is_text(answer) else None
        follows = isinstance(value, dict) and bool(value.get("next"))
        assert ("link" in answer.headers) == follows


def test_lists_show_records_and_one_shows_how_to_go_on() -> None:
    pages = [
        OPERATIONS[f"list_{name}"]["responses"]["200"]["content"]["application/json"]["examples"]
        for name in RESOURCES
    ]
    assert all(page["example"]["value"]["items"] for page in pages)
    assert any(page["example"]["value"]["next"] for page in pages)


@pytest.mark.parametrize(("path", "parameter"), PARAMETERS)
def test_every_parameter_finds_something_with_its_example_alone(
    service: Service, path: str, parameter: dict[str, Any]
) -> None:
    # What cannot be left out is given, too.
    given = [
        other
        for other in PATHS[path]["get"]["parameters"]
        if other["name"] == parameter["name"] or other.get("required")
    ]
    asked = []
    for each in given:
        if each["in"] == "path":
            path = path.replace(f"{{{each['name']}}}", each["example"])
        else:
            asked += pairs(each["name"], each["example"])
    response = service.ask("200", f"{path}?{urlencode(asked)}")
    assert response.status_code == 200, response.text
    body = response.json()
    found = next(body[name] for name in ("items", "nodes", "total", "id") if name in body)
    assert found
    if parameter["in"] == "path":
        assert found == parameter["example"]


def pairs(name: str, example: Any) -> list[tuple[str, str]]:
    return [(name, str(value)) for value in (example if isinstance(example, list) else [example])]
