"""A skeleton is a trip file once its blanks are filled in."""

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest

from app.domain.collections import RESOURCES
from app.ingest.rebuilding import check
from app.ingest.skeleton import skeleton
from app.store.sqlite.store import SqliteStore

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
    assert check([path], seed_database) != [], "its blanks are not filled yet"
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
