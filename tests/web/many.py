"""Four thousand made-up trips over 160 years, as skewed as a register of real ones.

A few cities and officials have most of them, there are more each decade, most say nothing but
where and when, and all that a trip can be is among them: planned, cancelled, over New Year, months
long, without a known place. The same numbers each time; nobody in them exists.
"""

import datetime
import random
from typing import Any

from tests.trips import EVIDENCE, SOURCE

TRIPS = 4000
CITIES = 560
OFFICIALS = 70
FIRST_YEAR, LAST_YEAR = 1866, 2025

_REGIONS = (
    # The middle of a region, how far its cities lie from it, how many of ten are there, countries.
    ((48.5, 11.0), (6.0, 11.0), 4, ("FR", "DE", "IT", "GB", "BE", "AT", "PL", "ES")),
    ((32.0, 37.5), (5.0, 8.0), 2, ("EG", "IL", "JO", "SA", "IQ")),
    ((30.0, 115.0), (9.0, 16.0), 2, ("CN", "JP", "KR", "VN")),
    ((12.0, -78.0), (12.0, 14.0), 1, ("MX", "CO", "PA", "PE")),
    ((-5.0, 25.0), (14.0, 8.0), 1, ("KE", "AO", "ZA")),
)
_BEGINNINGS = ("Al", "Bel", "Cor", "Dun", "El", "Fjor", "Gran", "Hol", "Is", "Jor", "Kal", "Lum")
_ENDINGS = ("bana", "dor", "ford", "grad", "heim", "ia", "kara", "mouth", "polis", "stad", "ville")
_WORDS = ("trade", "climate", "harbours", "borders", "energy", "railways", "fisheries", "aid")


def many_trips(number: int = TRIPS) -> list[dict[str, Any]]:
    """Return trips as trip files hold them."""
    chance = random.Random(1866)  # noqa: S311 - made-up data, the same each time
    cities = [_city(chance, each) for each in range(CITIES)]
    officials = [_official(each) for each in range(OFFICIALS)]
    return [_trip(chance, each, number, cities, officials) for each in range(number)]


def _skewed(chance: random.Random, number: int) -> int:
    return min(int(number ** chance.random()) - 1, number - 1)


def _city(chance: random.Random, number: int) -> dict[str, Any]:
    regions = [region for region in _REGIONS for _ in range(region[2])]
    (north, east), (tall, wide), _, countries = chance.choice(regions)
    words = (_BEGINNINGS[number % 12], _ENDINGS[number // 12 % 11], " New" * (number // 132 % 2))
    city: dict[str, Any] = {
        "id": f"city-{number}",
        "name": f"{words[2].strip()} {words[0]}{words[1]} {'I' * (number // 264)}".strip(),
        "country": countries[number % len(countries)],
        "timezone": "UTC",
    }
    if number % 40 != 39:  # Of some nobody knows where they are.
        city["latitude"] = round(chance.gauss(north, tall), 3)
        city["longitude"] = round(chance.gauss(east, wide), 3)
    return city


def _official(number: int) -> dict[str, Any]:
    long = " von der Langen-Straße" if number % 9 == 8 else ""
    family = f"{_BEGINNINGS[number % 12]}{_ENDINGS[number // 7 % 11]}son{long}"
    return {
        "id": f"official-{number}",
        "kind": "official",
        "name": f"{'ABCDEFGHIJ'[number % 10]}{number}. {family}",
        "family_name": family,
        "title": "President" if number % 4 == 3 else "Secretary of State",
        "country": "US",
        "evidence": EVIDENCE,
    }


def _trip(
    chance: random.Random,
    number: int,
    of: int,
    cities: list[dict[str, Any]],
    officials: list[dict[str, Any]],
) -> dict[str, Any]:
    # More each year, and at any time a few officials who travel.
    share = (number / of) ** 0.55
    start = datetime.date(FIRST_YEAR, 1, 1) + datetime.timedelta(
        days=int(share * (LAST_YEAR - FIRST_YEAR) * 365.2425 + chance.randrange(365))
    )
    length = 210 if number == 400 else chance.choice((1, 2, 2, 3, 3, 4, 5, 6, 9, 12))
    official = officials[min(OFFICIALS - 1, int(number / of * OFFICIALS) + chance.randrange(2))]
    stops = [cities[_skewed(chance, CITIES)] for _ in range(1 + _skewed(chance, 9))]
    used = {city["id"]: city for city in stops}
    last = start + datetime.timedelta(days=length - 1)
    names = list(dict.fromkeys(city["name"] for city in stops))
    trip: dict[str, Any] = {
        "id": f"{start.year}-{number:04}-{official['id']}",
        "title": f"{official['name']} in {', '.join(names[:6])}",
        "start_date": start.isoformat(),
        "end_date": last.isoformat(),
        "travellers": [official["id"]],
        "stops": [
            {"city": city["id"], "remarks": f"Spoke about {chance.choice(_WORDS)}."}
            for city in stops
        ],
        "sources": [SOURCE],
        "cities": list(used.values()),
        "topics": [],
        "participants": [official],
        "meetings": [],
        "quotes": [],
        "agreements": [],
        "evidence": EVIDENCE,
    }
    if number % 97 == 96:
        trip["status"] = chance.choice(("planned", "cancelled"))
    if number % 251 == 250:
        trip["stops"], trip["cities"] = [{"place": "A ship", "country": "FR"}], []
    elif number % 83 == 0:
        _record(chance, trip, official)
    return trip


def _record(chance: random.Random, trip: dict[str, Any], official: dict[str, Any]) -> None:
    """Let meetings be recorded, up to thirty, with what was said and agreed."""
    topics = [{"id": word, "name": word.capitalize()} for word in _WORDS]
    hosts = [
        {**_official(1000 + each), "title": "Foreign Minister", "country": "FR",
         "family_name": f"Host{each}", "name": f"Given Host{each}"}
        for each in range(12)
    ]  # fmt: skip
    trip["topics"], trip["participants"] = topics, [official, *hosts]
    for each in range(1 + chance.randrange(30)):
        name = f"{trip['id']}-m{each}"
        word = chance.choice(_WORDS)
        stop = chance.choice(trip["stops"])
        dated = {"date": trip["start_date"]} if chance.random() < 0.7 else {}
        who = [official["id"], *(host["id"] for host in chance.sample(hosts, 1 + each % 3))]
        trip["meetings"].append(
            {"id": name, "title": f"Talks about {word}, the {each + 1}.", "summary": "They meet.",
             "format": "in-person", "city": stop["city"], "participants": who, "topics": [word],
             "evidence": EVIDENCE, **dated}
        )  # fmt: skip
        trip["quotes"].append(
            {"id": f"{name}-q", "text": f"We spoke about {word} at length", "topics": [word],
             "speaker": official["id"], "occasion": {"when": "after", "meeting": name},
             "city": stop["city"], "evidence": EVIDENCE, **dated}
        )  # fmt: skip
        if each % 3 == 0:
            trip["agreements"].append(
                {"id": f"{name}-a", "title": f"More {word}", "summary": f"Both want more {word}.",
                 "kind": "commitment", "parties": ["US", "FR"], "meeting": name,
                 "topics": [word], "evidence": EVIDENCE}
            )  # fmt: skip
