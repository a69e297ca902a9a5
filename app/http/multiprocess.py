"""What several worker processes have in common: their end, and their metrics.

The metrics meet in a folder of memory-mapped files. This is prometheus_client's multiprocess mode:
the variable `PROMETHEUS_MULTIPROC_DIR` turns it on, and has to be there before a worker imports
prometheus_client.
"""

import asyncio
import logging
import multiprocessing
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"

# Memory, and writable in a container whose file system is not.
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - the folder in it has a name that nobody can guess

log = logging.getLogger("readout")


@contextmanager
def metrics_folder(workers: int) -> Iterator[None]:
    """Let so many workers that are started within add up their metrics; one alone needs no folder.

    A folder that the environment names is made where it is missing, and loses what an earlier
    service left in it. Otherwise one is made, and removed at the end. Where none can be made, a
    warning says so, and each worker gives its own metrics.
    """
    named = os.environ.get(VARIABLE)
    if workers == 1 and not named:
        yield
        return
    try:
        folder = _emptied(Path(named)) if named else _made()
    except OSError as error:
        log.warning("each worker gives its own metrics: %s", error)
        os.environ.pop(VARIABLE, None)
        yield
        return
    os.environ[VARIABLE] = str(folder)
    try:
        yield
    finally:
        if not named:
            del os.environ[VARIABLE]
            shutil.rmtree(folder, ignore_errors=True)


def metrics_of_all(own: CollectorRegistry) -> CollectorRegistry:
    """Return the metrics of all workers that share a folder, or `own` where there is none."""
    folder = os.environ.get(VARIABLE)
    if not folder:
        return own
    _forget_the_dead(Path(folder))
    together = CollectorRegistry()
    MultiProcessCollector(together, folder)  # type: ignore[no-untyped-call] # It has no types.
    return together


def end_with_parent() -> None:
    """Have this worker process stop when the one that started it is no more; for its event loop.

    Else it would go on to listen, and the port could not be had again. A process that was not
    started as a worker is left alone.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    loop = asyncio.get_running_loop()

    def stop() -> None:
        loop.remove_reader(parent.sentinel)
        log.warning("the process that started this worker is no more: stopping")
        signal.raise_signal(signal.SIGTERM)

    loop.add_reader(parent.sentinel, stop)


def _made() -> Path:
    for parent in (_SHARED_MEMORY, None):  # None is the system's folder for temporary files.
        try:
            return Path(tempfile.mkdtemp(prefix="readout-metrics-", dir=parent))
        except OSError as error:
            refused = error
    raise refused


def _emptied(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*_*.db"):
        file.unlink()
    return folder


def _forget_the_dead(folder: Path) -> None:
    """Drop what processes that have ended held; what they counted stays."""
    for pid in {file.stem.rpartition("_")[2] for file in folder.glob("gauge_live*_*.db")}:
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call] # Nor this.
        except PermissionError:
            pass  # It lives, under another user.
