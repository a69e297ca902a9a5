"""The most frequent of values or periods that were counted."""

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

_Value = TypeVar("_Value", str, bytes)


class Counted(NamedTuple):
    """The most frequent values, each with its number, and how many values there are in all."""

    values: list[tuple[str, int]]
    total: int


def most_common(counts: Mapping[_Value, int], limit: int) -> list[tuple[_Value, int]]:
    """Return the most frequent values with their numbers, the most frequent first."""
    common = list(counts.items())
    if len(common) > limit:  # Sorting the numbers alone first is faster.
        least = sorted(counts.values(), reverse=True)[limit - 1]
        common = [item for item in common if item[1] >= least]
    return sorted(common, key=lambda item: (-item[1], item[0]))[:limit]
