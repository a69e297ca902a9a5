"""A skeleton is a trip file once its blanks are filled in."""

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest

from app.domain.collections import RESOURCES
from app.domain.issues import Issue
from app.ingest.reading import TripFileError
from app.ingest.rebuilding import check
from app.ingest.skeleton import skeleton
from app.ingest.yamltree import Tree
from app.store.sqlite.store import SqliteStore
from tests.ingest.goodfile import GOOD

DAYS = {"start_date", "end_date", "date"}


def filled(text: str) -> str:
    """Return a skeleton with something in each blank, as a curator would fill them in."""
    numbers = itertools.count(1)

    def fill(blank: re.Match[str]) -> str:
        field = blank["field"]
        value = {"country": "NO", "url": "https://example.org/new"}.get(
            field, f"Text {next(numbers)}"
        )
        return f"{blank['before']}{field}: {'2024-05-06' if field in DAYS else value}"

    text = re.sub(r"(?P<before>^[ -]*)(?P<field>\w+): TODO(?=\s)", fill, text, flags=re.MULTILINE)
    return text.replace("  # TODO", "")


@pytest.fixture
def known(seed_database: Path) -> Any:
    store = SqliteStore(seed_database)

    def find(collection: str, id_: str) -> dict[str, Any] | None:
        document = store.record(RESOURCES[collection], id_)
        return json.loads(document) if document else None

    return find


def check_all(path: Path, database: Path) -> list[Issue]:
    """Return all faults of a trip file, of its shape or beside others."""
    try:
        return list(check([path], database))
    except TripFileError as error:
        return error.issues


@pytest.mark.parametrize(
    ("officials", "cities", "sources"),
    [
        (["antony-blinken"], ["tokyo"], ["shareamerica-us-commitment-allies"]),
        (["antony-blinken", "ann-example"], ["seoul", "bergen"], ["gazette"]),
        (["no"], ["null-island"], ["herald", "gazette"]),
    ],
)
def test_a_skeleton_passes_once_its_blanks_are_filled(
    known: Any,
    seed_database: Path,
    tmp_path: Path,
    officials: list[str],
    cities: list[str],
    sources: list[str],
) -> None:
    text = skeleton(known, "2024-05-example", officials, cities, sources)
    path = tmp_path / "2024-05-example.yaml"
    path.write_text(text, "utf-8")
    blanks = text.count(": TODO\n") + text.count(": TODO ") - len(re.findall("#.*: TODO", text))
    unfilled = [str(complaint) for complaint in check_all(path, seed_database)]
    assert sum("is still to be filled in" in complaint for complaint in unfilled) == blanks
    assert len(unfilled) == blanks, "what is to be filled in is named once, and nothing else is"
    path.write_text(filled(text), "utf-8")
    assert [str(complaint) for complaint in check([path], seed_database)] == []


def test_what_is_known_is_referred_to(known: Any) -> None:
    text = skeleton(known, "t", ["antony-blinken"], ["tokyo"], ["gazette"])
    assert "  - id: antony-blinken  # Antony Blinken\n    title: Secretary of State" in text
    assert "  - id: tokyo  # Tokyo, Japan\n" in text
    assert "    name: Tokyo" not in text
    assert "  - id: gazette\n    title: TODO" in text


def test_without_a_database_all_is_to_be_filled_in() -> None:
    text = skeleton(lambda *_: None, "t")
    for blank in ("TODO-official", "TODO-city", "TODO-source"):
        assert blank in text


@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_a_blank_is_a_fault_wherever_it_is(tmp_path: Path, suffix: str) -> None:
    trip = Tree(GOOD).value
    trip["summary"] = "TODO"
    trip["meetings"][0]["evidence"][0]["text_end"] = "TODO"
    trip["title"] = "A TODO list, and TODOS SANTOS"
    path = tmp_path / f"trip.{suffix}"
    path.write_text(json.dumps(trip), "utf-8")
    assert sorted(
        (complaint.path, complaint.message) for complaint in check_all(path, tmp_path / "none.db")
    ) == [
        ("meetings[0].evidence[0].text_end", "is still to be filled in, in place of TODO"),
        ("summary", "is still to be filled in, in place of TODO"),
    ]
