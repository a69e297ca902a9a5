"""`python -m tests.faults`: harm the service in every way we know, and print what came of it."""

import argparse
import datetime
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.machine import described
from tests.faults.clock import clock_set_back
from tests.faults.connections import idle_connections, slow_readers, too_many_connections
from tests.faults.databases import bad_databases
from tests.faults.killing import kill_imports, kill_loads, kill_rebuilds
from tests.faults.processes import freeze_worker, kill_parent, kill_workers, stop_under_load
from tests.faults.results import Result, markdown
from tests.faults.shortage import can_mount, full_disk, short_memory
from tests.faults.under_load import load_under_clients

PARTS: dict[str, Callable[[Path], list[Result]]] = {
    "kill-load": lambda folder: [kill_loads(200, folder)],
    "kill-import": lambda folder: [kill_imports(200, folder)],
    "kill-rebuild": lambda folder: [kill_rebuilds(200, folder)],
    "under-load": lambda folder: [load_under_clients(32, 60, folder)],
    "databases": bad_databases,
    "kill-workers": lambda folder: [kill_workers(10, folder)],
    "freeze-worker": lambda folder: [freeze_worker(folder)],
    "kill-parent": lambda folder: [kill_parent(5, folder)],
    "stop": lambda folder: [stop_under_load(10, folder)],
    "idle": lambda folder: [idle_connections(10_000, folder)],
    "too-many": lambda folder: [too_many_connections(100, folder)],
    "slow-readers": lambda folder: [slow_readers(300, folder)],
    "disk": lambda folder: full_disk(folder) if can_mount() else [],
    "memory": short_memory,
    "clock": lambda folder: [clock_set_back(folder)],
}


def _run(parts: list[str]) -> Iterator[Result]:
    for name in parts:
        print(f"{name} …", file=sys.stderr, flush=True)
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="readout-faults-") as folder:
            results = PARTS[name](Path(folder))
        if not results:
            print(f"{name}: passed over, as only root may mount a disk", file=sys.stderr)
        for result in results:
            for broken in result.broken[:5]:
                print(f"{name}: {broken}", file=sys.stderr)
            yield result
        print(f"{name}: {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)


def main() -> int:
    """Run the parts that are asked for; return 1 if a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    results = list(_run(parser.parse_args().parts))
    machine = " · ".join(f"{name} {value}" for name, value in described().items())
    print(f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d} · {machine}\n")
    print(markdown(results))
    return int(any(result.broken for result in results))


if __name__ == "__main__":
    sys.exit(main())
