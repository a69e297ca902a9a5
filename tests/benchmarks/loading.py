"""What loading takes: all trips at once, one that was edited, and one that was not."""

import json
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.databases import Made, Taken, measured_load
from tests.benchmarks.plan import Plan, say
from tests.benchmarks.tables import Table, spread


def compare_loading(sizes: Sequence[Made], plan: Plan, folder: Path) -> Table:
    """Return the table of loads by size."""
    table = Table(
        "Loading: `readout load`, Python's start included",
        [
            "meetings", "all trips, s", "meetings/s", "memory, MiB", "one edited trip, s",
            "memory, MiB", "one unchanged trip, s", "database, MiB",
        ],
        notes=[
            "Memory is the most that the command and the processes it starts have at one time."
            " All trips are loaded once, one trip once a run."
        ],
    )  # fmt: skip
    for made in sizes:
        say(f"loading: one trip into {made.meetings:,} meetings")
        edited, unchanged = _one_trip(made, plan, folder)
        seconds = [taken.seconds for taken in edited]
        size = sum(path.stat().st_size for path in made.folder.glob("readout.db*"))
        table.add(
            f"{made.meetings:,}",
            [
                f"{made.loading.seconds:.1f}",
                f"{made.meetings / made.loading.seconds:,.0f}",
                f"{made.loading.memory / 2**20:.0f}",
                spread(seconds, ".2f"),
                f"{max(taken.memory for taken in edited) / 2**20:.0f}",
                spread([taken.seconds for taken in unchanged], ".2f"),
                f"{size / 2**20:,.0f}",
            ],
            {"all": [made.loading.seconds], "edited": seconds},
        )
    return table


def _one_trip(made: Made, plan: Plan, folder: Path) -> tuple[list[Taken], list[Taken]]:
    """Return what loads of one trip took, with a title edited and then with nothing changed."""
    original = sorted(made.trips.glob("*.json"))[0]
    trip = json.loads(original.read_text())
    edited, unchanged = [], []
    try:
        for run in range(plan.runs):
            trip["meetings"][0]["title"] = f"Meeting with another title, the {run}th"
            path = folder / original.name
            path.write_text(json.dumps(trip))
            edited.append(measured_load(made.readout, [path]))
            unchanged.append(measured_load(made.readout, [path]))
    finally:
        # The database is kept for later runs, as its trip files say.
        measured_load(made.readout, [original])
    return edited, unchanged
