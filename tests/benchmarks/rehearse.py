"""The whole command, from made-up data to tables, as small and short as it goes.

It starts a dozen servers, so it is not among the tests that run at every turn:
`python -m tests.benchmarks.rehearse`.
"""

import json
import sys
from pathlib import Path
from unittest.mock import patch

import pytest

from app.settings import PROJECT
from tests.benchmarks import held, stores
from tests.benchmarks.__main__ import main
from tests.benchmarks.growth import KINDS
from tests.benchmarks.tables import Table, markdown, plain
from tests.clusters import programs
from tests.test_compose import NGINX


def test_cold_and_hot_answers_are_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results = tmp_path / "results.json"
    # Without wrk, so that the stand-in is run, too, and whole seconds need not pass.
    with patch("tests.benchmarks.load.WRK", None):
        main(
            [
                "--parts", "cold", "hot", "--kinds", "official", "--meetings", "200", "--runs", "1",
                "--seconds", "0.1", "--connections", "2", "--folder", str(tmp_path / "kept"),
                "--servers", "tutorial", "sqlite3", "--json", str(results),
            ]
        )  # fmt: skip
    printed = capsys.readouterr().out
    found = json.loads(results.read_text())
    assert "Without wrk" in " ".join(found["notes"])
    cold, hot = found["tables"]
    assert cold["columns"] == ["query", "tutorial", "sqlite3", "Readout", "÷ tutorial", "÷ sqlite3"]
    assert {name: len(samples) for name, samples in cold["samples"]["official"].items()} == {
        "tutorial": 1, "Readout": 1, "sqlite3": 1,
    }  # fmt: skip
    assert min(rate for samples in cold["samples"]["official"].values() for rate in samples) > 0
    assert [row[0] for row in hot["rows"]] == [
        "bare uvicorn", "bare uvicorn, all headers", "Readout", "Readout, If-None-Match",
    ]  # fmt: skip
    for table in (cold, hot):
        assert plain(Table(**table)) in printed
    main(["--markdown", str(results)])
    assert markdown(Table(**cold)) in capsys.readouterr().out


def test_another_checkout_is_compared(tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    main(
        [
            "--parts", "before", "--before", str(PROJECT), "--kinds", "official", "--meetings",
            "200", "--runs", "1", "--seconds", "0.1", "--connections", "2", "--folder",
            str(tmp_path / "kept"), "--json", str(results),
        ]
    )  # fmt: skip
    cold, hot = json.loads(results.read_text())["tables"]
    assert [row[0] for row in cold["rows"]] == ["official"]
    assert [row[0] for row in hot["rows"]] == ["official", "official, If-None-Match"]
    for table in (cold, hot):
        assert all(min(rates) > 0 for kind in table["samples"].values() for rates in kind.values())


def test_growth_and_loading_are_measured(tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    main(
        [
            "--parts", "growth", "lists", "memory", "loading", "exports",
            "--kinds", "official", "meeting", "--formats", "csv", "ics",
            "--growth", "150", "1000", "--runs", "1", "--seconds", "0.1",
            "--folder", str(tmp_path / "kept"), "--json", str(results),
        ]
    )  # fmt: skip
    growth, lists, memory, loading, exports = json.loads(results.read_text())["tables"]
    assert [row[0] for row in growth["rows"]] == list(KINDS)
    assert all(float(cell) > 0 for row in growth["rows"] for cell in row[1:3])
    assert [row[:2] for row in lists["rows"]] == [
        ["official", "first"], ["official", "hundredth"], ["meeting", "first"],
    ]  # fmt: skip
    assert "[" not in " ".join(lists["rows"][0] + lists["rows"][1])
    assert all("[1.0]" in cell for cell in lists["rows"][2][2:4])
    assert [row[0] for row in memory["rows"]] == ["150", "1,000"]
    for row in loading["rows"]:
        assert all(float(row[column]) > 0 for column in (1, 3, 4, 5, 6, 7))
    assert [row[0] for row in exports["rows"]] == [
        ".csv, 150", ".csv, 1,000", ".ics, 150", ".ics, 1,000",
    ]  # fmt: skip
    assert all(float(row[4]) > 10 for row in exports["rows"])


def test_the_load_that_is_held_is_found(tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    names = ["one process", "two processes, a load each second"]
    names += ["behind a proxy, a load each second"] if NGINX else []
    with patch.object(held, "MOST_RATE", 200.0):
        main(
            [
                "--parts", "held", "--meetings", "200", "--runs", "1", "--seconds", "0.3",
                "--folder", str(tmp_path / "kept"), "--json", str(results), "--set-ups", *names,
            ]
        )  # fmt: skip
    (table,) = json.loads(results.read_text())["tables"]
    assert [row[0] for row in table["rows"]] == [held.ALONE, *names]
    rates = [
        rate
        for name in names
        for asking in ("each once", "some often")
        for rate in table["samples"][name][asking]
    ]
    assert len(rates) == 2 * len(names)
    assert min(rates) > 0


def test_stores_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if programs() is None:
        pytest.skip("PostgreSQL is not installed: there is no initdb")
    stores.main(["--growth", "150", "--seconds", "0.1", "--folder", str(tmp_path)])
    printed = capsys.readouterr().out
    rows = [line.split("  ") for line in printed.splitlines() if line.startswith("page: ")]
    assert len(rows) == len(stores.PAGES)
    assert all(float(cell) > 0 for row in rows for cell in row[1:] if cell.strip())
    assert "one process, every question another: " in printed


if __name__ == "__main__":
    # What this module imports, pytest cannot look into any more.
    # They wait for servers most of the time, so two of them run at once.
    sys.exit(pytest.main([__file__, "-n2", "-W", "ignore::pytest.PytestAssertRewriteWarning"]))
