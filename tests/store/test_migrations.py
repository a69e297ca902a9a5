import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from app.ingest.loader import load
from app.settings import PROJECT
from app.store import tables as models
from app.store.base import DatabaseUnavailable
from app.store.engines import is_modelled
from app.store.sqlite import database as database_module
from app.store.sqlite import migrating
from app.store.sqlite.database import SCHEMA_VERSION, migrate, migration_config
from app.store.sqlite.migrating import migrating_engine
from app.store.sqlite.snapshot import ServedDatabase

Schema = dict[str, list[str]]

MODELS = models.index.Document.metadata


def schema_of(path: Path) -> Schema:
    """Return the statement of each table and index, as its lines in alphabetical order."""
    with closing(sqlite3.connect(path)) as connection:
        statements = connection.execute(
            "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
            " AND name <> 'alembic_version' AND name NOT LIKE 'search%'"
        ).fetchall()
    return {name: sorted(filter(None, _lines(sql))) for name, sql in statements}


def _lines(statement: str) -> list[str]:
    return [line.strip(", \t") for line in statement.splitlines()]


def alembic(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - the arguments are these tests' own
        [sys.executable, "-m", "alembic", *arguments],
        cwd=PROJECT,
        env={**os.environ, "READOUT_DATABASE_URL": f"sqlite:///{path}"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def from_models(tmp_path: Path) -> Path:
    """A database whose tables are made from the models, without a migration."""
    path = tmp_path / "models.db"
    engine = create_engine(f"sqlite:///{path}")
    MODELS.create_all(engine)
    engine.dispose()
    return path


def test_alembic_sees_no_difference_between_models_and_migrations(migrated_database: Path) -> None:
    with migrating_engine(migrated_database).connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "include_name": is_modelled,
            },
        )
        assert compare_metadata(context, MODELS) == []


def test_alembic_would_see_a_difference(tmp_path: Path) -> None:
    path = tmp_path / "readout.db"
    migrate(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE trip ADD COLUMN cost INTEGER")
        connection.execute("DROP INDEX term_by_total")
    with migrating_engine(path).connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_modelled})
        found = compare_metadata(context, MODELS)
    assert sorted(difference[0] for difference in found) == ["add_index", "remove_column"]


def test_migrations_make_the_very_tables_and_indexes_of_the_models(
    migrated_database: Path, from_models: Path
) -> None:
    """Of each statement: columns, keys, foreign keys, indexes and WITHOUT ROWID."""
    migrated = schema_of(migrated_database)
    assert migrated == schema_of(from_models)
    assert any("WITHOUT ROWID" in part for part in migrated["posting"])


def test_the_newest_migration_is_the_one_that_serving_expects(tmp_path: Path) -> None:
    scripts = ScriptDirectory.from_config(migration_config(tmp_path / "unused.db"))
    assert scripts.get_heads() == [SCHEMA_VERSION]


@pytest.mark.slow
def test_each_migration_goes_down_and_up_again_with_data_in_the_tables(tmp_path: Path) -> None:
    path = tmp_path / "readout.db"
    config = migration_config(path)
    migrate(path)
    newest = schema_of(path)
    loaded = load(path, [PROJECT / "seed"])

    scripts = ScriptDirectory.from_config(config)
    for script in scripts.walk_revisions():
        command.downgrade(config, str(script.down_revision or "base"))
    assert schema_of(path) == {}

    for script in reversed(list(scripts.walk_revisions())):
        command.upgrade(config, script.revision)
    assert schema_of(path) == newest
    assert load(path, [PROJECT / "seed"]).revision == loaded.revision


def test_a_table_that_others_point_to_can_be_made_anew(tmp_path: Path) -> None:
    """SQLite drops a table to alter it; the rows that point to it must survive that."""
    path = tmp_path / "readout.db"
    migrate(path)
    load(path, [PROJECT / "seed"])
    with migrating_engine(path).begin() as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("source", recreate="always") as source:
            source.alter_column("title", nullable=True)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("SELECT count(*) FROM source").fetchone() == (1,)
    assert "title VARCHAR" in schema_of(path)["source"]


CARELESS = f"""
from alembic import op

revision = "careless"
down_revision = "{SCHEMA_VERSION}"


def upgrade():
    op.execute("CREATE TABLE extra (number INTEGER)")
    op.execute("DELETE FROM source")
"""


def test_a_migration_that_breaks_a_foreign_key_is_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "readout.db"
    migrate(path)
    load(path, [PROJECT / "seed"])
    before = schema_of(path)
    config = migration_config(path)
    shutil.copytree(PROJECT / "migrations", tmp_path / "migrations")
    (tmp_path / "migrations" / "versions" / "careless.py").write_text(CARELESS)
    config.set_main_option("script_location", str(tmp_path / "migrations"))

    with pytest.raises(RuntimeError, match="without its parent"):
        command.upgrade(config, "head")

    assert schema_of(path) == before
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM source").fetchone() == (1,)
        versions = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    assert versions == [(SCHEMA_VERSION,)]


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "readout.db"
    migrate(path)
    load(path, [PROJECT / "seed"])
    with closing(sqlite3.connect(path)) as connection:
        before = list(connection.iterdump())
        migrate(path)
        assert list(connection.iterdump()) == before


@pytest.mark.slow
def test_alembic_runs_from_pyproject_alone(tmp_path: Path) -> None:
    path = tmp_path / "readout.db"
    assert alembic(path, "upgrade", "head").returncode == 0
    current = alembic(path, "current")
    assert (current.returncode, current.stdout.split()) == (0, [SCHEMA_VERSION, "(head)"])
    check = alembic(path, "check")
    assert (check.returncode, check.stdout) == (0, "No new upgrade operations detected.\n")
    assert alembic(path, "downgrade", "base").returncode == 0
    assert schema_of(path) == {}


@pytest.mark.slow
def test_alembic_writes_the_statements_without_a_database(tmp_path: Path) -> None:
    path = tmp_path / "readout.db"
    written = alembic(path, "upgrade", "head", "--sql")
    assert written.returncode == 0
    assert not path.exists()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(written.stdout)
    migrated = tmp_path / "migrated.db"
    migrate(migrated)
    assert schema_of(path) == schema_of(migrated)


@pytest.mark.slow
def test_processes_that_migrate_at_once_wait_for_each_other(tmp_path: Path) -> None:
    path = tmp_path / "readout.db"
    program = (
        "import sys; from pathlib import Path; from app.store.sqlite.database import migrate;"
        " sys.stdin.read(); migrate(Path(sys.argv[1]))"
    )
    running = [
        subprocess.Popen(  # noqa: S603 - the arguments are these tests' own
            [sys.executable, "-c", program, str(path)],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    assert [process.communicate()[1] for process in running] == ["", "", ""]
    assert [process.returncode for process in running] == [0, 0, 0]


@pytest.mark.slow
def test_a_migration_that_is_killed_halfway_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "readout.db"
    program = f"""
import os, sys
from pathlib import Path
from sqlalchemy import Engine, event
from app.store.sqlite.database import migrate

@event.listens_for(Engine, "before_cursor_execute")
def die_halfway(connection, cursor, statement, *_):
    if "CREATE TABLE meeting" in statement:
        os.kill(os.getpid(), {int(signal.SIGKILL)})

migrate(Path(sys.argv[1]))
"""
    died = subprocess.run(  # noqa: S603 - the arguments are these tests' own
        [sys.executable, "-c", program, str(path)], cwd=PROJECT, check=False
    )
    assert died.returncode == -signal.SIGKILL
    assert schema_of(path) == {}
    migrate(path)
    assert "meeting" in schema_of(path)


def test_a_migrated_database_needs_no_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "readout.db"
    migrate(path)
    monkeypatch.setattr(database_module, "LOCK_WAIT_SECONDS", 0.1)
    with closing(sqlite3.connect(path, isolation_level=None)) as loading:
        loading.execute("BEGIN IMMEDIATE")
        migrate(path)
        loading.execute("ROLLBACK")


def test_a_database_that_is_being_written_is_not_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "readout.db"
    monkeypatch.setattr(migrating, "LOCK_WAIT_SECONDS", 0.1)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnavailable, match="database is locked"):
            migrate(path)
        other.execute("ROLLBACK")
    migrate(path)


def test_missing_folders_are_made(tmp_path: Path) -> None:
    migrate(tmp_path / "var" / "lib" / "readout.db")
    assert (tmp_path / "var" / "lib" / "readout.db").is_file()


@pytest.mark.parametrize("name", ["a b.db", "100%.db", "what?.db", "a#b.db", "Zürich.db", "%20.db"])
def test_a_database_may_have_any_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    migrate(path)
    migrate(path)
    load(path, [PROJECT / "seed"])
    served = ServedDatabase(path)
    with served.snapshot() as snapshot:
        assert snapshot.rows("SELECT count(*) FROM trip") == [(1,)]
    served.close()
    assert {file.name.removesuffix("-wal").removesuffix("-shm") for file in tmp_path.iterdir()} == {
        name, f"{name}.lock"
    }  # fmt: skip


def test_what_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "readout.db"
    path.write_text("A readout is what a foreign ministry publishes after a meeting.\n" * 20)
    before = path.read_bytes()
    with pytest.raises(DatabaseUnavailable, match=r"readout\.db: file is not a database"):
        migrate(path)
    assert path.read_bytes() == before


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="unable to open database file"):
        migrate(tmp_path)


def test_a_database_cannot_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseUnavailable, match="cannot prepare the database"):
        migrate(tmp_path / "file" / "readout.db")


def test_a_database_of_a_newer_readout_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "readout.db"
    migrate(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseUnavailable, match="9999"):
        migrate(path)
