"""Where a register says that somebody was: countries by written name and day, places, cities.

Which city a written place is today is a reviewed table, positions from GeoNames: never a search.
"""

import csv
import datetime
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from app.domain.countries import code_of, codes_of, country_name
from app.domain.names import fold
from app.ingest.importers.base import Part

_DATA = Path(__file__).parent / "data"

# Former states: the last day on which a name that a present state has, too, meant them.
_LAST_DAYS = {
    "BUMM": "1989-06-17", "BYAA": "1992-06-14", "DYBJ": "1975-11-29", "GEHH": "1979-07-11",
    "HVBF": "1984-08-03", "NHVU": "1980-07-29", "RHZW": "1980-04-17", "SKIN": "1975-05-15",
    "TPTL": "2002-05-19", "ZRCD": "1997-05-16",
}  # fmt: skip
_FIRST_DAYS = {"ZRCD": "1971-10-27"}

_WRITTEN = {
    "Democratic Republic of the Congo (Zaire)": ("CD", "ZRCD"),
    "Federation of Malaya": ("MY",),
    "Gambia, The": ("GM",),
    "Khmer Republic": ("KH",),
    "Khmer Republic (Cambodia)": ("KH",),
    "Malagasy Republic": ("MG",),
    "North Yemen": ("YE",),
    "Republic of Vietnam": ("VN",),
    "Southern Rhodesia (Zimbabwe)": ("ZW", "RHZW"),
    "Union of South Africa": ("ZA",),
    "Vietnam, Republic of": ("VN",),
    "Yemen Arab Republic": ("YE",),
}
"""What registers write beside the names that countries are found under."""

_WITH_ARTICLE = re.compile(
    r"^(United|Soviet|Netherlands|Philippines|Bahamas|Maldives|Gambia|Comoros|Seychelles|"
    r"Central African Rep|Democratic Rep|Dominican Rep|Republic of|Trust Territory|"
    r"Caribbean Neth)|Islands$"
)
_ONE_PLACE = re.compile(r"\bMexico,? D\. ?F\.")
_BETWEEN = re.compile(r",(?![^(]*\))|;")


def country_of(written: str, start: datetime.date) -> str | None:
    """Return the code of the country that a register wrote of that day, or None.

    A name that was a former state's means it up to its last day: Burma in 1956, Zaire.
    """
    codes = _WRITTEN.get(written) or codes_of(written)
    day = start.isoformat()
    for code in codes:
        if code in _LAST_DAYS and _FIRST_DAYS.get(code, "") <= day <= _LAST_DAYS[code]:
            return code
    if written in _WRITTEN:
        return codes[0]
    return code_of(written)


def in_a_sentence(country: str) -> str:
    """Return the everyday name of a country as it stands in a sentence: the Netherlands."""
    name = country_name(country)
    return f"the {name}" if _WITH_ARTICLE.search(name) else name


def split_places(locale: str) -> tuple[str, ...]:
    """Return the places that a register lists in one field, as written, in their order.

    A comma in parentheses separates nothing, and neither does that of Mexico, D.F.
    """
    held = _ONE_PLACE.sub(lambda found: found[0].replace(",", "\0"), locale)
    pieces = (piece.replace("\0", ",").strip() for piece in _BETWEEN.split(held))
    return tuple(piece for piece in pieces if piece)


@cache
def _cities() -> dict[str, Part]:
    """Return the cities of the reviewed table by id, with every spelling that leads there."""
    with (_DATA / "cities.csv").open(encoding="utf-8", newline="") as file:
        cities = {
            row["id"]: {
                "id": row["id"],
                "name": row["name"],
                "country": row["country"],
                "latitude": float(row["latitude"]),
                "longitude": float(row["longitude"]),
                "timezone": row["timezone"],
                "identifiers": {"geonames": row["geonames"]},
            }
            for row in csv.DictReader(file)
        }
    spellings: dict[str, dict[str, None]] = {}
    for row in _rows():
        bare = re.sub(r"\s*\([^)]*\)", "", row["place"])
        if bare != cities[row["city"]]["name"]:
            spellings.setdefault(row["city"], {})[bare] = None
    for id_, names in spellings.items():
        cities[id_]["other_names"] = list(names)
    return cities


def _rows() -> Iterator[dict[str, str]]:
    with (_DATA / "places.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _key(place: str, country: str) -> tuple[str, str]:
    return " ".join(place.replace(",", " ").split()), country.replace("\u2019", "'")


@cache
def _cities_of_places() -> dict[tuple[str, str], str]:
    return {_key(row["place"], row["country"]): row["city"] for row in _rows()}


@cache
def _cities_by_name() -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for id_, city in _cities().items():
        for name in (city["name"], *city.get("other_names", ())):
            known = found.setdefault((fold(name), city["country"]), [])
            if id_ not in known:
                known.append(id_)
    return found


def city_of(place: str, country: str) -> Part | None:
    """Return today's city of a place and a country as a register writes both, or None."""
    id_ = _cities_of_places().get(_key(place, country))
    return _cities()[id_] if id_ else None


def city_named(name: str, code: str) -> Part | None:
    """Return the one city of the table with a name in the country with a code, or None."""
    found = _cities_by_name().get((fold(name), code), [])
    return _cities()[found[0]] if len(found) == 1 else None


def codes_of_city(name: str) -> list[str]:
    """Return the codes of the countries in which the table has a city of this name."""
    return [code for folded, code in _cities_by_name() if folded == fold(name)]


def listed(names: Iterable[str], at_most: int = 4) -> str:
    """Return names as a sentence lists them, without repetition: A, B and C."""
    some = list(dict.fromkeys(names))
    if len(some) > at_most:
        more = len(some) - at_most + 1
        some = [*some[: at_most - 1], f"{more} more countries"]
    if len(some) < 2:
        return "".join(some)
    return f"{', '.join(some[:-1])} and {some[-1]}"
