"""A service ends when it is to, whatever it is doing, and leaves no process behind."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.client import problem
from tests.http.test_running import SLOW
from tests.test_cli import PROJECT, free_port, wait_until_ready

pytestmark = pytest.mark.slow

# A service whose lists take far longer than it may take to stop.
SLOW_SERVICE = f"""
from app.cli import main
from app.store.sql import store

slow = {SLOW.replace("100000000", "100000000000")!r}
store.find_page = lambda snapshot, plan: snapshot.rows(slow)
if __name__ == "__main__":
    main()
"""
QUERY_SECONDS = 120
SHUTDOWN_SECONDS = 1


def start(tmp_path: Path, database: Path, *arguments: str) -> tuple[subprocess.Popen[str], int]:
    shutil.copy(database, tmp_path / "readout.db")
    (tmp_path / "slow.py").write_text(SLOW_SERVICE)
    port = free_port()
    process = subprocess.Popen(  # noqa: S603 - the arguments are this test's own
        [sys.executable, str(tmp_path / "slow.py"), "serve", "--port", str(port), *arguments],
        cwd=PROJECT,
        env=os.environ
        | {
            "PYTHONPATH": str(PROJECT),
            "READOUT_DATABASE_URL": f"sqlite:///{tmp_path / 'readout.db'}",
            "READOUT_QUERY_SECONDS": str(QUERY_SECONDS),
            "READOUT_SHUTDOWN_SECONDS": str(SHUTDOWN_SECONDS),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_until_ready(process, port)
    return process, port


@pytest.mark.parametrize("workers", [1, 2])
def test_a_service_stops_in_time_whatever_runs(
    tmp_path: Path, seed_database: Path, workers: int
) -> None:
    process, port = start(tmp_path, seed_database, "--workers", str(workers))

    answered: list[httpx.Response] = []

    def ask() -> None:
        answered.append(
            httpx.get(f"http://127.0.0.1:{port}/meetings", timeout=QUERY_SECONDS, trust_env=False)
        )

    asking = [threading.Thread(target=ask) for _ in range(4)]
    for thread in asking:
        thread.start()
    time.sleep(2)  # They are being answered by now, in threads.
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    _, logged = process.communicate(timeout=60)
    # Less than half of what one of the questions takes; what else it waits for is the machine.
    assert time.monotonic() - begun < QUERY_SECONDS / 4
    assert process.returncode == 0
    assert "Traceback" not in logged
    for thread in asking:
        thread.join()
    assert [response.status_code for response in answered] == [503] * 4
    assert all("retry-after" in response.headers for response in answered)
    types = {problem(response)["type"] for response in answered}
    assert types == {"urn:readout:problem:stopping"}


def test_workers_end_with_their_parent(tmp_path: Path, seed_database: Path) -> None:
    process, port = start(tmp_path, seed_database, "--workers", "2")
    process.kill()
    _, logged = process.communicate(timeout=60)  # Its end is that of the last who writes there.
    assert logged.count("the process that started this worker is no more") == 2
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/livez", trust_env=False)
