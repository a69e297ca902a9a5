"""What a run of the benchmarks is told to do."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.machine import ALL_CORES, Cores, two_cores


@dataclass(frozen=True)
class Plan:
    """How much is measured, of what, and where."""

    folder: Path
    meetings: int
    growth: tuple[int, ...]
    runs: int
    seconds: float
    connections: int
    servers: tuple[str, ...]
    kinds: tuple[str, ...]
    formats: tuple[str, ...] = ()
    set_ups: tuple[str, ...] = ()
    before: Path | None = None

    @property
    def cores(self) -> tuple[Cores, Cores]:
        """The core of the services, and that of the load; both all cores where nothing is held."""
        return two_cores() or (ALL_CORES, ALL_CORES)

    def asks(self, kind: str) -> bool:
        """Whether queries of a kind are measured."""
        return not self.kinds or kind in self.kinds


def alternate(measures: dict[str, Callable[[float], float]], plan: Plan) -> dict[str, list[float]]:
    """Return the samples of each measure, taken in turns: A B C, A B C, and so on.

    A first turn is not counted: it fills caches, and lets each service compile what it needs.
    """
    samples: dict[str, list[float]] = {name: [] for name in measures}
    for measure in measures.values():
        measure(min(plan.seconds, 1.0))
    for _ in range(plan.runs):
        for name, measure in measures.items():
            samples[name].append(measure(plan.seconds))
    return samples


def say(text: str) -> None:
    """Tell whoever waits what is being done."""
    sys.stderr.write(f"{text}\n")
