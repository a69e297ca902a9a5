"""What stands beside the code: pinned versions, hooks, forms for issues."""

import json
import re
import shlex
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from app.settings import PROJECT

FORMS = [
    path
    for path in sorted((PROJECT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
    if path.stem != "config"
]


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {
        re.split(r"[<>=!;\[ ]", dependency, maxsplit=1)[0]
        for dependency in (*project["dependencies"], *project["optional-dependencies"]["dev"])
    }
    pins = (PROJECT / "constraints.txt").read_text("utf-8").splitlines()
    pinned = [line.partition("==")[0] for line in pins if not line.startswith("#")]
    assert {as_one(name) for name in wanted} <= {as_one(name) for name in pinned}
    assert len(pinned) == len(set(pinned))


def test_the_image_installs_what_is_pinned_with_hashes() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    pins = (PROJECT / "constraints.txt").read_text("utf-8").splitlines()
    pinned = {as_one(pin.partition("==")[0]): pin.partition("==")[2] for pin in pins}
    text = (PROJECT / "requirements.lock").read_text("utf-8")
    assert "://" not in text
    entries = re.split(r"\n(?=[a-z])", text.partition("\n\n")[0].rstrip())[1:]
    locked = {}
    for entry in entries:
        found = re.match(r"([\w.-]+)==([\w.]+)(?: ; [^\\]+)? \\\n", entry)
        assert found, entry
        assert re.fullmatch(r"(?: *--hash=sha256:[0-9a-f]{64}(?: \\)?\n?)+", entry[found.end() :])
        locked[as_one(found[1])] = found[2]
    # What only other systems need is pinned nowhere else.
    assert {name: pinned.get(name, version) for name, version in locked.items()} == locked
    assert set(locked) - set(pinned) <= {"colorama"}
    assert required(*project["dependencies"], "psycopg[binary]") <= set(locked)


def required(*names: str) -> set[str]:
    """Return distributions that are needed here, with all that they need in turn."""
    found: set[str] = set()
    waiting = [Requirement(name) for name in names]
    while waiting:
        one = waiting.pop()
        extras = [*one.extras, ""]
        if one.marker is not None and not one.marker.evaluate():
            continue
        found.add(as_one(one.name))
        for text in metadata.requires(one.name) or ():
            needed = Requirement(text)
            is_new = as_one(needed.name) not in found
            marker = needed.marker
            if is_new and (marker is None or any(marker.evaluate({"extra": e}) for e in extras)):
                waiting.append(Requirement(f"{needed.name}[{','.join(needed.extras)}]"))
    return found


def test_uvicorn_is_held_to_no_newest_version() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    (wanted,) = [name for name in project["dependencies"] if name.startswith("uvicorn")]
    assert not re.search("<|==|~=", wanted)


def test_tools_of_clients_are_pinned_and_name_no_registry() -> None:
    folder = PROJECT / "tests" / "clients"
    wanted = json.loads((folder / "package.json").read_text("utf-8"))["devDependencies"]
    lock = json.loads((folder / "package-lock.json").read_text("utf-8"))["packages"]
    assert all(re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", version) for version in wanted.values())
    assert lock[""]["devDependencies"] == wanted
    for name, package in lock.items():
        assert not name or package["version"]
        assert "resolved" not in package
        assert not name or package["integrity"]
    requirements = (folder / "requirements.txt").read_text("utf-8").splitlines()
    assert all("==" in line for line in requirements if not line.startswith("#"))


def as_one(name: str) -> str:
    """Return a distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_hooks_need_nothing_but_this_checkout() -> None:
    hooks = yaml.safe_load((PROJECT / ".pre-commit-config.yaml").read_text("utf-8"))
    assert {repository["repo"] for repository in hooks["repos"]} == {"local"}
    for hook in hooks["repos"][0]["hooks"]:
        assert shlex.split(hook["entry"])[0].startswith(".venv/bin/")
        assert hook["language"] == "system"


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_forms_for_issues_are_ones_that_github_takes(path: Path) -> None:
    form: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    assert form.keys() <= {"name", "description", "title", "labels", "body"}
    assert form["name"]
    assert form["description"]
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert {field["type"] for field in fields} <= {"input", "textarea", "dropdown", "checkboxes"}
    assert all(field["attributes"]["label"] for field in fields)
    ids = [field["id"] for field in fields]
    assert len(ids) == len(set(ids))


def test_the_version_is_in_the_changelog() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    changes = (PROJECT / "CHANGELOG.md").read_text("utf-8")
    assert re.search(rf"^## .*\b{re.escape(project['version'])}\b", changes, re.MULTILINE)


def test_documents_name_files_that_there_are() -> None:
    """Paths within code marks are whole, or the end of one."""
    documents = [
        document
        for document in (*PROJECT.glob("*.md"), *PROJECT.glob("[ast]*/**/*.md"))
        if not {"vendor", "node_modules"} & set(document.parts)
    ]
    assert len(documents) > 10
    there = {
        f"/{path.relative_to(PROJECT).as_posix()}"
        for folder in ("app", "migrations", "seed", "tests")
        for path in (PROJECT / folder).rglob("*.py")
    }
    missing = []
    for document in documents:
        for path in re.findall(r"`([\w./-]+)`", document.read_text("utf-8")):
            if path.startswith(("app/", "tests/", "seed/", "migrations/", ".ci/", ".github/")):
                is_there = (PROJECT / path).exists()
            else:
                is_there = not path.endswith(".py") or any(
                    known.endswith(f"/{path}") for known in there
                )
            if not is_there:
                missing.append(f"{document.relative_to(PROJECT)}: {path}")
    assert missing == []
