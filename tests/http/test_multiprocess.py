"""Metrics of several processes: in which folder they meet, and what is left of one that ends."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from app.http import multiprocess
from app.http.multiprocess import VARIABLE, metrics_folder, metrics_of_all

WORKER = """
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
registry = CollectorRegistry()
Counter("readout_hits", "Hits.", registry=registry).inc(3)
Gauge("readout_bytes", "Bytes.", registry=registry, multiprocess_mode="livesum").set(5)
Histogram("readout_seconds", "Seconds.", ["route"], registry=registry).labels("/x").observe(0.1)
print(flush=True)
input()
"""


@pytest.fixture(autouse=True)
def _no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


def worker() -> subprocess.Popen[str]:
    """Start a process that has counted something and waits."""
    process = subprocess.Popen(  # noqa: S603 - the arguments are this test's own
        [sys.executable, "-c", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def samples() -> dict[str, float]:
    lines = generate_latest(metrics_of_all(CollectorRegistry())).decode().splitlines()
    return {
        name: float(value)
        for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")
    }


def test_workers_add_up_and_one_that_ends_leaves_what_it_counted() -> None:
    with metrics_folder(workers=2):
        one, other = worker(), worker()
        try:
            found = samples()
            assert found["readout_hits_total"] == 6
            assert found["readout_bytes"] == 10
            assert found['readout_seconds_count{route="/x"}'] == 2
            other.communicate("\n")
            found = samples()
            assert found["readout_hits_total"] == 6
            assert found["readout_bytes"] == 5
        finally:
            one.communicate("\n")
            other.communicate()


def test_the_folder_is_made_and_removed() -> None:
    with metrics_folder(workers=2):
        folder = Path(os.environ[VARIABLE])
        assert folder.is_dir()
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()
    assert VARIABLE not in os.environ


def test_one_worker_needs_no_folder() -> None:
    with metrics_folder(workers=1):
        assert VARIABLE not in os.environ
        own = CollectorRegistry()
        assert metrics_of_all(own) is own


def test_a_folder_of_ones_own_is_made_emptied_and_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "a" / "metrics"
    monkeypatch.setenv(VARIABLE, str(folder))
    with metrics_folder(workers=2):
        (folder / "counter_1.db").touch()
    (folder / "notes.txt").touch()
    with metrics_folder(workers=2):
        assert [file.name for file in folder.iterdir()] == ["notes.txt"]
        assert os.environ[VARIABLE] == str(folder)
    assert folder.is_dir()


def test_without_shared_memory_it_is_a_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(multiprocess, "_SHARED_MEMORY", tmp_path / "nowhere")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with metrics_folder(workers=2):
        assert Path(os.environ[VARIABLE]).parent == tmp_path


def test_where_no_folder_can_be_made_each_worker_is_on_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file" / "metrics"))
    own = CollectorRegistry()
    with metrics_folder(workers=2):
        assert metrics_of_all(own) is own
    assert "each worker gives its own metrics" in caplog.text
