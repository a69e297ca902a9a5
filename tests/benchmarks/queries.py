"""What is asked in the benchmarks: every filter alone, the common pairs, and a mix of them all.

The queries are made from the first made-up meetings, which data of every size begins with. They
fill a page in the smallest data, and so in all: what differs between sizes is only how many match.
A day or a meeting cannot; their answers are small.
"""

import datetime
import random
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from app.query.dates import read_date
from tests.benchmarks.data import DAYS, FIRST_DAY, made_up_trips

PAGE = 20
MAX_MADE_FROM = 10_000
MOST = 5_000
"""How many queries there are of a kind, at most."""

MIX = "mix"

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Asked:
    """One query: its kind, and the parameters as Readout takes them."""

    kind: str
    parameters: Pairs

    @property
    def query_string(self) -> str:
        """The query string for Readout."""
        return urlencode([*self.parameters, ("limit", PAGE)])

    @property
    def plain(self) -> dict[str, str]:
        """The parameters for services that know days only: from the first to the last."""
        plain: dict[str, str] = {}
        for name, value in self.parameters:
            if name == "date":
                plain["date_from"], plain["date_to"] = _days(value)
            else:
                plain[name] = value
        return plain


def _days(date: str) -> tuple[str, str]:
    days = read_date(date)
    if days is None:
        raise ValueError(f"{date} is no date")
    return days


@dataclass(frozen=True)
class _Fact:
    """What a meeting is found by."""

    first: str
    last: str
    values: dict[str, tuple[str, ...]]


def _facts(meetings: int) -> Iterator[_Fact]:
    for trip in made_up_trips(meetings):
        country_of = {city["id"]: city["country"] for city in trip["cities"]}
        for meeting in trip["meetings"]:
            yield _Fact(
                meeting.get("date", trip["start_date"]),
                meeting.get("date", trip["end_date"]),
                {
                    "city": (meeting["city"],),
                    "country": (country_of[meeting["city"]],),
                    "official": tuple(meeting["participants"]),
                    "trip": (trip["id"],),
                    "topic": tuple(meeting["topics"]),
                    "meeting": (meeting["id"],),
                    "format": (meeting["format"],),
                },
            )


def make_queries(meetings: int) -> dict[str, list[Asked]]:
    """Return distinct queries of each kind, and the mix, for data of this many meetings or more."""
    chance = random.Random(2021)  # noqa: S311 - the same queries each time
    facts = list(_facts(min(meetings, MAX_MADE_FROM)))
    found: dict[str, list[Pairs]] = {"no filter": [()]}
    for kind, length, least in (("day", 10, 1), ("month", 7, PAGE), ("year", 4, PAGE)):
        days = Counter(fact.first[:length] for fact in facts)
        found[kind] = [(("date", day),) for day, number in days.items() if number >= least]
    ordered = sorted(fact.first for fact in facts)
    every_day = [(FIRST_DAY + datetime.timedelta(days=day)).isoformat() for day in range(DAYS)]
    found["date from"] = [(("date_from", day),) for day in every_day if day <= ordered[-PAGE]]
    found["date to"] = [(("date_to", day),) for day in every_day if day >= ordered[PAGE - 1]]
    for name in ("city", "country", "official", "trip", "topic", "meeting", "format"):
        found[name] = [((name, value),) for value in _frequent(facts, name)]
    for name in ("official", "city"):
        found[f"{name} + dates"] = list(_with_dates(chance, facts, name))
    for name, other in (("topic", "country"), ("official", "city")):
        found[f"{name} + {other}"] = _frequent_pairs(facts, name, other)
    queries = {}
    for kind, asked in found.items():
        chance.shuffle(asked)
        queries[kind] = [Asked(kind, parameters) for parameters in asked[:MOST]]
    mix = [Asked(MIX, asked.parameters) for kind in queries.values() for asked in kind]
    chance.shuffle(mix)
    return {**{kind: asked for kind, asked in queries.items() if asked}, MIX: mix}


def _frequent(facts: Iterable[_Fact], name: str) -> list[str]:
    counts = Counter(value for fact in facts for value in fact.values[name])
    least = 1 if name == "meeting" else PAGE
    return [value for value, number in counts.items() if number >= least]


def _frequent_pairs(facts: Iterable[_Fact], name: str, other: str) -> list[Pairs]:
    counts = Counter(
        (one, another)
        for fact in facts
        for one in fact.values[name]
        for another in fact.values[other]
    )
    return [
        ((name, one), (other, another))
        for (one, another), number in counts.items()
        if number >= PAGE
    ]


def _with_dates(chance: random.Random, facts: list[_Fact], name: str) -> Iterator[Pairs]:
    """Yield a value with a range of days that holds a page of its meetings, those asked most often
    being those that most meetings have."""
    days: dict[str, list[str]] = {}
    for fact in sorted(facts, key=lambda fact: fact.first):
        for value in fact.values[name]:
            days.setdefault(value, []).append(fact.first)
    seen: set[Pairs] = set()
    for _ in range(10 * MOST):
        value = chance.choice(chance.choice(facts).values[name])
        start, end = sorted(chance.choices(range(DAYS), k=2))
        first, last = (
            (FIRST_DAY + datetime.timedelta(days=day)).isoformat() for day in (start, end)
        )
        within = bisect_right(days[value], last) - bisect_left(days[value], first)
        asked = ((name, value), ("date_from", first), ("date_to", last))
        if within >= PAGE and asked not in seen:
            seen.add(asked)
            yield asked
            if len(seen) == MOST:
                return


Reduced = list[tuple[Any, ...]]


def reduced(items: Iterable[dict[str, Any]]) -> Reduced:
    """Return what the items of all services have in common, to be compared."""
    return [
        (
            item["id"],
            item["title"],
            item["date"],
            (item["city"]["id"], item["city"]["name"]),
            sorted(
                (person["id"], person["name"], person["title"]) for person in item["participants"]
            ),
        )
        for item in items
    ]
