"""SIGKILL at random moments of what writes: the data are those from before or from after."""

import multiprocessing
import os
import random
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from app.ingest.importers.travels import REGISTER, travels
from app.ingest.importing import import_register
from app.ingest.loader import load
from app.ingest.progress import Progress
from app.ingest.rebuilding import has_to_be_rebuilt, rebuild
from app.store.engines import engine_of
from tests.faults.data import content_of, write_edition
from tests.faults.results import Result
from tests.registers import visit, write_travels
from tests.trips import loaded_at

_FORK = multiprocessing.get_context("fork")
"""A process that has imported all it needs, so that every moment is one of the work itself."""


def kill_loads(times: int, folder: Path) -> Result:
    """Load another edition of twenty trips."""
    before = _database(folder)
    files = write_edition(folder, "New")
    return _kill("a load", times, before, lambda path: load(path, files))


def kill_imports(times: int, folder: Path) -> Result:
    """Import a register beside twenty trips."""
    before = _database(folder)
    register = write_travels(
        folder / "register",
        [visit(at, f"19{60 + at % 20}-0{1 + at % 9}-1{at % 9}") for at in range(40)],
    )

    def work(path: Path) -> None:
        import_register(path, REGISTER, travels, register, Progress())

    return _kill("an import", times, before, work)


def kill_rebuilds(times: int, folder: Path) -> Result:
    """Rebuild the database of another version."""
    before = _database(folder)
    with closing(sqlite3.connect(before)) as older:
        older.execute("UPDATE revision SET shapes = 'of another version'")
        older.commit()
    result = _kill("a rebuild", times, before, lambda path: rebuild(path))
    assert has_to_be_rebuilt(before)
    return result


def _database(folder: Path) -> Path:
    path = folder / "before.db"
    engine_of(path).migrate(path)
    with loaded_at():
        load(path, write_edition(folder, "Old"))
    return path


def _kill(name: str, times: int, before: Path, work: Callable[[Path], object]) -> Result:
    """Kill some work at random moments, each time on a copy of a database, and finish it."""
    result = Result(f"{name} that is killed leaves the data as before or as after", times)
    chance = random.Random(name)  # noqa: S311 - moments, no secrets
    folder = before.parent / "killed"
    undisturbed = _copy(before, folder)
    begun = time.monotonic()
    _started(work, undisturbed).join()
    lasts = time.monotonic() - begun
    old, new = content_of(before), content_of(undisturbed)
    found = {old: 0, new: 0}
    for at in range(times):
        path = _copy(before, folder)
        process = _started(work, path)
        process.join(chance.uniform(0, lasts))
        process.kill()
        process.join()
        content = content_of(path)
        result.expect(content in found, f"{at}: another content")
        found[content] = found.get(content, 0) + 1
        with loaded_at():
            work(path)  # Whatever was left behind is in nobody's way.
        result.expect(content_of(path) == new, f"{at}: another content once it was repeated")
        result.expect(_left(folder) == [], f"{at}: {_left(folder)} left behind")
    result.seen = f"{found[old]} times as before, {found[new]} as after; {lasts * 1000:.0f} ms long"
    return result


def _started(work: Callable[[Path], object], path: Path) -> multiprocessing.process.BaseProcess:
    def run() -> None:
        with loaded_at():
            work(path)
        os._exit(0)  # What the tests have registered for their own end is not this process's.

    process = _FORK.Process(target=run)
    process.start()
    return process


def _copy(before: Path, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return Path(shutil.copy(before, folder / "readout.db"))


def _left(folder: Path) -> list[str]:
    """Return what lies beside a database that does not belong there."""
    known = {"readout.db", "readout.db-wal", "readout.db-shm", "readout.db.lock"}
    return sorted({path.name for path in folder.iterdir()} - known)
