"""The README tells what the service does: its answer, its tables and its commands are checked.

`python -m tests.test_readme` writes the answer and the tables again.
"""

import json
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import typer.main
from anyio.from_thread import start_blocking_portal

from app.cli import commands
from app.domain.collections import RESOURCES
from app.domain.filters import Filter, Reads
from app.ingest.loader import load
from app.query.dates import DATE_FORMS
from app.query.facets import FACET
from app.query.parameters import DEFAULT_LIMIT, LIST_CONTROLS, MAX_LIMIT
from app.query.search import COLLECTION
from app.settings import PROJECT, Settings
from app.store.sqlite.database import migrate
from tests.client import Client

README = PROJECT / "README.md"
DOCUMENTS = [README, PROJECT / "CONTRIBUTING.md"]
LINKING = [
    *DOCUMENTS,
    PROJECT / "app" / "README.md",
    PROJECT / "CHANGELOG.md",
    PROJECT / "tests" / "benchmarks" / "RESULTS.md",
]
LINE_LENGTH = 100
MAX_LINES = 200


def made_anew(text: str, client: Client) -> str:
    """Return the README with what the code knows better put in place of what stands there."""
    (address,) = re.findall(r"^curl 'http://127\.0\.0\.1:8000(/.*)'$", text, re.MULTILINE)
    response = client.get(address)
    assert response.status_code == 200, response.text
    for name, content in (
        ("answer", f"```json\n{laid_out(response.json())}\n```"),
        ("filters", filters_table()),
        ("settings", settings_table()),
    ):
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
        before, found, rest = text.partition(begin)
        _, closed, after = rest.partition(end)
        assert found, f"README.md lacks: {begin}"
        assert closed, f"README.md lacks: {end}"
        text = f"{before}{begin}{content}\n{end}{after}"
    return text


def laid_out(value: Any, indent: str = "", room: int = LINE_LENGTH) -> str:
    """Return JSON with one line for what fits on one, so that an answer can be taken in."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) <= room or not isinstance(value, dict | list):
        return line
    deeper = indent + "  "
    if isinstance(value, dict):
        keys, values = [f"{json.dumps(key)}: " for key in value], list(value.values())
    else:
        keys, values = [""] * len(value), value
    parts = [
        deeper + key + laid_out(part, deeper, LINE_LENGTH - len(deeper + key) - 1)
        for key, part in zip(keys, values, strict=True)
    ]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return "\n".join((opening, ",\n".join(parts), indent + closing))


def filters_table() -> str:
    """Return the filters of all collections, as they are declared."""
    examples: dict[tuple[str, str], str] = {}
    meanings: dict[tuple[str, str], dict[str, list[str]]] = {}
    for resource in RESOURCES.values():
        for known in resource.filters:
            row = (known.parameter, accepted(known))
            examples.setdefault(row, f"`{known.parameter}={known.example}`")
            meaning = known.meaning.rstrip(".").partition(": ")[0]
            meanings.setdefault(row, {}).setdefault(meaning, []).append(resource.name)
    rows = []
    for row, collections in meanings.items():
        finds = [f"{meaning} ({', '.join(names)})" for meaning, names in collections.items()]
        rows.append((examples[row], row[1], "<br>".join(finds)))
    return table(("filter", "accepts", "finds records"), rows)


def accepted(known: Filter) -> str:
    """Return what a filter takes: in most, what all declarations of it say after the colon."""
    if known.reads is Reads.DATE:
        return DATE_FORMS.partition(":")[0]
    if known.choices:
        return ", ".join(f"`{word}`" for word in known.choices)
    forms = [
        other.meaning.rstrip(".").partition(": ")[2]
        for resource in RESOURCES.values()
        for other in resource.filters
        if other.parameter == known.parameter
    ]
    assert all(forms), f"the meaning of {known.parameter} says after no colon what it accepts"
    return min(forms, key=len)


def settings_table() -> str:
    """Return the settings with what holds where they are not set."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.default
        if isinstance(default, Path):
            default = default.relative_to(PROJECT)
        shown = f"`{default}`" if str(default) else ""
        rows.append((f"`READOUT_{name.upper()}`", shown, str(field.description)))
    return table(("setting", "default", "meaning"), rows)


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def write_anew() -> None:
    """Write the README with the answer and the tables that the code gives now."""
    with tempfile.TemporaryDirectory() as folder, start_blocking_portal() as portal:
        database = Path(folder) / "readout.db"
        migrate(database)
        load(database, [PROJECT / "seed"])
        client = Client(portal, database)
        README.write_text(made_anew(README.read_text("utf-8"), client), "utf-8")
        client.close()


def shell_lines(text: str) -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def section(text: str, heading: str) -> str:
    (found,) = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return str(found)


def test_every_parameter_is_told_of() -> None:
    text = README.read_text("utf-8")
    filters = {known.parameter for resource in RESOURCES.values() for known in resource.filters}
    controls = {control.parameter for control in (*LIST_CONTROLS, FACET, COLLECTION)}
    told = set(re.findall(r"`[?&]?(\w+)(?:=[^`]*)?`", text))
    assert filters | controls <= told


def test_addresses_that_are_named_are_answered(client: Client) -> None:
    about_data = README.read_text("utf-8").partition("## Add a trip")[0]
    addresses = re.findall(r"`(/[^`]+)`", about_data)
    assert len(addresses) > len(RESOURCES)
    for address in addresses:
        assert client.get(address).status_code == 200, address


def test_the_answer_and_the_tables_are_those_of_the_code(client: Client) -> None:
    text = README.read_text("utf-8")
    assert text == made_anew(text, client), "to mend it, run: python -m tests.test_readme"


def test_the_sizes_of_pages_are_those_of_the_code() -> None:
    sizes = f"up to {DEFAULT_LIMIT} records, or as many as `limit` says, from 1 to {MAX_LIMIT}."
    assert sizes in README.read_text("utf-8")


@pytest.mark.parametrize(
    ("heading", "last_step"), [("Run it", "readout serve"), ("Test it", "pytest -n auto")]
)
def test_setting_up_is_one_line_that_brings_its_own_environment(
    heading: str, last_step: str
) -> None:
    (command,) = shell_lines(section(README.read_text("utf-8"), heading))
    steps = command.split(" && ")
    assert steps[0] == "python3 -m venv .venv"
    assert steps[1].startswith(".venv/bin/pip install -q -c constraints.txt -e ")
    assert steps[2:] == [f".venv/bin/{last_step}"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_that_documents_name_exist(document: Path) -> None:
    known = typer.main.get_command(commands).commands  # type: ignore[attr-defined]
    lines = "\n".join(shell_lines(document.read_text("utf-8")))
    used = set(re.findall(r"\.venv/bin/readout (\w+)", lines))
    assert used
    assert used <= known.keys()


@pytest.mark.parametrize("document", LINKING, ids=lambda path: path.parent.name + "/" + path.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text("utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_it_can_be_read_in_one_sitting() -> None:
    assert len(README.read_text("utf-8").splitlines()) <= MAX_LINES


def sql_questions() -> dict[str, str]:
    """Return the questions to the database file in the README: the words, and the SQL."""
    (block,) = re.findall(
        r"^```sql\n(.*?)^```$", README.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    return dict(re.findall(r"^-- ([^\n]*\?)\n(.*?;)$", block, re.MULTILINE | re.DOTALL))


def test_questions_in_sql_find_what_the_service_answers(
    client: Client, seed_database: Path
) -> None:
    with closing(sqlite3.connect(seed_database)) as connection:
        found = [connection.execute(sql).fetchall() for sql in sql_questions().values()]
    meetings, topics, evidence = found

    officials = counts(client, "meetings", "official")
    assert {name: count for name, _, count in meetings if name in officials} == officials
    about: Counter[str] = Counter()
    for collection in ("meetings", "quotes", "agreements"):
        about.update(counts(client, collection, "topic"))
    assert dict(topics) == about
    commitments = client.get("/agreements?kind=commitment").json()["items"]
    assert [(title, start, end) for title, _, start, end in evidence] == [
        (item["title"], passage["text_start"], passage["text_end"])
        for item in sorted(commitments, key=lambda item: str(item["id"]))
        for passage in item["evidence"]
    ]


def counts(client: Client, collection: str, parameter: str) -> dict[str, int]:
    """Return how many records there are by the name of what a filter finds."""
    answer = client.get(f"/{collection}/facets?facet={parameter}&limit=200").json()
    return {value["name"]: value["count"] for value in answer["facets"][parameter]}


@pytest.mark.slow
def test_datasette_is_asked_the_same(seed_database: Path) -> None:
    pytest.importorskip("datasette", reason="Datasette is not installed")
    sql = next(iter(sql_questions().values()))
    address = "/readout.json?" + urlencode({"sql": sql, "_shape": "arrays"})
    done = subprocess.run(  # noqa: S603 - the arguments are this test's own
        [
            sys.executable,
            "-m",
            "datasette",
            str(seed_database),
            "--get",
            address,
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    with closing(sqlite3.connect(seed_database)) as connection:
        rows = [list(row) for row in connection.execute(sql)]
    assert json.loads(done.stdout)["rows"] == rows


if __name__ == "__main__":
    write_anew()
