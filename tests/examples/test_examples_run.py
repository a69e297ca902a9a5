"""The examples of clients run, each against the service with the trip in `seed/`."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.http.test_wire import running

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parent
PACKAGES = ("openapi-typescript@7", "typescript@5")


@pytest.fixture(scope="module")
def server(seed_database: Path) -> Iterator[str]:
    with running(seed_database) as served:
        yield f"http://127.0.0.1:{served.port}"


def run(*command: str, folder: Path | None = None) -> str:
    done = subprocess.run(  # noqa: S603 - the commands are these tests' own
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def test_shell(server: str) -> None:
    for needed in ("sh", "curl", "jq"):
        if shutil.which(needed) is None:
            pytest.skip(f"no {needed} on the path: apt-get install curl jq")
    lines = run("sh", str(FOLDER / "whom.sh"), server, "blinken").splitlines()
    total = httpx.get(f"{server}/meetings?official=blinken").json()["total"]
    assert len(lines) == total
    assert "2021-03-17\tSeoul\tAntony Blinken, Chung Eui-yong" in lines


def test_python(server: str) -> None:
    lines = run(sys.executable, str(FOLDER / "topics_by_year.py"), server).splitlines()
    assert lines[0].split() == ["year", "2021"]
    facets = httpx.get(f"{server}/meetings/facets?facet=topic&limit=1000").json()["facets"]["topic"]
    printed = {line.rsplit(None, 1)[0]: int(line.rsplit(None, 1)[1]) for line in lines[2:]}
    assert printed == {value["name"]: value["count"] for value in facets}


def test_typescript(server: str, tmp_path: Path) -> None:
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("no Node on the path: apt-get install nodejs npm")
    (tmp_path / "package.json").write_text(json.dumps({"type": "module", "private": True}))
    installing = subprocess.run(  # noqa: S603 - as above
        ["npm", "install", "--no-audit", "--no-fund", *PACKAGES],  # noqa: S607 - as above
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if installing.returncode != 0:
        pytest.skip(f"npm installs nothing here: {installing.stderr.splitlines()[:1]}")
    shutil.copy(FOLDER / "commitments.ts", tmp_path)
    bin_ = tmp_path / "node_modules" / ".bin"
    run(str(bin_ / "openapi-typescript"), f"{server}/openapi.json", "-o", "readout.d.ts",
        folder=tmp_path)  # fmt: skip
    run(
        str(bin_ / "tsc"), "--strict", "--noUncheckedIndexedAccess", "--target", "es2022",
        "--module", "es2022", "--moduleResolution", "bundler", "--lib", "es2022,dom,dom.iterable",
        "commitments.ts", folder=tmp_path,
    )  # fmt: skip
    lines = run("node", "commitments.js", server, "KR", folder=tmp_path).splitlines()
    titles = [line for line in lines if not line.startswith(" ")]
    assert len(titles) == httpx.get(f"{server}/agreements?party=KR").json()["total"]
    assert any(line.startswith("  https://share.america.gov/") for line in lines)
