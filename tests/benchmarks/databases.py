"""The made-up data in databases, kept in a folder so that the next run finds them.

They are kept by their size and a digest of all that decides what is in them.
"""

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from app.settings import PROJECT
from app.store.engines import Database
from tests.benchmarks import tutorial
from tests.benchmarks.data import write_trips
from tests.benchmarks.machine import ALL_CORES, memory_of, pin

_SAMPLE_SECONDS = 0.1

_DECIDING = (
    "tests/benchmarks/data.py",
    "tests/benchmarks/tutorial.py",
    "app/store/keys.py",
    "app/domain/*.py",
    "app/ingest/*.py",
    "app/store/sql/*.py",
    "app/store/sqlite/*.py",
    "app/store/postgres/*.py",
    "migrations/versions/*.py",
)


@dataclass(frozen=True)
class Taken:
    """How long a command took, and how much memory it and the processes it started had.

    `processor` is the time that it was computing, which other guests of a machine lengthen less.
    """

    seconds: float
    memory: int
    processor: float = 0.0


@dataclass(frozen=True)
class Made:
    """Made-up data of one size: trip files, Readout's database, and how it was loaded."""

    meetings: int
    folder: Path
    loading: Taken

    @property
    def trips(self) -> Path:
        """The folder of trip files."""
        return self.folder / "trips"

    @property
    def readout(self) -> Path:
        """Readout's database."""
        return self.folder / "readout.db"

    def tutorial(self) -> Path:
        """Return the tutorial's database with the same meetings, made when first asked for."""
        path = self.folder / f"{tutorial.__name__.rpartition('.')[2]}.db"
        if not path.exists():
            unfinished = path.with_suffix(".unfinished")
            unfinished.unlink(missing_ok=True)
            tutorial.fill(unfinished, self.meetings)
            unfinished.rename(path)
        return path


def make(folder: Path, meetings: int, *, anew: bool = False) -> Made:
    """Return made-up data of a size; what an earlier run left is used again, unless `anew`."""
    here = folder / f"{meetings}-{_digest()}"
    told = here / "loading.json"
    if anew or not told.exists():
        told.unlink(missing_ok=True)
        if not (here / "trips.complete").exists():
            write_trips(here / "trips", meetings)
            (here / "trips.complete").touch()
        for left in here.glob("readout.db*"):
            left.unlink()
        taken = measured_load(here / "readout.db", [here / "trips"])
        told.write_text(json.dumps(asdict(taken)))
    return Made(meetings, here, Taken(**json.loads(told.read_text())))


def _digest() -> str:
    digest = hashlib.sha256()
    for pattern in _DECIDING:
        for path in sorted(PROJECT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def measured_load(database: Database, paths: Sequence[Path], project: Path = PROJECT) -> Taken:
    """Load trip files with `readout load` of a checkout, in a process of its own."""
    return measured(database, ["load", *map(str, paths)], project)


def measured(database: Database, arguments: Sequence[str], project: Path = PROJECT) -> Taken:
    """Run a command of Readout on a database, in a process of its own."""
    command = [sys.executable, "-m", "app", *arguments]
    environment = readout_environment(database)
    started = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - this project's own command
        command,
        cwd=project,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=pin(ALL_CORES),
    ) as process:
        assert process.stderr is not None
        os.set_blocking(process.stderr.fileno(), False)
        told, memory = b"", 0
        while True:
            told += process.stderr.read() or b""
            memory = max(memory, memory_of(process.pid, shared_once=True))
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            time.sleep(_SAMPLE_SECONDS)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"readout {arguments[0]} failed: {told.decode()[-2000:]}")
    # The largest process's own peak; short ones live between two samples.
    computing = usage.ru_utime + usage.ru_stime
    return Taken(seconds, max(memory, usage.ru_maxrss * 1024), computing)


def readout_environment(database: Database, **settings: object) -> dict[str, str]:
    """Return the environment of a Readout over a database, with these settings and no others."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("READOUT_")}
    url = database if isinstance(database, str) else f"sqlite:///{database.absolute()}"
    given = {"database_url": url, **settings}
    return others | {f"READOUT_{name.upper()}": str(value) for name, value in given.items()}
