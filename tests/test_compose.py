"""What `compose.yaml` starts, started here as plain processes.

A proxy stands before two web nodes, which read from two standbys of a primary. The proxy's
configuration is the file's own.
"""

import http.client
import os
import shutil
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.ingest.loader import load
from app.settings import PROJECT
from app.store.engines import engine_of
from app.store.postgres.address import read_address
from tests.benchmarks import servers
from tests.benchmarks.machine import ALL_CORES
from tests.benchmarks.servers import Server
from tests.clusters import Cluster
from tests.trips import trip, write_trips

pytestmark = pytest.mark.slow

COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "compose.yaml").read_text("utf-8"))
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
MAX_AGE = 1
SECONDS = 60
ADDRESSES = [f"/trips?limit={limit}" for limit in range(1, 30)]


def test_web_nodes_read_from_every_host_of_the_database() -> None:
    services = COMPOSE["services"]
    url = services["web"]["environment"]["READOUT_DATABASE_URL"]
    address = read_address(url.replace("${READOUT_PASSWORD}", "secret"))
    assert list(address.hosts) == ["primary", "standby1", "standby2"]
    assert set(services) == {"web", "proxy", *address.hosts}
    assert address.target == "prefer-standby"
    assert services["web"]["deploy"]["replicas"] == 2


def test_what_is_mounted_is_there() -> None:
    for name, service in COMPOSE["services"].items():
        for mounted in service.get("configs", ()):
            assert COMPOSE["configs"][mounted["source"]]["content"], name
        for volume in service.get("volumes", ()):
            assert volume.partition(":")[0] in COMPOSE["volumes"], name


@pytest.mark.parametrize("script", ["primary", "standby"])
def test_scripts_are_ones_that_bash_reads(script: str) -> None:
    content = COMPOSE["configs"][script]["content"].replace("$$", "$")
    done = subprocess.run(
        ["/bin/bash", "-n"], input=content, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


class Proxy:
    """nginx with the configuration of `compose.yaml`, and what comes through it."""

    def __init__(self, port: int) -> None:
        self.port = port

    def get(self, address: str) -> tuple[int, str, bytes]:
        """Return status, what the cache says of it, and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.request("GET", address)
            response = connection.getresponse()
            return response.status, response.headers.get("X-Cache", ""), response.read()
        finally:
            connection.close()

    def wait_for(self, address: str, text: bytes) -> None:
        until = time.monotonic() + SECONDS
        while text not in self.get(address)[2]:
            assert time.monotonic() < until
            time.sleep(0.05)


@contextmanager
def proxy(folder: Path, webs: list[Server]) -> Iterator[Proxy]:
    if NGINX is None:
        pytest.skip("nginx is not installed")
    port = servers._free_port()
    written = COMPOSE["configs"]["proxy"]["content"].replace("$$", "$")
    upstream = " ".join(f"server 127.0.0.1:{web.port};" for web in webs)
    assert "server web:8000;" in written
    written = written.replace("server web:8000;", upstream).replace(
        "listen 80;", f"listen 127.0.0.1:{port};"
    )
    written = written.replace("/var/cache/nginx/readout", str(folder / "cache"))
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/nginx.pid; worker_processes 1;\n"
        f"{'user root;' if os.geteuid() == 0 else ''}\n"
        "events { worker_connections 512; }\n"
        f"http {{ access_log off; {temporary}\n{written} }}\n"
    )
    log = folder / "nginx.log"
    with (
        log.open("wb") as file,
        subprocess.Popen(  # noqa: S603 - found by its name on the path
            [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"],
            stderr=file,
        ) as process,
    ):
        try:
            proxied, until = Proxy(port), time.monotonic() + 20
            while True:
                try:
                    proxied.get("/livez")
                    break
                except OSError:
                    assert process.poll() is None, log.read_text()
                    assert time.monotonic() < until, log.read_text()
                    time.sleep(0.05)
            yield proxied
        finally:
            process.terminate()


class Asking:
    """Requests through the proxy in the background, and their statuses."""

    def __init__(self, proxied: Proxy) -> None:
        self._proxied = proxied
        self._stopped = False
        self.statuses: Counter[int] = Counter()
        self.cached: Counter[str] = Counter()
        self._threads = [threading.Thread(target=self._ask, args=[n]) for n in range(3)]

    def _ask(self, number: int) -> None:
        while not self._stopped:
            status, cached, _ = self._proxied.get(ADDRESSES[number % len(ADDRESSES)])
            self.statuses[status] += 1
            self.cached[cached] += 1
            number += 1

    def __enter__(self) -> "Asking":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped = True
        for thread in self._threads:
            thread.join()

    def wait(self, more: int) -> None:
        wanted, until = sum(self.statuses.values()) + more, time.monotonic() + SECONDS
        while sum(self.statuses.values()) < wanted:
            assert time.monotonic() < until, self.statuses
            time.sleep(0.02)


def edition(folder: Path, number: int) -> list[Path]:
    return write_trips(folder, [trip("moving", title=f"Edition {number}")])


def test_the_set_survives_the_loss_of_each_of_its_parts(tmp_path: Path) -> None:
    """All requests are answered while a web node, a standby, the primary and at last all web
    nodes are lost; what is loaded is seen soon."""
    if NGINX is None:
        pytest.skip("nginx is not installed")
    with ExitStack() as stack:
        cluster = Cluster(standbys=2)
        stack.callback(cluster.close)
        url = cluster.url(cluster.create())
        engine_of(url).migrate(url)
        load(url, edition(tmp_path / "trips", 1))
        cluster.wait_for_standbys()
        webs = [
            stack.enter_context(servers.readout(url, folder, ALL_CORES, max_age=MAX_AGE))
            for folder in (tmp_path / "web1", tmp_path / "web2")
            if not folder.mkdir()
        ]
        (tmp_path / "proxy").mkdir()
        proxied = stack.enter_context(proxy(tmp_path / "proxy", webs))
        assert proxied.get("/trips?limit=1")[:2] == (200, "MISS")
        assert proxied.get("/trips?limit=1")[:2] == (200, "HIT")

        with Asking(proxied) as asking:
            asking.wait(60)
            load(url, edition(tmp_path / "trips", 2))
            proxied.wait_for("/trips?limit=1", b"Edition 2")
            os.kill(webs[0].pid, signal.SIGKILL)
            asking.wait(60)
            cluster.standbys[0].kill()
            asking.wait(60)
            load(url, edition(tmp_path / "trips", 3))
            proxied.wait_for("/trips?limit=1", b"Edition 3")
            cluster.primary.kill()
            asking.wait(60)
            for address in ADDRESSES:
                proxied.wait_for(address, b"Edition 3")
            os.kill(webs[1].pid, signal.SIGKILL)
            time.sleep(2 * MAX_AGE + 0.5)
            asking.wait(60)
        assert set(asking.statuses) == {200}, asking.statuses
        assert {"HIT", "STALE"} <= set(asking.cached), asking.cached
        # What no cache holds cannot be answered any more.
        assert proxied.get("/trips?limit=150")[0] == 502
