"""Clients are generated from the description and used, and linters find nothing in it.

Each tool is one that people use: skipped, with the reason, where it cannot be installed.
"""

import json
import re
import shutil
from pathlib import Path

import httpx
import pytest

from app.domain.collections import RESOURCES
from app.settings import PROJECT
from tests.clients.conftest import STEP, Service, told
from tests.clients.installing import HERE, run
from tests.write_examples import requests

pytestmark = pytest.mark.slow

SHOWN = re.compile(r"`(/[^`]*)`|^curl 'http://127\.0\.0\.1:8000(/.*)'$", re.MULTILINE)


def for_each_collection(program: str) -> str:
    """Return a program in which what is done with trips is done with every collection."""
    before, rest = program.split("// each collection\n")
    of_trips, after = rest.split("// end\n")
    blocks = [
        of_trips.replace("TripPage", f"{resource.schema.model_config['title']}Page")
        .replace("listTrips", f"list{resource.name.title()}")
        .replace("trips", resource.name)
        for resource in RESOURCES.values()
    ]
    return before + "".join(blocks) + after


@pytest.mark.parametrize(
    ("program", "generator"),
    [
        (
            "client.openapi-fetch.ts",
            "node_modules/openapi-typescript/bin/cli.js openapi.json -o readout.d.ts",
        ),
        ("client.hey-api.ts", "generate.hey-api.js openapi.json hey"),
    ],
    ids=["openapi-typescript", "hey-api"],
)
def test_a_client_in_typescript(
    service: Service,
    node_tools: Path,
    tmp_path: Path,
    program: str,
    generator: str,
) -> None:
    script, *arguments = generator.split()
    (tmp_path / "node_modules").symlink_to(node_tools / "node_modules")
    for copied in ("openapi.json", "tsconfig.json"):
        shutil.copy(node_tools / copied, tmp_path)
    # As most programs on Node are; what is generated leaves file extensions out.
    (tmp_path / "package.json").write_text('{"type": "commonjs"}')
    (tmp_path / "main.ts").write_text(for_each_collection((HERE / program).read_text("utf-8")))
    run("node", node_tools / script, *arguments, cwd=tmp_path)
    run("node", "node_modules/typescript/bin/tsc", "--project", "tsconfig.json", cwd=tmp_path)
    main = next((tmp_path / "built").rglob("main.js"))
    printed = run("node", main, service.url, str(STEP), cwd=tmp_path)
    assert told(printed) == service.expected()


def test_a_client_in_python(service: Service, python_tools: Path, tmp_path: Path) -> None:
    # It knows files as such only by this media type.
    (tmp_path / "config.yaml").write_text(
        "content_type_overrides:\n  application/zip: application/octet-stream\n"
    )
    run(
        "env", f"PATH={python_tools}:/usr/bin:/bin", python_tools / "openapi-python-client",
        "generate", "--path", service.description, "--fail-on-warning",
        "--config", tmp_path / "config.yaml",
        "--output-path", tmp_path / "made",
        cwd=tmp_path,
    )  # fmt: skip
    shutil.copy(HERE / "use_python_client.py", tmp_path / "made")
    printed = run(
        python_tools / "python", "use_python_client.py", service.url, str(STEP), *RESOURCES,
        cwd=tmp_path / "made",
    )  # fmt: skip
    assert told(printed) == service.expected()


@pytest.mark.parametrize("name", ["redocly", "spectral"])
def test_linters_find_nothing(node_tools: Path, name: str) -> None:
    assert told(run("node", "lint.js", name, "openapi.json", cwd=node_tools)) == []


def test_what_goes_by_is_as_described(service: Service, python_tools: Path, tmp_path: Path) -> None:
    shown = [
        "".join(groups) for groups in SHOWN.findall((PROJECT / "README.md").read_text("utf-8"))
    ]
    addresses = shown + [
        address
        for asked in requests().values()
        for status, address in asked.items()
        if status in ("200", "404", "422")
    ]
    for name in RESOURCES:
        page = service.get(f"/{name}?limit={STEP}")
        assert page["next"]
        addresses += [page["next"], f"/{name}?fields=id,updated_at&limit=1", f"/{name}?fields=id"]
        addresses.append(f"/{name}/{page['items'][0]['id']}")
    addresses += ["/search?q=climate&collection=meetings,quotes", "/meetings?city=a&city=b"]
    described = json.loads(service.description.read_text("utf-8"))["paths"]
    recorded = []
    for address in dict.fromkeys(addresses):
        response = httpx.get(service.url + address)
        if response.headers["content-type"] == "application/zip":
            continue  # Of a file, the description says no more.
        if address.split("?")[0].split("/")[1] in {path.split("/")[1] for path in described}:
            recorded.append(
                {
                    "address": service.url + address,
                    "status": response.status_code,
                    "headers": response.headers.multi_items(),
                    "body": response.text,
                }
            )
    assert len(recorded) > 100
    # One of each that does not fit, so that it is seen that they would be found.
    (good, *_) = (
        entry for entry in recorded if entry["address"].endswith("/meetings?official=Chung")
    )
    faulty = [
        good | {"address": f"{good['address']}&format=pigeon"},
        good | {"address": f"{good['address']}&fields=id,pigeon"},
        good | {"body": str(good["body"]).replace('"total":', '"sum":')},
        good | {"status": 404},
    ]
    recorded += faulty
    (tmp_path / "recorded.json").write_text(json.dumps(recorded))
    printed = run(
        python_tools / "python", HERE / "validate.py", service.description,
        tmp_path / "recorded.json", cwd=tmp_path,
    )  # fmt: skip
    wrong = told(printed)
    assert [line.partition(": ")[0] for line in wrong] == [entry["address"] for entry in faulty], (
        wrong
    )
