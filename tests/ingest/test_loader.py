import copy
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from app.ingest import loader
from app.ingest.loader import LoadResult, load
from app.ingest.progress import Progress
from app.ingest.reading import TripFileError
from app.settings import PROJECT
from app.store.base import DatabaseUnavailable
from app.store.sqlite import database as database_module
from app.store.sqlite.database import writing
from app.store.sqlite.snapshot import ServedDatabase
from tests.ingest.tables import assert_sound, content_of, rows_of
from tests.trips import (
    Part,
    agreement,
    city,
    group,
    meeting,
    official,
    quote,
    topic,
    trip,
    write_trips,
)

SEED = PROJECT / "seed"

MakeDatabase = Callable[..., Path]


@pytest.fixture
def database(migrated_database: Path, tmp_path: Path) -> Path:
    path = tmp_path / "readout.db"
    shutil.copy(migrated_database, path)
    return path


def north(**fields: Any) -> Part:
    """A trip with some of everything."""
    return trip(
        "north",
        **{
            "stops": [{"city": "oslo", "arrival_date": "2024-02-01"}],
            "meetings": [
                meeting("north-1", "official-one", "group-one", city="oslo", topics=["rivers"]),
                meeting("north-2", "official-one", "official-two", date="2024-02-02"),
            ],
            "quotes": [quote("north-q", occasion={"when": "after", "meeting": "north-1"})],
            "agreements": [agreement("north-a", "north-2", topics=["peace"])],
            **fields,
        },
    )


def south(**fields: Any) -> Part:
    """A trip that shares people, a city, a topic and a source with the other one."""
    return trip(
        "south",
        **{
            "start_date": "2024-06-01",
            "end_date": "2024-06-30",
            "meetings": [
                meeting("south-1", "official-two", "official-three", city="oslo"),
                meeting("south-2", "official-three", city="tokyo", topics=["rivers"]),
            ],
            **fields,
        },
    )


def load_trips(database: Path, *trips: Part) -> LoadResult:
    return load(database, write_trips(database.parent / "trips", trips))


def refused(database: Path, files: Sequence[Path]) -> list[str]:
    """Return why files are not loaded, having seen that nothing has changed."""
    before = rows_of(database)
    with pytest.raises(TripFileError) as caught:
        load(database, files)
    assert rows_of(database) == before
    return [f"{Path(each.file).name}:{each.line}: {each.path}: {each.message}"
            for each in caught.value.issues]  # fmt: skip


# --- what a load does -------------------------------------------------------------------------


def test_a_load_says_what_it_did(database: Path) -> None:
    first = load_trips(database, north(), south())
    assert (first.added, first.changed, first.unchanged) == (["north", "south"], [], [])
    second = load_trips(database, north(title="Far north"), south(), trip("west"))
    assert (second.added, second.changed, second.unchanged) == (["west"], ["north"], ["south"])
    assert second.revision != first.revision
    with closing(sqlite3.connect(database)) as connection:
        served = connection.execute("SELECT id FROM revision").fetchall()
    assert served == [(second.revision,)]
    assert_sound(database)


def test_loading_twice_changes_nothing(database: Path) -> None:
    files = [*write_trips(database.parent / "trips", [north(), south()]), SEED]
    first = load(database, files)
    before = rows_of(database)
    second = load(database, files)
    assert rows_of(database) == before
    assert second.revision == first.revision
    assert (second.added, second.changed) == ([], [])


def test_loading_in_another_order_changes_nothing(database: Path) -> None:
    files = write_trips(database.parent / "trips", [north(), south(), trip("west")])
    revision = load(database, files).revision
    before = rows_of(database)
    for order in permutations(files):
        assert load(database, order).revision == revision
    assert rows_of(database) == before


def test_comments_and_layout_change_nothing(database: Path, tmp_path: Path) -> None:
    revision = load_trips(database, north()).revision
    before = rows_of(database)
    turned_round = dict(reversed(north().items()))
    texts = {
        "indented.json": json.dumps(north(), indent="\t"),
        "turned-round.json": json.dumps(turned_round),
        "block.yaml": "# A comment\n" + yaml.safe_dump(json.loads(json.dumps(north()))),
        "windows.yaml": json.dumps(turned_round, indent=1).replace("\n", "\r\n"),
        "marked.yaml": "\ufeff" + json.dumps(north()),
        "spaces.json": json.dumps(north(title="  Trip north ")),
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8", newline="")
        result = load(database, [tmp_path / name])
        assert (result.unchanged, result.revision) == (["north"], revision), name
    assert rows_of(database) == before


class Told(Progress):
    """Passes on which files have been read."""

    def __init__(self, report: Callable[[Path], None]) -> None:
        self._report = report

    def file_read(self, path: Path) -> None:
        self._report(path)


def test_files_are_reported_as_they_are_read(database: Path, tmp_path: Path) -> None:
    files = write_trips(tmp_path / "trips", [south(), north()])
    reported: list[Path] = []
    load(database, files, Told(reported.append))
    assert reported == files


# --- an edit leaves exactly what it says ------------------------------------------------------

EDITS: dict[str, Callable[[], Part]] = {
    "nothing else": lambda: north(),
    "title": lambda: north(title="Another title"),
    "days of the trip": lambda: north(start_date="2023-12-31", end_date="2024-03-01"),
    "no meetings": lambda: trip("north"),
    "a meeting less": lambda: north(
        meetings=[meeting("north-2", "official-one", "official-two")], quotes=[]
    ),
    "a meeting more, first": lambda: north(
        meetings=[meeting("north-0", "group-two", city="zurich"), *north()["meetings"]]
    ),
    "another order": lambda: north(meetings=north()["meetings"][::-1]),
    "another day": lambda: north(
        meetings=[north()["meetings"][0], meeting("north-2", date="2024-03-03")]
    ),
    "bounds": lambda: north(
        meetings=[
            meeting("north-1", earliest_date="2024-01-31", latest_date="2024-11-02"),
            meeting("north-2", latest_date="2024-05-01"),
        ]
    ),
    "other people": lambda: north(
        meetings=[meeting("north-1", "official-four"), meeting("north-2", "group-one")]
    ),
    "people on the list only": lambda: north(
        participants=[official("official-five"), group("group-nine", country="JP")]
    ),
    "another city and topic": lambda: north(
        meetings=[meeting("north-1", city="seoul", topics=["war"]), meeting("north-2")]
    ),
    "other agreements": lambda: north(
        agreements=[
            agreement("north-b", "north-1", parties=["JP", "KR"], kind="pledge", target_year=2050)
        ]
    ),
    "other evidence": lambda: north(
        evidence=[{"source": "bulletin", "text_start": "Other", "text_end": "words"}] * 2
    ),
    "another source": lambda: north(
        sources=[*north()["sources"], {**north()["sources"][0], "id": "gazette"}]
    ),
    "another title of an official": lambda: north(
        participants=[official("official-one", title="President")]
    ),
    "other inferred fields": lambda: north(
        meetings=[
            meeting("north-1", city="oslo", inferred=["city", "format"]),
            meeting("north-2", inferred=["participants"]),
        ]
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_an_edited_file_leaves_exactly_what_it_says(
    edit: Callable[[], Part], database: Path, make_database: MakeDatabase
) -> None:
    load_trips(database, north(), south())
    before = rows_of(database)
    load_trips(database, edit())
    assert_sound(database)
    assert content_of(database) == content_of(make_database(edit(), south(), name="fresh.db"))

    load_trips(database, north())
    assert_sound(database)
    with closing(sqlite3.connect(database)) as connection:
        assert (
            connection.execute("SELECT id FROM revision").fetchone()[0] == before["revision"][0][1]
        )
    assert content_of(database) == content_of(make_database(north(), south(), name="again.db"))


DAYS = ["2024-01-01", "2024-01-31", "2024-02-01", "2024-02-29", "2024-07-15", "2024-12-31"]
PEOPLE = ["official-one", "official-two", "official-three", "group-one", "group-two"]

ROUTES: list[list[str]] = [[], ["oslo"], ["seoul", "oslo"]]

when = st.one_of(
    st.just({}),
    st.builds(lambda day: {"date": day}, st.sampled_from(DAYS)),
    st.builds(
        lambda first, last: dict(
            zip(("earliest_date", "latest_date"), sorted((first, last)), strict=True)
        ),
        st.sampled_from(DAYS),
        st.sampled_from(DAYS),
    ),
    st.builds(lambda day: {"earliest_date": day}, st.sampled_from(DAYS)),
    st.builds(lambda day: {"latest_date": day}, st.sampled_from(DAYS)),
)
where = st.sampled_from([{}, {"city": "oslo"}, {"city": "tokyo"}, {"city": "zurich"}])
about = st.lists(st.sampled_from(["peace", "rivers", "trade"]), unique=True, max_size=2).map(
    lambda topics: {"topics": topics}
)
variants = st.sampled_from([0, 0, 0, 0, 1])
"""What is said of shared records; a trip that says something else disagrees with the others."""


@st.composite
def made_up_trips(draw: st.DrawFn, id_: str) -> Part:
    # Ids that more than one trip may take are rare, since they are mostly refused.
    numbers = draw(st.lists(st.sampled_from([1, 2, 3, 4]), unique=True, max_size=3))
    prefix = draw(st.sampled_from([id_] * 9 + ["common"]))
    meetings = [
        meeting(
            f"{prefix}-{number}",
            *draw(st.lists(st.sampled_from(PEOPLE), unique=True, min_size=1, max_size=3)),
            format=draw(st.sampled_from(["virtual", "in-person"])),
            **draw(when) | draw(where) | draw(about),
        )
        for number in numbers
    ]
    quotes = [
        quote(
            f"{id_}-q{number}",
            speaker=draw(st.sampled_from(PEOPLE[:3])),
            **draw(when) | draw(where),
        )
        for number in draw(st.lists(st.sampled_from([1, 2]), unique=True))
    ]
    agreements = []
    if meetings:
        for number in draw(st.lists(st.sampled_from([1, 2]), unique=True)):
            settled_at = draw(st.sampled_from(meetings))["id"]
            parties = draw(st.sampled_from([["NO"], ["JP", "KR"], ["FR"]]))
            agreements.append(
                agreement(f"{id_}-a{number}", settled_at, parties=parties, **draw(about))
            )
    variant = draw(variants)
    start, end = draw(st.sampled_from([("2024-01-01", "2024-12-31"), ("2023-06-01", "2025-01-01")]))
    return trip(
        id_,
        title=draw(st.sampled_from(["One title", "Another title"])),
        start_date=start,
        end_date=end,
        meetings=meetings,
        quotes=quotes,
        agreements=agreements,
        stops=[{"city": place} for place in draw(st.sampled_from(ROUTES))],
        participants=[
            official("official-one", title=draw(st.sampled_from(["Minister", "President"]))),
            official("official-two", country=["SE", "DK"][variant]),
        ],
        cities=[city("oslo", latitude=[59.9, 60][variant])] if draw(st.booleans()) else [],
        topics=[topic("peace", name=["Peace", "World peace"][variant])] if variant else [],
    )


loads = st.lists(
    st.permutations(["east", "north", "south"]).flatmap(
        lambda ids: st.integers(1, 3).flatmap(
            lambda count: st.tuples(*(made_up_trips(id_) for id_ in ids[:count]))
        )
    ),
    min_size=1,
    max_size=5,
)


def shared_statements(part: Part) -> dict[tuple[str, str], Any]:
    """Return what a trip says of each record it shares; offices and evidence are its own."""
    own = {"participants": ("title", "country", "organization", "evidence")}
    return {
        (name, each["id"]): {k: v for k, v in each.items() if k not in own.get(name, ())}
        for name in ("participants", "cities", "topics")
        for each in part[name]
    }


def fit_together(trips: Iterable[Part]) -> bool:
    said: dict[tuple[str, str], Any] = {}
    taken: set[tuple[str, str]] = set()
    for part in trips:
        for name, statement in shared_statements(part).items():
            if said.setdefault(name, statement) != statement:
                return False
        for collection in ("meetings", "quotes", "agreements"):
            ids = {(collection, each["id"]) for each in part[collection]}
            if ids & taken:
                return False
            taken |= ids
    return True


@pytest.mark.slow
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(loads=loads)
def test_any_loads_leave_what_the_files_say_and_refuse_what_does_not_fit(
    loads: list[tuple[Part, ...]], migrated_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("loads")
    database, fresh = folder / "readout.db", folder / "fresh.db"
    shutil.copy(migrated_database, database)
    held: dict[str, Part] = {}
    for number, parts in enumerate(loads):
        files = write_trips(folder / str(number), copy.deepcopy(parts))
        wanted = held | {part["id"]: part for part in parts}
        fit = fit_together(wanted.values())
        event("loaded" if fit else "refused")
        if not fit:
            refused(database, files)
            continue
        load(database, files)
        held = wanted
        assert_sound(database)
        shutil.copy(migrated_database, fresh)
        load(fresh, write_trips(folder / f"fresh-{number}", reversed(held.values())))
        assert content_of(database) == content_of(fresh)
        for file in folder.glob("fresh.db*"):
            file.unlink()
    shutil.rmtree(folder)


# --- all or nothing ---------------------------------------------------------------------------


def test_a_fault_in_one_file_leaves_everything_as_it_was(database: Path, tmp_path: Path) -> None:
    load_trips(database, north(), south())
    faulty = north(title="North again")
    faulty["meetings"][0]["city"] = "olso"
    files = write_trips(tmp_path / "edited", [trip("west"), faulty, south(title="South again")])
    assert refused(database, files) == [
        'north.json:1: meetings[0].city: no city "olso"; did you mean "oslo"?'
    ]


def test_the_faults_of_all_files_are_told_file_by_file_and_line_by_line(
    database: Path, tmp_path: Path
) -> None:
    load_trips(database, north())
    first = trip(
        "first",
        title="",
        meetings=[meeting("first-1", format="radio")],
    )
    second = trip(
        "second",
        meetings=[meeting("second-1"), meeting("north-2", city="oslo")],
        cities=[city("oslo", name="Christiania", latitude=0)],
        quotes=[quote("north-q")],
    )
    third = {**trip("third"), "start_date": "2025-01-01"}
    files = []
    for part in (first, second, third):
        path = tmp_path / f"{part['id']}.json"
        path.write_text(json.dumps(part, indent=1))
        files.append(path)
    told = refused(database, files)
    assert [each.split(":")[0] + each.split(":")[2] for each in told] == [
        "first.json title",
        "first.json meetings[0].format",
        "second.json meetings[1].id",
        "second.json quotes[0].id",
        "second.json cities[0].name",
        "second.json cities[0].latitude",
        "third.json end_date",
    ]
    lines = [int(each.split(":")[1]) for each in told[2:6]]
    assert lines == sorted(set(lines))


def test_an_id_of_another_trip_cannot_be_taken(database: Path) -> None:
    load_trips(database, north())
    other = trip(
        "other",
        meetings=[meeting("north-1"), meeting("other-1")],
        quotes=[quote("north-q")],
        agreements=[agreement("north-a", "other-1")],
    )
    files = write_trips(database.parent, [other])
    assert refused(database, files) == [
        'other.json:1: meetings[0].id: "north-1" is an id of the trip "north", too; choose another,'
        " or, of a meeting that both trips share, leave only its id",
        'other.json:1: quotes[0].id: "north-q" is an id of the trip "north", too; choose another',
        'other.json:1: agreements[0].id: "north-a" is an id of the trip "north", too;'
        " choose another",
    ]


def test_two_new_trips_cannot_take_the_same_id(database: Path) -> None:
    trips = [trip(name, meetings=[meeting("same")]) for name in ("a", "b")]
    files = write_trips(database.parent, trips)
    assert refused(database, files) == [
        'b.json:1: meetings[0].id: "same" is an id of the trip "a", too; choose another, or, of a'
        " meeting that both trips share, leave only its id"
    ]
    assert refused(database, files[::-1]) == [
        'a.json:1: meetings[0].id: "same" is an id of the trip "b", too; choose another, or, of a'
        " meeting that both trips share, leave only its id"
    ]


def test_records_of_different_collections_may_share_an_id(database: Path) -> None:
    load_trips(
        database,
        trip(
            "same",
            meetings=[meeting("same")],
            quotes=[quote("same")],
            agreements=[agreement("same", "same")],
            participants=[group("same")],
        ),
    )
    assert_sound(database)


@pytest.mark.parametrize("turn", [1, -1], ids=["giver first", "taker first"])
def test_a_meeting_moves_to_another_trip_when_both_are_loaded(
    turn: int, database: Path, make_database: MakeDatabase
) -> None:
    before = [
        trip("giver", meetings=[meeting("moved"), meeting("kept")]),
        trip("taker", meetings=[meeting("own")]),
    ]
    after = [
        trip("giver", meetings=[meeting("kept")]),
        trip("taker", meetings=[meeting("own"), meeting("moved")]),
    ]
    load_trips(database, *before)
    load_trips(database, *after[::turn])
    assert_sound(database)
    assert content_of(database) == content_of(make_database(*after, name="fresh.db"))


def test_trips_exchange_meetings_while_others_are_added(
    database: Path, make_database: MakeDatabase
) -> None:
    """A trip that waits for its ids keeps its key, even while it is the last and others come."""
    load_trips(database, trip("one", meetings=[meeting("a")]), trip("two", meetings=[meeting("b")]))
    after = [
        trip("one", meetings=[meeting("b")]),
        trip("two", meetings=[meeting("a")]),
        trip("new", meetings=[meeting("c")]),
    ]
    load_trips(database, after[1], after[2], after[0])
    assert_sound(database)
    assert content_of(database) == content_of(make_database(*after, name="fresh.db"))


def test_the_same_trip_in_two_files_is_refused(database: Path, tmp_path: Path) -> None:
    (first,) = write_trips(tmp_path / "a", [north()])
    (second,) = write_trips(tmp_path / "b", [north(title="Another")])
    assert refused(database, [first, second]) == [
        f'north.json:1: id: "north" is the id of the trip in {first}, too'
    ]


def test_a_file_that_is_given_twice_is_loaded_once(database: Path) -> None:
    files = write_trips(database.parent / "trips", [north()])
    result = load(database, [*files, database.parent / "trips", *files])
    assert (result.added, result.unchanged) == (["north"], [])


def test_a_trip_of_too_many_records_is_refused(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loader, "MAX_RECORDS", 4)
    files = write_trips(
        database.parent, [trip("huge", meetings=[meeting(f"m{i}") for i in range(4)])]
    )
    assert refused(database, files) == ["huge.json:1: : holds more than 4 records"]


# --- crashes, readers and other writers -------------------------------------------------------


def served_titles(database: Path) -> list[str]:
    served = ServedDatabase(database)
    with served.snapshot() as snapshot:
        titles = [row[0].decode() for row in snapshot.rows("SELECT title FROM trip ORDER BY key")]
    served.close()
    return titles


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, RuntimeError])
def test_a_load_that_is_interrupted_leaves_everything_as_it_was(
    interruption: type[BaseException], database: Path, tmp_path: Path
) -> None:
    load_trips(database, north(), south())
    before = rows_of(database)
    files = write_trips(tmp_path / "new", [north(title="New"), trip("west"), south(title="New")])

    def interrupt(file: Path) -> None:
        if file == files[1]:
            raise interruption

    with pytest.raises(interruption):
        load(database, files, Told(interrupt))
    assert rows_of(database) == before
    assert load(database, files).changed == ["north", "south"]


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["reading", "merging", "committing"])
def test_a_load_that_is_killed_leaves_everything_as_it_was(
    moment: str, database: Path, tmp_path: Path
) -> None:
    load_trips(database, north(), south())
    before = rows_of(database)
    files = write_trips(tmp_path / "new", [north(title="New"), south(title="New"), trip("west")])
    program = f"""
import os, sys
from pathlib import Path
from app.ingest import loader
from app.ingest.progress import Progress

def die(*_):
    os.kill(os.getpid(), {int(signal.SIGKILL)})

def merge_and_die(index, merge=loader.Index.merge):
    merge(index)
    die()

moment, database, *files = sys.argv[1:]
if moment == "merging":
    loader.Index.merge = merge_and_die
if moment == "committing":
    loader.LoadResult = die

class Killer(Progress):
    def file_read(self, file):
        if moment == "reading" and file == Path(files[1]):
            die()

loader.load(Path(database), [Path(file) for file in files], Killer())
"""
    died = subprocess.run(  # noqa: S603 - the arguments are these tests' own
        [sys.executable, "-c", program, moment, str(database), *map(str, files)],
        cwd=PROJECT,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    assert served_titles(database) == ["Trip north", "Trip south"]
    assert rows_of(database) == before
    assert_sound(database)
    assert load(database, files).changed == ["north", "south"]


def many_meetings(name: str) -> Part:
    return trip(name, meetings=[meeting(f"{name}-{i}") for i in range(500)])


@pytest.mark.slow
def test_a_first_load_of_many_that_is_killed_leaves_the_database_empty(
    database: Path, tmp_path: Path
) -> None:
    before = rows_of(database)
    size = database.stat().st_size
    files = write_trips(tmp_path / "new", map(many_meetings, ("one", "two")))
    program = f"""
import os, sys
from pathlib import Path
from app.store.sqlite import database
from app.ingest import loader

database.WRITER_CACHE_KIB = 64
loader.PARALLEL_FROM = 2
loader.LoadResult = lambda *_: os.kill(os.getpid(), {int(signal.SIGKILL)})
loader.load(Path(sys.argv[1]), [Path(file) for file in sys.argv[2:]])
"""
    died = subprocess.run(  # noqa: S603 - the arguments are these tests' own
        [sys.executable, "-c", program, str(database), *map(str, files)],
        cwd=PROJECT,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    assert database.stat().st_size > 2 * size  # It was written in place.
    assert rows_of(database) == before
    assert load(database, files).added == ["one", "two"]
    assert_sound(database)


@pytest.mark.slow
@pytest.mark.parametrize("watched", [False, True])
def test_a_first_load_of_many_is_a_load_like_any_other(
    watched: bool, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loader, "PARALLEL_FROM", 2)
    files = write_trips(tmp_path / "new", map(many_meetings, ("one", "two")))
    with closing(sqlite3.connect(database)) as watching:
        if watched:
            watching.execute("BEGIN")
            assert watching.execute("SELECT * FROM trip").fetchall() == []
        assert load(database, files).added == ["one", "two"]
        if watched:
            assert watching.execute("SELECT * FROM trip").fetchall() == []
    assert_sound(database)
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.slow
def test_a_load_that_the_disk_has_no_room_for_leaves_everything_as_it_was(
    database: Path, tmp_path: Path
) -> None:
    load_trips(database, north())
    before = rows_of(database)
    files = write_trips(
        tmp_path / "new", [trip("large", meetings=[meeting(f"large-{i}") for i in range(2000)])]
    )
    program = """
import resource, sys
from pathlib import Path
from app.store.base import DatabaseUnavailable
from app.ingest.loader import load

resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    load(Path(sys.argv[1]), [Path(sys.argv[2])])
except DatabaseUnavailable as error:
    print(error)
"""
    done = subprocess.run(  # noqa: S603 - the arguments are these tests' own
        [sys.executable, "-c", program, str(database), str(files[0])],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"cannot write the database {database}: ")
    assert rows_of(database) == before
    assert_sound(database)


def test_readers_see_the_old_revision_until_the_new_one_is_whole(
    database: Path, tmp_path: Path
) -> None:
    load_trips(database, north(), south())
    files = write_trips(tmp_path / "new", [north(title="New"), south(title="New")])
    seen: list[list[str]] = []
    load(database, files, Told(lambda _: seen.append(served_titles(database))))
    assert seen == [["Trip north", "Trip south"]] * 2
    assert served_titles(database) == ["New", "New"]


def test_a_reader_keeps_its_revision_while_another_is_loaded(database: Path) -> None:
    load_trips(database, north())
    served = ServedDatabase(database)
    with served.snapshot() as snapshot:
        assert snapshot.rows("SELECT title FROM trip") == [(b"Trip north",)]
        load_trips(database, north(title="New"))
        assert snapshot.rows("SELECT title FROM trip") == [(b"Trip north",)]
        revision = snapshot.revision
    with served.snapshot() as snapshot:
        assert snapshot.rows("SELECT title FROM trip") == [(b"New",)]
        assert snapshot.revision != revision
    served.close()


@pytest.mark.slow
def test_a_load_waits_for_another_one(database: Path) -> None:
    started, files = threading.Event(), write_trips(database.parent / "trips", [north()])
    held_for = 0.3

    def hold() -> None:
        with closing(sqlite3.connect(database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            started.set()
            threading.Event().wait(held_for)
            other.execute("COMMIT")

    other = threading.Thread(target=hold)
    other.start()
    started.wait()
    assert load(database, files).added == ["north"]
    other.join()


def test_a_load_that_waited_too_long_says_so(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = write_trips(database.parent / "trips", [north()])
    monkeypatch.setattr(database_module, "LOCK_WAIT_SECONDS", 0.1)
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnavailable, match=r"cannot write .*: database is locked"):
            load(database, files)
        other.execute("ROLLBACK")
    assert load(database, files).added == ["north"]


@pytest.mark.slow
def test_processes_that_load_at_once_load_one_after_the_other(
    database: Path, tmp_path: Path, make_database: MakeDatabase
) -> None:
    trips = [trip(name, meetings=[meeting(f"{name}-1")]) for name in ("one", "two", "three")]
    files = write_trips(tmp_path / "trips", trips)
    program = (
        "import sys; from pathlib import Path; from app.ingest.loader import load;"
        " sys.stdin.read(); load(Path(sys.argv[1]), [Path(sys.argv[2])])"
    )
    running = [
        subprocess.Popen(  # noqa: S603 - the arguments are these tests' own
            [sys.executable, "-c", program, str(database), str(file)],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for file in files
    ]
    assert [process.communicate()[1] for process in running] == ["", "", ""]
    assert_sound(database)
    with closing(sqlite3.connect(database)) as connection:
        order = [id_ for (id_,) in connection.execute("SELECT id FROM trip ORDER BY key")]
    loaded = sorted(trips, key=lambda part: order.index(part["id"]))
    assert content_of(database) == content_of(make_database(*loaded, name="fresh.db"))


def test_serving_cannot_write(seed_database: Path, tmp_path: Path) -> None:
    path = tmp_path / "served.db"
    shutil.copy(seed_database, path)
    before = rows_of(path)
    served = ServedDatabase(path)
    for statement in (
        "DELETE FROM revision",
        "UPDATE trip SET title = ''",
        "DROP TABLE trip",
        "CREATE TABLE extra (a)",
        "PRAGMA user_version = 7",
    ):
        with pytest.raises(DatabaseUnavailable) as caught, served.snapshot() as snapshot:
            snapshot.rows(statement)
        assert "readonly" in str(caught.value.__cause__)
    served.close()
    assert rows_of(path) == before


def _write(database: Path, statement: str) -> None:
    with writing(database) as connection:
        connection.execute("DELETE FROM revision")
        connection.execute(statement)


def test_foreign_keys_are_enforced(seed_database: Path, tmp_path: Path) -> None:
    path = tmp_path / "readout.db"
    shutil.copy(seed_database, path)
    before = rows_of(path)
    for statement in (
        "DELETE FROM document WHERE key = (SELECT max(key) FROM quote)",
        "UPDATE agreement SET document_key = 7",
        "INSERT INTO posting (record_key, term_key, sort, number) VALUES (0, 7777, '', 0)",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            _write(path, statement)
    assert rows_of(path) == before


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.write_bytes(b"no database" * 99)])
def test_what_is_no_database_is_not_written(make: Callable[[Path], object], tmp_path: Path) -> None:
    files = write_trips(tmp_path / "trips", [north()])
    make(tmp_path / "readout.db")
    with pytest.raises(DatabaseUnavailable, match=r"cannot write the database .*readout\.db: "):
        load(tmp_path / "readout.db", files)


def test_a_database_that_was_not_migrated_is_not_written(tmp_path: Path) -> None:
    files = write_trips(tmp_path / "trips", [north()])
    with pytest.raises(DatabaseUnavailable, match="no such table"):
        load(tmp_path / "readout.db", files)
    assert rows_of(tmp_path / "readout.db") == {}


def test_what_nobody_defines_names_the_nearest_id(database: Path, tmp_path: Path) -> None:
    load(database, write_trips(tmp_path / "one", [trip("one", meetings=[meeting("2024-shared")])]))
    wrong = trip("two", meetings=[meeting("m", "official-oen")])
    for person in wrong["participants"]:
        if person["id"] == "official-oen":
            for field in ("kind", "name", "family_name", "given_name"):
                person.pop(field, None)
    wrong["meetings"].append({"id": "2024-shred"})
    with pytest.raises(TripFileError) as refused:
        load(database, write_trips(tmp_path / "two", [wrong]))
    messages = [issue.message for issue in refused.value.issues]
    for near in ("official-one", "2024-shared"):
        assert any(f'did you mean "{near}"?' in message for message in messages), messages


def test_a_shared_meeting_gives_its_topics_to_each_trip(database: Path, tmp_path: Path) -> None:
    def topics() -> dict[str, list[str]]:
        with closing(sqlite3.connect(database)) as connection:
            rows = connection.execute("SELECT body FROM document WHERE collection = 'trips'")
            trips = [json.loads(document) for (document,) in rows]
        return {trip["id"]: [topic["id"] for topic in trip["topics"]] for trip in trips}

    other = trip("two")
    other["meetings"] = [{"id": "m"}]
    for about in (["heat"], ["heat", "rain"], []):
        first = trip("one", meetings=[meeting("m", topics=about)])
        load(database, write_trips(tmp_path / "trips", [first, other]))
        assert topics() == {"one": about, "two": about}
