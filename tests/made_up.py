"""A few thousand made-up meetings, with all that a trip file may say of them.

The trips are those of the benchmarks, to which groups, quotes, agreements, bounds and places that
are left out are added. The same number always gives the same trips.
"""

import random
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from app.domain.vocabulary import AgreementKind
from tests.benchmarks.data import made_up_trips

WORDS = (
    "river", "bridge", "harbour", "trade", "climate", "water", "border", "treaty", "energy",
    "culture", "railway", "fishery", "satellite", "vaccine", "tariff", "airport", "lighthouse",
    "orchard", "glacier", "embassy",
)  # fmt: skip
ACCENTED = ("Söul", "Café", "naïve", "Ångström", "piñata")

_EVIDENCE = [{"source": "made-up-gazette", "text_start": "The two", "text_end": "was agreed"}]


def rich_trips(meetings: int) -> list[dict[str, Any]]:
    """Return trips with this many meetings in all, as a trip file holds them."""
    chance = random.Random(7)  # noqa: S311 - made-up data, the same each time
    trips = [_enriched(chance, number, trip) for number, trip in enumerate(made_up_trips(meetings))]
    for trip, other in pairwise(trips):
        _share(chance, trip, other)
    return trips


def _sentence(chance: random.Random) -> str:
    words = chance.choices([*WORDS, *ACCENTED], k=chance.randint(2, 6))
    return f"The {' '.join(words)} {chance.choice(['matters', 'grows', 'ends'])}."


def _enriched(chance: random.Random, number: int, trip: dict[str, Any]) -> dict[str, Any]:
    group = f"group-{number % 9}"
    trip["participants"].append(
        {"id": group, "kind": "group", "name": f"Friends of {WORDS[number % 9]}",
         "evidence": _EVIDENCE}
    )  # fmt: skip
    days = [trip["start_date"], trip["end_date"]]
    people = [part["id"] for part in trip["participants"] if part["kind"] == "official"]
    codes = sorted({part["country"] for part in trip["participants"] if "country" in part})
    topics = [part["id"] for part in trip["topics"]]
    body = f"body-{number % 5}"
    trip["organizations"] = [
        {
            "id": body,
            "name": f"Society of {WORDS[number % 5 + 9]}",
            "other_names": [f"Body{number % 5}"],
        }
    ]
    trip["participants"][0]["organization"] = body
    if chance.random() < 0.1:
        trip["status"] = chance.choice(["planned", "cancelled"])
    for stop in trip.get("stops", []):
        if chance.random() < 0.2:
            stop["status"] = chance.choice(["planned", "cancelled"])
    if chance.random() < 0.2:
        trip["stops"] += [
            {"country": "DDDE", "remarks": f"Changed planes. {_sentence(chance)}"},
            {"place": "Camp Example", "country": "XK", "arrival_date": days[0],
             "departure_date": days[0], "travellers": trip["travellers"], "evidence": _EVIDENCE},
        ]  # fmt: skip
    for part in trip["cities"]:
        place = int(part["id"].partition("-")[2])
        if place % 3 == 0:
            part |= {"other_names": [f"Ville {place}"], "identifiers": {"wikidata": f"Q{place}"}}
    for part in trip["participants"]:
        if part["kind"] == "official" and int(part["id"].partition("-")[2]) % 7 == 0:
            # Known by one name alone, as kings are, and by another.
            del part["family_name"], part["given_name"]
            part["other_names"] = [f"King {part['id'].partition('-')[2]}"]
    quotes: list[dict[str, Any]] = []
    agreements: list[dict[str, Any]] = []
    for position, meeting in enumerate(trip["meetings"]):
        meeting["title"] = f"{_sentence(chance)[:-1]} {number}-{position}"
        meeting["summary"] = _sentence(chance)
        if chance.random() < 0.2:
            meeting["participants"] = [*meeting["participants"][:2], group]
        if chance.random() < 0.1:
            del meeting["city"]
        if chance.random() < 0.1:
            meeting["country"] = chance.choice(["SUHH", "XK"])
        if chance.random() < 0.1:
            del meeting["format"]
        if chance.random() < 0.2:
            meeting["kind"] = chance.choice(["speech", "visit"])
        if chance.random() < 0.2:
            meeting["status"] = chance.choice(["planned", "cancelled"])
        if "date" in meeting and chance.random() < 0.1:
            meeting["end_date"] = min(_day_after(meeting["date"], chance.randint(1, 2)), days[1])
        if chance.random() < 0.1:
            meeting["place"] = f"Pier of {chance.choice(WORDS)}"
        if "city" in meeting and chance.random() < 0.1:
            meeting |= {"start_time": "09:30", "end_time": "10:15"}
        if position and chance.random() < 0.1:
            meeting["part_of"] = trip["meetings"][chance.randrange(position)]["id"]
        if chance.random() < 0.1:
            meeting["note"] = _sentence(chance)
        if "date" not in meeting and chance.random() < 0.5:
            field = chance.choice(["earliest_date", "latest_date"])
            meeting[field] = chance.choice(days)
        if chance.random() < 0.2:
            quotes.append(_quote(chance, f"quote-{number}-{position}", meeting, people, topics))
        if chance.random() < 0.2:
            agreements.append(
                {
                    "id": f"agreement-{number}-{position}",
                    "title": _sentence(chance),
                    "summary": _sentence(chance),
                    "kind": chance.choice(list(AgreementKind)).value,
                    "parties": sorted(set(chance.choices([*codes, body], k=2))),
                    **({"meeting": meeting["id"]} if chance.random() < 0.8 else {"place": "Pier"}),
                    **({"target_year": 2050} if chance.random() < 0.3 else {}),
                    **({"document": "made-up-gazette"} if chance.random() < 0.3 else {}),
                    **(
                        {"part_of": agreements[-1]["id"]}
                        if agreements and chance.random() < 0.3
                        else {}
                    ),
                    "topics": sorted(set(chance.choices(topics, k=2))),
                    "evidence": _EVIDENCE,
                }
            )
    return {**trip, "quotes": quotes, "agreements": agreements}


def _share(chance: random.Random, trip: dict[str, Any], other: dict[str, Any]) -> None:
    """Let two trips that follow each other meet, perhaps, in one meeting and be related."""
    if chance.random() < 0.3:
        trip["related"] = [other["id"]]
    if chance.random() < 0.3:
        other["meetings"].append({"id": chance.choice(trip["meetings"])["id"]})


def _day_after(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def _quote(
    chance: random.Random, id_: str, meeting: dict[str, Any], people: list[str], topics: list[str]
) -> dict[str, Any]:
    quote: dict[str, Any] = {
        "id": id_,
        "text": _sentence(chance),
        "speaker": chance.choice(people),
        "topics": sorted(set(chance.choices(topics, k=2))),
        "evidence": _EVIDENCE,
    }
    if chance.random() < 0.1:
        del quote["speaker"]
        quote["attribution"] = "a senior official"
    if chance.random() < 0.1:
        quote["translation"] = {"text": f"Translated: {_sentence(chance)}", "language": "nb"}
    if chance.random() < 0.8:
        when = chance.choice(["before", "during", "after"])
        quote["occasion"] = {"when": when, "meeting": meeting["id"], "audience": "reporters"}
    if chance.random() < 0.1:
        quote["text"] = [quote["text"], _sentence(chance)]
    if chance.random() < 0.1:
        quote["language"] = "ko"
    for field in ("city", "date", "end_date", "earliest_date", "latest_date"):
        if field in meeting:
            quote[field] = meeting[field]
    return quote
