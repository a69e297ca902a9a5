"""What the benchmarks compare, and how they write it down."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.benchmarks import comparison
from tests.benchmarks.load import percentile
from tests.benchmarks.queries import make_queries
from tests.benchmarks.tables import ratio, spread


def service(name: str, *titles: str) -> Any:
    """Return what stands for a service that answers every query with these titles."""
    return SimpleNamespace(
        name=name,
        asked=lambda _asked: SimpleNamespace(body=b""),
        items=lambda _body: [(title,) for title in titles],
    )


@pytest.mark.slow
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
