"""A changed trip, loaded each second until this process is ended.

One process loads them all: a command for each would spend half a second on starting Python, and
that, not the load, would be what is measured beside the service.
"""

import itertools
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.ingest.loader import load
from app.settings import PROJECT
from tests.benchmarks.plan import say

SECONDS = 1.0


def main(database: Path, file: Path, folder: Path) -> None:
    """Load a trip again and again, each time with another title; print how long each load took."""
    trip = json.loads(file.read_text())
    changed, due = folder / file.name, time.monotonic()
    for number in itertools.count():
        changed.write_text(json.dumps({**trip, "title": f"Edition {number}"}))
        begun = time.monotonic()
        load(database, [changed])
        print(time.monotonic() - begun, flush=True)
        # What took longer than a second is followed at once, and not caught up with.
        due = max(due + SECONDS, time.monotonic())
        time.sleep(max(due - time.monotonic(), 0.0))


@contextmanager
def loading(database: Path, file: Path, folder: Path) -> Iterator[None]:
    """Load a changed trip each second for the time of a `with` block; see that it was done."""
    command = [sys.executable, "-m", __name__, str(database), str(file), str(folder)]
    with subprocess.Popen(  # noqa: S603 - this module
        command, cwd=PROJECT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            process.stdout.readline()  # The first has been loaded.
            yield
            if process.poll() is not None:
                raise RuntimeError(f"what loads each second has ended with {process.returncode}")
        finally:
            process.terminate()
        took = sorted(map(float, process.stdout.read().split()))
        if took:
            say(f"loads: {len(took)}, each {took[len(took) // 2]:.2f} s, at most {took[-1]:.2f} s")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
