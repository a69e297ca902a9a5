"""PostgreSQL for tests: private clusters in temporary folders, reached over sockets there.

Nothing listens on a network, and no cluster that the machine may have is touched.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psycopg
import pytest

USER = "readout"


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, the newest, or None where there are none."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).parent)
    return max(found, key=lambda path: (len(str(path)), str(path)), default=None)


def require_programs() -> Path:
    """Return the same, or skip the test that asks."""
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed: there is no initdb")
    return found


def _ordinary_user() -> str | None:
    """Return whom to run PostgreSQL as: it refuses root."""
    return "nobody" if os.geteuid() == 0 else None


class Server:
    """One PostgreSQL server: a primary, or a standby that follows one."""

    def __init__(self, bin_folder: Path, folder: Path, name: str, port: int) -> None:
        self._bin = bin_folder
        self._folder = folder
        self.name = name
        self.port = port
        self.data = folder / name
        self._process: subprocess.Popen[bytes] | None = None

    def init(self) -> None:
        self._run("initdb", "-D", str(self.data), "-U", USER, "-A", "trust", "-E", "UTF8",
                  "--no-sync", "--locale", "C.UTF-8")  # fmt: skip
        self._configure(
            "fsync = off", "synchronous_commit = off", "full_page_writes = off",
            "max_connections = 200", "wal_level = replica", "max_wal_senders = 10",
            "wal_keep_size = '512MB'", "shared_buffers = '64MB'",
            "wal_retrieve_retry_interval = '500ms'", "autovacuum_naptime = '5s'",
        )  # fmt: skip

    def copy_from(self, primary: "Server", *more: str) -> None:
        """Become a standby of a server that runs."""
        self._run(
            "pg_basebackup", "-D", str(self.data), "-h", str(self._folder), "-p",
            str(primary.port), "-U", USER, "-c", "fast", "-X", "stream", "-R", "--no-sync",
        )  # fmt: skip
        self._configure("hot_standby = on", "hot_standby_feedback = on", *more)

    def _configure(self, *lines: str) -> None:
        with (self.data / "postgresql.conf").open("a") as file:
            file.writelines(f"{line}\n" for line in lines)

    def start(self) -> None:
        log = (self._folder / f"{self.name}.log").open("ab")
        self._process = subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
            [
                str(self._bin / "postgres"), "-D", str(self.data), "-k", str(self._folder),
                "-p", str(self.port), "-c", "listen_addresses=",
            ],
            user=_ordinary_user(),
            stdout=log, stderr=log, cwd=self._folder, start_new_session=True,
        )  # fmt: skip
        log.close()
        until = time.monotonic() + 30
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((self._folder / f"{self.name}.log").read_text()[-2000:])
            time.sleep(0.02)

    def answers(self) -> bool:
        try:
            with psycopg.connect(self.conninfo, connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def _processes(self) -> list[int]:
        """Return the ids of the server's process and all those it has started."""
        assert self._process is not None
        found = [self._process.pid]
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == self._process.pid:
                found.append(int(stat.parent.name))
        return found

    def signal_all(self, number: signal.Signals) -> None:
        for pid in self._processes():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue

    def kill(self) -> None:
        """End it as a loss of power would."""
        assert self._process is not None
        self.signal_all(signal.SIGKILL)
        self._process.wait(10)
        self._process = None
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def freeze(self) -> None:
        self.signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        self.signal_all(signal.SIGCONT)

    def stop(self) -> None:
        if self._process is not None:
            self.signal_all(signal.SIGCONT)
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(20)
            self._process = None

    def promote(self) -> None:
        self._run("pg_ctl", "promote", "-D", str(self.data), "-w")

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        conninfo = f"{self.conninfo} dbname={database}"
        with psycopg.connect(conninfo, autocommit=True) as connection:
            cursor = connection.execute(statement)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

    @property
    def conninfo(self) -> str:
        return f"host={self._folder} port={self.port} user={USER} dbname=postgres"

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own program
            [str(self._bin / program), *arguments],
            user=_ordinary_user(), cwd=self._folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")


class Cluster:
    """A primary, and standbys that follow it."""

    def __init__(self, standbys: int = 0, standby_settings: Sequence[str] = ()) -> None:
        bin_folder = require_programs()
        self.folder = Path(tempfile.mkdtemp(prefix="readout-pg-"))
        self.folder.chmod(0o777)
        self.primary = Server(bin_folder, self.folder, "primary", 5432)
        self.standbys = [
            Server(bin_folder, self.folder, f"standby{number}", 5432 + number)
            for number in range(1, standbys + 1)
        ]
        self._number = 0
        try:
            self.primary.init()
            self.primary.start()
            for standby in self.standbys:
                standby.copy_from(self.primary, *standby_settings)
                standby.start()
        except BaseException:
            self.close()
            raise

    @property
    def servers(self) -> list[Server]:
        return [self.primary, *self.standbys]

    def url(self, database: str, *servers: Server) -> str:
        """Return the URL of a database, on all servers or some."""
        some = servers or self.servers
        hosts = ",".join(str(self.folder) for _ in some)
        ports = ",".join(str(server.port) for server in some)
        return f"postgresql+psycopg://{USER}@/{database}?host={hosts}&port={ports}"

    def create(self, template: str | None = None) -> str:
        """Create a database, a copy of another if one is given, and return its name."""
        self._number += 1
        name = f"readout_{self._number}"
        copied = f" TEMPLATE {template} STRATEGY file_copy" if template else ""
        self.primary.execute(f"CREATE DATABASE {name}{copied}")
        return name

    def wait_for_standbys(self, *some: Server, seconds: float = 60) -> None:
        """Wait until each standby, or some of them, has all that the primary has written."""
        ((written,),) = self.primary.execute("SELECT pg_current_wal_insert_lsn()::text")
        until = time.monotonic() + seconds
        for standby in some or self.standbys:
            asked = f"SELECT pg_last_wal_replay_lsn() >= '{written}'::pg_lsn"
            while standby.execute(asked) != [(True,)]:
                assert time.monotonic() < until, f"{standby.name} does not follow"
                time.sleep(0.02)

    def close(self) -> None:
        for server in reversed(self.servers):
            server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
