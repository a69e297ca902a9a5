"""GeoJSON as RFC 7946 has it, and what maps do with it."""

from typing import Any

import pytest

from app.domain.collections import RESOURCES
from app.representations.geojson import FORMAT, route
from tests.client import Client, MakeClient
from tests.representations.reading import features
from tests.trips import city, meeting, trip

TYPES = {"Point": 0, "LineString": 1, "MultiLineString": 2}


def assert_valid(body: Any) -> None:
    """Raise AssertionError unless something is a feature collection as RFC 7946 has it."""
    assert body["type"] == "FeatureCollection"
    assert body.keys() == {"type", "features"}
    ids = [feature["id"] for feature in body["features"]]
    assert len(set(ids)) == len(ids)
    for feature in body["features"]:
        assert feature.keys() == {"type", "id", "geometry", "properties"}
        assert feature["type"] == "Feature"
        assert isinstance(feature["properties"], dict)
        if feature["geometry"] is not None:
            geometry = feature["geometry"]
            assert geometry.keys() == {"type", "coordinates"}
            parts = [geometry["coordinates"]]
            for _ in range(TYPES[geometry["type"]]):
                assert all(len(part) >= 2 for part in parts)
                parts = [inner for part in parts for inner in part]
            for east, north in parts:
                assert -180 <= east <= 180
                assert -90 <= north <= 90


@pytest.mark.parametrize("collection", sorted(FORMAT.lists or ()))
def test_is_valid(client: Client, collection: str) -> None:
    for path in (f"/{collection}", f"/{collection}/{RESOURCES[collection].example_id}"):
        for query in ("", "?q=nothinglikethis") if path.count("/") == 1 else ("",):
            response = client.get(f"{path}.geojson{query}")
            assert response.headers["content-type"] == "application/geo+json"
            assert_valid(response.json())


def test_longitude_comes_first(client: Client) -> None:
    (seoul,) = features(client.get("/cities/seoul.geojson").content)
    assert seoul["geometry"] == {"type": "Point", "coordinates": [126.978, 37.5665]}
    meeting_ = features(client.get("/meetings/2021-03-17-blinken-chung.geojson").content)[0]
    assert meeting_["geometry"] == seoul["geometry"]
    assert meeting_["properties"]["city"] == "Seoul"
    assert meeting_["properties"]["country"] == "South Korea"
    assert meeting_["properties"]["people"] == ["Antony Blinken", "Chung Eui-yong"]


def test_a_trip_is_its_route_its_stops_and_its_meetings(client: Client) -> None:
    found = features(client.get("/trips/2021-03-tokyo-seoul.geojson").content)
    assert found[0]["geometry"] == {
        "type": "LineString",
        "coordinates": [[139.6917, 35.6895], [126.978, 37.5665]],
    }
    by_kind = [feature["properties"]["collection"] for feature in found]
    assert by_kind[:3] == ["trips", "stops", "stops"]
    assert by_kind[3:] == ["meetings"] * client.ask("meetings", trip="2021-03-tokyo-seoul").total
    in_list = features(client.get("/trips.geojson").content)
    assert in_list == found[:3]


def test_what_has_no_position_has_none(made_up: MakeClient) -> None:
    nowhere = [meeting("a"), meeting("b", city="bare"), meeting("c", place="A ship")]
    client = made_up(
        trip(meetings=nowhere, cities=[{"id": "bare", "name": "Bare", "country": "NO"}])
    )
    for feature in features(client.get("/meetings.geojson").content):
        assert feature["geometry"] is None
    (first,) = features(client.get("/trips.geojson").content)
    assert first["geometry"] is None


def stops(*positions: tuple[float, float] | None, status: str = "held") -> list[dict[str, Any]]:
    return [
        {
            "city": at and {"latitude": at[1], "longitude": at[0]},
            "status": status,
        }
        for at in positions
    ]


def test_routes() -> None:
    a, b, c = (10.0, 50.0), (20.0, 40.0), (-30.0, 0.0)
    assert route(stops()) is None
    assert route(stops(None)) is None
    assert route(stops(a, None, a)) == {"type": "Point", "coordinates": a}
    assert route(stops(a, b, None, b, c, a)) == {
        "type": "LineString", "coordinates": [a, b, c, a]
    }  # fmt: skip
    assert route([*stops(a, b), *stops(c, status="cancelled")]) == {
        "type": "LineString", "coordinates": [a, b]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("positions", "lines"),
    [
        (
            [(170.0, 0.0), (-170.0, 10.0)],
            [[(170.0, 0.0), (180.0, 5.0)], [(-180.0, 5.0), (-170.0, 10.0)]],
        ),
        (
            [(-175.0, 10.0), (165.0, 30.0), (160.0, 30.0)],
            [[(-175.0, 10.0), (-180.0, 15.0)], [(180.0, 15.0), (165.0, 30.0), (160.0, 30.0)]],
        ),
    ],
)
def test_a_line_is_cut_at_the_date_line(positions: Any, lines: Any) -> None:
    assert route(stops(*positions)) == {"type": "MultiLineString", "coordinates": lines}


def test_a_route_over_the_date_line_is_valid(made_up: MakeClient) -> None:
    places = [
        city("apia", name="Apia", country="WS", latitude=-13.8, longitude=-171.8, timezone=None),
        city("suva", name="Suva", country="FJ", latitude=-18.1, longitude=178.4, timezone=None),
    ]
    client = made_up(trip(cities=places, stops=[{"city": "suva"}, {"city": "apia"}]))
    body = client.get("/trips.geojson").json()
    assert_valid(body)
    assert body["features"][0]["geometry"]["type"] == "MultiLineString"
