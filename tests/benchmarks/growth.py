"""What each kind of question costs as the data grows, one request at a time.

The questions of a kind are all different, so that no answer is remembered, though the sets and the
names that some have in common are; they name what data of every size begins with.
"""

import datetime
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import pairwise, permutations
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.benchmarks import servers
from tests.benchmarks.data import DAYS, FIRST_DAY, made_up_trips
from tests.benchmarks.databases import Made
from tests.benchmarks.plan import Plan, say
from tests.benchmarks.servers import Server
from tests.benchmarks.tables import Table

MAX_QUESTIONS = 15
MAX_SECONDS = 3.0
"""So many questions of a kind are asked, or for so long, if that is less."""

MAX_ANSWER_SECONDS = 60
"""How long one may take: what takes longer than the service lets it is to be measured, too."""

COMMON = ("sides", "spoke", "between", "agreed", "speak", "again", "minister", "meeting", "lay")
"""Words that all made-up meetings have."""

RARE_AFTER = 500
"""Officials of higher numbers are on fewer than one trip of three hundred."""

Addresses = Iterator[str]


def _days(step: int) -> Iterator[str]:
    for day in range(0, DAYS, step):
        yield (FIRST_DAY + datetime.timedelta(days=day)).isoformat()


def _each(form: str, first: int = 0) -> Callable[[], Addresses]:
    return lambda: (form.format(number) for number in range(first, first + MAX_QUESTIONS))


def _limits(form: str) -> Callable[[], Addresses]:
    return lambda: (form.format(number) for number in range(100, 100 + MAX_QUESTIONS))


def _words(form: str) -> Callable[[], Addresses]:
    return lambda: (form.format(word) for word in COMMON)


def _with_words(form: str, values: Callable[[], Addresses]) -> Callable[[], Addresses]:
    """Ask for a common word and a value at a time, each of them another."""
    return lambda: (form.format(word, value) for word, value in zip(COMMON, values(), strict=False))


def _rare(form: str) -> Callable[[], Addresses]:
    """Ask for given names that few meetings have, among the first thousand and so in all data."""
    people = (person["id"] for trip in made_up_trips(1000) for person in trip["participants"])
    numbers = dict.fromkeys(int(id_.removeprefix("official-")) for id_ in people)
    return lambda: (form.format(number) for number in numbers if number > RARE_AFTER)


def _beginnings(length: int) -> Callable[[], Addresses]:
    return lambda: (f"/search?q={word[:length]}*" for word in COMMON)


def _dated(form: str) -> Callable[[], Addresses]:
    return lambda: (form.format(day, day[:7], day[:4]) for day in _days(307))


def _many(number: int) -> Callable[[], Addresses]:
    def addresses() -> Addresses:
        for first in range(MAX_QUESTIONS):
            people = (f"official=official-{first + at}" for at in range(number))
            yield f"/meetings?{'&'.join(people)}&limit=20"

    return addresses


def _never_together() -> Addresses:
    """Cities that many meet in, with countries in which they are not and many others are."""
    countries = {
        city["id"]: city["country"] for trip in made_up_trips(1000) for city in trip["cities"]
    }
    for one, other in permutations(range(5), 2):
        city, country = f"city-{one}", countries[f"city-{other}"]
        yield f"/meetings?city={city}&country={country}&limit=20"


KINDS: dict[str, tuple[Callable[[], Addresses], float | None]] = {
    "/participants/facets": (_limits("/participants/facets?limit={}"), 50),
    "/participants/facets, a title": (
        _each("/participants/facets?title=Minister of Matter {}"),
        None,
    ),
    "/meetings/facets": (_limits("/meetings/facets?limit={}"), 10),
    "/meetings/facets, a city": (_each("/meetings/facets?city=city-{}"), 50),
    "/meetings/facets, an official": (_each("/meetings/facets?official=official-{}"), 50),
    "/meetings/facets, a year": (_dated("/meetings/facets?date={2}"), 50),
    "/meetings/facets, two filters": (_each("/meetings/facets?city=city-{}&format=in-person"), 50),
    "/trips/facets": (_limits("/trips/facets?limit={}"), 10),
    "/network": (_limits("/network?limit={}"), 100),
    "/network, a city": (_each("/network?city=city-{}"), 50),
    "/network, an official": (_each("/network?official=official-{}"), 50),
    "/network, nine meetings of ten": (_limits("/network?format=in-person&limit={}"), None),
    "q, rare word": (_rare("/meetings?q=given{}"), 2),
    "q, word that nobody has": (_each("/meetings?q=gven{}", 900), None),
    "q, word of 2 %": (_each("/meetings?q=given{}", 18), 30),
    "q, word in all": (_words("/meetings?q={}"), 250),
    "q, word in all, on a day": (_with_words("/meetings?q={}&date={}", _dated("{}")), 20),
    "q, word in all, of a meeting": (
        _with_words("/meetings?q={}&meeting=meeting-000001-{}", _each("{:02}")),
        20,
    ),
    "q, word in all, of an official": (
        _with_words("/meetings?q={}&official=official-{}", _each("{}", 20)),
        20,
    ),
    "/search, rare word": (_rare("/search?q=given{}"), 5),
    "/search, common word": (_each("/search?q=given{}", 18), 50),
    "/search, word in all": (_words("/search?q={}"), 300),
    "/search, two letters": (_beginnings(2), 300),
    "filters that are common alone, never together": (_never_together, 2),
    "two filters": (_each("/meetings?city=city-{}&topic=topic-3&limit=20"), None),
    "a filter with 9 values": (_many(9), 10),
    "a filter with 20 values": (_many(20), 10),
    "a family name of many": (_each("/meetings?official=Family{}&limit=20"), 3),
    "/participants by city": (_each("/participants?city=city-{}&limit=20"), 20),
    "/participants by day": (_dated("/participants?date={0}&limit=20"), 20),
    "/participants by year": (_dated("/participants?date={2}&limit=20&date_from={0}"), 20),
    "/participants by met_with": (_each("/participants?met_with=official-{}&limit=20"), 20),
    "/participants by topic": (_each("/participants?topic=topic-{}&limit=20"), 20),
    "/participants by topic, city and year": (
        _each("/participants?topic=topic-{}&city=city-1&date=2010"),
        None,
    ),
    "/trips by city and year": (_each("/trips?city=city-{}&date=2010"), None),
    "a meeting that nobody has": (_each("/meetings?meeting=meeting-0000x{}"), 10),
    "an official that nobody has": (_each("/meetings?official=Gven{} Famly7"), 10),
    "an id that nobody has": (_each("/meetings/meeting-0000x{}"), 10),
    "list": (_limits("/meetings?limit={}"), None),
    "list, an official": (_each("/meetings?official=official-{}&limit=20"), None),
    "list, a year": (_dated("/meetings?date={2}&limit=20"), None),
    "list, an official in a range": (
        _each("/meetings?official=official-{}&date_from=2005-03-04&date_to=2015-07-08&limit=20"),
        None,
    ),
}  # fmt: skip
"""Questions by their kind, and the milliseconds that a kind may take among 100,000 meetings."""


def compare_growth(sizes: Sequence[Made], plan: Plan, folder: Path) -> Table:
    """Return the table of what each kind of question costs, by size."""
    core, _ = plan.cores
    table = Table(
        "Growth: milliseconds an answer, p50, one request at a time, all of them different",
        [
            "kind",
            *(f"{made.meetings:,}" for made in sizes),
            "÷ before",
            "answer ÷ before",
            "to reach at 100,000",
        ],
        notes=["Each size, and the bytes of its answers, are divided by those of the one before."],
    )
    with ExitStack() as running:
        services = [
            running.enter_context(
                servers.readout(
                    made.readout,
                    folder,
                    core,
                    name=f"Readout {made.meetings}",
                    cache_bytes=0,
                    query_seconds=MAX_ANSWER_SECONDS,
                )
            )
            for made in sizes
        ]
        for kind, (addresses, most) in KINDS.items():
            say(f"growth: {kind}")
            asked = [address.replace(" ", "%20") for address in addresses()]
            answers = {server.name: _ask(server, asked) for server in services}
            taken = {name: [each.milliseconds for each in found] for name, found in answers.items()}
            found = [median(each) for each in taken.values()]
            sizes_of = [median(each.bytes for each in found) for found in answers.values()]
            cells = [f"{each:.1f}" for each in found]
            cells += [_grown(found), _grown(sizes_of), "" if most is None else f"{most:g}"]
            table.add(kind, cells, taken)
    return table


def _grown(found: Sequence[float]) -> str:
    return " · ".join(f"{more / less:.1f}" for less, more in pairwise(found))


class _Answered(NamedTuple):
    milliseconds: float
    bytes: int


def _ask(server: Server, addresses: Sequence[str]) -> list[_Answered]:
    """Return how long each question takes; raise RuntimeError where one is refused."""
    answers: list[_Answered] = []
    begun = time.perf_counter()
    for address in addresses[:MAX_QUESTIONS]:
        before = time.perf_counter()
        answer = server.get(address)
        answers.append(_Answered((time.perf_counter() - before) * 1000, len(answer.body)))
        if answer.status not in (200, 404):
            raise RuntimeError(f"{server.name} answers {address} with {answer.status}")
        if time.perf_counter() - begun > MAX_SECONDS:
            break
    return answers
