"""What the picture of each record shows."""

from collections.abc import Iterable, Sequence

from app.representations.formats import Document
from app.representations.letters import drawable, shown
from app.representations.parts import office, speaker
from app.representations.picture import Card, Mark
from app.representations.wording import begun, counted, place, span, spoken, when

MAX_NAMES = 4
"""How many names of people or places are written out."""
_KINDS = {"organizations": "Organization", "topics": "Topic", "sources": "Source"}


def trip_card(trip: Document, quotes: int, agreements: int) -> Card:
    """Return the card of a trip: its days, what came of it, and its way."""
    stops = [stop for stop in trip["stops"] if stop["status"] != "cancelled"]
    names = [_place(stop) for stop in stops]
    # Consecutive stops at one place are named once.
    way = [name for name, before in zip(names, [None, *names], strict=False) if name != before]
    came = [counted(len(trip["meetings"]), "meeting")]
    came += [counted(quotes, "quote")] if quotes else []
    came += [counted(agreements, "agreement")] if agreements else []
    state = "" if trip["status"] == "held" else f", {trip['status']}"
    return Card(
        f"Trip · {span(trip['start_date'], trip['end_date'])}{state}",
        shown(trip, trip["title"]),
        (*([_listed(came)] if trip["meetings"] else []), _few(filter(None, way), " → ", "more")),
        tuple(mark for stop in stops if (mark := _mark(stop["city"]))),
        is_route=True,
    )


def meeting_card(meeting: Document) -> Card:
    """Return the card of a meeting: its day, its place, and who took part."""
    people = (shown(each, each["name"]) for each in meeting["participants"])
    return _dated("Meeting", meeting, shown(meeting, meeting["title"]), _few(people, ", ", "more"))


def quote_card(quote: Document) -> Card:
    """Return the card of a quote: the words, and who said them where and when."""
    translated = quote["translation"] and quote["translation"]["text"]
    words = (spoken(text) for text in (quote["text"], translated) if text)
    return _dated(speaker(quote), quote, shown(quote, *words))


def agreement_card(agreement: Document) -> Card:
    """Return the card of an agreement: its kind, its day, and its parties."""
    kind = begun(agreement["kind"].replace("-", " "))
    parties = (shown(party, party["name"]) for party in agreement["parties"])
    return _dated(
        kind, agreement, shown(agreement, agreement["title"]), _few(parties, ", ", "more")
    )


def participant_card(person: Document, trips: int, cities: Iterable[Mark]) -> Card:
    """Return the card of a participant: the office, the numbers, and where they went."""
    above = office(person) or ("A group" if person["kind"] == "group" else "Official")
    numbers = [counted(trips, "trip")] if trips else []
    numbers.append(f"{counted(person['meetings_total'], 'meeting')} recorded")
    return Card(
        above,
        shown(person, person["name"], *person["other_names"]),
        (_listed(numbers),),
        tuple(cities),
    )


def city_card(city: Document, trips: int) -> Card:
    """Return the card of a city: how many trips went there."""
    mark = _mark(city)
    numbers = (f"{counted(trips, 'official trip')} with a stop there",)
    return Card(
        city["country"]["name"],
        shown(city, city["name"], *city["other_names"]),
        numbers,
        (mark,) if mark else (),
    )


def reference_card(collection: str, record: Document, trips: int, cities: Iterable[Mark]) -> Card:
    """Return the card of an organization, a topic or a source, and where its trips went."""
    names = (record.get("name"), record.get("title"), *record.get("other_names", ()))
    return Card(_KINDS[collection], shown(record, *names), (counted(trips, "trip"),), tuple(cities))


def trips_card(total: int, years: Sequence[str], cities: Iterable[Mark]) -> Card:
    """Return the card of all trips: how many, from when to when, and where they went."""
    period = "–".join(dict.fromkeys((years[0], years[-1]))) if years else ""  # noqa: RUF001 - a range
    title = ", ".join(filter(None, (counted(total, "official trip"), period)))
    about = ("Whom officials met, where and when, what was said and agreed.",)
    return Card("Every entry leads to its source", title, about, tuple(cities))


def _dated(kind: str, record: Document, title: str, *lines: str) -> Card:
    where = ", ".join(filter(None, (when(record), _place(record))))
    mark = _mark(record["city"])
    return Card(f"{kind} · {where}", title, lines, (mark,) if mark else ())


def _place(record: Document) -> str:
    """Return where it was, in letters that a picture can show."""
    city = record["city"]
    return drawable(place(record)) or (shown(city, city["name"]) if city else "")


def _mark(city: Document | None) -> Mark | None:
    if city is None or city["latitude"] is None:
        return None
    return Mark(city["longitude"], city["latitude"], shown(city, city["name"]))


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _few(names: Iterable[str], between: str, more: str) -> str:
    found = list(names)
    rest = f" and {len(found) - MAX_NAMES} {more}" if len(found) > MAX_NAMES else ""
    return between.join(found[:MAX_NAMES]) + rest
