"""Registers beside trip files: one person and one city, layers, sets that replace themselves."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from itertools import permutations
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from typer.testing import CliRunner

from app.cli import commands
from app.ingest import rebuilding
from app.ingest.importers.base import Importer, Notes
from app.ingest.importers.table import table
from app.ingest.importers.travels import travels
from app.ingest.importers.visits import visits
from app.ingest.importing import load_register, remove_import
from app.ingest.loader import LoadResult, TripsNotRemoved, load, remove
from app.ingest.reading import TripFileError
from app.settings import PROJECT
from tests.client import Client, MakeClient
from tests.ingest.tables import assert_sound, content_of, rows_of
from tests.registers import (
    BLINKEN,
    JOHNSON,
    KISSINGER,
    Visit,
    leader,
    visit,
    write_travels,
    write_visits,
)
from tests.trips import EVIDENCE, Part, city, official, trip, write_trips

SEED = PROJECT / "seed"

BRUSSELS = [
    visit(3994, "2021-03-22", "2021-03-24", "Belgium", "Brussels", "NATO.", BLINKEN),
    visit(4021, "2021-03-22", "2021-03-25", "Belgium", "Brussels", "NATO, and met.", BLINKEN),
]
TOKYO_SEOUL = [
    visit(3992, "2021-03-15", "2021-03-17", "Japan", "Tokyo", "Attended a meeting.", BLINKEN),
    visit(4019, "2021-03-15", "2021-03-17", "Japan", "Tokyo", "Attended a meeting.", BLINKEN),
    visit(3993, "2021-03-17", "2021-03-18", "Korea, South", "Seoul", "Met Chung.", BLINKEN),
    visit(4020, "2021-03-17", "2021-03-18", "Korea, South", "Seoul", "Met Chung.", BLINKEN),
]
OTHERS = [
    visit(977, "1973-10-20", "1973-10-22", "U.S.S.R.", "Moscow", who=KISSINGER),
    visit(978, "1973-10-23", country="Japan", locale="Tokyo", who=KISSINGER),
    visit(1, "1966-10-24", "1966-10-26", "Philippines", "Manila", who=JOHNSON),
    visit(2, "1966-10-24", "1966-10-26", "Philippines", "Manila"),
]
ALL = [*TOKYO_SEOUL, *BRUSSELS, *OTHERS]


@pytest.fixture
def database(migrated_database: Path, tmp_path: Path) -> Path:
    path = tmp_path / "readout.db"
    shutil.copy(migrated_database, path)
    return path


def bring(database: Path, importer: Importer, path: Path, register: str) -> LoadResult:
    found = list(importer(path, Notes(), lambda _: None))
    result, _ = load_register(database, register, found, path)
    assert_sound(database)
    return result


def bring_travels(database: Path, entries: Sequence[Visit] = ALL) -> LoadResult:
    folder = write_travels(database.parent / "travels", entries)
    return bring(database, travels, folder, "travels")


def bring_visits(database: Path, *entries: str) -> LoadResult:
    folder = write_visits(database.parent / "visits", *entries)
    return bring(database, visits, folder, "visits")


def load_trips(database: Path, *trips: Part) -> LoadResult:
    folder = database.parent / "trips"
    shutil.rmtree(folder, ignore_errors=True)
    result = load(database, write_trips(folder, trips))
    assert_sound(database)
    return result


def ids_of(database: Path, table: str = "trip") -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return [id_ for (id_,) in connection.execute(f"SELECT id FROM {table} ORDER BY id")]


def kept_form(database: Path, trip_id: str) -> bytes:
    with closing(sqlite3.connect(database)) as connection:
        (body,) = connection.execute(
            "SELECT x.body FROM trip_text AS x JOIN trip AS t ON t.key = x.trip_key WHERE t.id = ?",
            (trip_id,),
        ).fetchone()
    return bytes(body)


# --- a set of its own -------------------------------------------------------------------------


def test_an_import_is_loaded_and_says_where_it_is_from(database: Path, serve: MakeClient) -> None:
    result = bring_travels(database)
    assert sorted(result.added) == [
        "1966-10-24-david-dean-rusk",
        "1966-10-24-lyndon-b-johnson",
        "1973-10-20-henry-a-kissinger",
        "2021-03-15-antony-john-blinken",
        "2021-03-22-antony-john-blinken",
    ]
    served = ask(serve(database), "trips/1973-10-20-henry-a-kissinger")
    assert (served["origin"], served["records"]) == ("travels", ["977", "978"])
    assert (served["inferred"], served["recorded"]) == (["stops"], "no")
    assert served["title"] == "Henry Kissinger in the Soviet Union and Japan"


@pytest.mark.slow
def test_a_second_import_changes_nothing(database: Path) -> None:
    load(database, [SEED])
    first = bring_travels(database)
    before = rows_of(database)
    again = bring_travels(database)
    assert (again.added, again.changed, again.removed) == ([], [], [])
    assert again.revision == first.revision
    assert rows_of(database) == before


@pytest.mark.slow
def test_what_the_register_no_longer_has_is_removed(database: Path, serve: MakeClient) -> None:
    load(database, [SEED])
    bring_travels(database)
    result = bring_travels(database, OTHERS[1:])
    assert sorted(result.removed) == [
        "1973-10-20-henry-a-kissinger",
        "2021-03-22-antony-john-blinken",
    ]
    assert "1973-10-23-henry-a-kissinger" in result.added
    client = serve(database)
    assert client.get("/trips/2021-03-22-antony-john-blinken").status_code == 410
    assert client.get("/cities/brussels").status_code == 410
    # As if only that had been imported.
    fresh = database.with_name("fresh.db")
    shutil.copy(database, fresh)
    load(fresh, [SEED], only=True)
    bring_travels(fresh, OTHERS[1:])
    assert content_of(fresh) == content_of(database)


def test_an_entry_that_was_corrected_replaces_what_it_was(database: Path) -> None:
    bring_travels(database, [visit(2, "1966-10-24", remarks="Met with nobody.")])
    result = bring_travels(database, [visit(2, "1966-10-24", remarks="Met with somebody.")])
    assert (result.added, result.changed) == ([], ["1966-10-24-david-dean-rusk"])


@pytest.mark.slow
def test_an_import_leaves_trip_files_and_other_imports_alone(database: Path) -> None:
    load(database, [SEED])
    before = kept_form(database, "2021-03-tokyo-seoul")
    bring_visits(database, leader(1, "1976-06-02"))
    bring_travels(database)
    bring_travels(database, OTHERS)
    assert kept_form(database, "2021-03-tokyo-seoul") == before
    assert {"2021-03-tokyo-seoul", "1976-06-02-juan-carlos-i"} <= set(ids_of(database))


def test_a_fault_in_a_register_changes_nothing(database: Path) -> None:
    bring_travels(database)
    before = rows_of(database)
    folder = write_travels(database.parent / "travels", [visit(1, "1967-05-09", "1967-05-01")])
    with pytest.raises(TripFileError):
        bring(database, travels, folder, "travels")
    assert rows_of(database) == before


@pytest.mark.slow
def test_an_import_can_be_removed(database: Path, serve: MakeClient) -> None:
    load(database, [SEED])
    before = content_of(database)
    bring_travels(database)
    removed = remove_import(database, "travels")
    assert_sound(database)
    assert len(removed.removed) == 4
    assert content_of(database) == before
    assert serve(database).get("/participants/henry-a-kissinger").status_code == 410
    with pytest.raises(TripsNotRemoved, match='nothing was imported from "travels"'):
        remove_import(database, "travels")


@pytest.mark.slow
def test_a_trip_of_an_import_is_not_removed_by_itself(database: Path) -> None:
    bring_travels(database)
    with pytest.raises(TripsNotRemoved, match="belongs to the import of travels; remove all of it"):
        remove(database, ["1973-10-20-henry-a-kissinger"])


def test_what_a_trip_file_refers_to_keeps_its_import(database: Path) -> None:
    bring_travels(database)
    load_trips(
        database,
        trip(
            "later",
            participants=[
                {"id": "henry-a-kissinger", "title": "Author", "country": "US",
                 "evidence": EVIDENCE}
            ],
            travellers=["henry-a-kissinger"],
        ),
    )  # fmt: skip
    with pytest.raises(TripsNotRemoved, match='"later" would refer to it'):
        remove_import(database, "travels")


@pytest.mark.slow
def test_only_these_trip_files_means_no_register_either(
    database: Path, seed_database: Path
) -> None:
    load(database, [SEED])
    bring_travels(database)
    load(database, [SEED], only=True)
    assert_sound(database)
    assert (ids_of(database), ids_of(database, "register")) == (["2021-03-tokyo-seoul"], [])
    # The trip did not change, and what the register added to it is gone.
    assert content_of(database) == content_of(seed_database)


# --- one person, one city, whichever came first -----------------------------------------------


@pytest.mark.slow
def test_the_order_of_imports_and_trip_files_makes_no_difference(
    migrated_database: Path, tmp_path: Path
) -> None:
    steps = {
        "seed": lambda path: load(path, [SEED]),
        "travels": bring_travels,
        "visits": lambda path: bring_visits(
            path, leader(1, "1976-06-02"), leader(2, "1977-06-02", visitor="President Antony X")
        ),
    }
    contents, revisions = [], set()
    for number, order in enumerate(permutations(steps)):
        path = tmp_path / str(number) / "readout.db"
        path.parent.mkdir()
        shutil.copy(migrated_database, path)
        for name in order:
            result: LoadResult = steps[name](path)
        assert_sound(path)
        contents.append(content_of(path))
        revisions.add(result.revision)
    assert all(content == contents[0] for content in contents)
    assert len(revisions) == 1


@pytest.mark.slow
@pytest.mark.parametrize("seed_first", [True, False])
def test_there_is_one_antony_blinken(database: Path, serve: MakeClient, seed_first: bool) -> None:
    for step in (True, False) if seed_first else (False, True):
        load(database, [SEED]) if step else bring_travels(database)
    client = serve(database)
    people = ask(client, "participants", ("official", "Blinken"))["items"]
    (person,) = people
    assert (person["id"], person["name"]) == ("antony-blinken", "Antony Blinken")
    assert {"Antony John Blinken", "Tony Blinken"} <= set(person["other_names"])
    assert person["identifiers"]["historian"] == "blinken-antony-j"
    trips = ask(client, "trips", ("official", "antony-blinken"))["items"]
    assert [one["id"] for one in trips] == [
        "2021-03-tokyo-seoul",
        "2021-03-22-antony-john-blinken",
    ]
    assert client.get("/participants/antony-john-blinken").status_code == 308
    # The trip file's city, with its own position; what the register knows of it adds up.
    seoul = ask(client, "cities/seoul")
    assert (seoul["latitude"], seoul["identifiers"]) == (37.5665, {"geonames": "1835848"})


@pytest.mark.parametrize(
    ("person", "same"),
    [
        ({"id": "kissinger", "name": "Henry Kissinger", "country": "US"}, True),
        ({"id": "kissinger", "name": "Henry A. Kissinger", "country": "US"}, True),
        ({"id": "kissinger", "name": "Heinz K", "other_names": ["Henry Kissinger"],
          "country": "US"}, True),
        ({"id": "dr-k", "name": "Dr K", "family_name": "K", "country": "US",
          "identifiers": {"historian": "kissinger-henry-a"}}, True),
        ({"id": "henry-a-kissinger", "name": "H. A. Kissinger", "country": "US"}, True),
        # Of another country, a group, of another initial: somebody else.
        ({"id": "kissinger", "name": "Henry Kissinger", "country": "NO"}, False),
        ({"id": "kissinger", "name": "Henry B. Kissinger", "country": "US"}, True),
        ({"id": "kissinger", "name": "Hannah Kissinger", "country": "US"}, False),
        ({"id": "henry-a-kissinger", "name": "H. A. Kissinger", "country": "NO"}, False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("first", ["trips", "register"])
def test_a_person_who_exists_is_used(
    database: Path, serve: MakeClient, person: Part, same: bool, first: str
) -> None:
    fields = {name: value for name, value in person.items() if name not in ("id", "name")}
    fields.setdefault("family_name", person["name"].split()[-1])
    told = official(person["id"], name=person["name"], **fields)
    one = trip("curated", participants=[told], travellers=[person["id"]])
    steps = [lambda: load_trips(database, one), lambda: bring_travels(database, OTHERS)]
    for step in steps if first == "trips" else steps[::-1]:
        step()
    imported = ask(serve(database), "trips/1973-10-20-henry-a-kissinger")
    who = imported["travellers"][0]
    assert who["title"] == "Secretary of State"
    assert (who["id"] == person["id"]) is same
    assert who["name"] == (person["name"] if same else "Henry Kissinger")
    if person["id"] == "henry-a-kissinger" and not same:
        assert who["id"] == "henry-a-kissinger-travels"


def test_two_presidents_of_one_name_stay_two(database: Path, serve: MakeClient) -> None:
    told = official("gwb", name="George W. Bush", family_name="Bush", country="US")
    load_trips(database, trip("curated", participants=[told], travellers=["gwb"]))
    father = ("president", "bush-george-h-w", "George H.W. Bush")
    bring_travels(database, [visit(1, "1990-02-15", country="Colombia", who=father)])
    (who,) = ask(serve(database), "trips/1990-02-15-george-h-w-bush")["travellers"]
    assert (who["id"], who["name"]) == ("george-h-w-bush", "George H. W. Bush")


@pytest.mark.parametrize(
    ("place", "locale", "id_"),
    [
        (city("edo", name="Tokyo", country="JP", other_names=[]), "Tokyo", "edo"),
        (city("edo", name="Edo", country="JP", other_names=["Tokyo"]), "Tokyo", "edo"),
        (city("edo", name="Edo", country="JP", identifiers={"geonames": "1850147"}), "Tokyo",
         "edo"),
        (city("tokyo", name="Tokyo", country="NO"), "Tokyo", "tokyo-travels"),
        # The register's table does not have it, and a trip file does.
        (city("nikko", name="Nikkō", country="JP"), "Nikko", "nikko"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("first", ["trips", "register"])
def test_a_city_that_exists_is_used(
    database: Path, serve: MakeClient, place: Part, locale: str, id_: str, first: str
) -> None:
    one = trip("curated", cities=[place], stops=[{"city": place["id"]}])
    entry = visit(1, "1967-05-01", locale=locale)
    steps = [lambda: load_trips(database, one), lambda: bring_travels(database, [entry])]
    for step in steps if first == "trips" else steps[::-1]:
        step()
    (stop,) = ask(serve(database), "trips/1967-05-01-david-dean-rusk")["stops"]
    assert (stop["city"]["id"], stop["place"]) == (id_, locale)
    assert (stop["city"]["latitude"] == 60.0) is (id_ == place["id"])


@pytest.mark.slow
def test_a_trip_file_may_go_while_its_person_stays_in_a_register(
    database: Path, serve: MakeClient
) -> None:
    bring_travels(database)
    before = content_of(database)
    load(database, [SEED])
    remove(database, ["2021-03-tokyo-seoul"])
    assert_sound(database)
    assert content_of(database) == before
    assert ask(serve(database), "participants/antony-john-blinken")["name"] == "Antony Blinken"


def test_a_trip_file_may_take_the_id_of_a_register_s_trip(database: Path) -> None:
    bring_travels(database, OTHERS)
    load_trips(database, trip("1973-10-20-henry-a-kissinger"))
    assert "1973-10-20-henry-a-kissinger-travels" in ids_of(database)
    remove(database, ["1973-10-20-henry-a-kissinger"])
    assert "1973-10-20-henry-a-kissinger" in ids_of(database)
    assert "1973-10-20-henry-a-kissinger-travels" not in ids_of(database)


def test_registers_share_people_too(database: Path, tmp_path: Path, serve: MakeClient) -> None:
    path = tmp_path / "example.csv"
    path.write_text(
        "traveller,title,country,city,start\n"
        "Henry Kissinger,National Security Adviser,United States,Tokyo,1972-06-09\n"
    )
    bring(database, table, path, "example")
    assert "henry-kissinger" in ids_of(database, "participant")
    bring_travels(database, OTHERS)
    assert "henry-kissinger" not in ids_of(database, "participant")
    client = serve(database)
    titles = [one["title"] for one in ask(client, "participants/henry-a-kissinger")["appearances"]]
    assert titles == ["National Security Adviser", "Secretary of State"]
    remove_import(database, "travels")
    assert_sound(database)
    assert "henry-kissinger" in ids_of(database, "participant")


@pytest.mark.parametrize("first", ["trips", "register"])
def test_an_organization_that_exists_is_used(
    database: Path, tmp_path: Path, serve: MakeClient, first: str
) -> None:
    path = tmp_path / "example.csv"
    path.write_text(
        "traveller,organization,city,start\nKari Example,Atlantic Alliance,Tokyo,2024-05-01\n"
    )
    alliance = {"id": "nato", "name": "NATO", "other_names": ["Atlantic Alliance"]}
    one = trip("curated", organizations=[alliance])
    steps = [lambda: load_trips(database, one), lambda: bring(database, table, path, "example")]
    for step in steps if first == "trips" else steps[::-1]:
        step()
    (who,) = ask(serve(database), "trips/2024-05-01-kari-example")["travellers"]
    assert who["organization"] == {"id": "nato", "name": "NATO"}
    assert ids_of(database, "organization") == ["nato"]


# --- layers -----------------------------------------------------------------------------------


def ask(client: Client, path: str, *pairs: tuple[str, str]) -> Any:
    """Return what is served at a path."""
    answer = client.get(f"/{path}?{urlencode(pairs)}" if pairs else f"/{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def seed_stops(client: Client) -> list[Any]:
    stops: list[Any] = ask(client, "trips/2021-03-tokyo-seoul")["stops"]
    return stops


@pytest.mark.parametrize("seed_first", [True, False])
def test_what_a_trip_file_covers_is_added_to_its_trip(
    database: Path, serve: MakeClient, seed_first: bool
) -> None:
    for step in (True, False) if seed_first else (False, True):
        load(database, [SEED]) if step else bring_travels(database)
    client = serve(database)
    assert "2021-03-15-antony-john-blinken" not in ids_of(database)
    tokyo, seoul = seed_stops(client)
    assert (tokyo["arrival_date"], tokyo["departure_date"]) == ("2021-03-15", "2021-03-17")
    assert (seoul["arrival_date"], seoul["departure_date"]) == ("2021-03-17", "2021-03-18")
    assert (tokyo["remarks"], seoul["remarks"]) == ("Attended a meeting.", "Met Chung.")
    assert [passage["locator"] for passage in tokyo["evidence"]] == ["entry 3992", "entry 4019"]
    source = "travels-secretary-blinken-antony-j"
    assert {passage["source"] for passage in tokyo["evidence"]} == {source}
    assert tokyo["note"] == "Days and remarks from the register of Antony Blinken's travels."
    whole = ask(client, "trips/2021-03-tokyo-seoul")
    assert (whole["origin"], len(whole["travellers"])) == ("curated", 2)
    assert source in [one["id"] for one in whole["sources"]]
    # Found by it, too: by its words, its days and its source.
    assert ask(client, "trips", ("q", '"Attended a meeting"'))["total"] == 1
    assert ask(client, "trips", ("city", "tokyo"), ("date", "2021-03-18"))["total"] == 0
    assert ask(client, "trips", ("source", source))["total"] == 2


@pytest.mark.slow
def test_a_layer_goes_with_its_import(database: Path, serve: MakeClient) -> None:
    load(database, [SEED])
    client = serve(database)
    before = client.get("/trips/2021-03-tokyo-seoul").content
    bring_travels(database)
    assert client.get("/trips/2021-03-tokyo-seoul").content != before
    bring_travels(database, [*BRUSSELS, *OTHERS])
    after = client.get("/trips/2021-03-tokyo-seoul").content
    assert after == before
    assert content_of(database)["layer"] == []


@pytest.mark.slow
def test_a_layer_that_changes_changes_the_revision(database: Path) -> None:
    load(database, [SEED])
    first = bring_travels(database, TOKYO_SEOUL)
    other = visit(3992, "2021-03-15", "2021-03-17", "Japan", "Tokyo", "Something else.", BLINKEN)
    second = bring_travels(database, [other, *TOKYO_SEOUL[2:]])
    assert (second.added, second.changed, second.removed) == ([], [], [])
    assert first.revision != second.revision


def test_a_trip_file_that_is_edited_keeps_its_layer(database: Path, serve: MakeClient) -> None:
    bring_travels(database, [visit(5, "2024-05-01", "2024-05-03", who=KISSINGER)])
    covering = trip(
        "covering", records=["5"], stops=[{"city": "tokyo"}], travellers=["official-one"]
    )
    client = serve(database)
    for summary in ("One.", "Another."):
        load_trips(database, {**covering, "summary": summary})
        served = ask(client, "trips/covering")
        assert served["summary"] == summary
        assert served["stops"][0]["remarks"] == "Met with Prime Minister Sato."
    load_trips(database, {**covering, "records": []})
    assert ask(client, "trips/covering")["stops"][0]["remarks"] is None
    assert "2024-05-01-henry-a-kissinger" in ids_of(database)


def test_what_a_trip_file_says_itself_stays_as_it_says_it(
    database: Path, serve: MakeClient
) -> None:
    stop = {
        "city": "tokyo", "arrival_date": "2024-05-02", "remarks": "Own words.", "note": "Own note."
    }  # fmt: skip
    load_trips(database, trip("covering", records=["5"], stops=[stop]))
    bring_travels(database, [visit(5, "2024-05-01", "2024-05-03")])
    (served,) = ask(serve(database), "trips/covering")["stops"]
    assert (served["arrival_date"], served["departure_date"]) == ("2024-05-02", None)
    assert (served["remarks"], served["note"]) == ("Own words.", "Own note.")
    assert served["evidence"][-1]["locator"] == "entry 5"


def test_days_outside_the_trip_are_not_taken_over(database: Path, serve: MakeClient) -> None:
    load_trips(database, trip("covering", records=["5"], stops=[{"city": "tokyo"}]))
    bring_travels(database, [visit(5, "1967-05-01", "1967-05-03")])
    (served,) = ask(serve(database), "trips/covering")["stops"]
    assert (served["arrival_date"], served["departure_date"]) == (None, None)
    assert served["remarks"] == "Met with Prime Minister Sato."


def test_a_stop_that_the_trip_file_does_not_have_is_added(
    database: Path, serve: MakeClient
) -> None:
    load_trips(database, trip("covering", records=["5", "6"], stops=[{"city": "seoul"}]))
    bring_travels(
        database,
        [
            visit(5, "2024-05-01", "2024-05-03"),
            visit(6, "2024-05-03", "2024-05-04", "Korea, South", "Seoul"),
        ],
    )
    client = serve(database)
    tokyo, seoul = ask(client, "trips/covering")["stops"]
    assert (tokyo["city"]["id"], seoul["city"]["id"]) == ("tokyo", "seoul")
    assert (tokyo["arrival_date"], seoul["arrival_date"]) == ("2024-05-01", "2024-05-03")
    assert ask(client, "trips", ("city", "tokyo"))["total"] == 1
    remove_import(database, "travels")
    assert_sound(database)
    assert len(ask(client, "trips/covering")["stops"]) == 1


def test_the_rest_of_a_journey_stays_a_trip_related_to_what_covers_the_others(
    database: Path, serve: MakeClient
) -> None:
    bring_travels(
        database,
        [
            visit(5, "2024-05-01", "2024-05-03"),
            visit(6, "2024-05-03", "2024-05-04", "Korea, South", "Seoul"),
            visit(7, "2024-05-04", "2024-05-05", "Philippines", "Manila"),
        ],
    )
    load_trips(database, trip("covering", records=["5"], stops=[{"city": "tokyo"}]))
    rest = ask(serve(database), "trips/2024-05-01-david-dean-rusk")
    assert rest["title"] == "Dean Rusk in South Korea and the Philippines"
    assert (rest["start_date"], rest["end_date"]) == ("2024-05-03", "2024-05-05")
    assert (rest["records"], rest["related"]) == (["6", "7"], ["covering"])
    assert [passage["locator"] for passage in rest["evidence"]] == ["entry 6", "entry 7"]


def test_a_trip_related_to_one_that_is_covered_is_related_to_what_covers_it(
    database: Path, serve: MakeClient
) -> None:
    load_trips(database, trip("covering", records=["2"]))
    bring_travels(database, OTHERS)
    assert ask(serve(database), "trips/1966-10-24-lyndon-b-johnson")["related"] == ["covering"]


def test_a_number_alone_is_an_entry_of_travels(database: Path) -> None:
    load_trips(database, trip("covering", records=["7", "visits:8"]))
    bring_visits(database, leader(7, "2024-06-02"), leader(8, "2024-07-02"))
    assert ids_of(database) == ["2024-06-02-juan-carlos-i", "covering"]


@pytest.mark.slow
def test_a_database_is_rebuilt_with_its_registers(database: Path) -> None:
    load(database, [SEED])
    bring_travels(database)
    before = content_of(database)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE revision SET shapes = 'of old'")
    assert rebuilding.rebuild(database) is not None
    assert_sound(database)
    assert not rebuilding.has_to_be_rebuilt(database)
    assert content_of(database) == before
    again = bring_travels(database)
    assert (again.added, again.changed, again.removed) == ([], [], [])


def test_check_finds_what_a_register_stands_against(database: Path) -> None:
    bring_travels(database)
    assert rebuilding.check([SEED], database) == []


# --- the command ------------------------------------------------------------------------------


def readout(database: Path, *arguments: object) -> Any:
    environment = {"READOUT_DATABASE_URL": f"sqlite:///{database}"}
    return CliRunner().invoke(commands, [str(one) for one in arguments], env=environment)


def test_the_command_says_what_became_of_all_entries(database: Path, tmp_path: Path) -> None:
    load(database, [SEED])
    unknown = visit(9, "1967-05-02", country="Ruritania")
    bermuda = visit(10, "1967-05-03", country="United Kingdom", locale="Bermuda")
    folder = write_travels(tmp_path / "travels", [*ALL, unknown, bermuda])
    report = tmp_path / "report.csv"
    done = readout(database, "import", "travels", folder, "--report", report)
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[:-1] == [
        "read 12 entries in 4 files: 5 trips, 7 stops",
        "2 duplicates merged: 3992 = 4019; 3993 = 4020",
        "1 entry left out: 9",
        "2 visits covered by trip files, added to: 2021-03-tokyo-seoul",
        "1 place without a position: Bermuda, United Kingdom (1)",
    ]
    assert done.stdout.splitlines()[-1].startswith("5 trips added, 0 changed, 0 unchanged, 0 rem")
    lines = report.read_text().splitlines()
    assert lines[0] == "entry,file,line,start,end,country,places,outcome,trip,detail"
    fates = {line.split(",")[0]: line for line in lines[1:]}
    assert len(fates) == 12
    assert fates["4019"].endswith(",merged,2021-03-tokyo-seoul,same as 3992")
    assert fates["3993"].endswith(",layer,2021-03-tokyo-seoul,")
    assert fates["977"].endswith(",U.S.S.R.,Moscow,trip,1973-10-20-henry-a-kissinger,")
    assert fates["9"].endswith(',left out,,"no country is known as ""Ruritania"""')
    again = readout(database, "import", "travels", folder)
    assert again.stdout.splitlines()[-1].startswith("0 trips added, 0 changed, 5 unchanged, 0 rem")


@pytest.mark.slow
def test_a_terminal_shows_how_far_an_import_is(database: Path, tmp_path: Path) -> None:
    folder = write_travels(tmp_path / "travels", ALL)
    ours, theirs = os.openpty()
    try:
        subprocess.run(  # noqa: S603 - the arguments are this test's own
            [sys.executable, "-m", "app", "import", "travels", str(folder)],
            cwd=PROJECT,
            env={**os.environ, "READOUT_DATABASE_URL": f"sqlite:///{database}"},
            stdout=subprocess.DEVNULL,
            stderr=theirs,
            check=True,
        )
        shown = os.read(ours, 65536).decode()
    finally:
        os.close(theirs)
        os.close(ours)
    assert "Loading" in shown
    assert "100%" in shown


def test_a_faulty_register_ends_the_command_with_its_faults(database: Path, tmp_path: Path) -> None:
    (tmp_path / "x.xml").write_text("<trips><trip></trips>")
    done = readout(database, "import", "travels", tmp_path)
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"{tmp_path / 'x.xml'}:1: is not XML: mismatched tag" in done.stderr
    assert done.stderr.endswith("1 fault; nothing was changed\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["travels", "nowhere"], "nowhere: no such file or folder"),
        (["travels", ".", "--report", "nowhere/report.csv"], "nowhere/report.csv: no such folder"),
    ],
)
def test_what_is_not_there_is_told_before_anything_is_done(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    path = tmp_path / "readout.db"
    done = readout(path, "import", *arguments)
    assert done.exit_code > 0
    assert message in done.stderr
    assert not path.exists()


def test_a_table_is_imported_under_its_own_name(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "Example visits.csv"
    path.write_text("traveller,country,city,start\nKari Example,Norway,Tokyo,2024-05-01\n", "utf-8")
    done = readout(database, "import", "table", path)
    assert done.stdout.startswith("read 1 entry in 1 file: 1 trip, 1 stop\n"), done.output
    assert ids_of(database, "register") == ["example-visits"]
    removed = readout(database, "remove", "--register", "example-visits")
    assert (removed.exit_code, ids_of(database)) == (0, [])


def test_visits_are_imported(database: Path, tmp_path: Path) -> None:
    folder = write_visits(tmp_path / "visits", leader(1, "1976-06-02"))
    done = readout(database, "import", "visits", folder)
    assert (done.exit_code, ids_of(database)) == (0, ["1976-06-02-juan-carlos-i"])


def test_removing_needs_trips_or_an_import_and_not_both(database: Path) -> None:
    for arguments in ([], ["a-trip", "--register", "travels"]):
        done = readout(database, "remove", *arguments)
        assert (done.exit_code, "Usage:" in done.stderr) == (2, True)
