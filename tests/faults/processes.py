"""Workers that are killed or frozen, a parent that is killed, and an end under load."""

import os
import signal
import threading
import time
from pathlib import Path

from app.ingest.loader import load
from app.store.engines import engine_of
from tests.faults.data import write_edition
from tests.faults.results import Result
from tests.faults.service import PATIENCE_SECONDS, Service

CLIENTS = 8


class Clients:
    """Threads that ask all the time, each request on a connection of its own."""

    def __init__(self, service: Service) -> None:
        self._service, self._stopped = service, threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(CLIENTS)]
        self.statuses: list[int] = []
        self.failures: list[str] = []

    def __enter__(self) -> "Clients":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def wait(self, answers: int) -> None:
        """Wait for so many answers more."""
        least, until = len(self.statuses) + answers, time.monotonic() + PATIENCE_SECONDS
        while len(self.statuses) < least:
            if time.monotonic() > until:
                raise TimeoutError("the service does not answer")
            time.sleep(0.01)

    def _ask(self) -> None:
        while not self._stopped.is_set():
            try:
                self.statuses.append(self._service.get("/meetings?limit=3", timeout=10).status)
            except OSError as error:
                self.failures.append(repr(error))
                time.sleep(0.02)


def _database(folder: Path) -> Path:
    path = folder / "readout.db"
    engine_of(path).migrate(path)
    load(path, write_edition(folder, "Old"))
    return path


def kill_workers(times: int, folder: Path) -> Result:
    """Kill one of two workers: requests that it had are lost, and no others."""
    result = Result("a worker that is killed is replaced, and the service goes on", times)
    lost = 0
    with Service(_database(folder), workers=2) as service, Clients(service) as clients:
        for at in range(times):
            clients.wait(20)
            before, failed = service.workers, len(clients.failures)
            os.kill(before[at % 2], signal.SIGKILL)
            until = time.monotonic() + PATIENCE_SECONDS
            while len(service.workers) < 2 or service.workers == before:
                if time.monotonic() > until:
                    result.broken.append("no worker took its place")
                    break
                time.sleep(0.05)
            clients.wait(20)
            lost += len(clients.failures) - failed
            fit = len(clients.failures) - failed <= 2 * CLIENTS
            result.expect(fit, f"{len(clients.failures) - failed} requests failed")
        result.expect(set(clients.statuses) == {200}, f"answers {set(clients.statuses)}")
    result.seen = f"{lost} of {len(clients.statuses):,} requests lost with the workers"
    return result


def freeze_worker(folder: Path, seconds: float = 8.0) -> Result:
    """Stop one of two workers for a while: the other goes on, or it is replaced."""
    result = Result("beside a worker that is frozen the service goes on", 1)
    with Service(_database(folder), workers=2) as service, Clients(service) as clients:
        clients.wait(20)
        os.kill(service.workers[0], signal.SIGSTOP)
        begun, answered = time.monotonic(), len(clients.statuses)
        while time.monotonic() - begun < seconds:
            time.sleep(0.1)
        more = len(clients.statuses) - answered
        result.expect(more > 20, f"only {more} answers meanwhile")
        for pid in service.workers:
            os.kill(pid, signal.SIGCONT)
        clients.wait(50)
        result.expect(set(clients.statuses) == {200}, f"answers {set(clients.statuses)}")
    result.seen = f"{more:,} answers in {seconds:.0f} s, {len(clients.failures)} requests failed"
    return result


def kill_parent(times: int, folder: Path) -> Result:
    """Kill the parent of two workers: they end, too, and the service can be started again."""
    result = Result("workers end with their parent, and the service starts again", times)
    path = _database(folder)
    for _ in range(times):
        with Service(path, workers=2) as service:
            workers = service.workers
            service.process.kill()
            service.process.wait()
            until = time.monotonic() + PATIENCE_SECONDS
            while any(Path(f"/proc/{pid}").exists() for pid in workers):
                if time.monotonic() > until:
                    result.broken.append("a worker outlives its parent")
                    break
                time.sleep(0.05)
    return result


def stop_under_load(times: int, folder: Path) -> Result:
    """Stop the service while clients ask: what is answered is answered whole."""
    result = Result("SIGTERM under load ends the service in order", times)
    path = _database(folder)
    for _ in range(times):
        with Service(path) as service, Clients(service) as clients:
            clients.wait(50)
            service.process.send_signal(signal.SIGTERM)
            result.expect(service.process.wait(PATIENCE_SECONDS) == 0, "it ended with a failure")
        result.expect(set(clients.statuses) <= {200, 503}, f"answers {set(clients.statuses)}")
        result.expect("Traceback" not in service.log, "there is a traceback in the log")
    return result
