"""PostgreSQL beside SQLite, in one run: `python -m tests.benchmarks.stores --help`.

One process of Readout over each store answers the same questions, without its cache, one at a time
and by 16 connections. PostgreSQL runs on this machine, in a private cluster that is removed
afterwards, and shares its cores with all else.
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.store.engines import Database, engine_of
from tests.benchmarks import servers
from tests.benchmarks.databases import Made, make, measured_load
from tests.benchmarks.growth import KINDS
from tests.benchmarks.load import Load, latencies, percentile, raw_request
from tests.benchmarks.machine import ALL_CORES
from tests.benchmarks.queries import make_queries
from tests.benchmarks.tables import Table, plain
from tests.clusters import Cluster
from tests.test_compose import NGINX, proxy

PAGES = (
    "no filter",
    "official",
    "date from",
    "date to",
    "official + dates",
    "topic + country",
    "mix",
)
OTHERS = (
    "/meetings/facets, a city",
    "/participants/facets",
    "/network, a city",
    "q, rare word",
    "q, word in all",
    "/search, rare word",
    "/search, common word",
)


@dataclass
class Served:
    """What was measured of one store at one size."""

    seconds_of_load: float
    p50: dict[str, float]
    rate: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.stores",
        description="Measure Readout on PostgreSQL beside SQLite, on the same data.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--growth", nargs="+", type=int, default=[10_000, 100_000],
                        help="numbers of meetings")  # fmt: skip
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each is measured")
    parser.add_argument("--folder", type=Path,
                        default=Path(tempfile.gettempdir()) / "readout-benchmarks",
                        help="where made-up data is kept for the next run")  # fmt: skip
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    cluster = Cluster()
    try:
        found: dict[tuple[str, int], Served] = {}
        for meetings in options.growth:
            made = make(options.folder, meetings)
            found["SQLite", meetings] = measured(
                made.readout, made.loading.seconds, options.folder, options.seconds
            )
            url, seconds = loaded(cluster, made)
            found["PostgreSQL", meetings] = measured(url, seconds, options.folder, options.seconds)
            print(plain(table(found)), flush=True)
        for name, rate in steps(url, options.folder, options.seconds):
            print(f"{name}: {rate:,.0f} answers a second", flush=True)
    finally:
        cluster.close()


def steps(url: str, folder: Path, seconds: float) -> Iterator[tuple[str, float]]:
    """Yield what the steps beyond one process are worth, on this machine."""
    mix = [(servers.readout_target(each), "") for each in make_queries(10_000)["mix"]]
    hot = mix[:20]
    for name, requests, settings in (
        ("one process, every question another", mix, {"cache_bytes": 0}),
        ("two workers, every question another", mix, {"cache_bytes": 0, "workers": 2}),
        ("one process, 20 questions again and again", hot, {}),
    ):
        with servers.readout(url, folder, ALL_CORES, **settings) as server:
            yield name, Load(server, requests, folder, 16, ALL_CORES).run(seconds)
    if NGINX is not None:
        place = folder / "proxy"
        place.mkdir(exist_ok=True)
        with servers.readout(url, folder, ALL_CORES) as server, proxy(place, [server]) as before:
            proxied = replace(server, port=before.port)
            yield (
                "a proxy before it, 20 questions again and again",
                Load(proxied, hot, folder, 16, ALL_CORES).run(seconds),
            )


def loaded(cluster: Cluster, made: Made) -> tuple[str, float]:
    """Load made-up data into a new database; return its URL, and how long that took."""
    url = cluster.url(cluster.create())
    engine_of(url).migrate(url)
    taken = measured_load(url, [made.trips])
    # As a server does by itself in time.
    cluster.primary.execute("VACUUM ANALYZE", url.partition("@/")[2].partition("?")[0])
    return url, taken.seconds


def measured(database: Database, of_load: float, folder: Path, seconds: float) -> Served:
    """Serve a database; return how long answers take."""
    with servers.readout(database, folder, ALL_CORES, cache_bytes=0, query_seconds=60) as server:
        p50 = {}
        for kind, targets in questions():
            requests = [raw_request((target, "")) for target in targets]
            p50[kind] = percentile(latencies(server.port, requests, seconds), 0.5)
        mix = [(servers.readout_target(each), "") for each in make_queries(10_000)["mix"]]
        rate = Load(server, mix, folder, 16, ALL_CORES).run(seconds)
    return Served(of_load, p50, rate)


def questions() -> Iterator[tuple[str, list[str]]]:
    """Yield what is asked: a kind, and targets of it."""
    queries = make_queries(10_000)
    for kind in PAGES:
        yield f"page: {kind}", [servers.readout_target(each) for each in queries[kind]]
    for kind, (targets, _) in KINDS.items():
        if kind in OTHERS:
            yield kind, list(targets())


def table(found: dict[tuple[str, int], Served]) -> Table:
    """Return what was measured: milliseconds, but for the last two rows."""
    columns = [f"{store} {meetings:,}" for store, meetings in found]
    kinds = next(iter(found.values())).p50
    rows = [[kind, *(f"{each.p50[kind]:.2f}" for each in found.values())] for kind in kinds]
    rows.append(["answers a second, 16 connections", *(f"{e.rate:,.0f}" for e in found.values())])
    rows.append(["load, seconds", *(f"{each.seconds_of_load:.1f}" for each in found.values())])
    return Table("Milliseconds an answer (p50), no cache", ["question", *columns], rows)


if __name__ == "__main__":
    main()
