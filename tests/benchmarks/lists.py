"""What a page costs as the data grows: the first page and the hundredth, of the same queries."""

import json
import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import mean, median

from tests.benchmarks import servers
from tests.benchmarks.databases import Made
from tests.benchmarks.load import latencies, percentile, raw_request
from tests.benchmarks.machine import CAN_PIN
from tests.benchmarks.plan import Plan, say
from tests.benchmarks.queries import MIX, PAGE, Asked, make_queries
from tests.benchmarks.servers import Server
from tests.benchmarks.tables import Table, ratios, spread

QUERIES = 200
DEEP_PAGE = 100
STEP = 180
"""How many records at a time are walked to a deep page: a divisor of those before the 100th."""


def compare_lists(sizes: Sequence[Made], plan: Plan, folder: Path) -> Table:
    """Return the table of latencies by size."""
    core, load_core = plan.cores
    least, most = sizes[0], sizes[-1]
    kinds = make_queries(least.meetings)
    table = Table(
        "Lists: milliseconds a page, p50 / p99, one request at a time",
        ["query", "page", *(f"{made.meetings:,}" for made in sizes), "p50 ratio", "p99 ratio"],
        notes=[
            f"Ratios are of {most.meetings:,} meetings to {least.meetings:,}. In brackets: how many"
            f" records a page has, where that is not {PAGE}. Lists of fewer than {DEEP_PAGE} pages"
            " are asked for their last full one."
        ],
    )
    with ExitStack() as running:
        services = [
            running.enter_context(
                servers.readout(
                    made.readout, folder, core, name=f"Readout {made.meetings}", cache_bytes=0
                )
            )
            for made in sizes
        ]
        if CAN_PIN:
            here = os.sched_getaffinity(0)
            os.sched_setaffinity(0, load_core)
            running.callback(os.sched_setaffinity, 0, here)
        for kind, asked in kinds.items():
            if kind == MIX or not plan.asks(kind):
                continue
            say(f"lists: {kind}")
            for page in ("first", "hundredth"):
                targets = [
                    _targets(server, asked[:QUERIES], deep=page == "hundredth")
                    for server in services
                ]
                if all(targets):
                    _measure(table, kind, page, services, targets, plan)
    return table


def _targets(server: Server, queries: Sequence[Asked], *, deep: bool) -> list[str]:
    """Return the addresses of pages: the first ones, or those far behind where there are any."""
    firsts = [server.target(asked) for asked in queries]
    if not deep:
        return firsts
    return [target for first in firsts if (target := _deep(server, first))]


def _deep(server: Server, first: str) -> str | None:
    """Return the address of the hundredth page, or of the last full one, beyond the first."""
    answer = json.loads(server.get(first).body)
    page = min(DEEP_PAGE, answer["total"] // PAGE)
    if page < 2:
        return None
    left = (page - 1) * PAGE
    address = first
    while left:
        step = min(left, STEP)
        address = json.loads(server.get(_with_limit(address, step)).body)["next"]
        left -= step
    return _with_limit(address, PAGE)


def _with_limit(address: str, limit: int) -> str:
    path, _, query_string = address.partition("?")
    pairs = [pair for pair in query_string.split("&") if not pair.startswith("limit=")]
    return f"{path}?{'&'.join([*pairs, f'limit={limit}'])}"


def _measure(
    table: Table,
    kind: str,
    page: str,
    services: Sequence[Server],
    targets: Sequence[Sequence[str]],
    plan: Plan,
) -> None:
    samples: dict[str, list[float]] = {}
    sent = [[raw_request((target, "")) for target in each] for each in targets]
    for run in range(plan.runs + 1):
        for server, requests in zip(services, sent, strict=True):
            found = latencies(server.port, requests, plan.seconds if run else 0.3)
            if run:  # The first turn is not counted.
                for name, share in (("p50", 0.5), ("p99", 0.99)):
                    samples.setdefault(f"{server.name} {name}", []).append(percentile(found, share))
    cells = []
    for server, each in zip(services, targets, strict=True):
        p50, p99 = (median(samples[f"{server.name} {name}"]) for name in ("p50", "p99"))
        records = mean(len(json.loads(server.get(target).body)["items"]) for target in each[:20])
        size = "" if records == PAGE else f" [{records:.1f}]"
        cells.append(f"{p50:.2f} / {p99:.2f}{size}")
    for name in ("p50", "p99"):
        least, most = (samples[f"{server.name} {name}"] for server in (services[0], services[-1]))
        cells.append(spread(ratios(most, least), ".2f"))
    table.add(f"{kind}, {page} page", [page, *cells], samples)
    table.rows[-1][0] = kind
