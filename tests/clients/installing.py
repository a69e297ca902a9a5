"""What the clients need, installed once for all processes of a test session."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

HERE = Path(__file__).parent

NODE = (18, 20)
"""The least version that all the tools take; Debian 12's is one."""

SESSION = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"alone-{os.getpid()}")

_NO_NETWORK = (
    "ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ENETUNREACH", "ETIMEDOUT", "EHOSTUNREACH",
    "No matching distribution", "Temporary failure in name resolution",
)  # fmt: skip


def run(*command: str | Path, cwd: Path) -> str:
    """Return what a command prints; fail the test with all it said if it fails."""
    done = subprocess.run(  # noqa: S603 - the arguments are these tests' own
        command, cwd=cwd, capture_output=True, text=True, check=False, timeout=300
    )
    said = f"{done.stdout}\n{done.stderr}"
    if done.returncode:
        pytest.fail(f"{' '.join(map(str, command))} failed:\n{said[-8000:]}", pytrace=False)
    return done.stdout


@contextmanager
def shared(name: str, install: Callable[[Path], None]) -> Iterator[Path]:
    """Give a folder that the first process fills and the last one removes.

    Skips where there is no network to install from.
    """
    folder = Path(tempfile.gettempdir()) / f"readout-{name}-{SESSION}"
    users = folder.with_suffix(".users")
    _count(users, 1, lambda: _filled(folder, install))
    try:
        yield folder
    finally:
        _count(users, -1, lambda: None, lambda: shutil.rmtree(folder, ignore_errors=True))


def _count(
    users: Path, change: int, before: Callable[[], None], at_none: Callable[[], None] = lambda: None
) -> None:
    """Change the number of processes that use a folder; one process at a time does."""
    with users.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        try:
            before()
        except BaseException:  # A skip is one: then there is no folder, and nobody uses it.
            if not file.read():
                users.unlink()
            raise
        file.seek(0)
        number = int(file.read() or 0) + change
        file.truncate(0)
        file.write(str(number))
        file.flush()
        if not number:
            at_none()
            users.unlink()


def _filled(folder: Path, install: Callable[[Path], None]) -> None:
    if folder.exists():
        return
    folder.mkdir()
    try:
        install(folder)
    except subprocess.CalledProcessError as error:
        shutil.rmtree(folder)
        said = f"{error.stdout}\n{error.stderr}"
        if any(word in said for word in _NO_NETWORK):
            pytest.skip(f"no network to install {folder.name} from")
        raise AssertionError(said[-4000:]) from error


def install_node_tools(folder: Path) -> None:
    """Install what package-lock.json names; skip where there is no Node, or one too old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        folder.rmdir()
        pytest.skip("no Node with npm is on the path: apt-get install nodejs npm")
    version = run(node, "--version", cwd=folder).strip()
    if tuple(map(int, version.removeprefix("v").split(".")[:2])) < NODE:
        folder.rmdir()
        pytest.skip(f"Node is {version}, older than v{'.'.join(map(str, NODE))}")
    for path in HERE.iterdir():
        if path.suffix in (".json", ".js") or path.name == ".npmrc":
            shutil.copy(path, folder)
    _install(npm, "ci", "--no-progress", "--prefer-offline", cwd=folder)


def install_python_tools(folder: Path) -> None:
    """Make an environment with what requirements.txt names."""
    python = shutil.which("python3")
    assert python is not None
    _install(python, "-m", "venv", str(folder), cwd=folder)
    pip = str(folder / "bin" / "pip")
    _install(pip, "install", "--quiet", "-r", str(HERE / "requirements.txt"), cwd=folder)


def _install(*command: str, cwd: Path) -> None:
    subprocess.run(  # noqa: S603 - the arguments are these tests' own
        command, cwd=cwd, capture_output=True, text=True, check=True, timeout=600
    )
