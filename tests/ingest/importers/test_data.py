"""The tables of the importers agree with themselves, with countries and with time zones."""

import csv
from pathlib import Path

import pytest

from app.ingest.importers import places
from app.ingest.warnings import warnings_of
from tests.trips import city, trip, write_trips

DATA = Path(places.__file__).with_name("data")


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_place_has_one_city_and_every_city_a_place() -> None:
    cities = [row["id"] for row in rows("cities.csv")]
    found = {(row["place"], row["country"]): row["city"] for row in rows("places.csv")}
    assert len(cities) == len(set(cities)) > 500
    assert len(found) == len(rows("places.csv")) > 600
    assert set(found.values()) == set(cities)


def test_cities_are_where_their_country_and_zone_are(tmp_path: Path) -> None:
    """What `check` warns of in trip files, it would warn of here."""
    cities = [
        city(
            row["id"], name=row["name"], country=row["country"], timezone=row["timezone"],
            latitude=float(row["latitude"]), longitude=float(row["longitude"]),
        )
        for row in rows("cities.csv")
    ]  # fmt: skip
    stops = [{"city": one["id"]} for one in cities]
    paths = write_trips(tmp_path, [trip("all", cities=cities, stops=stops)])
    # Towns may lie beside each other, as Hull and Ottawa do.
    found = [str(one) for one in warnings_of(paths) if "looks like" not in one.message]
    assert found == []


def test_the_countries_of_places_are_known() -> None:
    known = {row["id"]: row["country"] for row in rows("cities.csv")}
    for row in rows("places.csv"):
        assert places.code_of(row["country"]) or places.codes_of(row["country"]), row
        assert places.city_of(row["place"], row["country"]) is not None
        assert known[row["city"]]


@pytest.mark.parametrize(
    ("place", "country"),
    [
        ("Potosi", "Mexico"),
        ("Yongsan", "Korea, Republic of"),
        ("Nuevo Guerrero", "Mexico"),
        ("San Jose", "Guatemala"),
        ("Uzumlu", "Turkey"),
        ("Colleville", "France"),
        ("Newcastle", "United Kingdom"),
        ("Nauheim", "Germany"),
        ("Normandy", "France"),
        ("Frankfurt", "Germany"),
    ],
)
def test_what_is_not_certain_is_not_in_the_table(place: str, country: str) -> None:
    assert places.city_of(place, country) is None


def test_travellers_are_named_with_what_their_names_have() -> None:
    for row in rows("travellers.csv"):
        assert row["family_name"] in row["name"], row
        assert row["who"].startswith(row["family_name"].lower()), row
    assert sum(bool(row["president_from"]) for row in rows("travellers.csv")) == 21
