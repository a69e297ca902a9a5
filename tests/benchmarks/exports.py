"""Whole lists in each format: how long they take, and the memory of the process that sends them."""

import http.client
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from app.domain.collections import MEETINGS
from app.representations.registry import formats_of_list
from tests.benchmarks import servers
from tests.benchmarks.databases import Made
from tests.benchmarks.plan import Plan, say
from tests.benchmarks.servers import HOST, Server
from tests.benchmarks.tables import Table

EXPORT_SECONDS = 7200
PIECE_BYTES = 1 << 20

SUFFIXES = tuple(known.suffix for known in formats_of_list(MEETINGS))


def compare_exports(sizes: Sequence[Made], plan: Plan, folder: Path) -> Table:
    """Return the table of all meetings in each format that the plan asks for."""
    core, _ = plan.cores
    table = Table(
        "All meetings in each format, streamed to one client",
        ["format and meetings", "seconds", "meetings/s", "MiB sent", "most memory, MiB"],
    )
    for suffix in plan.formats or SUFFIXES:
        for made in sizes:
            say(f"exports: .{suffix}, {made.meetings:,} meetings")
            with servers.readout(
                made.readout, folder, core, export_seconds=EXPORT_SECONDS
            ) as server:
                server.get(f"/meetings.{suffix}?limit=200")
                seconds, sent = _sent(server, f"/meetings.{suffix}")
                most = _most_memory(server.pid)
            table.add(
                f".{suffix}, {made.meetings:,}",
                [
                    f"{seconds:,.1f}", f"{made.meetings / seconds:,.0f}",
                    f"{sent / 2**20:,.0f}", f"{most:.0f}",
                ],
                {"seconds": [seconds], "bytes": [sent], "MiB": [most]},
            )  # fmt: skip
    return table


def _sent(server: Server, target: str) -> tuple[float, int]:
    """Return how long an answer takes as a whole, and how many bytes it has."""
    connection = http.client.HTTPConnection(HOST, server.port, timeout=EXPORT_SECONDS)
    with closing(connection):
        begun = time.perf_counter()
        connection.request("GET", target)
        response = connection.getresponse()
        if response.status != 200:
            raise RuntimeError(f"{target} is answered {response.status}")
        sent = sum(map(len, iter(lambda: response.read(PIECE_BYTES), b"")))
        return time.perf_counter() - begun, sent


def _most_memory(pid: int) -> float:
    """Return the most memory that a process has had, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024
