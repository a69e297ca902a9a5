"""How much memory a serving process has, by size of the data."""

from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks import servers
from tests.benchmarks.comparison import requests_of
from tests.benchmarks.databases import Made
from tests.benchmarks.load import Load
from tests.benchmarks.plan import Plan, say
from tests.benchmarks.queries import MIX, make_queries
from tests.benchmarks.tables import Table


def compare_memory(sizes: Sequence[Made], plan: Plan, folder: Path) -> Table:
    """Return the table of memory after a process has served the mix for as long as all runs."""
    core, load_core = plan.cores
    mix = make_queries(sizes[0].meetings)[MIX]
    table = Table(
        "Memory of a serving process, with the answers it keeps", ["meetings", "resident, MiB"]
    )
    for made in sizes:
        say(f"memory: {made.meetings:,} meetings")
        with servers.readout(made.readout, folder, core) as server:
            load = Load(server, requests_of(server, mix), folder, plan.connections, load_core)
            load.run(plan.runs * plan.seconds)
            mebibytes = server.memory / 2**20
        table.add(f"{made.meetings:,}", [f"{mebibytes:.0f}"], {"MiB": [mebibytes]})
    return table
