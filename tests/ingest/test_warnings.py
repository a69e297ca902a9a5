"""What `check` warns of, and that it passes what is right."""

from pathlib import Path
from typing import Any

import pytest

from app.ingest.reading import find_trip_files
from app.ingest.warnings import warnings_of
from app.settings import PROJECT
from tests.trips import Part, city, meeting, official, quote, trip, write_trips


def warned(folder: Path, *trips: Part) -> list[tuple[str, str]]:
    files = write_trips(folder, trips)
    return [(warning.path, warning.message) for warning in warnings_of(files)]


def test_the_seeded_trip_gives_no_warning() -> None:
    assert warnings_of(find_trip_files([PROJECT / "seed"])) == []


def at(**fields: Any) -> Part:
    return city("somewhere", name="Somewhere", **fields)


@pytest.mark.parametrize(
    ("place", "path", "cause"),
    [
        (at(country="NO", timezone="Asia/Tokyo", latitude=35.7, longitude=139.7),
         "timezone", '"Asia/Tokyo" is a zone of JP'),
        (at(country="NO", timezone="Europe/Oslo", latitude=10.75, longitude=59.91),
         "latitude", '10.75, 59.91 is far from "Europe/Oslo"; latitude and longitude look swapped'),
        (at(country="US", timezone="America/New_York", latitude=40.7, longitude=74.0),
         "latitude",
         '40.7, 74 is far from "America/New_York"; east is positive and west negative'),
        (at(country="AU", timezone="Australia/Sydney", latitude=33.9, longitude=151.2),
         "latitude",
         '33.9, 151.2 is far from "Australia/Sydney"; north is positive and south negative'),
    ],
)  # fmt: skip
def test_a_position_that_is_misplaced(tmp_path: Path, place: Part, path: str, cause: str) -> None:
    part = trip(stops=[{"city": "somewhere"}], cities=[place])
    found = warned(tmp_path, part)
    assert any(at == f"cities[0].{path}" and said.startswith(cause) for at, said in found), found


@pytest.mark.parametrize("zone", ["Europe/Oslo", "Europe/Berlin", "UTC"])
def test_a_city_where_it_is(tmp_path: Path, zone: str) -> None:
    country = {"Europe/Oslo": "NO", "Europe/Berlin": "DE", "UTC": "NO"}[zone]
    place = at(country=country, timezone=zone, latitude=59.9, longitude=10.7)
    assert warned(tmp_path, trip(stops=[{"city": "somewhere"}], cities=[place])) == []


def stops(*days: tuple[str, str, str]) -> list[Part]:
    return [
        {"city": id_, "arrival_date": first, "departure_date": last} for id_, first, last in days
    ]


def test_stops_that_run_backwards(tmp_path: Path) -> None:
    there = stops(("oslo", "2024-05-08", "2024-05-09"), ("tokyo", "2024-05-06", "2024-05-07"))
    assert warned(tmp_path, trip(stops=there)) == [
        ("stops[1].arrival_date", "2024-05-06 is before 2024-05-09, when stops[0] was left")
    ]
    across = stops(("tokyo", "2024-05-08", "2024-05-09"), ("oslo", "2024-05-08", "2024-05-10"))
    assert warned(tmp_path, trip(stops=across)) == []


def test_a_meeting_in_a_city_while_the_trip_was_elsewhere(tmp_path: Path) -> None:
    there = stops(("oslo", "2024-05-02", "2024-05-03"), ("tokyo", "2024-05-08", "2024-05-09"))
    meetings = [meeting("m1", date="2024-05-08", city="oslo"), meeting("m2", date="2024-05-03")]
    assert warned(tmp_path, trip(stops=there, meetings=meetings)) == [
        ("meetings[0].city", '"oslo" was not visited on 2024-05-08, when the trip was in "tokyo"')
    ]


def test_an_id_with_another_day(tmp_path: Path) -> None:
    meetings = [
        meeting("2024-05-08-a", date="2024-05-09"),
        meeting("2024-05-b", "official-two", date="2024-05-09"),
        meeting("2024-06-c", date="2024-05-09", city="oslo"),
    ]
    assert [path for path, _ in warned(tmp_path, trip(meetings=meetings[:2]))] == ["meetings[0].id"]
    assert warned(tmp_path, trip(meetings=meetings[2:])) == [
        ("meetings[0].id", '"2024-06-c" begins with another day than its 2024-05-09')
    ]


def test_a_record_outside_the_days_of_the_trip(tmp_path: Path) -> None:
    part = trip(meetings=[meeting("late", date="2025-02-01")])
    assert warned(tmp_path, part) == [
        ("meetings[0].date", "2025-02-01 is outside the trip, 2024-01-01 to 2024-12-31")
    ]


def test_one_thing_under_two_ids(tmp_path: Path) -> None:
    one = trip(
        "one",
        participants=[official("ann-example", name="Ann Example")],
        cities=[city("washington", name="Washington, D.C.", country="US")],
        stops=[{"city": "washington"}],
        meetings=[meeting("m1", "ann-example", "group-x", date="2024-02-02")],
    )
    two = trip(
        "two",
        participants=[
            official("ann-example", name="Ann Example"),
            official("example-ann", name="Ann Examplé"),
        ],
        cities=[city("washington-dc", name="Washington, DC", country="US")],
        stops=[{"city": "washington-dc"}],
        meetings=[meeting("m2", "ann-example", "group-x", date="2024-02-02")],
    )
    found = [
        (path, cause.partition(" in /")[0])
        for path, cause in warned(tmp_path, one, two)
        if path.endswith(".id")
    ]
    assert found == [
        ("participants[1].id", '"example-ann" looks like "ann-example"'),
        ("cities[0].id", '"washington-dc" looks like "washington"'),
        ("meetings[0].id", '"m2" looks like "m1"'),
    ]


def test_what_one_traveller_does_in_a_day_is_told_apart_by_its_titles(tmp_path: Path) -> None:
    day = {"date": "2024-05-06", "city": "oslo"}
    visits = [meeting("2024-05-06-school", title="A visit to a school", **day),
              meeting("2024-05-06-harbour", title="A look at the harbour", **day)]  # fmt: skip
    assert warned(tmp_path, trip(meetings=visits)) == []
    visits.append(meeting("2024-05-06-schools", title="A visit to a  School", **day))
    (found,) = warned(tmp_path, trip(meetings=visits))
    assert found[1].startswith('"2024-05-06-schools" looks like "2024-05-06-school"')


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_last_day_there_are(tmp_path: Path, day: str) -> None:
    part = trip(
        start_date=day,
        end_date=day,
        stops=[{"city": "oslo", "arrival_date": day, "departure_date": day}],
        meetings=[meeting("m", city="oslo", date=day)],
    )
    assert warned(tmp_path, part) == []


@pytest.mark.parametrize(
    ("text", "is_warned_of"),
    [
        ("\u201cWe are friends,\u201d", True),
        ('"We are friends"', True),
        ("\u201eWir sind Freunde.\u201c", True),
        ("\u300c友人です\u300d", True),
        ("We are \u201cfriends\u201d", False),
        ("\u201cFriends\u201d is what we call \u201callies\u201d", False),
        ("\u201cFriends\u201d, we say", False),
    ],
)
def test_a_quote_within_quotation_marks(tmp_path: Path, text: str, is_warned_of: bool) -> None:
    found = warned(tmp_path, trip(quotes=[quote("q", text=text)]))
    expected = [("quotes[0].text", "stands between quotation marks; leave them out")]
    assert found == (expected if is_warned_of else [])


def test_a_title_that_nobody_wrote(tmp_path: Path) -> None:
    (found,) = warned(tmp_path, trip("2024-05-oslo", title="2024 05 Oslo"))
    assert found == ("title", "is what readout new made of the id; write what the trip was")
    assert warned(tmp_path, trip("g7-summit", title="G7 Summit")) == []


@pytest.mark.parametrize(
    ("day", "message"),
    [
        # The trip was known to be elsewhere on that day.
        ("2024-05-07", '"oslo" was not visited on 2024-05-07, when the trip was in "tokyo"'),
        ("2024-05-08", None),
        ("2024-05-09", None),
        # Nothing is known of the day behind: the date line may lie between.
        ("2024-05-10", None),
        ("2024-05-11", '"oslo" was not visited on 2024-05-11'),
    ],
)
def test_the_date_line_excuses_no_day_that_was_spent_elsewhere(
    tmp_path: Path, day: str, message: str | None
) -> None:
    stops = [
        {"city": "tokyo", "arrival_date": "2024-05-06", "departure_date": "2024-05-07"},
        {"city": "oslo", "arrival_date": "2024-05-08", "departure_date": "2024-05-09"},
    ]
    found = warned(tmp_path, trip(stops=stops, meetings=[meeting("m", city="oslo", date=day)]))
    assert found == ([("meetings[0].city", message)] if message else [])
