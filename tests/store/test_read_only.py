"""A database where nothing can be written is served, and never written to."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.test_cli import PROJECT, free_port, wait_until_ready

pytestmark = pytest.mark.slow

# Root may write everywhere, unless it has to do without what lets it.
AS_ANYBODY = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner"]


def without_rights(command: list[str]) -> list[str]:
    """Return a command that file permissions hold for, also where root runs the tests."""
    if os.geteuid():
        return command
    if shutil.which(AS_ANYBODY[0]) is None:
        pytest.skip("run as root, this needs setpriv")
    tried = subprocess.run([*AS_ANYBODY, "true"], capture_output=True, check=False)  # noqa: S603
    if tried.returncode:
        pytest.skip(f"root cannot give up its rights here: {tried.stderr.decode().strip()}")
    return [*AS_ANYBODY, *command]


@pytest.fixture
def folder(tmp_path: Path, seed_database: Path) -> Iterator[Path]:
    """A folder with a database, in which nothing can be written."""
    folder = tmp_path / "read-only"
    folder.mkdir()
    shutil.copy(seed_database, folder / "readout.db")
    with closing(sqlite3.connect(folder / "readout.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (folder / "readout.db").chmod(0o444)
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)


def readout(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603 - the arguments are this test's own
        without_rights([sys.executable, "-m", "app", *arguments]),
        cwd=PROJECT,
        env=os.environ | {"READOUT_DATABASE_URL": f"sqlite:///{folder / 'readout.db'}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_database_in_a_folder_that_cannot_be_written_is_served(folder: Path) -> None:
    before = sorted(folder.iterdir())
    port = free_port()
    process = readout(folder, "serve", "--port", str(port))
    wait_until_ready(process, port)
    for path in ("/meetings", "/meetings/facets", "/search?q=climate", "/readyz"):
        response = httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False)
        assert response.status_code == 200, path
    process.terminate()
    process.communicate(timeout=60)
    assert sorted(folder.iterdir()) == before


def test_a_load_says_that_it_cannot_write(folder: Path) -> None:
    process = readout(folder, "load", str(PROJECT / "seed"))
    printed, told = process.communicate(timeout=60)
    assert (process.returncode, printed) == (1, "")
    assert told.startswith(f"cannot write the database {folder / 'readout.db'}: ")
    assert "Traceback" not in told
