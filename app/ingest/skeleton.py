"""A trip file to be filled in: what the database knows is there, the rest are blanks."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from app.domain.names import fold

Find = Callable[[str, str], dict[str, Any] | None]
"""Returns the record of a collection with an id, as it is served, or None."""


def skeleton(
    find: Find,
    trip: str,
    officials: Sequence[str] = (),
    cities: Sequence[str] = (),
    sources: Sequence[str] = (),
) -> str:
    """Return a trip file with comments, which is right once what follows `TODO` is filled in.

    People, cities and sources that `find` finds are referred to; the others are to be defined.
    """
    source = next(iter(sources), "TODO-source")
    parts = [
        "# yaml-language-server: $schema=trip.schema.json",
        "# Replace every TODO and delete what you do not need; seed/README.md explains each field.",
        "",
        f"id: {trip}",
        f"title: {_written(words_of(trip))}  # TODO",
        "summary: TODO",
        "start_date: TODO  # as 2021-03-15",
        "end_date: TODO",
        "travellers:",
        *(f"  - {official}" for official in officials or ["TODO-official"]),
        "stops:",
        *(line for city in cities or ["TODO-city"] for line in (f"  - city: {city}",)),
        "evidence:",
        *_evidence(source),
        "",
        "sources:",
    ]
    for id_ in sources or ["TODO-source"]:
        parts += _source(id_, find("sources", id_))
    parts += ["", "cities:"]
    for id_ in cities or ["TODO-city"]:
        parts += _city(id_, find("cities", id_))
    parts += ["", "participants:"]
    for id_ in officials or ["TODO-official"]:
        parts += _official(id_, find("participants", id_), source)
    first = next(iter(officials), "TODO-official")
    city = next(iter(cities), "TODO-city")
    parts += [
        "",
        "meetings:",
        f"  - id: {trip}-meeting  # better: its day and who met, as 2021-03-17-blinken-chung",
        "    title: TODO",
        "    date: TODO  # or earliest_date and latest_date, or nothing",
        f"    city: {city}",
        "    # format: in-person  # if the source says so",
        "    participants:",
        f"      - {first}",
        "    evidence:",
        *_evidence(source, "      "),
        "",
        "# quotes:",
        "#   - id: TODO",
        "#     text: TODO  # to the character what stands between the quotation marks",
        f"#     speaker: {first}",
        "#     evidence:",
        *(f"#{line}" for line in _evidence(source, "      ")),
        "",
        "# agreements:",
        "#   - id: TODO",
        "#     title: TODO",
        "#     kind: commitment",
        "#     parties: [US]",
        f"#     meeting: {trip}-meeting",
        "#     evidence:",
        *(f"#{line}" for line in _evidence(source, "      ")),
    ]
    return "\n".join(parts) + "\n"


def _evidence(source: str, indent: str = "  ") -> list[str]:
    return [
        f"{indent}- source: {source}",
        f"{indent}  text_start: TODO  # the first three to six words of the passage",
        f"{indent}  text_end: TODO  # the last three to six",
    ]


def _source(id_: str, known: dict[str, Any] | None) -> list[str]:
    if known:
        return [f"  - id: {id_}  # {_shown(known['title'])}"]
    return [
        f"  - id: {id_}", "    title: TODO", "    publisher: TODO",
        "    url: TODO  # or citation:", "    # published: 2021-03-18",
    ]  # fmt: skip


def _city(id_: str, known: dict[str, Any] | None) -> list[str]:
    if known:
        return [f"  - id: {id_}  # {_shown(known['name'])}, {known['country']['name']}"]
    return [
        f"  - id: {id_}",
        f"    name: {_written(words_of(id_))}",
        "    country: TODO  # as JP",
        "    # latitude: 35.6895",
        "    # longitude: 139.6917",
        "    # timezone: Asia/Tokyo",
    ]


def _official(id_: str, known: dict[str, Any] | None, source: str) -> list[str]:
    office = known or {}
    country, organization = office.get("country"), office.get("organization")
    lines = [f"  - id: {id_}" + (f"  # {_shown(office['name'])}" if known else "")]
    if not known:
        name = words_of(id_)
        lines += [
            "    kind: official",
            f"    name: {_written(name)}",
            f"    family_name: {_written(name.split()[-1])}  # leave it out if there is none",
        ]
    title = _written(office["title"]) if office.get("title") else "TODO"
    lines.append(f"    title: {title}  # on this trip")
    if country or not organization:
        lines.append(f"    country: {country['code'] if country else 'TODO  # as JP'}")
    if organization:
        lines.append(f"    organization: {organization['id']}")
    return [*lines, "    evidence:", *_evidence(source, "      ")]


def words_of(id_: str) -> str:
    """Return a first guess at a name, or a blank for an id that is one itself."""
    if id_.startswith("TODO"):
        return "TODO"
    return " ".join(word.capitalize() for word in fold(id_).split())


def _written(text: str) -> str:
    """Return text as YAML takes it: in quotes where it has to be."""
    plain = text and all(character.isalnum() or character in " .,'-" for character in text)
    return text if plain and text[0].isalpha() and text.lower() not in _WORDS else json.dumps(
        text, ensure_ascii=False
    )  # fmt: skip


_WORDS = {"null", "true", "false"}
"""What YAML would read as something else than text."""


def _shown(text: str) -> str:
    return " ".join(text.split())
