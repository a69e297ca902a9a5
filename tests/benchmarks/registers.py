"""What importing both registers takes: made-up entries in their layouts, as many as they have.

`python -m tests.benchmarks.registers` makes them, imports them, and prints a table.
"""

import argparse
import csv
import datetime
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from app.ingest.importers import places
from app.ingest.importers.people import slug
from app.settings import PROJECT
from tests.benchmarks import machine
from tests.benchmarks.databases import Taken, measured
from tests.benchmarks.tables import Table, described, markdown, spread

ENTRIES = 7_500
_OF_PRESIDENTS, _OF_SECRETARIES, _OF_VISITORS = 0.11, 0.46, 0.43
_PRESIDENTS, _SECRETARIES = 21, 34
_VISITS_OF_ONE = 2.5
_FIRST_YEAR, _YEARS = 1900, 120
_WORDS = [
    "met",
    "with",
    "the",
    "president",
    "foreign",
    "minister",
    "discussed",
    "treaty",
    "attended",
    "conference",
]
_TITLES = ("President", "Prime Minister", "King", "Chancellor", "President-elect")


def write_registers(folder: Path, entries: int) -> None:
    """Write made-up registers with so many entries into `travels` and `visits` in a folder."""
    chance = random.Random(1866)  # noqa: S311 - the same data in each run
    where = _places()
    number = 10_000  # Above the entries that the trip in `seed/` covers.
    for role, share, people in (
        ("president", _OF_PRESIDENTS, _PRESIDENTS),
        ("secretary", _OF_SECRETARIES, _SECRETARIES),
    ):
        for person in range(people):
            count = max(1, round(entries * share / people))
            first = number + 1
            number += count
            name = f"{role.title()} Made{person:02} Example{person:02}"
            text = "".join(_trips(chance, where, role, name, first, count, person / people))
            path = folder / "travels" / f"{role}-travels" / f"{_who(name)}.xml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"<trips>\n{text}</trips>\n")
    _write_visits(folder / "visits" / "data", chance, where, entries - number + 10_000)


def _places() -> dict[str, list[str]]:
    """Return places of the reviewed table by country, as registers write both."""
    found: dict[str, list[str]] = {}
    table = Path(places.__file__).with_name("data") / "places.csv"
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["country"], []).append(row["place"])
    return found


def _who(name: str) -> str:
    *given, family = name.lower().split()
    return "-".join((family, *given))


def _trips(
    chance: random.Random,
    where: dict[str, list[str]],
    role: str,
    name: str,
    first: int,
    count: int,
    begins: float,
) -> Iterator[str]:
    day = datetime.date(_FIRST_YEAR + int(begins * _YEARS), 1, 1)
    countries = list(where)
    for id_ in range(first, first + count):
        day += datetime.timedelta(days=chance.choice((0, 0, 1, 1, 9, 20)))
        end = day + datetime.timedelta(days=chance.choice((0, 0, 1, 2)))
        country = chance.choice(countries)
        some = chance.sample(where[country], min(len(where[country]), chance.choice((1, 1, 1, 2))))
        yield (
            f'    <trip role="{role}" who="{_who(name)}">\n'
            f"        <id>{id_}</id>\n        <role>{role}</role>\n        <name>{name}</name>\n"
            f"        <start-date>{day}</start-date>\n        <end-date>{end}</end-date>\n"
            f'        <country id="made-up">{escape(country)}</country>\n'
            f"        <locale>{escape(', '.join(some))}</locale>\n"
            f"        <remarks>{_remarks(chance)}</remarks>\n    </trip>\n"
        )
        day = end


def _remarks(chance: random.Random) -> str:
    return " ".join(chance.choices(_WORDS, k=9)).capitalize() + "."


def _write_visits(
    folder: Path, chance: random.Random, where: dict[str, list[str]], count: int
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    countries = list(where)
    by_decade: dict[int, list[str]] = {}
    for id_ in range(1, count + 1):
        day = datetime.date(_FIRST_YEAR, 1, 1) + datetime.timedelta(
            days=id_ * _YEARS * 365 // count
        )
        person = chance.randrange(int(count / _VISITS_OF_ONE))
        country = countries[person % len(countries)]
        visitor = f"{_TITLES[person % len(_TITLES)]} Visitor{person} of Example"
        by_decade.setdefault(day.year // 10 * 10, []).append(
            f"    <visit>\n        <id>{id_}</id>\n        <start-date>{day}</start-date>\n"
            f"        <end-date>{day + datetime.timedelta(days=2)}</end-date>\n"
            f"        <visitor>{visitor}</visitor>\n"
            f'        <from id="{slug(country)}">{escape(country)}</from>\n'
            f"        <description>{_remarks(chance)}</description>\n    </visit>\n"
        )
    for decade, visits in by_decade.items():
        (folder / f"{decade}.xml").write_text(f"<visits>\n{''.join(visits)}</visits>\n")


def compare_imports(folder: Path, entries: int, runs: int) -> Table:
    """Return the table of what importing made-up registers takes, first and again."""
    write_registers(folder, entries)
    first: list[Taken] = []
    again: list[Taken] = []
    for run in range(runs):
        database = folder / f"{run}.db"
        measured(database, ["load", str(PROJECT / "seed")])
        for taken in (first, again):
            travels = measured(database, ["import", "travels", str(folder / "travels")])
            visits = measured(database, ["import", "visits", str(folder / "visits")])
            memory = max(travels.memory, visits.memory)
            seconds = travels.seconds + visits.seconds
            taken.append(Taken(seconds, memory, travels.processor + visits.processor))
    table = Table(
        "Importing both registers: `readout import travels` and `visits`, Python's start included",
        [
            "entries", "first, s", "of which computing, s", "memory, MiB", "again, the same, s",
            "of which computing, s", "memory, MiB",
        ],
    )  # fmt: skip
    cells = [
        cell
        for taken in (first, again)
        for cell in (
            spread([one.seconds for one in taken], ".1f"),
            spread([one.processor for one in taken], ".1f"),
            f"{max(one.memory for one in taken) / 2**20:.0f}",
        )
    ]
    table.add(f"{entries:,}", cells, {"first": [one.seconds for one in first]})
    return table


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a table in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.registers")
    parser.add_argument("--entries", type=int, default=ENTRIES)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="readout-registers-") as scratch:
        table = compare_imports(Path(scratch), options.entries, options.runs)
    sys.stdout.write(f"{described(machine.described())}\n\n{markdown(table)}\n")


if __name__ == "__main__":
    main()
