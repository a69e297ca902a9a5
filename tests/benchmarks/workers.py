"""Readout with one process and with two, which share both cores with the load."""

from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks import servers
from tests.benchmarks.comparison import HOT_KIND, HOT_QUERIES, requests_of
from tests.benchmarks.databases import Made
from tests.benchmarks.load import Load
from tests.benchmarks.machine import ALL_CORES
from tests.benchmarks.plan import Plan, alternate, say
from tests.benchmarks.queries import MIX, make_queries
from tests.benchmarks.tables import Table, rate, ratio

COUNTS = (1, 2)


def compare_workers(made: Made, plan: Plan, folder: Path) -> Table:
    """Return the table of hot and cold answers with one and more processes."""
    queries = make_queries(made.meetings)
    one, *more = COUNTS
    table = Table(
        f"Workers: requests a second, {made.meetings:,} meetings",
        ["answers", *(f"--workers {count}" for count in COUNTS), *(f"{n} ÷ {one}" for n in more)],
        notes=[
            f"Services and load share {len(ALL_CORES)} cores, so that the load takes its part of"
            " what another process could give."
        ],
    )
    with ExitStack() as running:
        services = {
            count: running.enter_context(
                servers.readout(
                    made.readout, folder, ALL_CORES, name=f"workers {count}", workers=count
                )
            )
            for count in COUNTS
        }
        for name, asked in (
            ("cold: mix", queries[MIX]),
            ("hot", queries[HOT_KIND][:HOT_QUERIES]),
        ):
            say(f"workers: {name}")
            samples = alternate(
                {
                    str(count): Load(
                        server, requests_of(server, asked), folder, plan.connections, ALL_CORES
                    ).run
                    for count, server in services.items()
                },
                plan,
            )
            table.add(
                name,
                [
                    *(rate(samples[str(count)]) for count in COUNTS),
                    *(ratio(samples[str(count)], samples[str(one)]) for count in more),
                ],
                samples,
            )
    return table
