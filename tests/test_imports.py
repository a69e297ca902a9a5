"""What a command imports, which is most of the time that a short one takes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import PROJECT

pytestmark = pytest.mark.slow

TABLES = {"alembic", "sqlalchemy", "sqlmodel", "app.store.tables"}
SERVICE = {"fastapi", "starlette", "uvicorn", "app.main"}
LOADER = {"app.ingest.loader", "app.settings", "app.domain.entities"}

PROGRAM = """
import sys
from app.cli import main
try:
    main()
finally:
    sys.stdout = sys.stderr
    print(*sys.modules)
"""


@pytest.fixture
def database(migrated_database: Path, tmp_path: Path) -> Path:
    """A database with the newest schema, which a load finds as it mostly is."""
    return Path(shutil.copy(migrated_database, tmp_path / "readout.db"))


@pytest.mark.parametrize(
    ("arguments", "unneeded"),
    [
        (["load", "seed"], TABLES | SERVICE),
        (["check", "seed"], SERVICE),
        (["--help"], TABLES | SERVICE | LOADER | {"app.ingest.reading"}),
        (["openapi"], TABLES),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_command_imports_nothing_large_that_it_does_not_need(
    arguments: list[str], unneeded: set[str], database: Path
) -> None:
    done = subprocess.run(  # noqa: S603 - the arguments are these tests' own
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=PROJECT,
        env={**os.environ, "READOUT_DATABASE_URL": f"sqlite:///{database}"},
        capture_output=True,
        text=True,
        check=True,
    )
    imported = set(done.stderr.split())
    assert "app.cli" in imported
    assert imported & unneeded == set()
