"""What was measured, as tables for a terminal and for a page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

Samples = Sequence[float]


@dataclass
class Table:
    """A table of cells that are written out, with the samples they were made from."""

    title: str
    columns: list[str]
    rows: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    samples: dict[str, dict[str, list[float]]] = field(default_factory=dict)

    def add(self, name: str, cells: Sequence[str], samples: dict[str, list[float]]) -> None:
        """Add a row."""
        self.rows.append([name, *cells])
        self.samples[name] = samples


def ratios(samples: Samples, baseline: Samples) -> list[float]:
    """Return the ratios of two measurements, run by run: each to its neighbour in time."""
    return [one / other for one, other in zip(samples, baseline, strict=True)]


def spread(samples: Samples, form: str) -> str:
    """Return the median of samples, and between which values they lie."""
    middle, least, most = (
        format(value, form) for value in (median(samples), min(samples), max(samples))
    )
    return middle if least == most else f"{middle} ({least}-{most})"


def rate(samples: Samples) -> str:
    """Return requests a second as a cell."""
    return spread(samples, ",.0f")


def ratio(samples: Samples, baseline: Samples) -> str:
    """Return the ratio of two measurements as a cell."""
    found = ratios(samples, baseline)
    form = ".2f" if median(found) < 10 else ".1f"
    return spread(found, form)


def plain(table: Table) -> str:
    """Return a table in columns."""
    lines = [table.columns, *table.rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(table.columns))]
    written = [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    return "\n".join([table.title, "", *written, "", *table.notes])


def markdown(table: Table) -> str:
    """Return a table in Markdown."""
    lines = [
        table.columns,
        ["---", *["---:"] * (len(table.columns) - 1)],
        *table.rows,
    ]
    written = [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join([f"### {table.title}", "", *written, "", *table.notes])


def described(machine: dict[str, Any]) -> str:
    """Return the machine and the versions in one line."""
    return " · ".join(f"{name} {value}" for name, value in machine.items())
