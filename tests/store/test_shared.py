"""People, cities, topics and sources: said by many trip files, and alike."""

import json
import shutil
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from app.domain.filters import EVERYTHING
from app.ingest.loader import load
from app.ingest.reading import TripFileError
from app.store.sql import profiles
from app.store.sql.indexing import Index
from tests.ingest.tables import assert_sound, content_of, reading, rows_of
from tests.trips import (
    SOURCE,
    Part,
    agreement,
    city,
    group,
    meeting,
    official,
    topic,
    trip,
    write_trips,
)

MakeDatabase = Callable[..., Path]


@pytest.fixture
def database(migrated_database: Path, tmp_path: Path) -> Path:
    path = tmp_path / "readout.db"
    shutil.copy(migrated_database, path)
    return path


def load_trips(database: Path, *trips: Part) -> None:
    load(database, write_trips(database.parent / "trips", trips))


def refused(database: Path, *trips: Part) -> list[str]:
    """Return why trips are not loaded, with the names of their files only."""
    files = []
    for part in trips:
        files.append(database.parent / f"{part['id']}.json")
        files[-1].write_text(json.dumps(part, indent=1))
    before = rows_of(database)
    with pytest.raises(TripFileError) as caught:
        load(database, files)
    assert rows_of(database) == before
    return [str(each).replace(f"{database.parent}/", "") for each in caught.value.issues]


def line_of(part: Part, text: str) -> int:
    lines = json.dumps(part, indent=1).splitlines()
    (number,) = (number for number, line in enumerate(lines, 1) if text in line)
    return number


def document(database: Path, collection: str, id_: str) -> Any:
    with reading(database) as connection:
        rows = connection.execute(
            "SELECT body FROM document WHERE collection = ? AND json_extract(body, '$.id') = ?",
            (collection, id_),
        ).fetchall()
    assert len(rows) <= 1
    return json.loads(rows[0][0]) if rows else None


def spellings(database: Path, names: str, value: str) -> set[str]:
    with reading(database) as connection:
        rows = connection.execute(
            "SELECT spelling FROM alias WHERE names = ? AND value = ?", (names, value)
        )
        return {spelling for (spelling,) in rows}


def with_oslo(id_: str, **fields: Any) -> Part:
    return trip(id_, meetings=[meeting(f"{id_}-1", city="oslo")], **fields)


# --- what trips must agree on -----------------------------------------------------------------

SHARED: list[tuple[str, Part, Part, list[tuple[str, str, str, str]]]] = [
    # list, what one trip says, what another says; field, text of its line, one and the other value
    (
        "cities",
        city("oslo"),
        city("oslo", name="Christiania", latitude=59.5),
        [
            ("name", '"Christiania"', "Oslo", "Christiania"),
            ("latitude", ": 59.5,", "59.9139", "59.5"),
        ],
    ),
    (
        "cities",
        city("oslo"),
        city("oslo", country="SE", timezone="Europe/Stockholm"),
        [
            ("country", '"country": "SE"', "NO", "SE"),
            ("timezone", "Stockholm", "Europe/Oslo", "Europe/Stockholm"),
        ],
    ),
    (
        "topics",
        topic("peace"),
        topic("peace", name="World peace"),
        [("name", "World peace", "Peace", "World peace")],
    ),
    (
        "sources",
        SOURCE,
        {**SOURCE, "url": "https://example.org/other"},
        [("url", "example.org/other", "https://example.org/bulletin", "https://example.org/other")],
    ),
    (
        "participants",
        official("official-two"),
        official("official-two", name="Official Twin", family_name="Twin"),
        [
            ("name", '"Official Twin"', "Official Two", "Official Twin"),
            ("family_name", '"Twin"', "Two", "Twin"),
        ],
    ),
    (
        "participants",
        official("official-two", name="Two"),
        official("official-two", name="Two", given_name="Joe"),
        [("given_name", '"Joe"', "nothing", "Joe")],
    ),
]


def saying(id_: str, list_name: str, part: Part) -> Part:
    """Return a trip that says this of a shared record."""
    whole = trip(id_)
    others = [each for each in whole[list_name] if each["id"] != part["id"]]
    return {**whole, list_name: [*others, part]}


@pytest.mark.parametrize(("list_name", "one", "other", "differences"), SHARED)
def test_trips_that_disagree_are_refused_with_both_places(
    list_name: str,
    one: Part,
    other: Part,
    differences: list[tuple[str, str, str, str]],
    database: Path,
) -> None:
    first, second = saying("first", list_name, one), saying("second", list_name, other)
    at = len(second[list_name]) - 1
    advice = "correct what is wrong and load both files together"

    together = refused(database, first, second)
    assert [each.split(" in first.json:")[0] for each in together] == [
        f"second.json:{line_of(second, text)}: {list_name}[{at}].{field}:"
        f" {_quoted(theirs)} here, but {_quoted(ours)}"
        for field, text, ours, theirs in differences
    ]
    for each, (field, _, ours, _) in zip(together, differences, strict=True):
        place, said_advice = each.split(" in first.json:")[1].split("; ")
        assert said_advice == advice
        line = json.dumps(first, indent=1).splitlines()[int(place) - 1]
        # Where the first file leaves the field out, its place is that of the record.
        assert f'"{field}": ' in line if ours != "nothing" else line.strip() == "{"

    load_trips(database, first)
    assert refused(database, second) == [
        f"second.json:{line_of(second, text)}: {list_name}[{at}].{field}: {_quoted(theirs)} here,"
        f' but {_quoted(ours)} in the trip "first", loaded before; {advice}'
        for field, text, ours, theirs in differences
    ]


def _quoted(value: str) -> str:
    return value if value == "nothing" else f'"{value}"'


def test_an_unchanged_file_that_disagrees_is_refused_too(database: Path) -> None:
    load_trips(database, with_oslo("first"), with_oslo("second"))
    other = with_oslo("second", cities=[city("oslo", name="Christiania")])
    for order in permutations([with_oslo("first"), other]):
        (told,) = refused(database, *order)
        assert "cities[0].name: " in told
        assert '"Christiania"' in told
        assert '"Oslo"' in told


def test_every_trip_that_mentions_a_record_must_agree(database: Path) -> None:
    load_trips(database, *(with_oslo(name) for name in "abc"))
    edited = [with_oslo(name, cities=[city("oslo", name="Christiania")]) for name in "abc"]
    (told,) = refused(database, *edited[1:])
    assert told.startswith("b.json:")
    assert 'in the trip "a", loaded before' in told


@pytest.mark.parametrize("turn", [1, -1])
def test_trips_are_corrected_together(
    turn: int, database: Path, make_database: MakeDatabase
) -> None:
    load_trips(database, with_oslo("first"), with_oslo("second"))
    edited = [
        with_oslo(id_, cities=[city("oslo", name="Christiania")]) for id_ in ("first", "second")
    ]
    load_trips(database, *edited[::turn])
    assert document(database, "cities", "oslo")["name"] == "Christiania"
    assert spellings(database, "city", "oslo") == {"oslo", "christiania"}
    assert_sound(database)
    assert content_of(database) == content_of(make_database(*edited, name="fresh.db"))


def test_a_record_may_change_while_the_other_trip_stops_mentioning_it(database: Path) -> None:
    load_trips(database, with_oslo("first"), with_oslo("second"))
    edited = with_oslo("second", cities=[city("oslo", name="Christiania")])
    load_trips(database, edited, trip("first"))
    assert document(database, "cities", "oslo")["name"] == "Christiania"
    assert_sound(database)


def test_a_record_of_one_trip_changes_with_its_file(database: Path) -> None:
    load_trips(database, with_oslo("first"))
    load_trips(database, with_oslo("first", cities=[city("oslo", country="SE")]))
    assert document(database, "meetings", "first-1")["city"]["country"]["code"] == "SE"
    assert document(database, "cities", "oslo")["country"] == {"code": "SE", "name": "Sweden"}


# --- what comes and goes ----------------------------------------------------------------------


def test_what_no_trip_mentions_any_more_goes(database: Path, make_database: MakeDatabase) -> None:
    rich = trip(
        "first",
        meetings=[meeting("first-1", "official-nine", "group-one", city="zurich", topics=["war"])],
        participants=[official("official-nine", country="FR")],
        sources=[SOURCE, {**SOURCE, "id": "gazette"}],
    )
    load_trips(database, rich, trip("second", topics=[topic("war")]))
    assert spellings(database, "official", "official-nine")
    assert spellings(database, "country", "FR")

    load_trips(database, trip("first"))
    for collection, id_ in (
        ("participants", "official-nine"),
        ("participants", "group-one"),
        ("cities", "zurich"),
        ("sources", "gazette"),
        ("meetings", "first-1"),
    ):
        assert document(database, collection, id_) is None
    assert document(database, "topics", "war") is not None
    for names, value in (("official", "official-nine"), ("city", "zurich"), ("country", "FR")):
        assert spellings(database, names, value) == set()
    with reading(database) as connection:
        codes = connection.execute("SELECT code FROM country").fetchall()
    assert codes == [("NO",)]
    assert_sound(database)
    expected = make_database(trip("first"), trip("second", topics=[topic("war")]), name="fresh.db")
    assert content_of(database) == content_of(expected)


def test_what_comes_back_is_as_it_was(database: Path, make_database: MakeDatabase) -> None:
    load_trips(database, with_oslo("first"))
    load_trips(database, trip("first"))
    load_trips(database, with_oslo("first"))
    assert_sound(database)
    assert content_of(database) == content_of(make_database(with_oslo("first"), name="fresh.db"))


def test_a_country_stays_while_an_agreement_names_it(database: Path) -> None:
    def with_parties(*codes: str) -> Part:
        settled = [agreement("pact", "first-1", parties=list(codes))]
        return trip("first", meetings=[meeting("first-1")], agreements=settled)

    load_trips(database, with_parties("KR", "JP"))
    assert "south korea" in spellings(database, "country", "KR")
    load_trips(database, with_parties("JP"))
    assert spellings(database, "country", "KR") == set()
    assert "japan" in spellings(database, "country", "JP")


# --- participants -----------------------------------------------------------------------------


def test_titles_may_differ_and_that_of_the_latest_trip_is_shown(database: Path) -> None:
    titles = {"2021": "Deputy", "2022": "Minister", "2023": "President"}
    trips = [
        trip(
            f"trip-{year}",
            start_date=f"{year}-03-01",
            end_date=f"{year}-03-05",
            meetings=[meeting(f"meeting-{year}")],
            participants=[
                official(
                    "official-one",
                    title=title,
                    evidence=[{"source": "bulletin", "text_start": title, "text_end": "One"}],
                )
            ],
        )
        for year, title in titles.items()
    ]
    for order in permutations(trips):
        load_trips(database, *order)
    shown = document(database, "participants", "official-one")
    assert shown["title"] == "President"
    assert [passage["text_start"] for passage in shown["evidence"]] == ["President"]
    assert shown["meetings"] == ["meeting-2021", "meeting-2022", "meeting-2023"]
    for year, title in titles.items():
        (person,) = document(database, "meetings", f"meeting-{year}")["participants"]
        assert person["title"] == title

    load_trips(database, {**trips[0], "start_date": "2024-03-01", "end_date": "2024-03-05"})
    assert document(database, "participants", "official-one")["title"] == "Deputy"
    load_trips(database, {**trips[0]})
    assert document(database, "participants", "official-one")["title"] == "President"


@pytest.mark.parametrize("turn", [1, -1])
def test_which_title_is_the_latest_does_not_hang_on_the_order_of_loading(
    turn: int, database: Path
) -> None:
    days = {"a": ("2024-01-01", "2024-02-01"), "b": ("2024-01-01", "2024-03-01")}
    trips = [
        trip(
            id_,
            start_date=days.get(id_, days["b"])[0],
            end_date=days.get(id_, days["b"])[1],
            participants=[official("official-one", title=f"Title on {id_}")],
        )
        for id_ in ("a", "b", "c")
    ]
    for part in trips[::turn]:
        load_trips(database, part)
    assert document(database, "participants", "official-one")["title"] == "Title on c"


def test_meetings_of_a_participant_follow_the_days_of_all_trips(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profiles, "MAX_MEETINGS_SHOWN", 3)
    first = trip(
        "first",
        meetings=[meeting("m5", date="2024-05-01"), meeting("m1", date="2024-01-01")],
    )
    load_trips(database, first)
    shown = document(database, "participants", "official-one")
    assert (shown["meetings"], shown["meetings_total"]) == (["m1", "m5"], 2)

    second = trip(
        "second",
        meetings=[meeting("m3", date="2024-03-01"), meeting("m4", date="2024-04-01")],
    )
    load_trips(database, second)
    shown = document(database, "participants", "official-one")
    assert (shown["meetings"], shown["meetings_total"]) == (["m1", "m3", "m4"], 4)

    load_trips(database, {**second, "meetings": []})
    shown = document(database, "participants", "official-one")
    assert (shown["meetings"], shown["meetings_total"]) == (["m1", "m5"], 2)


def test_meetings_are_counted_once_where_a_load_writes_a_trip_twice(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The second trip shows the agreement of the first, which is read when it is written already.
    agreed = trip("a", agreements=[agreement("a-1", "m1")])
    load_trips(database, trip("z", meetings=[meeting("m1"), meeting("m2")]), agreed)
    assert document(database, "participants", "official-one")["meetings_total"] == 2
    assert_sound(database)

    asked = []
    after_load = Index._after_load
    monkeypatch.setattr(
        Index, "_after_load", lambda self, name: asked.append(name) or after_load(self, name)
    )
    others = [meeting("m1", "official-one", "official-two"), meeting("m3", "official-three")]
    load_trips(database, trip("z", meetings=others), {**agreed, "title": "Another"})
    assert document(database, "participants", "official-one")["meetings_total"] == 1
    assert document(database, "participants", "official-three")["meetings_total"] == 1
    assert_sound(database)
    # However many people there are, what all meetings are is worked out once.
    assert asked.count(("meetings", *EVERYTHING)) == 1
    assert len(asked) > 3


def test_an_official_who_turns_out_to_be_a_group_is_found_as_an_official_no_more(
    database: Path, make_database: MakeDatabase
) -> None:
    before = trip("first", participants=[official("club-one")])
    after = trip("first", participants=[group("club-one")])
    load_trips(database, before)
    assert spellings(database, "official", "club-one")
    load_trips(database, after)
    assert spellings(database, "official", "club-one") == set()
    assert content_of(database) == content_of(make_database(after, name="fresh.db"))
