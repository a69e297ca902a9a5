"""Texts about a record for several formats: where it was, who took part, what it rests on."""

from collections.abc import Iterator
from typing import NamedTuple

from app.representations.formats import Document
from app.representations.wording import spoken

UNKNOWN_DAY = "Day not stated: "
"""What a title begins with where a format has to give some day for one that is unknown."""


def title(record: Document) -> str:
    """Return what a record is called: its title or name, or the words of a quote."""
    if "text" in record:
        said = record["speaker"]["name"] if record["speaker"] else record["attribution"]
        words = f"“{shortened(record['text'], 120)}”"
        return f"{said}: {words}" if said else words
    # The title of a person is an office.
    return str(record.get("name") or record.get("title") or record["id"])


def shortened(text: str, most: int) -> str:
    """Return a text; if it has more than `most` characters, cut it at a word, with an ellipsis."""
    if len(text) <= most:
        return text
    return text[:most].rpartition(" ")[0] + " …"


def location(record: Document) -> str:
    """Return where, from narrow to wide: "Akasaka Palace, Tokyo, Japan"; "" if not stated."""
    city = record.get("city")
    parts = (record.get("place"), city and city["name"], country(record))
    return ", ".join(dict.fromkeys(part for part in parts if part))


def visited(trip: Document) -> list[Document]:
    """Return the stops of a trip without those that were cancelled, unless all of it was."""
    stops: list[Document] = trip["stops"]
    if trip["status"] == "cancelled":
        return stops
    return [stop for stop in stops if stop["status"] != "cancelled"]


def country(record: Document) -> str | None:
    """Return the name of the country that a record states, or that its city is in."""
    # Beside a city, the country is what the source calls it.
    found = record.get("country") or (record.get("city") or {}).get("country")
    return found and found["name"]


def position(record: Document) -> tuple[float, float] | None:
    """Return degrees north and east of a record, or of its city; None where they are not known."""
    place = record.get("city") or record
    if place.get("latitude") is None or place.get("longitude") is None:
        return None
    return place["latitude"], place["longitude"]


def people(record: Document) -> list[Document]:
    """Return who takes part in a meeting or agreement, travels, or speaks."""
    speaker = [record["speaker"]] if record.get("speaker") else []
    found: list[Document] = record.get("participants") or record.get("travellers") or speaker
    return found


def office(person: Document) -> str:
    """Return what somebody is: "Secretary of State, United States"; "" if nothing is stated."""
    names = [(person[of] or {}).get("name") for of in ("organization", "country")]
    return ", ".join(part for part in (person["title"], *names) if part)


class Passage(NamedTuple):
    """The words of a source that a record rests on, and the address that opens it at them."""

    words: str
    url: str | None


def passages(record: Document) -> Iterator[Passage]:
    """Yield the passages that a record rests on."""
    for part in record.get("evidence", ()):
        words = " … ".join(part[at] for at in ("text_start", "text_end") if part[at])
        page = f"page {part['page']}" if part["page"] else None
        where = ", ".join(filter(None, (part["source"], part["locator"] or page)))
        yield Passage(spoken(words) if words else where, part["url"])
