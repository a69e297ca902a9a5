"""The store on PostgreSQL: what it reads, what it locks, and how long it waits."""

import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from anyio.from_thread import BlockingPortal

from app.domain import collections
from app.domain.collections import MEETINGS, RESOURCES, TRIPS
from app.ingest.dumps import unpacked
from app.ingest.importers.travels import REGISTER, travels
from app.ingest.importing import import_register
from app.ingest.loader import load, load_within, remove
from app.ingest.progress import Progress
from app.ingest.rebuilding import check, rebuild
from app.query.parameters import read_query
from app.settings import PROJECT
from app.store import tables as models
from app.store.base import DatabaseUnavailable, Deadline, DeadlineExceeded
from app.store.engines import engine_of, is_modelled, migrating_engine, open_store
from app.store.postgres import database as database_module
from app.store.postgres.address import read_address
from app.store.postgres.connection import translated
from app.store.postgres.snapshot import PostgresSnapshot
from app.store.postgres.store import PostgresStore
from app.store.postgres.texts import MAX_WORD_LENGTH
from tests.client import Client
from tests.clusters import Cluster
from tests.registers import visit, write_travels
from tests.test_cli import _environment as environment_of
from tests.test_cli import process
from tests.trips import meeting, quote, trip, write_trips

pytestmark = pytest.mark.slow

SEED = PROJECT / "seed"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    started = Cluster()
    yield started
    started.close()


@pytest.fixture(scope="module")
def migrated(cluster: Cluster) -> str:
    """A migrated database; copy it, do not load into it."""
    url = cluster.url(cluster.create())
    engine_of(url).migrate(url)
    return url


@pytest.fixture
def url(cluster: Cluster, migrated: str) -> str:
    """A migrated database of this test."""
    name = migrated.partition("@/")[2].partition("?")[0]
    return cluster.url(cluster.create(template=name))


@pytest.fixture
def store(url: str) -> Iterator[PostgresStore]:
    """A store with the trips in `seed/`."""
    load(url, [SEED])
    opened = PostgresStore(url)
    yield opened
    opened.close()


def name_of(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


# --- addresses --------------------------------------------------------------------------------


def test_an_address_names_hosts_and_how_they_are_asked() -> None:
    address = read_address(
        "postgresql+psycopg://me:secret@one:5433,two/trips"
        "?target_session_attrs=standby&load_balance_hosts=disable&sslmode=require"
    )
    assert list(address.hosts) == ["one:5433", "two"]
    assert "host=one port=5433" in address.hosts["one:5433"]
    for conninfo in (*address.hosts.values(), address.writing):
        assert "sslmode=require" in conninfo
        assert "password=secret" in conninfo
        assert "dbname=trips" in conninfo
    assert "host=one,two" in address.writing
    assert "target_session_attrs=read-write" in address.writing
    assert (address.target, address.is_balanced) == ("standby", False)
    assert read_address("postgresql+psycopg://one/trips").target == "prefer-standby"


@pytest.mark.parametrize(
    ("rest", "told"),
    [
        ("one/trips?colour=red", 'invalid URI query parameter: "colour"'),
        ("one,two/trips?port=1,2,3", "names 2 hosts and 3 ports"),
        ("one/trips?target_session_attrs=best", "target_session_attrs=best is none of"),
        ("one/trips?load_balance_hosts=yes", "load_balance_hosts=yes is none of"),
    ],
)
def test_an_address_that_says_nothing_is_refused(rest: str, told: str) -> None:
    with pytest.raises(DatabaseUnavailable, match=told):
        read_address(f"postgresql+psycopg://{rest}")


# --- tables -----------------------------------------------------------------------------------


def differences(context: MigrationContext) -> list[str]:
    """Return how models and migrations differ, but for what they write in other words."""
    found = [each[0] for each in compare_metadata(context, models.index.Document.metadata)]
    # Here they are checked when all is committed, which the models do not say.
    assert found.count("remove_fk") == found.count("add_fk") > 0
    return [kind for kind in found if not kind.endswith("_fk")]


def test_alembic_sees_no_difference_between_models_and_migrations(migrated: str) -> None:
    with migrating_engine(migrated).connect() as connection:
        # How types are written differs, of which the next test is.
        options = {"include_name": is_modelled, "compare_type": False}
        context = MigrationContext.configure(connection, opts=options)
        assert differences(context) == []
        Operations(context).drop_index("term_by_total")
        assert differences(context) == ["add_index"]


def test_text_is_compared_by_its_bytes_and_numbers_have_64_bits(
    cluster: Cluster, migrated: str
) -> None:
    columns = cluster.primary.execute(
        "SELECT table_name, column_name, data_type, collation_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name NOT LIKE 'shown%'",
        name_of(migrated),
    )
    kinds = {kind for *_, kind, _ in columns}
    assert {"bigint", "text"} <= kinds
    assert "integer" not in kinds
    assert {collation for *_, kind, collation in columns if kind == "text"} == {"C"}


# --- reading ----------------------------------------------------------------------------------


def test_nothing_is_waited_for_on_the_event_loop(
    store: PostgresStore,
) -> None:
    assert store.revision() == store.known_revision()
    store.prepare_loop()
    for ask in (
        lambda: store.revision(),
        lambda: store.page(read_query(MEETINGS, b"")),
        lambda: store.record(TRIPS, "x"),
    ):
        with pytest.raises(DeadlineExceeded):
            ask()
    began = time.monotonic()
    assert store.known_revision()
    assert time.monotonic() - began < 0.1
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.append(store.revision()))
    thread.start()
    thread.join()
    assert found == [store.known_revision()]


def test_a_deadline_ends_a_statement_here_and_on_the_host(
    cluster: Cluster, store: PostgresStore
) -> None:
    began = time.monotonic()
    with (
        pytest.raises(DeadlineExceeded),
        store.database.snapshot(Deadline(0.3)) as snapshot,
    ):
        snapshot.rows("SELECT pg_sleep(?)", [600])
    assert time.monotonic() - began < 10
    asked = (
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND state = 'active'"
        " AND pid <> pg_backend_pid()"
    )
    until = time.monotonic() + 10
    while cluster.primary.execute(asked) != [(0,)]:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert store.page(read_query(MEETINGS, b"")).total > 0


def test_what_nobody_waits_for_is_given_up(store: PostgresStore) -> None:
    deadline = Deadline(600)
    threading.Timer(0.3, deadline.expire).start()
    began = time.monotonic()
    with pytest.raises(DeadlineExceeded), store.database.snapshot(deadline) as snapshot:
        snapshot.rows("SELECT pg_sleep(?)", [600])
    assert time.monotonic() - began < 10


def test_a_snapshot_is_of_one_revision_whatever_is_loaded(
    store: PostgresStore, url: str, tmp_path: Path
) -> None:
    plan = read_query(TRIPS, b"")
    with store.snapshot() as held:
        before = store.page(plan)
        load(url, write_trips(tmp_path, [trip("one")]))
        assert store.page(plan) == before
        assert store.revision() == held.revision
    assert store.page(plan).total == before.total + 1


def test_a_stream_is_of_one_revision_whatever_is_loaded(url: str, tmp_path: Path) -> None:
    meetings = [meeting(f"m{at}", date="2024-03-01") for at in range(2500)]
    load(url, write_trips(tmp_path / "before", [trip("one", meetings=meetings)]))
    store = PostgresStore(url)
    held = store.hold()
    documents = held.documents(read_query(MEETINGS, b""))
    first = next(documents)
    load(url, write_trips(tmp_path / "after", [trip("one")]))
    assert len([first, *documents]) == 2500
    assert store.page(read_query(MEETINGS, b"")).total == 0
    assert store.revision() != held.revision
    held.close()
    store.close()


def test_the_connections_that_read_cannot_write(store: PostgresStore) -> None:
    with (
        pytest.raises(psycopg.errors.ReadOnlySqlTransaction),
        store.database.snapshot() as snapshot,
    ):
        snapshot.rows("DELETE FROM document WHERE key = ? RETURNING key", [1])


def test_a_nul_finds_nothing(store: PostgresStore) -> None:
    for resource in RESOURCES.values():
        assert store.record(resource, "a\0") is None
        assert store.former(resource, "\0") is None
        assert store.near_ids(resource, "\0") == []


def test_pages_are_read_in_order_from_an_index_however_many_match(
    cluster: Cluster, url: str, tmp_path: Path
) -> None:
    """As many postings and documents are read as a page has, and one more: nothing is sorted."""
    meetings = [
        meeting(f"m{at}", date=f"2024-{at % 12 + 1:02}-{at % 28 + 1:02}") for at in range(1500)
    ]
    load(url, write_trips(tmp_path, [trip("one", meetings=meetings)]))
    cluster.primary.execute("VACUUM ANALYZE", name_of(url))
    store = PostgresStore(url)
    rows = PostgresSnapshot.rows
    looked_at = 0
    for mode in ("force_custom_plan", "force_generic_plan"):
        for query in ("", "official=one", "date_from=2024-03", "date_to=2024-08", "sort=-date"):
            noted: list[tuple[str, Sequence[str | int]]] = []

            def note(
                snapshot: PostgresSnapshot,
                statement: str,
                parameters: Sequence[str | int] = (),
                noted: list[tuple[str, Sequence[str | int]]] = noted,
            ) -> list[tuple[object, ...]]:
                noted.append((statement, parameters))
                return rows(snapshot, statement, parameters)

            with patch.object(PostgresSnapshot, "rows", note):
                store.page(read_query(MEETINGS, f"{query}&limit=20".strip("&").encode()))
            for statement, parameters in noted:
                if "FROM posting" not in statement or "document" not in statement:
                    continue
                looked_at += 1
                with psycopg.connect(read_address(url).writing) as connection:
                    connection.execute(f"SET plan_cache_mode = {mode}")
                    explained = f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {translated(statement)}"
                    lines = [
                        str(line)
                        for (line,) in connection.execute(explained, parameters, prepare=True)
                    ]
                plan = "\n".join(lines)
                # Where the total is not known, one row more tells whether a page follows.
                read = 21 if "date_" in query else 20
                assert re.search(
                    rf"Index Only Scan.* using posting_pkey .*rows={read} loops=1", plan
                )
                assert re.search(rf"Index Scan using document_pkey .*rows=1 loops={read}", plan)
                assert "Sort" not in plan
                assert "Seq Scan" not in plan
    assert looked_at >= 10
    store.close()


# --- writing ----------------------------------------------------------------------------------


def test_no_lock_of_a_load_makes_a_reader_wait(
    cluster: Cluster, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(url, [SEED])
    locks: set[str] = set()
    finish = database_module.PostgresWriter.finish

    def look(writer: database_module.PostgresWriter) -> None:
        finish(writer)
        rows = cluster.primary.execute(
            "SELECT l.mode FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation"
            " WHERE c.relpersistence = 'p'",
            name_of(url),
        )
        locks.update(str(mode) for (mode,) in rows)

    monkeypatch.setattr(database_module.PostgresWriter, "finish", look)
    load(url, write_trips(tmp_path, [trip("one", meetings=[meeting("m1")])]))
    monkeypatch.setattr(collections, "shapes_digest", lambda: "other")
    monkeypatch.setattr("app.ingest.rebuilding.shapes_digest", lambda: "other")
    assert rebuild(url) is not None
    remove(url, ["one"])
    assert "RowExclusiveLock" in locks
    assert "AccessExclusiveLock" not in locks


def test_one_writes_at_a_time_and_who_waits_too_long_is_told(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "LOCK_WAIT_SECONDS", 0.2)
    with engine_of(url).writing(url) as writer:
        writer.execute("SELECT 1")
        with pytest.raises(DatabaseUnavailable, match="another process does"):
            load(url, [SEED])
    load(url, [SEED])


def _fail_after_writing(url: str) -> None:
    with engine_of(url).writing(url) as writer:
        writer.execute("DELETE FROM posting")
        raise ZeroDivisionError


def test_what_fails_leaves_nothing(url: str) -> None:
    load(url, [SEED])
    store = PostgresStore(url)
    before = store.revision()
    with pytest.raises(ZeroDivisionError):
        _fail_after_writing(url)
    assert store.page(read_query(MEETINGS, b"")).total > 0
    assert store.revision() == before
    store.close()


def test_check_changes_nothing(url: str, tmp_path: Path) -> None:
    load(url, [SEED])
    files = write_trips(tmp_path, [trip("one", meetings=[meeting("m1", city="oslo")])])
    assert check(files, url) == []
    clash = trip("two", meetings=[meeting("2021-03-17-blinken-chung")])
    complaints = check(write_trips(tmp_path / "clash", [clash]), url)
    assert [complaint for complaint in complaints if "2021-03-17-blinken-chung" in str(complaint)]
    store = PostgresStore(url)
    assert store.page(read_query(TRIPS, b"")).total == 1
    store.close()


def test_a_rebuilt_database_has_the_same_trips_and_a_later_number(
    cluster: Cluster, url: str
) -> None:
    load(url, [SEED])
    asked = "SELECT number, id FROM revision"
    ((number, id_),) = cluster.primary.execute(asked, name_of(url))
    documents = "SELECT key, body FROM document ORDER BY key"
    before = cluster.primary.execute(documents, name_of(url))
    assert rebuild(url) is None
    cluster.primary.execute("UPDATE revision SET shapes = 'older'", name_of(url))
    assert rebuild(url) is not None
    assert cluster.primary.execute(documents, name_of(url)) == before
    assert cluster.primary.execute(asked, name_of(url)) == [(number, id_)]


def test_a_rebuild_loses_neither_registers_nor_what_was_removed(
    cluster: Cluster, url: str, tmp_path: Path
) -> None:
    load(url, [SEED])
    load(url, write_trips(tmp_path / "one", [trip("one"), trip("two")]))
    remove(url, ["two"])
    register = write_travels(tmp_path / "travels", [visit(1, "1969-03-02"), visit(2, "1969-05-01")])
    import_register(url, REGISTER, travels, register, Progress())
    tables = ("register", "register_trip", "layer", "removed", "trip")
    asked = [f"SELECT * FROM {table} ORDER BY 1, 2" for table in tables]
    before = [cluster.primary.execute(each, name_of(url)) for each in asked]
    assert before[1]
    assert [row[:2] for row in before[3]] == [("trips", "two")]
    cluster.primary.execute("UPDATE revision SET shapes = 'older'", name_of(url))
    assert rebuild(url) is not None
    assert [cluster.primary.execute(each, name_of(url)) for each in asked] == before
    again = import_register(url, REGISTER, travels, register, Progress()).result
    assert (again.added, again.changed, again.removed) == ([], [], [])


def test_a_rebuild_waits_for_a_load_and_keeps_what_it_loads(
    cluster: Cluster, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "LOCK_WAIT_SECONDS", 0.2)
    load(url, [SEED])
    cluster.primary.execute("UPDATE revision SET shapes = 'older'", name_of(url))
    files = write_trips(tmp_path, [trip("one")])
    with ThreadPoolExecutor(1) as pool, engine_of(url).writing(url) as writer:
        rebuilding = pool.submit(rebuild, url)
        with pytest.raises(TimeoutError):
            rebuilding.result(1)
        with unpacked(files) as found:
            load_within(writer, found, Progress())
        # A load says of which shapes it is.
        writer.execute("UPDATE revision SET shapes = 'older', id = 'older'")
    assert rebuilding.result(60) is not None
    store = PostgresStore(url)
    assert store.record(TRIPS, "one") is not None
    store.close()


def test_what_is_held_is_stopped_in_the_midst_of_a_statement(url: str) -> None:
    load(url, [SEED])
    store = PostgresStore(url)
    with store.reading_apart() as snapshot, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(snapshot.rows, "SELECT count(*) FROM generate_series(1, 10000000000)")
        with pytest.raises(TimeoutError):
            asked.result(0.3)
        snapshot.stop()
        with pytest.raises(DeadlineExceeded):
            asked.result(5)
    store.close()


def test_words_go_with_the_last_text_that_has_them(
    cluster: Cluster, url: str, tmp_path: Path
) -> None:
    one = trip("one", meetings=[meeting("m1", title="Lighthouse lighthouse")])
    two = trip("two", meetings=[meeting("m2", title="Lighthouse")])
    load(url, write_trips(tmp_path, [one, two]))
    asked = "SELECT records FROM search_meetings_words WHERE term = 'lighthouse'"
    assert cluster.primary.execute(asked, name_of(url)) == [(2,)]
    remove(url, ["one"])
    assert cluster.primary.execute(asked, name_of(url)) == [(1,)]
    remove(url, ["two"])
    assert cluster.primary.execute(asked, name_of(url)) == []


def test_phrases_and_words_are_found_in_texts_of_any_length(
    portal: BlockingPortal, url: str, tmp_path: Path
) -> None:
    """Beyond what a tsvector remembers: 255 places of a word, and 2,046 bytes of it."""
    long = " ".join(["the pier"] * 2000 + ["blue harbour"])
    huge = "x" * (MAX_WORD_LENGTH + 50)
    texts = {"long": f"{long} end", "huge": f"a word: {huge}", "other": "harbour blue"}
    quotes = [quote(id_, text=text, date="2024-03-01") for id_, text in texts.items()]
    load(url, write_trips(tmp_path, [trip("one", quotes=quotes)]))
    client = Client(portal, url)
    for typed, expected in (
        ('"blue harbour"', {"long"}),
        ('"blue harb*"', {"long"}),
        ('"pier blue"', {"long"}),
        ('"harbour blue"', {"other"}),
        ('blue -"blue harbour"', {"other"}),
        (huge, {"huge"}),
        (f"{huge[:40]}*", {"huge"}),
    ):
        assert set(client.ids("quotes", ("q", typed))) == expected, typed
    client.close()


# --- commands ---------------------------------------------------------------------------------


def test_the_commands_work_on_it(cluster: Cluster, tmp_path: Path) -> None:
    url = cluster.url(cluster.create())
    files = write_trips(tmp_path, [trip("one", meetings=[meeting("m1")])])
    done = process("check", *files, database_url=url)
    assert (done.returncode, done.stderr) == (0, "")
    done = process("load", *files, database_url=url)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("1 trip added, 0 changed, 0 unchanged; revision ")
    done = process("remove", "one", database_url=url)
    assert (done.returncode, done.stderr) == (0, "")
    served = subprocess.Popen(
        [sys.executable, "-m", "app", "serve", "--port", "0"],
        cwd=PROJECT,
        env=environment_of({"database_url": url}),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert served.stderr is not None
        for line in served.stderr:
            if "running on" in line.lower():
                break
    finally:
        served.terminate()
        served.wait(30)
        served.stderr and served.stderr.close()
    assert served.returncode == 0


def test_without_psycopg_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    for ask in (engine_of, open_store, migrating_engine):
        with pytest.raises(DatabaseUnavailable, match=r"pip install 'readout\[postgresql\]'"):
            ask("postgresql+psycopg://one/trips")


def test_a_host_that_cannot_be_reached_is_told_without_the_password(tmp_path: Path) -> None:
    url = f"postgresql+psycopg://me:secret@/trips?host={tmp_path}"
    for arguments in (["load", SEED], ["serve", "--port", "0"], ["remove", "x"]):
        done = process(*arguments, database_url=url)
        assert done.returncode == 1
        assert "cannot reach the database" in done.stderr
        assert "secret" not in done.stdout + done.stderr
