"""Any ASGI server gives the same answers: `readout serve`, uvicorn, Hypercorn, `TestClient`."""

import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import pytest

from app.main import create_app
from app.settings import Settings
from tests.client import SEEDED, SEEDED_RECORDS
from tests.test_cli import PROJECT, free_port, wait_until_ready

pytestmark = pytest.mark.slow

with warnings.catch_warnings():
    # It would rather have httpx2, which only renames what is used here.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

SERVERS = {
    "readout serve": ["-m", "app", "serve", "--port", "{port}"],
    "uvicorn": ["-m", "uvicorn", "--factory", "app.main:create_app", "--port", "{port}",
                "--no-server-header", "--no-access-log"],
    "hypercorn": ["-m", "hypercorn", "app.main:create_app()", "--bind", "127.0.0.1:{port}"],
}  # fmt: skip
PATHS = [
    *(f"/{collection}" for collection in SEEDED),
    *SEEDED_RECORDS,
    *(f"/{collection}/facets" for collection in SEEDED[:5]),
    "/quotes?official=blinken&city=seoul", "/meetings?city=Soul", "/meetings?date=2021-03&limit=2",
    "/meetings?fields=id,title", "/meetings?q=climate", "/meetings?sort=-date", "/network",
    "/network.graphml", "/search?q=climate", "/search/facets?q=climate", "/meetings.json",
    "/meetings?dat=2021", "/meetings?limit=0", "/meetings/none", "/nowhere", "/meetings/",
    "/meetings?cursor=x", "/openapi.json", "/docs", "/livez", "/readyz", "/", "/sitemap.xml",
]  # fmt: skip
FORMS: dict[str, dict[str, str]] = {
    "plain": {},
    "coded": {"Accept-Encoding": "gzip"},
    "a page": {"Accept": "text/html"},
    "unchanged": {"If-None-Match": "*"},
}
OF_SERVERS = {"date", "server", "connection", "keep-alive", "transfer-encoding", "alt-svc"}
"""What a server adds by itself; no part of Readout's answer."""


@pytest.fixture(scope="module")
def servers(seed_database: Path) -> Iterator[dict[str, httpx.Client]]:
    """A client of each server, all over one database."""
    environment = os.environ | {
        "READOUT_DATABASE_URL": f"sqlite:///{seed_database}",
        "READOUT_PUBLIC_URL": "https://readout.test",
    }
    clients: dict[str, httpx.Client] = {}
    with ExitStack() as stack:
        for name, arguments in SERVERS.items():
            port = free_port()
            process = stack.enter_context(
                subprocess.Popen(  # noqa: S603 - the arguments are this test's own
                    [sys.executable, *(part.format(port=port) for part in arguments)],
                    cwd=PROJECT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                    text=True, start_new_session=True,
                )
            )  # fmt: skip
            # With the processes it has started: Hypercorn's worker outlives its parent.
            stack.callback(os.killpg, process.pid, signal.SIGKILL)
            wait_until_ready(process, port)
            clients[name] = stack.enter_context(
                closing(httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False))
            )
        settings = Settings(
            database_url=environment["READOUT_DATABASE_URL"],
            public_url=environment["READOUT_PUBLIC_URL"],
        )
        base_url = next(iter(clients.values())).base_url
        clients["TestClient"] = stack.enter_context(
            TestClient(create_app(settings), base_url=str(base_url), follow_redirects=False)
        )
        yield clients


def sent(client: httpx.Client, method: str, path: str, form: str) -> tuple[object, ...]:
    """Return all of an answer that is Readout's: its status, its headers, its bytes."""
    headers = {"X-Request-ID": "the-same", "Accept-Encoding": "identity", "Accept": "*/*"}
    with client.stream(method, path, headers=headers | FORMS[form]) as response:
        body = b"".join(response.iter_raw())
    own = sorted(
        (name, value) for name, value in response.headers.multi_items() if name not in OF_SERVERS
    )
    return response.status_code, own, body


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("path", PATHS)
def test_all_servers_give_the_same_bytes(
    servers: dict[str, httpx.Client], path: str, form: str
) -> None:
    first, *others = (sent(client, "GET", path, form) for client in servers.values())
    assert others == [first] * len(SERVERS)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "POST"])
def test_all_servers_give_the_same_for_other_methods(
    servers: dict[str, httpx.Client], method: str
) -> None:
    for path in ("/meetings", "/meetings/none", "/network"):
        first, *others = (sent(client, method, path, "plain") for client in servers.values())
        assert others == [first] * len(SERVERS), path
