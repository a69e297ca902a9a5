"""Readout beside another checkout of it, such as the commit before: did it get faster or slower?

Both serve a database of their own, loaded from the same trip files, and are asked in turns. They
run in this environment, so the other's dependencies must be installed in it.
"""

from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks import servers
from tests.benchmarks.comparison import HOT_KIND, HOT_QUERIES, check_equal, requests_of
from tests.benchmarks.databases import Made, measured_load
from tests.benchmarks.load import Load, Request
from tests.benchmarks.plan import Plan, alternate, say
from tests.benchmarks.queries import MIX, make_queries
from tests.benchmarks.servers import Server
from tests.benchmarks.tables import Table, rate, ratio

BEFORE, NOW = "before", "now"
NOTHING_CACHED = {"cache_bytes": 0, "store_bytes": 0}
"""The setting of the response cache, and what it was called before."""


def compare_before(made: Made, plan: Plan, folder: Path, checkout: Path) -> list[Table]:
    """Return the tables of cold and of cached answers of another checkout and of this one."""
    say(f"before: loading with {checkout}")
    database = folder / "before.db"
    measured_load(database, [made.trips], checkout)
    return [
        _compare_cold(made, plan, folder, checkout, database),
        _compare_hot(made, plan, folder, checkout, database),
    ]


def _table(title: str) -> Table:
    return Table(title, ["query", BEFORE, NOW, "now ÷ before"])


def _both(
    running: ExitStack, made: Made, plan: Plan, folder: Path, checkout: Path, database: Path,
    **settings: object,
) -> list[Server]:  # fmt: skip
    core, _ = plan.cores
    before = servers.readout(database, folder, core, name=BEFORE, project=checkout, **settings)
    now = servers.readout(made.readout, folder, core, name=NOW, **settings)
    return [running.enter_context(before), running.enter_context(now)]


def _measure(table: Table, name: str, loads: list[Load], plan: Plan) -> None:
    samples = alternate({load.server.name: load.run for load in loads}, plan)
    table.add(
        name,
        [rate(samples[BEFORE]), rate(samples[NOW]), ratio(samples[NOW], samples[BEFORE])],
        samples,
    )


def _compare_cold(made: Made, plan: Plan, folder: Path, checkout: Path, database: Path) -> Table:
    _, load_core = plan.cores
    table = _table(f"Cold, beside another checkout: requests a second, {made.meetings:,} meetings")
    queries = {
        kind: asked
        for kind, asked in make_queries(made.meetings).items()
        if kind != MIX and plan.asks(kind)
    }
    with ExitStack() as running:
        both = _both(running, made, plan, folder, checkout, database, **NOTHING_CACHED)
        check_equal(both, queries)
        for kind, asked in queries.items():
            say(f"before: {kind}")
            loads = [
                Load(server, requests_of(server, asked), folder, plan.connections, load_core)
                for server in both
            ]
            _measure(table, kind, loads, plan)
    return table


def _compare_hot(made: Made, plan: Plan, folder: Path, checkout: Path, database: Path) -> Table:
    _, load_core = plan.cores
    asked = make_queries(made.meetings)[HOT_KIND][:HOT_QUERIES]
    table = _table(f"Hot, beside another checkout: requests a second, {HOT_QUERIES} queries")
    with ExitStack() as running:
        both = _both(running, made, plan, folder, checkout, database)
        say("before: hot")
        for name in (HOT_KIND, f"{HOT_KIND}, If-None-Match"):
            loads = []
            for server in both:
                requests: list[Request] = requests_of(server, asked)
                if name != HOT_KIND:
                    requests = [
                        (target, server.get(target).headers["etag"]) for target, _ in requests
                    ]
                loads.append(Load(server, requests, folder, plan.connections, load_core))
            _measure(table, name, loads, plan)
    return table
