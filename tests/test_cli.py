"""The `readout` command: what it prints where, and with which exit code it ends."""

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib import metadata
from pathlib import Path
from unicodedata import category

import httpx
import pytest
from typer.testing import CliRunner, Result

from app.cli import commands, main
from app.ingest import loader
from app.main import create_app
from app.settings import PROJECT, Settings
from tests.ingest.tables import rows_of
from tests.trips import meeting, trip, write_trips

pytestmark = pytest.mark.slow

SEED = PROJECT / "seed"
SEED_FILE = SEED / "2021-03-tokyo-seoul.yaml"
COMMANDS = ["serve", "load", "remove", "check", "new", "verify", "openapi", "schema"]


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command's database will be."""
    path = tmp_path / "readout.db"
    monkeypatch.setenv("READOUT_DATABASE_URL", f"sqlite:///{path}")
    return path


def readout(*arguments: str | Path) -> Result:
    return CliRunner().invoke(commands, [str(argument) for argument in arguments])


def outcome(result: Result) -> tuple[int, str, list[str]]:
    """Return the exit code, what was printed, and the lines of complaint."""
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, result.stderr.splitlines()


def process(*arguments: str | Path, **settings: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - the arguments are these tests' own
        [sys.executable, "-m", "app", *map(str, arguments)],
        cwd=PROJECT,
        env=_environment(settings),
        capture_output=True,
        text=True,
        check=False,
    )


def _environment(settings: dict[str, str | Path]) -> dict[str, str]:
    return {**os.environ, **{f"READOUT_{name.upper()}": str(to) for name, to in settings.items()}}


# --- load and check ---------------------------------------------------------------------------


def test_load_migrates_loads_and_says_so(database: Path, tmp_path: Path) -> None:
    code, printed, complaints = outcome(readout("load", SEED))
    assert (code, complaints) == (0, [])
    with closing(sqlite3.connect(database)) as connection:
        (revision,) = connection.execute("SELECT id FROM revision").fetchone()
    assert printed == f"1 trip added, 0 changed, 0 unchanged; revision {revision}\n"

    before = rows_of(database)
    _, printed, _ = outcome(readout("load", SEED))
    assert printed == f"0 trips added, 0 changed, 1 unchanged; revision {revision}\n"
    assert rows_of(database) == before

    files = write_trips(tmp_path / "trips", [trip("one"), trip("two")])
    _, printed, _ = outcome(readout("load", *files, SEED_FILE))
    assert printed.startswith("2 trips added, 0 changed, 1 unchanged; revision ")


@pytest.mark.parametrize("command", ["load", "check"])
def test_all_faults_of_all_files_are_told_and_nothing_is_changed(
    command: str, database: Path, tmp_path: Path
) -> None:
    readout("load", SEED)
    before = rows_of(database)
    bad = trip("bad", meetings=[meeting("bad-1", city="oslo", format="radio")], title="")
    empty = tmp_path / "empty.yaml"
    empty.touch()
    (good,) = write_trips(tmp_path, [trip("good")])
    (path,) = write_trips(tmp_path, [bad])

    code, printed, complaints = outcome(readout(command, empty, good, path))
    assert (code, printed) == (1, "")
    assert complaints == [
        f"{empty}:1: is empty; a trip file holds one trip",
        f"{path}:1: title: is empty; write something or leave the field out",
        f'{path}:1: meetings[0].format: "radio" is not one of in-person, virtual,'
        " telephone, hybrid",
        "3 faults; nothing was changed" if command == "load" else "3 faults",
    ]
    assert rows_of(database) == before


@pytest.mark.parametrize("command", ["load", "check"])
def test_paths_without_a_trip_file_are_told(command: str, database: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    code, printed, complaints = outcome(readout(command, tmp_path / "gone", tmp_path / "empty"))
    assert (code, printed) == (1, "")
    assert complaints[:2] == [
        f"{tmp_path / 'gone'}: no such file or folder",
        f"{tmp_path / 'empty'}: holds no trip file (*.yaml)",
    ]
    assert complaints[2].startswith("2 faults")
    assert not database.exists()


def test_check_needs_no_database_and_makes_none(database: Path, tmp_path: Path) -> None:
    files = write_trips(tmp_path / "trips", [trip("one"), trip("two")])
    assert outcome(readout("check", SEED)) == (0, "1 trip file without a fault\n", [])
    assert outcome(readout("check", *files)) == (0, "2 trip files without a fault\n", [])
    assert not database.exists()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (Path.mkdir, "unable to open database file"),
        (lambda path: path.write_bytes(b"no database" * 100), "file is not a database"),
    ],
)
def test_a_database_that_cannot_be_used_is_told(
    make: Callable[[Path], object], reason: str, database: Path
) -> None:
    make(database)
    told = f"cannot prepare the database {database}: {reason}"
    assert outcome(readout("load", SEED)) == (1, "", [told])
    served = process("serve", database_url=f"sqlite:///{database}", port="0")
    assert (served.returncode, served.stdout, served.stderr) == (1, "", f"{told}\n")


@pytest.mark.usefixtures("database")
def test_that_memory_is_short_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def load(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(loader, "load", load)
    monkeypatch.setattr(sys, "argv", ["readout", "load", str(PROJECT / "seed")])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 1
    assert capsys.readouterr().err.splitlines()[-1] == "there is not enough memory"


def test_check_looks_at_the_database_that_is_served(database: Path, tmp_path: Path) -> None:
    one = write_trips(tmp_path / "one", [trip("one", meetings=[meeting("m1", city="oslo")])])
    assert outcome(readout("load", *one))[0] == 0
    before = rows_of(database)
    other = trip("two", meetings=[meeting("m1"), meeting("m2", city="oslo")])
    other["cities"] = [{"id": "oslo"}]  # It refers to what the database has.
    (path,) = write_trips(tmp_path / "two", [other])
    code, _, complaints = outcome(readout("check", path))
    assert code == 1
    assert '"m1" is an id of the trip "one", too' in complaints[0]
    assert complaints[1:] == ["1 fault"]
    assert outcome(readout("load", path))[2][:1] == complaints[:1]
    other["meetings"] = [meeting("m2", city="oslo")]
    write_trips(tmp_path / "two", [other])
    assert outcome(readout("check", path)) == (0, "1 trip file without a fault\n", [])
    assert rows_of(database) == before, "to check changes nothing"
    database.unlink()
    assert (
        'cities[0].name: is missing; no other trip defines "oslo"' in readout("check", path).stderr
    )


MANY = 20_000


@pytest.mark.parametrize("kind", ["no mapping", "repeated", "unknown"])
def test_of_very_many_faults_some_are_told_and_soon(
    kind: str, database: Path, tmp_path: Path
) -> None:
    part = trip("many")
    if kind == "no mapping":
        part["meetings"] = ["x"] * MANY
    elif kind == "repeated":
        part["travellers"] = ["official-one"] * (MANY + 1)
    else:
        part["meetings"] = [meeting(f"m{number}") for number in range(MANY // 4)]
        for number, made in enumerate(part["meetings"]):
            made.update(participants=[f"nobody-{number}"], topics=[f"nothing-{number}"])
    files = write_trips(tmp_path / "trips", [part])
    begun = time.monotonic()
    code, _, complaints = outcome(readout("check", *files))
    assert time.monotonic() - begun < 20, "it takes time that grows with the square of the faults"
    assert code == 1
    assert len(complaints) == 102
    faults = int(complaints[-1].split()[0])
    assert faults >= MANY // 4
    assert complaints[-2:] == [f"and {faults - 100} more", f"{faults} faults"]
    assert not database.exists()


CONTROLS = "\x1b[31m\x07\u202e\u2028\x85"


def test_no_control_character_reaches_the_terminal(database: Path, tmp_path: Path) -> None:
    folder = tmp_path / f"red{CONTROLS}"
    part = trip("one", title=f"Red {CONTROLS}", summary=f"Text\u202e of {CONTROLS}")
    part[f"field{CONTROLS}"] = f"value{CONTROLS}"
    (path,) = write_trips(
        folder,
        [
            part,
        ],
    )
    good = write_trips(tmp_path / f"good{CONTROLS}", [trip("good")])[0]
    text = folder / "text.txt"
    text.write_text("The first words and the last words", "utf-8")
    for arguments in (
        ["check", path], ["load", path], ["check", folder / "gone"], ["check", good],
        ["verify", path, "--source", f"bulletin={text}"],
        ["verify", good, "--source", f"bulletin={text}"],
        ["verify", good, "--source", f"bulletin={folder / 'gone'}"],
        ["verify", good, "--source", f"x{CONTROLS}"], ["verify", good, "--sources", folder / "no"],
        ["remove", f"one{CONTROLS}"], ["new", "--trip", f"one{CONTROLS}"],
    ):  # fmt: skip
        done = process(*arguments, database_url=f"sqlite:///{database}")
        shown = done.stdout + done.stderr
        assert shown
        found = [c for c in shown if c != "\n" and category(c) in ("Cc", "Cf", "Zl", "Zp")]
        assert found == [], (arguments[0], done.stdout, done.stderr)


# --- verify -----------------------------------------------------------------------------------

TEXT = "Prelude. The first words of it, and the last words of it."


def test_verify_says_what_it_found(tmp_path: Path) -> None:
    (path,) = write_trips(tmp_path, [trip("one")])
    (tmp_path / "bulletin.txt").write_text(TEXT, "utf-8")
    found = readout("verify", path, "--source", f"bulletin={tmp_path / 'bulletin.txt'}")
    assert outcome(found) == (
        0,
        f"{path}: 0 quotes and 2 passages found, and the links lead to them\n",
        [],
    )


def test_verify_tells_every_fault(tmp_path: Path) -> None:
    (path,) = write_trips(tmp_path, [trip("one")])
    (tmp_path / "bulletin.txt").write_text(TEXT.replace("first", "last"), "utf-8")
    code, printed, complaints = outcome(
        readout("verify", path, "--source", f"bulletin={tmp_path / 'bulletin.txt'}")
    )
    assert (code, printed) == (1, "")
    assert [line.split(": is not in source")[0] for line in complaints] == [
        f"{path}:1: participants[0].evidence[0].text_start",
        f"{path}:1: evidence[0].text_start",
        "2 faults",
    ]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("bulletin", '--source "bulletin" is not of the form ID=FILE'),
        ("=x", '--source "=x" is not of the form ID=FILE'),
        ("bulletin=", '--source "bulletin=" is not of the form ID=FILE'),
        ("bulletin=gone.txt", "gone.txt: No such file or directory"),
        ("bulletin=.", ".: Is a directory"),
        ("bulletin=latin-1.txt", "latin-1.txt: is not UTF-8 text"),
    ],
)
def test_verify_needs_texts(
    source: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "latin-1.txt").write_bytes(b"caf\xe9")
    assert outcome(readout("verify", SEED_FILE, "--source", source)) == (2, "", [told])


def test_verify_takes_each_source_once(tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.touch()
    twice = readout("verify", SEED_FILE, "--source", f"a={text}", "--source", f"a={text}")
    assert outcome(twice) == (2, "", ['--source names "a" twice'])


def test_verify_tells_the_faults_of_the_file_first(tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").touch()
    result = readout("verify", tmp_path / "empty.yaml", "--source", f"a={tmp_path / 'empty.yaml'}")
    told = f"{tmp_path / 'empty.yaml'}:1: is empty; a trip file holds one trip"
    assert outcome(result) == (1, "", [told, "1 fault"])


# --- openapi and schema -----------------------------------------------------------------------


def test_openapi_prints_the_description_that_is_served(database: Path) -> None:
    code, printed, complaints = outcome(readout("openapi"))
    assert (code, complaints) == (0, [])
    assert json.loads(printed) == create_app(Settings()).openapi()
    assert not database.exists()


def test_schema_prints_the_schema_of_trip_files() -> None:
    code, printed, complaints = outcome(readout("schema"))
    assert (code, complaints) == (0, [])
    assert printed == (SEED / "trip.schema.json").read_text("utf-8")


@pytest.mark.parametrize("command", ["openapi", "schema"])
def test_json_is_printed_as_utf_8_whatever_the_terminal_takes(command: str) -> None:
    printed = subprocess.run(  # noqa: S603 - the arguments are these tests' own
        [sys.executable, "-m", "app", command],
        cwd=PROJECT,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    ).stdout
    assert json.loads(printed.decode("utf-8"))


# --- what is given wrongly --------------------------------------------------------------------


def test_help_tells_of_every_command() -> None:
    code, printed, complaints = outcome(readout("--help"))
    assert (code, complaints) == (0, [])
    assert [name for name in COMMANDS if name not in printed] == []
    for name in COMMANDS:
        code, printed, _ = outcome(readout(name, "--help"))
        assert code == 0
        assert name in printed


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["import"],
        ["load"],
        ["check"],
        ["load", "--force", "seed"],
        ["serve", "seed"],
        ["serve", "--port", "eighty"],
        ["verify"],
        ["remove"],
        ["new"],
        ["schema", "seed"],
    ],
    ids=" ".join,
)
def test_what_the_command_does_not_know_is_refused_with_its_usage(arguments: list[str]) -> None:
    result = readout(*arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.output
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PORT", "eighty", "READOUT_PORT=eighty: input should be a valid integer"),
        ("PORT", "65536", "READOUT_PORT=65536: input should be less than or equal to 65535"),
        ("WORKERS", "0", "READOUT_WORKERS=0: input should be greater than or equal to 1"),
        ("LOG_LEVEL", "loud", "READOUT_LOG_LEVEL=loud: input should be 'debug', 'info'"),
        (
            "DATABASE_URL",
            "postgres://host/name",
            "READOUT_DATABASE_URL=postgres://host/name: must name a SQLite file",
        ),
        (
            "DATABASE_URL",
            "sqlite:///x?mode=rw",
            "READOUT_DATABASE_URL=sqlite:///x?mode=rw: must end with the path of the file",
        ),
        ("HOST", "", "READOUT_HOST=: must name an address to listen on"),
        ("DATABASE_URL", "", "READOUT_DATABASE_URL=: must name a SQLite file"),
        ("ROOT_PATH", "api/", "READOUT_ROOT_PATH=api/: must begin with /"),
    ],
)
def test_a_wrong_setting_is_told_by_its_name(
    name: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"READOUT_{name}", value)
    for arguments in (["load", str(SEED)], ["serve"], ["openapi"]):
        code, printed, complaints = outcome(readout(*arguments))
        assert (code, printed) == (2, "")
        assert [complaint[: len(told)] for complaint in complaints] == [told]


def test_all_wrong_settings_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READOUT_LOG_LEVEL", "loud")
    code, _, complaints = outcome(readout("serve", "--port", "70000", "--workers", "0"))
    assert code == 2
    assert sorted(complaint.split(": ")[0] for complaint in complaints) == [
        "--port 70000",
        "--workers 0",
        "READOUT_LOG_LEVEL=loud",
    ]


def test_an_env_file_that_is_not_text_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(Settings.model_config, "env_file", ".env")
    Path(".env").write_bytes(b"READOUT_PORT=\xff")
    assert outcome(readout("openapi")) == (2, "", [".env: is not UTF-8 text"])


def test_no_misuse_ends_in_a_traceback(tmp_path: Path) -> None:
    """In a process of its own, where nothing catches what the command lets through."""
    (tmp_path / "file").touch()
    name = os.fsdecode(b"\xff.yaml")
    shutil.copy(SEED_FILE, tmp_path / name)
    (tmp_path / "text").touch()
    for arguments, settings, code in (
        (["check", "n" * 5000], {}, 1),
        (["check", tmp_path / name], {}, 0),
        (["load", tmp_path / name], {"database_url": f"sqlite:///{tmp_path / 'a.db'}"}, 0),
        (["load", "seed"], {"database_url": f"sqlite:///{tmp_path / 'file' / 'a.db'}"}, 1),
        (["load", "seed"], {"port": "x"}, 2),
        (["verify", tmp_path / name, "--source", f"a={tmp_path / 'text'}"], {}, 1),
    ):
        done = process(*arguments, **settings)
        assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr


# --- serve ------------------------------------------------------------------------------------


def free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def wait_until_ready(process: subprocess.Popen[str], port: int) -> None:
    """Wait for a service in a process of its own to answer; fail with what it logged if not."""
    give_up = time.monotonic() + 30
    while time.monotonic() < give_up and process.poll() is None:
        try:
            ready = httpx.get(f"http://127.0.0.1:{port}/readyz", trust_env=False)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            if ready.status_code == 200:
                return
    process.kill()
    pytest.fail(f"the service does not answer: {process.communicate()[1]}")


class Service:
    """A running `readout serve`."""

    def __init__(self, *arguments: str, **settings: str | Path) -> None:
        self.port = free_port()
        self.process = subprocess.Popen(  # noqa: S603 - the arguments are these tests' own
            [sys.executable, "-m", "app", "serve", "--port", str(self.port), *arguments],
            cwd=PROJECT,
            env=_environment(settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_until_ready(self) -> None:
        wait_until_ready(self.process, self.port)

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", trust_env=False)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        self.process.send_signal(how)
        printed, logged = self.process.communicate(timeout=30)
        return self.process.returncode, printed, logged


@contextmanager
def serving(*arguments: str, **settings: str | Path) -> Iterator[Service]:
    service = Service(*arguments, **settings)
    try:
        service.wait_until_ready()
        yield service
    finally:
        if service.process.poll() is None:
            service.process.kill()
            service.process.communicate()


def test_serve_fills_an_empty_database_answers_and_stops(tmp_path: Path) -> None:
    database = tmp_path / "data" / "readout.db"
    url = f"sqlite:///{database}"
    with serving(database_url=url) as service:
        assert service.get("/trips/2021-03-tokyo-seoul").status_code == 200
        assert service.get("/meetings").json()["total"] > 0
        code, printed, logged = service.stop()
    assert (code, printed) == (0, "")
    assert f"loaded {SEED}: 1 trip added, 0 changed, 0 unchanged" in logged
    assert "Traceback" not in logged
    before = rows_of(database)

    with serving("--workers", "2", database_url=url, prot="secret") as service:
        assert service.get("/trips").json()["total"] == 1
        code, printed, logged = service.stop()
    assert (code, printed) == (0, "")
    assert logged.count("WARNING readout READOUT_PROT is not a setting; READOUT_PORT?") == 1
    assert "secret" not in logged
    assert "loaded" not in logged
    assert "Traceback" not in logged
    assert rows_of(database) == before


def test_metrics_are_those_of_all_workers(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'readout.db'}"
    with serving("--workers", "2", database_url=url) as service:
        # One that is asked twice has a cached answer the second time, whichever worker takes it.
        for _ in range(40):
            assert service.get("/topics").status_code == 200
        give_up = time.monotonic() + 10
        while asked_for(service, "/topics") != 40:
            assert time.monotonic() < give_up
            time.sleep(0.1)
        assert service.stop()[0] == 0


def asked_for(service: Service, route: str) -> float:
    """Return how many requests for a route were counted, those from the cache included."""
    counted = re.findall(
        r"^readout_(?:response_cache_hits_total"
        rf'|request_duration_seconds_count{{.*"{route}".*}}) (.*)$',
        service.get("/metrics").text,
        re.MULTILINE,
    )
    return sum(map(float, counted))


def test_serve_keeps_what_was_loaded(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'readout.db'}"
    files = write_trips(tmp_path / "trips", [trip("one")])
    assert process("load", *files, database_url=url).returncode == 0
    with serving(database_url=url) as service:
        assert [item["id"] for item in service.get("/trips").json()["items"]] == ["one"]

        # What is loaded while it serves, it serves.
        more = write_trips(tmp_path / "trips", [trip("two")])
        assert process("load", *more, database_url=url).returncode == 0
        assert service.get("/trips").json()["total"] == 2
        assert service.stop(signal.SIGINT)[0] == 0


def test_serve_tells_that_its_port_is_taken(tmp_path: Path) -> None:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        done = process(
            "serve",
            "--port",
            str(listener.getsockname()[1]),
            database_url=f"sqlite:///{tmp_path / 'readout.db'}",
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert "address already in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_serve_does_not_start_with_a_faulty_seed(tmp_path: Path) -> None:
    seed = tmp_path / "seed"
    bad = trip("bad")
    bad["title"] = ""
    (path,) = write_trips(seed, [bad])
    url = f"sqlite:///{tmp_path / 'readout.db'}"
    done = process("serve", "--port", "0", database_url=url, seed=seed)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        f"{path}:1: title: is empty; write something or leave the field out",
        "1 fault; nothing was changed",
    ]
    gone = process("serve", "--port", "0", database_url=url, seed=tmp_path / "gone")
    assert gone.returncode == 1
    assert gone.stderr.splitlines()[0] == f"{tmp_path / 'gone'}: no such file or folder"


def test_a_skeleton_of_a_trip_that_is_loaded_says_so_beside_the_file(
    seed_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("READOUT_DATABASE_URL", f"sqlite:///{seed_database}")
    assert readout("new", "--trip", "2024-05-oslo").stderr == ""
    again = readout("new", "--trip", "2021-03-tokyo-seoul")
    assert again.stderr == (
        'warning: the database has a trip "2021-03-tokyo-seoul" already;'
        " loading this file would replace it\n"
    )
    assert again.stdout.startswith("# yaml-language-server")


@pytest.mark.parametrize("command", ["verify", "check"])
def test_a_folder_in_place_of_a_trip_file_is_named_as_one(command: str, tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    code, _, complaints = outcome(readout(command, tmp_path))
    told = {
        "verify": f"{tmp_path}: is a folder; name one trip file in it",
        "check": f"{tmp_path}: holds no trip file (*.yaml)",
    }
    assert (code, complaints) == (1, [told[command], "1 fault"])


def test_the_version_is_said() -> None:
    version = metadata.version("readout")
    assert outcome(readout("--version")) == (0, f"readout {version}\n", [])


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgres://readout:hunter2@db/readout", "postgres:***@db/readout"),
        ("postgresql://u:hunter2@x:/y@db/readout", "postgresql:***@db/readout"),
        ("postgresql:/u:hunter2@db", "postgresql:***@db"),
        ("u:hunter 2@db/readout", "u:***@db/readout"),
        ("host=h password = hunter2", "host=h password = ***"),
        ("pg://db/readout?user=u&password=hunter2&x=1", "pg://db/readout?user=u&password=***&x=1"),
    ],
)
def test_a_password_is_not_printed(
    address: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("READOUT_DATABASE_URL", address)
    status, printed, (told,) = outcome(readout("load", SEED))
    assert (status, printed) == (2, "")
    assert told.startswith(f"READOUT_DATABASE_URL={shown}: must name a SQLite file")
    assert "hunter" not in told


def test_the_database_of_another_program_is_left_alone(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE orders (a)")
        connection.commit()
    before = database.read_bytes()
    told = (
        f"{database} is the database of another program, which has the table 'orders'; name"
        " another file"
    )
    assert outcome(readout("load", SEED)) == (1, "", [told])
    assert database.read_bytes() == before
    database.unlink()
    database.touch()  # An empty file is none.
    assert outcome(readout("load", SEED))[0] == 0
