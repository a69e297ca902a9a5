"""Made-up trips, written as trip files: a test says what matters, and the rest is filled in.

Whoever and whatever a trip speaks of is listed in it by itself: `meeting("a", city="oslo")` brings
the city along, and a participant who is not described is named after the id.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

Part = dict[str, Any]

FIRST_DAY, LAST_DAY = "2024-01-01", "2024-12-31"

EVIDENCE = [{"source": "bulletin", "text_start": "The first words", "text_end": "the last words"}]

SOURCE = {
    "id": "bulletin",
    "title": "Bulletin",
    "publisher": "Example Ministry",
    "url": "https://example.org/bulletin",
}

PLACES = {
    "oslo": ("Oslo", "NO", 59.9139, 10.7522, "Europe/Oslo"),
    "sao-paulo": ("São Paulo", "BR", -23.5505, -46.6333, "America/Sao_Paulo"),
    "seoul": ("Seoul", "KR", 37.5665, 126.9780, "Asia/Seoul"),
    "tokyo": ("Tokyo", "JP", 35.6895, 139.6917, "Asia/Tokyo"),
    "zurich": ("Zürich", "CH", 47.3769, 8.5417, "Europe/Zurich"),
}


def city(id_: str, **fields: Any) -> Part:
    """Return a city of a trip file; one in `PLACES` needs no fields."""
    name, country, latitude, longitude, timezone = PLACES.get(
        id_, (_words(id_), "NO", 60.0, 10.0, "Europe/Oslo")
    )
    place = {"name": name, "country": country, "latitude": latitude, "longitude": longitude}
    return {"id": id_, **place, "timezone": timezone, **fields}


def topic(id_: str, **fields: Any) -> Part:
    """Return a topic of a trip file."""
    return {"id": id_, "name": _words(id_), **fields}


def official(id_: str, *, name: str = "", family_name: str = "", **fields: Any) -> Part:
    """Return an official: `official-one` is Official One, with the family name One."""
    name = name or _words(id_)
    family_name = family_name or name.split()[-1]
    given_name = name.removesuffix(family_name).removeprefix(family_name).strip()
    person = {"id": id_, "kind": "official", "name": name, "family_name": family_name}
    if given_name:
        person["given_name"] = given_name
    office = {"title": "Minister of Examples", "country": "NO"}
    return {**person, **office, "evidence": EVIDENCE, **fields}


def group(id_: str, **fields: Any) -> Part:
    """Return a group of people; ids that begin with `group` stand for one by themselves."""
    return {"id": id_, "kind": "group", "name": _words(id_), "evidence": EVIDENCE, **fields}


def meeting(id_: str, *participants: str, **fields: Any) -> Part:
    """Return a meeting, of Official One where no participants are given."""
    what = {"title": f"Meeting {id_}", "summary": "They meet.", "format": "in-person"}
    who = list(participants) or ["official-one"]
    return {"id": id_, **what, "participants": who, "evidence": EVIDENCE, **fields}


def quote(id_: str, **fields: Any) -> Part:
    """Return a quote, of Official One where no speaker is given."""
    return {
        "id": id_,
        "text": f"Words of {id_}",
        "speaker": "official-one",
        "evidence": EVIDENCE,
        **fields,
    }


def agreement(id_: str, meeting_id: str, **fields: Any) -> Part:
    """Return an agreement settled at a meeting."""
    what = {"title": f"Agreement {id_}", "summary": "They agree.", "kind": "pledge"}
    return {
        "id": id_,
        **what,
        "parties": ["NO"],
        "meeting": meeting_id,
        "evidence": EVIDENCE,
        **fields,
    }


def trip(
    id_: str = "example-trip",
    *,
    participants: Iterable[Part] = (),
    cities: Iterable[Part] = (),
    topics: Iterable[Part] = (),
    **fields: Any,
) -> Part:
    """Return a trip; what its parts refer to and is not given is added to its lists."""
    whole = {
        "id": id_,
        "title": f"Trip {id_}",
        "summary": "A trip that never was.",
        "start_date": FIRST_DAY,
        "end_date": LAST_DAY,
        "travellers": ["official-one"],
        "sources": [SOURCE],
        "evidence": EVIDENCE,
        **fields,
    }
    meetings, quotes = whole.get("meetings", []), whole.get("quotes", [])
    records = [*meetings, *quotes, *whole.get("agreements", [])]
    people = [
        *whole["travellers"],
        *(person for part in meetings for person in part["participants"]),
    ]
    people += [part["speaker"] for part in quotes]
    places = [part["city"] for part in (*whole.get("stops", []), *records) if part.get("city")]
    about = [topic_id for part in records for topic_id in part.get("topics", [])]
    whole["participants"] = _completed(participants, people, _person)
    whole["cities"] = _completed(cities, places, city)
    whole["topics"] = _completed(topics, about, topic)
    return whole


def write_trips(folder: Path, trips: Iterable[Part]) -> list[Path]:
    """Write trip files into a folder; return their paths, in the order of the trips."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for part in trips:
        path = folder / f"{part['id']}.json"
        path.write_text(json.dumps(part, ensure_ascii=False), "utf-8")
        paths.append(path)
    return paths


@contextmanager
def loaded_at(time: str = "2026-01-01T00:00:00Z") -> Iterator[None]:
    """Have loads take place at this time, as the records say it."""
    with patch("app.ingest.loader.time_of_load", lambda: time):
        yield


def _person(id_: str) -> Part:
    return group(id_) if id_.startswith("group") else official(id_)


def _completed(given: Iterable[Part], mentioned: Iterable[str], make: Any) -> list[Part]:
    parts = {part["id"]: part for part in given}
    for id_ in mentioned:
        if id_ not in parts:
            parts[id_] = make(id_)
    return list(parts.values())


def _words(id_: str) -> str:
    return id_.replace("-", " ").title()
