"""Dates on the real trip: days, months and years, one-sided ranges, and both together.

All bounds there are against is tried against the reference in `tests/query/test_windows.py`.
"""

import pytest

from tests.client import Client, MakeClient
from tests.trips import agreement, meeting, quote, trip

UNDATED = [
    "2021-03-austin-kishi", "2021-03-austin-suh", "2021-03-blinken-business-leaders",
    "2021-03-blinken-journalists", "2021-03-blinken-youth-leaders",
]  # fmt: skip
ON_16 = ["2021-03-16-blinken-austin-suga", "2021-03-16-two-plus-two-dialogue"]
ON_17 = ["2021-03-17-blinken-chung"]
ALL = [*UNDATED, *ON_16, *ON_17]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ("date=2021", ALL),
        ("date=2021-03", ALL),
        ("date=2021-03-14", []),
        ("date=2021-03-15", UNDATED),
        ("date=2021-03-16", [*UNDATED, *ON_16]),
        ("date=2021-03-18", UNDATED),
        ("date=2021-03-19", []),
        ("date=2021-02&date=2021-04", []),
        ("date=2020&date=2021-03-16", [*UNDATED, *ON_16]),
        ("date=2021-03-16&date=2021-03-17", ALL),
        ("date=2021-03-17&date=2021-03", ALL),
        ("date=0001&date=9999", []),
        ("date_from=2021", ALL),
        ("date_from=2021-03", ALL),
        ("date_from=2021-03-17", [*UNDATED, *ON_17]),
        ("date_from=2021-03-18", UNDATED),
        ("date_from=2021-03-19", []),
        ("date_from=2021-04", []),
        ("date_from=2022", []),
        ("date_from=0001-01-01", ALL),
        ("date_to=2020", []),
        ("date_to=2021-02", []),
        ("date_to=2021-03-14", []),
        ("date_to=2021-03-15", UNDATED),
        ("date_to=2021-03-16", [*UNDATED, *ON_16]),
        ("date_to=2021-03", ALL),
        ("date_to=2021", ALL),
        ("date_to=9999-12-31", ALL),
        ("date_from=2021-03-16&date_to=2021-03-16", [*UNDATED, *ON_16]),
        ("date_from=2021-03&date_to=2021-03", ALL),
        ("date_from=2021-03-16&date_to=2021-03", [*UNDATED, *ON_16, *ON_17]),
        ("date_from=2021&date_to=2021-03-15", UNDATED),
        ("date_from=2021-03-18&date_from=2021-03-17", [*UNDATED, *ON_17]),
        ("date_to=2021-03-15&date_to=2021-03-16", [*UNDATED, *ON_16]),
        ("date=2021-03&date_from=2021-03-17", [*UNDATED, *ON_17]),
        ("date=2021-03&date_to=2021-03-16", [*UNDATED, *ON_16]),
        # Undated meetings may have been on either day, so both conditions hold for them.
        ("date=2021-03-16&date_from=2021-03-17", UNDATED),
        ("date=2021-03-18&date_to=2021-03-15", UNDATED),
        ("date=2021-03-16&date_from=2021-04", []),
        ("date=2022&date_to=2021", []),
    ],
)
def test_dates_of_meetings(client: Client, dates: str, expected: list[str]) -> None:
    response = client.get(f"/meetings?{dates}")
    assert response.status_code == 200, response.text
    assert [item["id"] for item in response.json()["items"]] == expected
    assert response.json()["total"] == len(expected)


def test_a_record_without_a_date_tells_its_bounds(client: Client) -> None:
    for item in client.ask("meetings").items:
        if item["id"] in UNDATED:
            assert item["date"] is None
            assert (item["earliest_date"], item["latest_date"]) == ("2021-03-15", "2021-03-18")
        else:
            assert item["date"] == item["earliest_date"] == item["latest_date"]


def test_bounds_that_a_record_does_not_give_are_those_of_the_trip(made_up: MakeClient) -> None:
    client = made_up(
        trip(
            start_date="2023-12-30",
            end_date="2024-01-02",
            meetings=[
                meeting("both"),
                meeting("latest", latest_date="2023-12-31"),
                meeting("earliest", earliest_date="2024-01-01"),
            ],
            quotes=[
                quote("after", earliest_date="2024-02-01"),
                quote("before", latest_date="2023-11-01"),
            ],
            agreements=[agreement("settled", "latest")],
        )
    )
    items = client.ask("meetings").items + client.ask("quotes").items
    items += client.ask("agreements").items
    assert {item["id"]: (item["earliest_date"], item["latest_date"]) for item in items} == {
        "both": ("2023-12-30", "2024-01-02"),
        "latest": ("2023-12-30", "2023-12-31"),
        "earliest": ("2024-01-01", "2024-01-02"),
        "after": ("2024-02-01", "2024-02-01"),
        "before": ("2023-11-01", "2023-11-01"),
        "settled": ("2023-12-30", "2023-12-31"),
    }
    assert client.ids("meetings", date="2023") == ["both", "latest"]
    assert client.ids("meetings", date="2024") == ["both", "earliest"]
    assert client.ids("quotes", date_from="2024") == ["after"]
    assert client.ids("agreements", date="2024") == []
