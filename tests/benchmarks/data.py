"""Made-up trips, as many as are asked for, skewed as real ones are.

A few officials sit in many meetings and a few cities hold most of them; every twentieth meeting has
no day, only the bounds of its trip. The same number always gives the same trips. Nobody in them
exists: officials are called by number.
"""

import datetime
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pycountry

MEETINGS_A_TRIP = 50
PEOPLE_A_MEETING = 4
FIRST_DAY = datetime.date(2001, 1, 1)
DAYS = 20 * 365
TRIP_DAYS = 5
OFFICIALS = 5000
CITIES = 400
TOPICS = 150
FAMILIES = 1500
UNDATED_SHARE = 0.05

_SOURCE = {
    "id": "made-up-gazette",
    "title": "The made-up gazette",
    "publisher": "Nobody",
    "url": "https://example.org/gazette",
}
_EVIDENCE = [{"source": "made-up-gazette", "text_start": "The two", "text_end": "was agreed"}]


def write_trips(folder: Path, meetings: int) -> None:
    """Write trip files with this many meetings in all into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, trip in enumerate(made_up_trips(meetings)):
        (folder / f"trip-{number:06}.json").write_text(json.dumps(trip, separators=(",", ":")))


def made_up_trips(meetings: int) -> Iterator[dict[str, Any]]:
    """Yield trips with this many meetings in all, as a trip file holds them."""
    chance = random.Random(2021)  # noqa: S311 - made-up data, the same each time
    codes = sorted(country.alpha_2 for country in pycountry.countries)
    chance.shuffle(codes)
    for number in range(0, meetings, MEETINGS_A_TRIP):
        size = min(MEETINGS_A_TRIP, meetings - number)
        yield _trip(chance, number // MEETINGS_A_TRIP, size, codes)


def _skewed(chance: random.Random, number: int) -> int:
    """Return a number below `number`, the small ones far more often than the large."""
    return min(int(number ** chance.random()) - 1, number - 1)


def _trip(chance: random.Random, number: int, size: int, codes: list[str]) -> dict[str, Any]:
    start = FIRST_DAY + datetime.timedelta(days=chance.randrange(DAYS))
    cities = sorted({_skewed(chance, CITIES) for _ in range(3)})
    topics = sorted({_skewed(chance, TOPICS) for _ in range(8)})
    people = sorted({_skewed(chance, OFFICIALS) for _ in range(12)})
    while len(people) < PEOPLE_A_MEETING:
        people = sorted({*people, chance.randrange(OFFICIALS)})
    meetings = [
        _meeting(chance, f"{number:06}-{place:02}", start, cities, topics, people)
        for place in range(size)
    ]
    return {
        "id": f"trip-{number:06}",
        "title": f"Trip {number}",
        "summary": f"A made-up journey, the {number}th.",
        "start_date": start.isoformat(),
        "end_date": (start + datetime.timedelta(days=TRIP_DAYS - 1)).isoformat(),
        "travellers": [f"official-{people[0]}"],
        "stops": [{"city": f"city-{city}"} for city in cities],
        "sources": [_SOURCE],
        "cities": [
            {
                "id": f"city-{city}",
                "name": f"City {city}",
                "country": codes[_country_of(city)],
                "latitude": city % 90,
                "longitude": city % 180,
                "timezone": "UTC",
            }
            for city in cities
        ],
        "topics": [{"id": f"topic-{topic}", "name": f"Topic {topic}"} for topic in topics],
        "participants": [
            {
                "id": f"official-{person}",
                "kind": "official",
                "name": f"Given{person} Family{person % FAMILIES}",
                "family_name": f"Family{person % FAMILIES}",
                "given_name": f"Given{person}",
                "title": f"Minister of Matter {person % 40}",
                "country": codes[person % 120],
                "evidence": _EVIDENCE,
            }
            for person in people
        ],
        "meetings": meetings,
        "quotes": [],
        "agreements": [],
        "evidence": _EVIDENCE,
    }


def _country_of(city: int) -> int:
    return city % 90


def _meeting(
    chance: random.Random,
    name: str,
    start: datetime.date,
    cities: list[int],
    topics: list[int],
    people: list[int],
) -> dict[str, Any]:
    day = start + datetime.timedelta(days=chance.randrange(TRIP_DAYS))
    dated = {"date": day.isoformat()} if chance.random() > UNDATED_SHARE else {}
    return {
        "id": f"meeting-{name}",
        "title": f"Meeting {name}",
        "summary": "The sides spoke about what lay between them and agreed to speak again.",
        "format": "virtual" if chance.random() < 0.1 else "in-person",
        **dated,
        "city": f"city-{chance.choice(cities)}",
        "participants": [
            f"official-{person}" for person in sorted(chance.sample(people, PEOPLE_A_MEETING))
        ],
        "topics": [
            f"topic-{topic}" for topic in sorted(chance.sample(topics, min(2, len(topics))))
        ],
        "evidence": _EVIDENCE,
    }
