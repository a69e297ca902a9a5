"""The made-up trips: always the same, without a fault, and skewed as real ones are."""

import datetime
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli import commands
from tests.benchmarks.data import (
    CITIES,
    MEETINGS_A_TRIP,
    OFFICIALS,
    PEOPLE_A_MEETING,
    TRIP_DAYS,
    UNDATED_SHARE,
    made_up_trips,
    write_trips,
)

MEETINGS = 10_000


@pytest.fixture(scope="module")
def trips() -> list[dict[str, Any]]:
    return list(made_up_trips(MEETINGS))


@pytest.fixture(scope="module")
def meetings(trips: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [meeting for trip in trips for meeting in trip["meetings"]]


def share_of_first(values: list[str], share: float, all_values: int) -> float:
    """Return how much of all falls to this share of the values, the most frequent first."""
    counts = [count for _, count in Counter(values).most_common(round(share * all_values))]
    return sum(counts) / len(values)


def test_the_same_number_gives_the_same_trips(trips: list[dict[str, Any]]) -> None:
    assert list(made_up_trips(MEETINGS)) == trips


@pytest.mark.parametrize("number", [1, 49, 50, 51, 120])
def test_as_many_meetings_as_are_asked_for(number: int) -> None:
    sizes = [len(trip["meetings"]) for trip in made_up_trips(number)]
    assert sum(sizes) == number
    assert all(size == MEETINGS_A_TRIP for size in sizes[:-1])


def test_more_data_begins_with_the_same_trips(trips: list[dict[str, Any]]) -> None:
    assert list(made_up_trips(10 * MEETINGS_A_TRIP)) == trips[:10]


@pytest.mark.slow
def test_trip_files_without_a_fault(tmp_path: Path) -> None:
    write_trips(tmp_path / "trips", 300)
    checked = CliRunner().invoke(commands, ["check", str(tmp_path / "trips")])
    assert checked.output == "6 trip files without a fault\n"
    assert checked.exit_code == 0


def test_four_people_a_meeting(meetings: list[dict[str, Any]]) -> None:
    assert {len(set(meeting["participants"])) for meeting in meetings} == {PEOPLE_A_MEETING}


def test_a_few_officials_sit_in_many_meetings(meetings: list[dict[str, Any]]) -> None:
    seats = [person for meeting in meetings for person in meeting["participants"]]
    assert len(set(seats)) > 500
    assert share_of_first(seats, 0.01, OFFICIALS) > 0.4
    assert share_of_first(seats, 0.10, OFFICIALS) < 1


def test_a_few_cities_hold_most_meetings(meetings: list[dict[str, Any]]) -> None:
    places = [meeting["city"] for meeting in meetings]
    assert len(set(places)) > 80
    assert share_of_first(places, 0.05, CITIES) > 0.5


def test_some_meetings_have_bounds_only(trips: list[dict[str, Any]]) -> None:
    undated = 0
    for trip in trips:
        for meeting in trip["meetings"]:
            if "date" in meeting:
                assert trip["start_date"] <= meeting["date"] <= trip["end_date"]
            else:
                undated += 1
        first, last = map(datetime.date.fromisoformat, (trip["start_date"], trip["end_date"]))
        assert (last - first).days == TRIP_DAYS - 1
    assert UNDATED_SHARE * 0.8 < undated / MEETINGS < UNDATED_SHARE * 1.2
