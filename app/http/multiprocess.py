"""What worker processes share: their metrics, and that they end with their parent.

The metrics are shared through a folder of memory-mapped files, in prometheus_client's multiprocess
mode. The variable `PROMETHEUS_MULTIPROC_DIR` turns it on, and has to be set before a worker imports
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
    """Provide the folder through which workers started in this block share their metrics.

    A folder that the environment names is created if it is missing, and emptied of an earlier
    service's files. Otherwise one is created, and removed at the end, unless there is just one
    worker. If that fails, a warning is logged, and each worker gives its own metrics.
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
    """Stop this worker process when its parent process ends; call it on the event loop.

    Else the worker would go on listening and block the port. A process that was not started as a
    worker is left alone.
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
    """Drop the gauges of processes that have ended; their counters stay."""
    for pid in {file.stem.rpartition("_")[2] for file in folder.glob("gauge_live*_*.db")}:
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call] # Nor this.
        except PermissionError:
            pass  # It lives, under another user.
