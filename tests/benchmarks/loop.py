"""Bare sqlite3: the statements that Readout runs, run again and again without it.

Run as a process of its own: database, file of statements, seconds, and where in it to begin.
"""

import pickle
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from app.settings import PROJECT
from tests.benchmarks.machine import Cores, pin
from tests.benchmarks.statements import Noted, open_read_only


@dataclass
class Loop:
    """The statements of queries, to be run on a core."""

    database: Path
    file: Path
    cores: Cores
    _next: int = field(default=0, init=False)

    @classmethod
    def of(
        cls, database: Path, statements: Sequence[Sequence[Noted]], file: Path, cores: Cores
    ) -> "Loop":
        """Return the loop over the statements of queries, which are written to a file."""
        file.write_bytes(pickle.dumps(statements))
        return cls(database, file, cores)

    def run(self, seconds: float) -> float:
        """Return for how many queries a second the statements are run."""
        told = subprocess.run(  # noqa: S603 - this very module
            [sys.executable, "-m", __name__, self.database, self.file, str(seconds),
             str(self._next)],
            capture_output=True, text=True, check=True, cwd=PROJECT, preexec_fn=pin(self.cores),
        )  # fmt: skip
        rate = float(told.stdout)
        self._next += round(rate * seconds)
        return rate


def rate_of(
    connection: sqlite3.Connection,
    queries: Sequence[Sequence[Noted]],
    seconds: float,
    position: int = 0,
) -> float:
    """Run the statements of one query after the other, and fetch all rows of each."""
    count = 0
    execute, clock = connection.execute, time.perf_counter
    started = clock()
    while clock() < started + seconds:
        for statement, parameters in queries[(position + count) % len(queries)]:
            execute(statement, parameters).fetchall()
        count += 1
    return count / (clock() - started)


def main() -> None:
    """Print how many queries a second there were."""
    database, file, seconds, position = sys.argv[1:]
    queries = pickle.loads(Path(file).read_bytes())  # noqa: S301 - written by `Loop.of`
    with closing(open_read_only(Path(database))) as connection:
        sys.stdout.write(f"{rate_of(connection, queries, float(seconds), int(position))}\n")


if __name__ == "__main__":
    main()
