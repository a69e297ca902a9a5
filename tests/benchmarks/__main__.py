"""The command: `python -m tests.benchmarks`."""

import argparse
import importlib.util
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.benchmarks import load, machine
from tests.benchmarks.before import compare_before
from tests.benchmarks.comparison import OTHERS, compare, compare_hot
from tests.benchmarks.databases import Made, make
from tests.benchmarks.exports import SUFFIXES, compare_exports
from tests.benchmarks.growth import compare_growth
from tests.benchmarks.held import SET_UPS, compare_held
from tests.benchmarks.lists import compare_lists
from tests.benchmarks.loading import compare_loading
from tests.benchmarks.memory import compare_memory
from tests.benchmarks.plan import Plan, say
from tests.benchmarks.queries import make_queries
from tests.benchmarks.tables import Table, described, markdown, plain
from tests.benchmarks.workers import compare_workers

PARTS = (
    "before", "cold", "hot", "workers", "held", "growth", "lists", "memory", "loading", "exports",
)  # fmt: skip
SIZES = (10_000, 100_000, 1_000_000)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print tables; or print the tables of an earlier run."""
    options = _parser().parse_args(arguments)
    if options.markdown:
        _print(json.loads(options.markdown.read_text()), markdown)
        return
    results = run(options)
    if options.json:
        options.json.write_text(json.dumps(results, indent=2, ensure_ascii=False))
    _print(results, plain)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description="Measure Readout beside other services, on the same data and answers.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--parts", nargs="+", choices=PARTS, default=PARTS[1:-1], help="what to measure")
    add("--meetings", type=int, default=SIZES[0], help="meetings for cold, hot, workers and held")
    add(
        "--growth",
        nargs="+",
        type=int,
        default=SIZES,
        help="meetings for growth, lists, memory, loading and exports",
    )
    add("--runs", type=int, default=5, help="how often each thing is measured, in turns")
    add("--seconds", type=float, default=3.0, help="how long each measurement takes")
    add("--connections", type=int, default=16, help="how many connections the load has")
    add("--servers", nargs="+", choices=OTHERS, default=OTHERS, help="cold answers beside Readout")
    add("--kinds", nargs="+", choices=list(make_queries(SIZES[0])), help="only these queries")
    add("--formats", nargs="+", choices=SUFFIXES, help="only these formats, for `exports`")
    add("--set-ups", nargs="+", choices=[each.name for each in SET_UPS], metavar="SET_UP",
        help="only these ways to run the service, for `held`")  # fmt: skip
    add("--folder", type=Path, default=Path(tempfile.gettempdir()) / "readout-benchmarks",
        help="where made-up data is kept for the next run")  # fmt: skip
    add("--before", type=Path, metavar="CHECKOUT", help="another checkout of Readout, for `before`")
    add("--json", type=Path, metavar="FILE", help="write the results to this file, too")
    add("--markdown", type=Path, metavar="FILE",
        help="measure nothing; print the results in this file as Markdown")  # fmt: skip
    return parser


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Return what was measured, with all that it depends on."""
    notes = []
    if machine.two_cores() is None:
        notes.append("Services and load could not be held on a core each: trust ratios only.")
    if load.WRK is None:
        notes.append(
            "Without wrk, the load came from Python, which is slower than hot answers are."
        )
    if ("before" in options.parts) != (options.before is not None):
        raise SystemExit("`--parts before` and `--before CHECKOUT` go together")
    installed = importlib.util.find_spec("datasette") is not None
    if "Datasette" in options.servers and not installed:
        notes.append("Datasette is not installed: pip install -c constraints.txt -e '.[dev]'")
    folder = options.folder.absolute()
    plan = Plan(
        folder=folder,
        meetings=options.meetings,
        growth=tuple(sorted(options.growth)),
        runs=options.runs,
        seconds=options.seconds,
        connections=options.connections,
        servers=tuple(name for name in options.servers if name != "Datasette" or installed),
        kinds=tuple(options.kinds or ()),
        formats=tuple(options.formats or ()),
        set_ups=tuple(options.set_ups or ()),
        before=options.before,
    )
    for note in notes:
        say(note)
    with tempfile.TemporaryDirectory(prefix="readout-benchmarks-run-") as scratch:
        tables = _tables(options.parts, plan, Path(scratch))
    return {
        "machine": machine.described(),
        "settings": {
            "runs": plan.runs, "seconds": plan.seconds, "connections": plan.connections,
        },
        "notes": notes,
        "tables": [asdict(table) for table in tables],
    }  # fmt: skip


def _tables(parts: Sequence[str], plan: Plan, scratch: Path) -> list[Table]:
    tables: list[Table] = []
    if {"before", "cold", "hot", "workers", "held"} & set(parts):
        made = _made(plan, plan.meetings)
        if plan.before is not None:
            tables += compare_before(made, plan, scratch, plan.before.absolute())
        for name, part in (
            ("cold", compare),
            ("hot", compare_hot),
            ("workers", compare_workers),
            ("held", compare_held),
        ):
            if name in parts:
                tables.append(part(made, plan, scratch))
    if {"growth", "lists", "memory", "loading", "exports"} & set(parts):
        sizes = [_made(plan, meetings, anew="loading" in parts) for meetings in plan.growth]
        for name, of_sizes in (
            ("growth", compare_growth),
            ("lists", compare_lists),
            ("memory", compare_memory),
            ("loading", compare_loading),
            ("exports", compare_exports),
        ):
            if name in parts:
                tables.append(of_sizes(sizes, plan, scratch))
    return tables


def _made(plan: Plan, meetings: int, *, anew: bool = False) -> Made:
    say(f"data: {meetings:,} meetings")
    return make(plan.folder, meetings, anew=anew)


def _print(results: dict[str, Any], render: Callable[[Table], str]) -> None:
    settings = results["settings"]
    sys.stdout.write(f"{described(results['machine'])}\n\n")
    sys.stdout.write(
        f"Median (least-most) of {settings['runs']} alternating runs of {settings['seconds']:g}"
        f" seconds, {settings['connections']} connections.\n"
    )
    for note in results["notes"]:
        sys.stdout.write(f"{note}\n")
    for table in results["tables"]:
        sys.stdout.write(f"\n{render(Table(**table))}\n")


if __name__ == "__main__":
    main()
