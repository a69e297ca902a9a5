"""Facets: what there is to filter by, with the number of records that each value would give."""

from typing import Any
from urllib.parse import urlencode

import pytest

from app.domain.collections import RESOURCES
from app.query.facets import DEFAULT_FACET_LIMIT
from tests.client import Client, MakeClient
from tests.reference import PERIODS, Reference, reference_of
from tests.routers.test_filters import two_trips
from tests.trips import agreement, meeting, trip

FACETS = {
    "trips": [
        "city", "country", "official", "organization", "title", "topic", "source", "status",
        "recorded", "day",
    ],
    "meetings": [
        "city", "country", "official", "participant", "organization", "trip", "topic", "format",
        "kind", "status", "source", "day",
    ],
    "participants": [
        "city", "country", "organization", "title", "trip", "topic", "kind", "source", "day",
    ],
    "quotes": ["city", "country", "official", "organization", "trip", "topic", "source", "day"],
    "agreements": [
        "city", "country", "official", "trip", "topic", "kind", "party", "organization", "source",
        "day",
    ],
    "organizations": [],
    "cities": ["country"],
    "topics": [],
    "sources": [],
}  # fmt: skip
"""The facets of the real trip, which lies within one month."""


def facets(client: Client, collection: str, *pairs: tuple[str, str]) -> dict[str, Any]:
    """Return facets that must be answered, each value with its count."""
    response = client.get(f"/{collection}/facets?{urlencode(pairs)}")
    assert response.status_code == 200, response.text
    body = response.json()
    assert body.keys() - {"notices"} == {"total", "facets", "values_total"}
    assert not (body.get("notices") and body["total"])
    for facet, values in body["facets"].items():
        position = {"latitude", "longitude"} if facet == "city" else set()
        assert all(value.keys() == {"value", "name", "count"} | position for value in values)
    return {
        facet: {value["value"]: value["count"] for value in values}
        for facet, values in body["facets"].items()
    }


@pytest.mark.parametrize("collection", RESOURCES)
def test_the_facets_of_the_real_trip(
    client: Client, seed_reference: Reference, collection: str
) -> None:
    found = facets(client, collection, ("limit", "200"))
    assert list(found) == FACETS[collection]
    expected = seed_reference.facets(collection)
    for facet, counts in found.items():
        assert counts == expected[facet]
    body = client.get(f"/{collection}/facets").json()
    assert body["total"] == client.ask(collection).total


def test_numbers_read_off_the_trip_file(client: Client) -> None:
    found = facets(client, "meetings")
    assert found["city"] == {"tokyo": 5, "seoul": 3}
    assert found["country"] == {"JP": 5, "KR": 3}
    assert found["format"] == {"in-person": 7, "virtual": 1}
    assert found["official"]["antony-blinken"] == 6
    # Those without a day may have been on any day of the trip.
    assert found["day"] == {"2021-03-15": 5, "2021-03-16": 7, "2021-03-17": 6, "2021-03-18": 5}
    assert facets(client, "participants")["kind"] == {"official": 7, "group": 5}


def test_values_have_the_names_that_people_know(client: Client) -> None:
    body = client.get("/agreements/facets").json()["facets"]
    names = {
        facet: {value["value"]: value["name"] for value in values} for facet, values in body.items()
    }
    assert names["city"] == {"tokyo": "Tokyo", "seoul": "Seoul"}
    assert names["country"] == {"JP": "Japan", "KR": "South Korea"}
    assert names["party"] == {"US": "United States", "JP": "Japan", "KR": "South Korea"}
    assert names["official"]["chung-eui-yong"] == "Chung Eui-yong"
    assert names["topic"]["climate"] == "Climate"
    assert names["trip"] == {"2021-03-tokyo-seoul": client.ask("trips").items[0]["title"]}
    assert names["kind"]["draft-agreement"] == "draft-agreement"
    assert names["day"]["2021-03-16"] == "2021-03-16"


def test_a_facet_leaves_its_own_filter_out(client: Client) -> None:
    everything = facets(client, "meetings")
    seoul = facets(client, "meetings", ("city", "seoul"))
    assert seoul["city"] == everything["city"]
    assert seoul["country"] == {"KR": 3}
    assert client.get("/meetings/facets?city=seoul").json()["total"] == 3
    dated = facets(client, "meetings", ("date", "2021-03-17"), ("date_to", "2021-03-17"))
    assert dated["day"] == everything["day"]
    assert dated["city"] == {"seoul": 3, "tokyo": 3}
    both = facets(client, "meetings", ("city", "seoul"), ("date", "2021-03-16"))
    assert both["city"] == {"tokyo": 5, "seoul": 2}
    assert both["day"] == facets(client, "meetings", ("city", "seoul"))["day"]


@pytest.mark.parametrize("collection", [name for name, known in FACETS.items() if known])
@pytest.mark.parametrize("pairs", [
    [], [("country", "CH")], [("official", "Two")], [("topic", "bridges"), ("date", "2023-04")],
    [("q", "one")], [("city", "oslo"), ("city", "zurich"), ("q", "-nothing")],
])  # fmt: skip
def test_the_number_is_the_total_of_the_list_under_that_filter(
    made_up: MakeClient, collection: str, pairs: list[tuple[str, str]]
) -> None:
    client, reference = made_up(*two_trips()), reference_of(*two_trips())
    if any(name not in RESOURCES[collection].by_parameter for name, _ in pairs):
        pairs = [("country", "CH")]
    found = facets(client, collection, *pairs, ("limit", "200"))
    expected = reference.facets(collection, pairs)
    for facet, counts in found.items():
        assert counts == expected[facet], facet
        parameter = "date" if facet in PERIODS else facet
        others = [pair for pair in pairs if pair[0] != parameter]
        for value, number in counts.items():
            answer = client.ask(collection, *others, (parameter, value), limit="1")
            assert answer.total == number, (facet, value)


def test_what_is_bounded_counts_on_every_day_it_may_have_been(made_up: MakeClient) -> None:
    client = made_up(
        trip(
            start_date="2023-12-30",
            end_date="2024-01-02",
            meetings=[
                meeting("m1", date="2023-12-31"),
                meeting("m2", earliest_date="2023-12-31"),
                meeting("m3"),
            ],
            agreements=[agreement("a1", "m2")],
        )
    )
    found = facets(client, "meetings")
    assert found["day"] == {"2023-12-30": 1, "2023-12-31": 3, "2024-01-01": 2, "2024-01-02": 2}
    assert found["month"] == {"2023-12": 3, "2024-01": 2}
    assert found["year"] == {"2023": 3, "2024": 2}
    # Official One was in all three, and is one participant.
    people = facets(client, "participants")
    assert people["month"] == {"2023-12": 1, "2024-01": 1}
    assert people["day"] == dict.fromkeys(found["day"], 1)
    assert facets(client, "agreements")["day"] == dict.fromkeys(list(found["day"])[1:], 1)


@pytest.mark.parametrize(
    ("days", "expected", "years"),
    [
        (["2024-02-02"], ["day"], {"2024": 1}),
        (["2024-02-02", "2024-03-01"], ["day", "month"], {"2024": 2}),
        (["2024-02-02", "2023-02-02"], ["day", "month", "year"], {"2023": 1, "2024": 1}),
    ],
)
def test_months_and_years_where_the_range_is_wide(
    made_up: MakeClient, days: list[str], expected: list[str], years: dict[str, int]
) -> None:
    meetings = [meeting(f"m{number}", date=day) for number, day in enumerate(days)]
    client = made_up(trip(start_date="2023-01-01", meetings=meetings))
    assert [facet for facet in facets(client, "meetings") if facet in PERIODS] == expected
    # Asked for by name, they are given in any case.
    asked = facets(client, "meetings", ("facet", "year,month"))
    assert list(asked) == ["month", "year"]
    assert asked["year"] == years
    assert asked["month"] == {day[:7]: 1 for day in days}


def test_the_limit_keeps_the_most_frequent(made_up: MakeClient) -> None:
    client = made_up(
        trip(
            meetings=[
                meeting(f"m{i}-{j}", topics=[f"topic-{i}"], date=f"2024-01-0{7 - i}")
                for i in range(1, 6)
                for j in range(i)
            ]
        )
    )
    found = facets(client, "meetings", ("limit", "2"))
    assert list(found["topic"].items()) == [("topic-5", 5), ("topic-4", 4)]
    # Of days, too, but these stand in the order of time.
    assert list(found["day"].items()) == [("2024-01-02", 5), ("2024-01-03", 4)]
    assert len(facets(client, "meetings")["topic"]) == 5
    for limit in ("0", "1001", "x", ""):
        (error,) = client.refused(f"/meetings/facets?limit={limit}")
        assert error["message"] == "must be a whole number from 1 to 1000"


def test_years_are_whole_unless_a_limit_is_given(made_up: MakeClient) -> None:
    """A timeline that left out rare years would look as if nothing had been in them."""
    years = [str(year) for year in range(1905, 2015)]
    meetings = [meeting(f"m{year}", date=f"{year}-05-01") for year in years]
    client = made_up(trip(start_date="1905-01-01", end_date="2014-12-31", meetings=meetings))
    whole = facets(client, "meetings", ("facet", "year,month"))
    assert list(whole["year"]) == years
    assert len(whole["month"]) == DEFAULT_FACET_LIMIT
    assert len(facets(client, "meetings", ("facet", "year"), ("limit", "7"))["year"]) == 7


def test_only_the_facets_that_are_asked_for(client: Client) -> None:
    whole = facets(client, "meetings")
    assert facets(client, "meetings", ("facet", "city")) == {"city": whole["city"]}
    expected = {"city": whole["city"], "format": whole["format"]}
    assert facets(client, "meetings", ("facet", "format,city")) == expected
    assert facets(client, "meetings", ("facet", "format"), ("facet", "city")) == expected


def test_a_facet_that_does_not_exist(client: Client) -> None:
    (error,) = client.refused("/meetings/facets?facet=citty,format")
    assert (error["parameter"], error["value"]) == ("facet", "citty")
    assert error["suggestions"] == ["city"]
    assert error["message"].startswith("must be one of city, country")
    assert error["message"].endswith('; did you mean "city"?')
    for collection, facet in (("trips", "trip"), ("cities", "day"), ("meetings", "meeting")):
        (error,) = client.refused(f"/{collection}/facets?facet={facet}")
        assert error["parameter"] == "facet"
    # Topics have nothing to count, and so no facets to choose from.
    (error,) = client.refused("/topics/facets?facet=city")
    assert "is not a parameter here" in error["message"]


@pytest.mark.parametrize("query", ["cursor=x", "sort=date", "fields=id", "citty=x", "date=x", "q="])
def test_parameters_are_read_as_strictly_as_those_of_a_list(client: Client, query: str) -> None:
    (error,) = client.refused(f"/meetings/facets?{query}")
    assert error["parameter"] == query.partition("=")[0]


@pytest.mark.parametrize("collection", [name for name, known in FACETS.items() if "day" in known])
def test_nothing_found(client: Client, collection: str) -> None:
    body = client.get(f"/{collection}/facets?q=nothing-like-it").json()
    assert body["total"] == 0
    assert set(body["facets"]) == set(FACETS[collection])
    assert not any(body["facets"].values())
    # The facet of the filter that finds nothing still shows the alternatives.
    body = client.get(f"/{collection}/facets?country=XX").json()
    assert body["total"] == 0
    assert body["facets"]["country"]
    assert not body["facets"]["city"]


def test_cities_are_given_with_their_positions(made_up: MakeClient) -> None:
    lost = {"id": "lost", "name": "Lost", "country": "NO", "timezone": "Europe/Oslo"}
    client = made_up(
        trip(
            stops=[{"city": "zurich"}, {"city": "lost"}], cities=[lost], topics=[], travellers=["a"]
        )
    )
    values = client.get("/trips/facets?facet=city").json()["facets"]["city"]
    assert {value["value"]: (value["latitude"], value["longitude"]) for value in values} == {
        "zurich": (47.3769, 8.5417),
        "lost": (None, None),
    }


@pytest.mark.parametrize(
    "given",
    [
        (),
        (("country", "NO"),),
        (("date_from", "2024"),),
        (("city", "oslo"), ("date", "2024-01")),
        (("topic", "topic-3"),),
        (("country", "FR"),),
    ],
)
@pytest.mark.parametrize("collection", ["trips", "meetings", "participants"])
def test_how_many_values_there_are_is_said_where_fewer_are_shown(
    made_up: MakeClient, collection: str, given: tuple[tuple[str, str], ...]
) -> None:
    cities = ("oslo", "seoul", "tokyo", "zurich")
    client = made_up(
        *(
            trip(
                id=f"trip-{number}",
                start_date=f"{2020 + number}-01-01",
                end_date=f"{2020 + number}-01-09",
                stops=[{"city": cities[number % 4]}, {"city": cities[number // 2]}],
                meetings=[
                    meeting(
                        f"m{number}-{each}", "official-one", f"official-{each}-{number % 3}",
                        city=cities[number % 4], topics=[f"topic-{number}"],
                    )
                    for each in range(number + 1)
                ],
            )
            for number in range(6)
        )
    )  # fmt: skip
    names = (
        "facet",
        "city,topic,year,title" if collection != "meetings" else "city,official,month",
    )
    whole = facets(client, collection, *given, names, ("limit", "1000"))
    for limit in (1, 2, 4):
        query = urlencode([*given, names, ("limit", str(limit))])
        body = client.get(f"/{collection}/facets?{query}").json()
        assert body["values_total"] == {
            facet: len(values) for facet, values in whole.items() if len(values) > limit
        }
