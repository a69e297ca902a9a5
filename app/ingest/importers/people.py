"""Who travels: the slug of a name, names as people know them, and titles before a name."""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from anyascii import anyascii

from app.domain.names import fold
from app.ingest.importers.base import Part

_TRAVELLERS = Path(__file__).parent / "data" / "travellers.csv"
_IN_PARENTHESES = re.compile(r"\s*\([^)]*\)")

# An id has 120 characters at most, and that of a trip more than that of who travels.
_MAX_SLUG = 80

_OFFICES = (
    "President", "Vice President", "Prime Minister", "Deputy Prime Minister", "Foreign Minister",
    "Minister of Foreign Affairs", "Minister-President", "Premier", "Chancellor",
    "Federal Chancellor", "Taoiseach", "Secretary General", "Secretary-General",
    "General Secretary", "First Secretary", "Chairman", "Chairwoman", "Governor General",
    "Governor-General", "King", "Queen", "Emperor", "Empress", "Sultan", "Emir", "Amir", "Shah",
    "Pope", "Prince", "Princess", "Crown Prince", "Crown Princess", "Grand Duke", "Grand Duchess",
    "General", "Field Marshal", "Marshal", "Generalissimo",
)  # fmt: skip
_BEFORE = ("Acting", "Interim", "Provisional", "Transitional", "Former")
_AFTER = ("-elect", "-designate")

TITLES = frozenset(
    f"{before}{office}{after}"
    for office in _OFFICES
    for before in ("", *(f"{word} " for word in _BEFORE))
    for after in ("", *_AFTER)
)
"""The titles that may stand before a name; any other word is part of the name."""

_LONGEST_TITLE = max(len(title.split()) for title in TITLES)


def slug(name: str) -> str:
    """Return the id that a name gives: without what stands in parentheses, in Latin letters."""
    plain = fold(_IN_PARENTHESES.sub("", name)) or fold(name)
    id_ = "-".join(fold(anyascii(plain)).split())
    return id_[:_MAX_SLUG].rstrip("-") or "unnamed"


def split_title(written: str) -> tuple[str | None, str]:
    """Return the title and the name of somebody whom a register writes in one field.

    Several titles may follow each other, joined by "and" or "&". What does not begin with a title
    of the list stays one name.
    """
    words = written.split()
    taken = 0
    while taken < len(words) - 1:
        rest = words[taken + (words[taken] in ("and", "&") and taken > 0) :]
        longest = next(
            (
                size
                for size in range(min(_LONGEST_TITLE, len(rest) - 1), 0, -1)
                if " ".join(rest[:size]) in TITLES
            ),
            0,
        )
        if not longest:
            break
        taken = len(words) - len(rest) + longest
    if not taken:
        return None, written
    return " ".join(words[:taken]), " ".join(words[taken:])


@dataclass(frozen=True)
class KnownTraveller:
    """Somebody as a list of travellers names them; `president_from` is the first day in office."""

    name: str
    family_name: str
    given_name: str
    other_names: tuple[str, ...]
    president_from: str


@cache
def _known() -> dict[str, KnownTraveller]:
    with _TRAVELLERS.open(encoding="utf-8", newline="") as file:
        return {
            row["who"]: KnownTraveller(
                row["name"], row["family_name"], row["given_name"],
                tuple(filter(None, row["other_names"].split("|"))), row["president_from"],
            )
            for row in csv.DictReader(file)
        }  # fmt: skip


def president_from(who: str) -> str:
    """Return the day on which a traveller became president, or nothing where it is not known."""
    known = _known().get(who)
    return known.president_from if known else ""


def person_of(who: str, name: str) -> Part:
    """Return the definition of a traveller, given the register's id and full name.

    They get the name that people know them by, if it is listed, and the full name as another.
    """
    known = _known().get(who)
    identifiers = {"historian": who}
    if known is None:
        person: Part = {"id": slug(name), "kind": "official", "name": name}
        family = name.split()[-1]
        if who.startswith(f"{slug(family)}-"):
            person["family_name"] = family
        return {**person, "identifiers": identifiers}
    others = dict.fromkeys((name, _IN_PARENTHESES.sub("", name), *known.other_names))
    return {
        "id": slug(name),
        "kind": "official",
        "name": known.name,
        "family_name": known.family_name,
        "given_name": known.given_name,
        "other_names": [other for other in others if other != known.name],
        "identifiers": identifiers,
    }
