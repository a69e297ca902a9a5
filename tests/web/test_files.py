"""The explorer's files: whole, licensed, small, and content with this host."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

from app.routers.webfiles import FOLDER, MEDIA_TYPES, files_of, web_files
from tests.client import Client

VENDOR = FOLDER / "vendor"
VENDORED = json.loads((VENDOR / "vendor.json").read_text("utf-8"))
OWN = sorted(path for path in FOLDER.glob("*.*") if path.suffix in (".js", ".css"))
MAX_BYTES = 400_000
"""All files together, compressed."""
MAX_FIRST = 60_000
"""What is there before any picture: own code, styles and Preact, compressed."""


def compressed(paths: list) -> int:  # type: ignore[type-arg]
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)


@pytest.mark.parametrize("name", VENDORED)
def test_what_others_wrote_is_as_it_was_taken(name: str) -> None:
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == VENDORED[name]["sha256"]


def test_all_that_others_wrote_is_listed_and_licensed() -> None:
    about = {"vendor.json", "LICENSES.txt", "README.md"}
    assert {path.name for path in VENDOR.iterdir()} - about == VENDORED.keys()
    licences = (VENDOR / "LICENSES.txt").read_text("utf-8")
    for file in VENDORED.values():
        for package, about_it in file["packages"].items():
            heading = f"== {package} {about_it['version']} ({about_it['licence']})"
            assert heading in licences


def test_the_files_are_small() -> None:
    loaded = [VENDOR / name for name in VENDORED if Path(name).suffix in MEDIA_TYPES]
    assert compressed(loaded + OWN) < MAX_BYTES
    first = [
        FOLDER / name for name in web_files(files_of(FOLDER, without="docs")).modules("main.js")
    ]
    assert not {"map.js", "vendor/geo.js"} & {path.name for path in first}
    styles = [FOLDER / name for name in ("main.js", "theme.js", "explorer.css")]
    assert compressed([*first, *styles]) < MAX_FIRST


def test_every_module_is_loaded_by_some_other() -> None:
    text = "".join(path.read_text("utf-8") for path in OWN)
    named = set(re.findall(r'"\./([a-z-]+\.js)"', text))
    assert {path.name for path in OWN if path.suffix == ".js"} - named == {"main.js", "theme.js"}


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_own_code_names_no_other_host_and_writes_no_html(path) -> None:  # type: ignore[no-untyped-def]
    text = path.read_text("utf-8")
    assert not re.search(r"(?:https?:)?//[a-z0-9-]+\.[a-z]", text)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)


def test_files_are_found_under_their_content_and_cached_for_ever(client: Client) -> None:
    files = web_files(files_of(FOLDER, without="docs"))
    for path, file in files.by_path.items():
        answer = client.get(f"/assets/{files.digest}/{path}")
        assert answer.status_code == 200
        assert answer.content == file.body
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-type"].startswith(file.media_type)
    assert client.get("/assets/0000000000000000/main.js").status_code == 404
    assert client.get(f"/assets/{files.digest}/no-such.js").status_code == 404


def test_a_file_comes_in_the_coding_that_is_asked_for(client: Client) -> None:
    files = web_files(files_of(FOLDER, without="docs"))
    path = f"/assets/{files.digest}/explorer.css"
    answer = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["vary"]
    assert answer.content == files.by_path["explorer.css"].body
