"""Operations: the recipes run as they stand, and alerts look at metrics that there are."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from app.settings import PROJECT
from app.store.base import DatabaseUnavailable
from app.store.engines import Database, engine_of
from app.store.sqlite.database import SCHEMA_VERSION
from tests.client import Client
from tests.clusters import Cluster
from tests.databases import revision_of
from tests.trips import meeting, trip, write_trips

pytestmark = pytest.mark.slow

FOLDER = PROJECT / "app/operations"
GUIDE = (FOLDER / "README.md").read_text()


def commands(heading: str, at: int) -> str:
    """Return a block of commands below a heading: the first is for SQLite."""
    section = GUIDE.split(f"## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"```sh\n(.*?)```", section, re.DOTALL)[at]


def run(folder: Path, script: str, **environment: str) -> None:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    subprocess.run(  # noqa: S603 - the commands of a document of the project
        ["bash", "-euo", "pipefail", "-c", script],  # noqa: S607 - as somebody would
        cwd=folder, check=True, env={**os.environ, "PATH": path, **environment},
    )  # fmt: skip


def load(database: Database, folder: Path, *titles: str) -> str:
    """Load a trip with meetings of these titles; return the revision."""
    from app.ingest.loader import load as load_trips

    meetings = [meeting(f"m{at}", title=title) for at, title in enumerate(titles)]
    return load_trips(database, write_trips(folder / "trips", [trip(meetings=meetings)])).revision


def backed_up_database(folder: Path) -> tuple[Path, str]:
    """Return a database that was backed up as the guide says, and its revision."""
    database = folder / "readout.db"
    engine_of(database).migrate(database)
    before = load(database, folder, "One")
    run(folder, commands("Back up", 0))
    return database, before


@pytest.mark.sqlite
def test_a_backup_of_sqlite_is_restored(tmp_path: Path) -> None:
    database, backed_up = backed_up_database(tmp_path)
    assert load(database, tmp_path, "One", "Another") != backed_up
    # As after a service that was killed: what was committed last stands in the log beside it.
    with closing(sqlite3.connect(database)) as left:
        left.execute("PRAGMA wal_autocheckpoint = 0")
        left.execute("UPDATE revision SET id = 'another'")
        left.commit()
        run(tmp_path, commands("Restore", 0))
    assert revision_of(database) == backed_up


@pytest.mark.sqlite
def test_an_upgrade_rebuilds_and_a_roll_back_restores(tmp_path: Path) -> None:
    from app.ingest.rebuilding import has_to_be_rebuilt, rebuild

    database, before = backed_up_database(tmp_path)
    with closing(sqlite3.connect(database)) as older:  # As another version would have it.
        older.execute("UPDATE revision SET shapes = 'of another version'")
        older.commit()
    assert has_to_be_rebuilt(database)
    rebuild(database)
    assert revision_of(database) == before
    with closing(sqlite3.connect(database)) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.commit()
    with pytest.raises(DatabaseUnavailable, match="newer"):
        engine_of(database).migrate(database)
    run(tmp_path, commands("Restore", 0))
    engine_of(database).migrate(database)
    with closing(sqlite3.connect(database)) as restored:
        assert restored.execute("SELECT version_num FROM alembic_version").fetchall() == [
            (SCHEMA_VERSION,)
        ]
    assert revision_of(database) == before


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    started = Cluster()
    yield started
    started.close()


@pytest.mark.sqlite
def test_a_backup_of_postgresql_is_restored(cluster: Cluster, tmp_path: Path) -> None:
    url = cluster.url(cluster.create())
    engine_of(url).migrate(url)
    backed_up = load(url, tmp_path, "One")
    address = {"DATABASE": url.replace("+psycopg", "")}
    run(tmp_path, commands("Back up", 1), **address)
    assert load(url, tmp_path, "One", "Another") != backed_up
    run(tmp_path, commands("Restore", 1), **address)
    assert revision_of(url) == backed_up
    assert load(url, tmp_path, "One", "Another") != backed_up  # It can be written again.


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def test_alerts_look_at_metrics_and_labels_that_there_are(client: Client) -> None:
    client.get("/meetings")
    families = list(text_string_to_metric_families(client.get("/metrics").text))
    labels = {sample.name: sample.labels.keys() for each in families for sample in each.samples}
    # Nothing has been refused: then a counter by status has no sample yet.
    labels.setdefault("readout_refused_total", {"status": ""}.keys())
    assert len(rules()) >= 8
    for rule in rules():
        assert re.fullmatch("Readout[A-Za-z]+", rule["alert"])
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"]["summary"].endswith(".")
        asked = re.findall(r"\b(readout_[a-z_]+|up)\b(?:\{([a-z_]+)[=!])?", rule["expr"])
        assert asked
        for name, label in asked:
            assert name == "up" or name in labels, rule["alert"]
            assert not label or name == "up" or label in labels[name], rule["alert"]


def test_each_metric_of_the_guide_is_one(client: Client) -> None:
    told = client.get("/metrics").text
    names = re.findall(r"^\| `(readout_[a-z_]+)", GUIDE, re.MULTILINE)
    assert len(names) >= 7
    assert [name for name in names if name not in told] == []


def test_promtool_takes_the_alerts() -> None:
    tool = shutil.which("promtool")
    if tool is None:
        pytest.skip("promtool is not installed")
    subprocess.run([tool, "check", "rules", FOLDER / "alerts.yml"], check=True)  # noqa: S603
