"""The machine: its cores, what runs on which, and how it is described beside the numbers."""

import os
import platform
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = ("readout", "fastapi", "starlette", "sqlmodel", "uvicorn", "uvloop", "httptools",
             "datasette")  # fmt: skip

Cores = frozenset[int]

CAN_PIN = hasattr(os, "sched_setaffinity")


def all_cores() -> Cores:
    """Return the cores that this process may use."""
    return frozenset(os.sched_getaffinity(0)) if CAN_PIN else frozenset(range(os.cpu_count() or 1))


ALL_CORES = all_cores()


def two_cores() -> tuple[Cores, Cores] | None:
    """Return a core for the servers and one for the load, or None where there are not two."""
    cores = sorted(ALL_CORES)
    if not CAN_PIN or len(cores) < 2:
        return None
    return frozenset(cores[:1]), frozenset(cores[1:2])


def pin(cores: Cores) -> Callable[[], None] | None:
    """Return what a new process does first to stay on these cores; None where nothing can."""
    if not CAN_PIN:
        return None
    return lambda: os.sched_setaffinity(0, cores)


def memory_of(pid: int, *, shared_once: bool = False) -> int:
    """Return the resident bytes of a process and those it started; 0 where nothing tells them.

    With `shared_once`, pages that several processes share count once in all, as far as they are
    theirs.
    """
    total = 0
    for each in [pid, *_children_of(pid)]:
        try:
            total += _shared_once(each) if shared_once else _resident(each)
        except OSError:
            continue
    return total


def _resident(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _shared_once(pid: int) -> int:
    """Return the share of a process, for which the system walks through all its pages."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024


def _children_of(pid: int) -> list[int]:
    found = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(child) for child in listed.read_text().split()]
        except OSError:
            continue
        for child in children:
            found += [child, *_children_of(child)]
    return found


def described() -> dict[str, str]:
    """Return what the numbers depend on: processor, memory, system and versions."""
    known = {
        "processor": _processor(),
        "cores": str(len(ALL_CORES)),
        "memory": _memory(),
        "system": f"{platform.system()} {platform.release()}",
        "python": sys.version.split()[0],
        "sqlite": sqlite3.sqlite_version,
    }
    for package in _PACKAGES:
        try:
            known[package] = version(package)
        except PackageNotFoundError:
            known[package] = "not installed"
    known["wrk"] = _wrk_version()
    return known


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory() -> str:
    try:
        pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return "unknown"
    return f"{pages * size / 2**30:.0f} GiB"


def _wrk_version() -> str:
    wrk = shutil.which("wrk")
    if wrk is None:
        return "not installed"
    told = subprocess.run(  # noqa: S603 - found by its name on the path
        [wrk, "-v"], capture_output=True, text=True, check=False
    )
    words = (told.stdout + told.stderr).split()
    return words[1] if len(words) > 1 else "unknown"
