"""A short form of `python -m tests.faults`: few tries of each fault."""

from pathlib import Path

import pytest

from tests.faults.clock import clock_set_back
from tests.faults.connections import idle_connections, slow_readers, too_many_connections
from tests.faults.databases import HARMS, bad_databases
from tests.faults.killing import kill_imports, kill_loads, kill_rebuilds
from tests.faults.processes import freeze_worker, kill_parent, kill_workers, stop_under_load
from tests.faults.results import Result
from tests.faults.shortage import can_mount, full_disk, short_memory
from tests.faults.under_load import load_under_clients

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]


def hold(*results: Result) -> None:
    for result in results:
        assert result.broken == [], result.promise
        assert result.tried > 0


@pytest.mark.parametrize("kill", [kill_loads, kill_imports, kill_rebuilds])
def test_killed_at_random_moments(kill: object, tmp_path: Path) -> None:
    assert callable(kill)
    hold(kill(8, tmp_path))


def test_loads_under_clients(tmp_path: Path) -> None:
    hold(load_under_clients(8, 4.0, tmp_path))


def test_bad_databases(tmp_path: Path) -> None:
    results = bad_databases(tmp_path)
    assert len(results) == len(HARMS)
    hold(*results)


def test_a_killed_worker(tmp_path: Path) -> None:
    hold(kill_workers(1, tmp_path))


def test_a_frozen_worker(tmp_path: Path) -> None:
    hold(freeze_worker(tmp_path, 3.0))


def test_a_killed_parent(tmp_path: Path) -> None:
    hold(kill_parent(1, tmp_path))


def test_an_end_under_load(tmp_path: Path) -> None:
    hold(stop_under_load(1, tmp_path))


def test_idle_connections(tmp_path: Path) -> None:
    hold(idle_connections(300, tmp_path))


def test_too_many_connections(tmp_path: Path) -> None:
    hold(too_many_connections(20, tmp_path))


def test_slow_readers(tmp_path: Path) -> None:
    hold(slow_readers(40, tmp_path))


def test_a_full_disk(tmp_path: Path) -> None:
    if not can_mount():
        pytest.skip("only root may mount a disk that is soon full")
    hold(*full_disk(tmp_path))


def test_short_memory(tmp_path: Path) -> None:
    hold(*short_memory(tmp_path))


def test_a_clock_that_is_set_back(tmp_path: Path) -> None:
    hold(clock_set_back(tmp_path))


def test_a_broken_promise_would_be_seen() -> None:
    result = Result("it holds", 1)
    result.expect(False, "it does not")
    with pytest.raises(AssertionError, match="it holds"):
        hold(result)
