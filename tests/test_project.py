"""What stands beside the code: pinned versions, hooks, forms for issues."""

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

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
