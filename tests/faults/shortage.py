"""A disk that is full, and memory that is short."""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from app.ingest.loader import load
from app.ingest.preparing import PARALLEL_FROM
from app.settings import PROJECT
from app.store.engines import engine_of
from tests.faults.data import content_of, write_edition
from tests.faults.results import Result
from tests.faults.service import Service

DISK_BYTES = 24 << 20
TRIPS = {"of few trips": 40, "of many trips": PARALLEL_FROM + 20}
"""So few that a load starts no processes that help it, and so many that it does."""

SECONDS = 60
"""After so long a command counts as one that does not end."""

MEMORY_BYTES = tuple(mib << 20 for mib in (16, 24, 32, 36, 40, 44, 48, 56, 64, 128, 256))


def can_mount() -> bool:
    """Return whether this user may mount a small disk."""
    return os.geteuid() == 0 and shutil.which("mount") is not None


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a disk of few megabytes for the time of a `with` block."""
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)]
    subprocess.run(["mount", *options], check=True)  # noqa: S603, S607
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)  # noqa: S603, S607


def full_disk(folder: Path) -> list[Result]:
    """Load, rebuild and serve where there is no room."""
    loading = Result("a load into a full disk says so and changes nothing", 1)
    rebuilding = Result("a rebuild on a full disk says so, and goes on once there is room", 1)
    serving = Result("a full disk keeps nobody from reading", 1)
    many = write_edition(folder, "New", trips=2000)
    with small_disk(folder / "disk") as disk:
        path = disk / "readout.db"
        engine_of(path).migrate(path)
        load(path, write_edition(folder, "Old"))
        before = content_of(path)
        with Service(path) as service:
            done = _readout("load", *map(str, many), database=path)
            loading.seen = _last_line(done.stderr, path)
            loading.expect(done.returncode == 1, f"it ended with {done.returncode}")
            loading.expect("full" in done.stderr, done.stderr[-500:])
            loading.expect("Traceback" not in done.stderr, done.stderr[-2000:])
            loading.expect(content_of(path) == before, "the data have changed")
            used = shutil.disk_usage(disk).used
            loading.expect(used < DISK_BYTES / 4, f"{used >> 20} MiB are still taken")
            filler = disk / "filler"
            _fill(filler)
            for query in ("/meetings?limit=3", "/meetings/facets", "/search?q=Old", "/network"):
                status = service.get(query).status
                serving.expect(status == 200, f"{query} is answered {status}")
                serving.tried += 1
            filler.unlink()
        with closing(sqlite3.connect(path)) as older:
            older.execute("UPDATE revision SET shapes = 'of another version'")
            older.commit()
        _fill(filler)
        rebuilt = _rebuild(path)
        rebuilding.expect(rebuilt.returncode != 0, "it was rebuilt without room")
        rebuilding.expect("Traceback" not in rebuilt.stderr, rebuilt.stderr[-2000:])
        rebuilding.seen = _last_line(rebuilt.stderr, path)
        filler.unlink()
        rebuilding.expect(_rebuild(path).returncode == 0, "it is not rebuilt once there is room")
        rebuilding.expect(content_of(path) == before, "the data have changed")
    return [loading, serving, rebuilding]


def short_memory(folder: Path) -> list[Result]:
    """Load where there is little memory: it is done, or ends with the data as they were."""
    return [_short_memory(folder / name, name, trips) for name, trips in TRIPS.items()]


def _short_memory(folder: Path, name: str, trips: int) -> Result:
    result = Result(f"a load {name} without enough memory ends, and changes nothing")
    path = folder / "readout.db"
    folder.mkdir()
    engine_of(path).migrate(path)
    load(path, write_edition(folder, "Old"))
    files = write_edition(folder, "New", trips=trips)
    before, outcomes = content_of(path), []
    for most in MEMORY_BYTES:
        done = _readout("load", *map(str, files), database=path, memory=most)
        result.tried += 1
        outcomes.append(f"{most >> 20} MiB: {'done' if done.returncode == 0 else 'given up'}")
        if done.returncode == 0:
            break
        result.expect(content_of(path) == before, f"with {most >> 20} MiB the data have changed")
    result.expect(done.returncode == 0, "it is never done")
    result.expect(result.tried > 1, "there was memory enough each time")
    result.seen = ", ".join(outcomes)
    return result


def _last_line(text: str, path: Path) -> str:
    return (text.strip().splitlines() or [""])[-1].replace(str(path), path.name)


def _fill(path: Path) -> None:
    with path.open("wb") as file:
        try:
            while True:
                file.write(b"\0" * 65536)
                file.flush()
        except OSError:
            return


def _rebuild(path: Path) -> "subprocess.CompletedProcess[str]":
    return _run([sys.executable, "-c", _REBUILD, str(path)], path)


_REBUILD = """
import sys
from pathlib import Path
from app.ingest.rebuilding import rebuild
from app.store.base import DatabaseUnavailable

try:
    rebuild(Path(sys.argv[1]))
except DatabaseUnavailable as error:
    sys.exit(str(error))
"""


def _readout(
    *arguments: str, database: Path, memory: int | None = None
) -> "subprocess.CompletedProcess[str]":
    return _run([sys.executable, "-m", "app", *arguments], database, memory)


def _run(
    command: list[str], database: Path, memory: int | None = None
) -> "subprocess.CompletedProcess[str]":
    def limit() -> None:
        if memory is not None:
            resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))

    return subprocess.run(  # noqa: S603 - the arguments are these tests' own
        command, cwd=PROJECT, text=True, capture_output=True, preexec_fn=limit, timeout=SECONDS,
        env={**os.environ, "READOUT_DATABASE_URL": f"sqlite:///{database}"},
    )  # fmt: skip
