"""The house keeps its plan: which room imports which, no circles, no long modules.

The plan is the table in `app/README.md`. What does not follow it yet is listed here, and may only
become less: an entry that no longer holds has to go. `python -m tests.test_layout` prints the lists
as they would be now.
"""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pprint import pprint

import pytest

from app.settings import PROJECT

MAX_LINES = 350

MAY_IMPORT: dict[str, set[str]] = {
    "domain": set(),
    "query": {"domain"},
    "store": {"domain", "query"},
    "ingest": {"domain", "store"},
    "representations": {"domain"},
    "http": set(),
    "routers": {"domain", "query", "store", "representations", "http"},
    "settings": set(),
    "logs": set(),
    "console": {"domain"},
    "importing": {"ingest", "store", "console"},
    "main": {"domain", "query", "store", "representations", "http", "routers"},
    "cli": {
        "domain",
        "query",
        "store",
        "ingest",
        "representations",
        "http",
        "routers",
        "main",
        "console",
        "importing",
    },
    "__main__": {"cli"},
}
FOR_ALL = {"settings", "logs"}

# Libraries that speak to a database: `ingest` and `routers` ask the store.
DATABASE = {"alembic", "psycopg", "sqlalchemy", "sqlite3", "sqlmodel"}

AGAINST_THE_TABLE: set[tuple[str, str]] = set()
DATABASE_OUTSIDE_THE_STORE: set[str] = set()
TOO_LONG: set[str] = set()


def modules() -> dict[str, ast.Module]:
    """Return each module of the app by its dotted name, packages by that of the package."""
    found = {}
    for path in sorted((PROJECT / "app").rglob("*.py")):
        parts = path.relative_to(PROJECT).with_suffix("").parts
        found[".".join(parts).removesuffix(".__init__")] = ast.parse(path.read_text("utf-8"))
    return found


def imports(name: str, tree: ast.Module, known: set[str]) -> Iterator[str]:
    """Yield what a module imports anywhere in it, for type checking and in functions, too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: a relative import"
            assert node.module
            for alias in node.names:
                member = f"{node.module}.{alias.name}"
                yield member if member in known else node.module


def room(name: str) -> str:
    """Return the room of a module of the app; a module beside the rooms is its own."""
    return name.split(".")[1] if "." in name else ""


MODULES = modules()
IMPORTS = {
    name: {imported for imported in imports(name, tree, set(MODULES)) if imported != name}
    for name, tree in MODULES.items()
}


def against_the_table() -> set[tuple[str, str]]:
    found = set()
    for name, imported in IMPORTS.items():
        allowed = MAY_IMPORT[room(name)] | FOR_ALL | {room(name)} if room(name) else set()
        rooms = {room(other) for other in imported if other.split(".")[0] == "app"}
        found |= {(name, other) for other in rooms - allowed}
    return found


def database_outside_the_store() -> set[str]:
    return {
        name
        for name, imported in IMPORTS.items()
        if room(name) != "store" and DATABASE & {other.split(".")[0] for other in imported}
    }


def too_long() -> set[str]:
    lengths = {
        path.relative_to(PROJECT).as_posix(): len(path.read_text("utf-8").splitlines())
        for path in (PROJECT / "app").rglob("*.py")
    }
    return {path for path, length in lengths.items() if length > MAX_LINES}


def test_every_room_is_in_the_table() -> None:
    assert {room(name) for name in MODULES} - {""} == MAY_IMPORT.keys()


def test_no_room_imports_what_the_table_does_not_allow() -> None:
    assert against_the_table() == AGAINST_THE_TABLE


def test_only_the_store_speaks_to_a_database() -> None:
    assert database_outside_the_store() == DATABASE_OUTSIDE_THE_STORE


def test_no_module_imports_itself_by_way_of_others() -> None:
    ours = {name: imported & MODULES.keys() for name, imported in IMPORTS.items()}
    try:
        TopologicalSorter(ours).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


def test_no_module_is_long() -> None:
    assert too_long() == TOO_LONG


def test_the_map_of_the_house_is_this_table() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (PROJECT / "app" / "README.md").read_text("utf-8").splitlines()
        if line.startswith("| `")
    ]
    stated = {
        row[0].strip("`/"): {other.strip("` ") for other in row[2].split(",")} - {"nothing"}
        for row in rows
    }
    packages = {path.parent.name for path in (PROJECT / "app").glob("*/__init__.py")}
    assert {place: stated[place] for place in stated if place in packages} == {
        place: MAY_IMPORT[place] for place in packages
    }


if __name__ == "__main__":
    for listed in (against_the_table(), database_outside_the_store(), too_long()):
        pprint(sorted(listed))
