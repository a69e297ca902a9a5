"""The service as it runs: a process of its own, which is asked and comes to harm."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.settings import PROJECT

PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Answer:
    """What a service answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def reason(self) -> str:
        """Why it is no answer, as a problem says it."""
        return str(self.json.get("detail", ""))


class Service:
    """`readout serve` over a database, for the time of a `with` block."""

    def __init__(self, database: Path, workers: int = 1, **settings: object) -> None:
        """Take the database, how many processes serve it, and other settings."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        others = {n: v for n, v in os.environ.items() if not n.startswith("READOUT_")}
        given = {"database_url": f"sqlite:///{database}", "port": self.port, "workers": workers}
        given |= {"log_level": "warning", **settings}
        self._environment = others | {f"READOUT_{n.upper()}": str(v) for n, v in given.items()}
        self._log = database.parent / f"{database.name}.log"

    def __enter__(self) -> "Service":
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app", "serve"],
                cwd=PROJECT, env=self._environment, stdout=log, stderr=log,
            )  # fmt: skip
        self.wait_until_ready()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        try:
            self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    @property
    def log(self) -> str:
        """All that was logged."""
        return self._log.read_text()

    @property
    def workers(self) -> list[int]:
        """The processes that serve, where there are several."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [pid for pid in map(int, children.split()) if _is_worker(pid)]

    def get(self, path: str, timeout: float = PATIENCE_SECONDS, **headers: str) -> Answer:
        """Return what is answered on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            named = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, named, response.read())
        finally:
            connection.close()

    def wait_until_ready(self, status: int = 200, reason: str = "") -> Answer:
        """Wait until `/readyz` answers with this status, for this reason; return the answer."""
        until = time.monotonic() + PATIENCE_SECONDS
        last: object = None
        while time.monotonic() < until:
            try:
                last = answer = self.get("/readyz", timeout=5)
            except OSError as error:
                last = error
            else:
                if answer.status == status and reason in answer.body.decode():
                    return answer
            time.sleep(0.05)
        raise TimeoutError(f"/readyz does not answer {status} {reason}: {last}; {self.log[-2000:]}")


def _is_worker(pid: int) -> bool:
    """Return whether a child process serves; Python's resource tracker does not."""
    try:
        return "resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False
