"""A database that is not as it should be: `/readyz` says why, and service comes back by itself."""

import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from app.ingest.loader import load
from app.store.engines import engine_of
from tests.faults.data import write_edition
from tests.faults.results import Result
from tests.faults.service import Service

LOOK_SECONDS = 1.0
"""After so long at the latest a change of the file is noticed."""


Harm = Callable[[Path], sqlite3.Connection | None]
"""What is done to a database; a connection that it returns is closed to end it."""


def bad_databases(folder: Path, only: str = "") -> list[Result]:
    """Put each kind of bad database in the place of a good one, and the good one back again."""
    good = folder / "good.db"
    engine_of(good).migrate(good)
    load(good, write_edition(folder, "Old"))
    served = folder / "readout.db"
    shutil.copy(good, served)
    results = []
    with Service(served) as service:
        for name, (harm, reason) in HARMS.items():
            if only and name != only:
                continue
            result = Result(f"a database that is {name} is named by /readyz, and left behind", 1)
            result.seen = reason
            _try(service, served, good, harm, reason, result)
            results.append(result)
    return results


def _try(
    service: Service, served: Path, good: Path, harm: Harm, reason: str,
    result: Result,
) -> None:  # fmt: skip
    holding = harm(served)
    try:
        service.wait_until_ready(503, reason)
    except TimeoutError as error:
        result.broken.append(str(error))
    refused = service.get("/meetings?limit=3")
    result.expect(refused.status in (503, 200), f"a list is answered {refused.status}")
    result.expect(service.get("/livez").status == 200, "/livez does not answer")
    if holding is None:
        _put(good, served)
    else:
        holding.close()
    begun = time.monotonic()
    try:
        service.wait_until_ready()
    except TimeoutError as error:
        result.broken.append(str(error))
        return
    result.expect(time.monotonic() - begun < 5 * LOOK_SECONDS, "it took long to come back")
    answer = service.get("/meetings?limit=5")
    result.expect(answer.status == 200 and answer.json["total"] == 100, "it does not serve again")
    result.expect("Traceback" not in service.log, "there is a traceback in the log")


def _put(source: Path, served: Path) -> None:
    """Put a copy of a file in the place of the one that is served, as a careful person would."""
    ready = served.with_name("ready.db")
    shutil.copy(source, ready)
    for left in ("-wal", "-shm"):
        Path(f"{served}{left}").unlink(missing_ok=True)
    ready.replace(served)


def _with(served: Path, statement: str) -> None:
    changed = served.with_name("changed.db")
    shutil.copy(served, changed)
    with closing(sqlite3.connect(changed)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute(statement)
        connection.commit()
    _put(changed, served)


def _locked(served: Path) -> sqlite3.Connection:
    """Lock a database as a program does that writes to it without a write-ahead log."""
    _with(served, "UPDATE revision SET number = number + 1")
    holding = sqlite3.connect(served, isolation_level=None)
    holding.execute("BEGIN EXCLUSIVE")
    return holding


def _filled(served: Path, content: bytes) -> None:
    changed = served.with_name("changed.db")
    changed.write_bytes(content)
    _put(changed, served)


def _foreign(served: Path) -> None:
    changed = served.with_name("changed.db")
    changed.unlink(missing_ok=True)
    with closing(sqlite3.connect(changed)) as connection:
        connection.execute("CREATE TABLE theirs (a)")
    _put(changed, served)


def _emptied(served: Path) -> None:
    changed = served.with_name("empty.db")
    changed.unlink(missing_ok=True)
    engine_of(changed).migrate(changed)
    _put(changed, served)


HARMS: dict[str, tuple[Harm, str]] = {
    "missing": (lambda served: served.unlink(), "there is no database"),
    "garbage": (lambda served: _filled(served, os.urandom(50_000)), "the database cannot be read"),
    "truncated": (
        lambda served: _filled(served, served.read_bytes()[:3000]),
        "the database cannot be read",
    ),
    "locked": (_locked, "the database cannot be read"),
    "foreign": (_foreign, "not one of Readout's"),
    "older": (
        lambda served: _with(served, "UPDATE alembic_version SET version_num = '0001'"),
        "needs a migration",
    ),
    "newer": (
        lambda served: _with(served, "UPDATE alembic_version SET version_num = '9999'"),
        "made by a newer Readout",
    ),
    "of other shapes": (
        lambda served: _with(served, "UPDATE revision SET shapes = 'others'"),
        "has to be rebuilt",
    ),
    "empty": (_emptied, "no trip has been loaded"),
}
