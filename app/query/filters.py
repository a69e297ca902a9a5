"""What a filter is: a parameter, what it means, and the terms of a record it is matched with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

DATE_PARAMETERS = ("date", "date_from", "date_to")

EVERYTHING = ("", "")
"""The parameter and value of the term that every record of a collection has."""


@dataclass(frozen=True)
class Filter:
    """One filter of one collection.

    `terms` returns the values under which a record is found, from the shape it is served as.
    `names` is the group of spellings that may stand for a value (`official`: slug, full and family
    name); without it a value is a slug, or one of `choices` where these are given.
    `identity` marks the filter that names the record itself. `through` marks a filter of
    participants that holds for a meeting they took part in, and names that filter of meetings.
    """

    parameter: str
    meaning: str
    example: str
    names: str | None = None
    choices: tuple[str, ...] = ()
    terms: Callable[[Any], Iterable[str]] | None = None
    identity: bool = False
    through: str | None = None

    def on(self, terms: Callable[[Any], Iterable[str]], meaning: str = "") -> "Filter":
        """Return this filter for a collection whose records have these terms."""
        return replace(self, terms=terms, meaning=meaning or self.meaning)

    def itself(self, meaning: str) -> "Filter":
        """Return this filter for the collection whose records it names."""
        return replace(self, identity=True, meaning=meaning)

    def of_their_meetings(self, meaning: str) -> "Filter":
        """Return this filter for participants, by the meetings they took part in."""
        return replace(self, through=self.parameter, meaning=meaning)


def pair_term(first: str, one: str, second: str, other: str) -> tuple[str, str]:
    """Return the parameter and value of the term for two filters that are asked together."""
    return f"{first} {second}", f"{one} {other}"
