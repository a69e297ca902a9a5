"""The command, from made-up data to tables, as small and short as it goes."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest

from tests.benchmarks import comparison
from tests.benchmarks.__main__ import main
from tests.benchmarks.load import percentile
from tests.benchmarks.queries import make_queries
from tests.benchmarks.tables import Table, markdown, plain, ratio, spread


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


def test_growth_and_loading_are_measured(tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    main(
        [
            "--parts", "growth", "memory", "loading", "--kinds", "official", "meeting", "--growth",
            "150", "--runs", "1", "--seconds", "0.1", "--folder", str(tmp_path / "kept"),
            "--json", str(results),
        ]
    )  # fmt: skip
    growth, memory, loading = json.loads(results.read_text())["tables"]
    assert [row[:2] for row in growth["rows"]] == [
        ["official", "first"], ["official", "hundredth"], ["meeting", "first"],
    ]  # fmt: skip
    assert "[" not in " ".join(growth["rows"][0] + growth["rows"][1])
    assert all("[1.0]" in cell for cell in growth["rows"][2][2:3])
    assert [row[0] for row in memory["rows"]] == ["150"]
    for row in loading["rows"]:
        assert all(float(row[column]) > 0 for column in (1, 3, 4, 5, 6, 7))


def service(name: str, *titles: str) -> Any:
    """Return what stands for a service that answers every query with these titles."""
    return SimpleNamespace(
        name=name,
        asked=lambda _asked: SimpleNamespace(body=b""),
        items=lambda _body: [(title,) for title in titles],
    )


def test_answers_are_compared_before_they_are_timed() -> None:
    queries = {"trip": make_queries(100)["trip"]}
    same = [service("one", "a", "b"), service("another", "a", "b")]
    assert comparison.check_equal(same, queries) == len(queries["trip"]) == 2
    with pytest.raises(comparison.AnswersDiffer, match="another and one differ in trip=trip-00000"):
        comparison.check_equal([same[0], service("another", "b", "a")], queries)
    with pytest.raises(comparison.AnswersDiffer, match="one finds nothing"):
        comparison.check_equal([service("one"), service("another")], queries)


def test_cells_tell_the_median_and_the_spread() -> None:
    assert spread([3.0, 1.0, 2.0], ".1f") == "2.0 (1.0-3.0)"
    assert spread([2.0], ".1f") == "2.0"
    # Each run is compared with its neighbour in time: a machine that slows down slows both.
    assert ratio([10.0, 20.0, 40.0], [5.0, 10.0, 20.0]) == "2.00"
    assert ratio([100.0, 300.0, 200.0], [5.0, 10.0, 10.0]) == "20.0 (20.0-30.0)"
    assert percentile([1.0, 2.0, 3.0, 4.0], 0.5) == 3.0
    assert percentile([1.0, 2.0, 3.0, 4.0], 0.99) == 4.0
