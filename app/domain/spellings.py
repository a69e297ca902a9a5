"""Under which spellings a record is found, and which others to try for what was typed.

A person is found under all that people call them. What people add, such as a title or an initial,
is left out if nothing matches the whole.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from app.domain.names import fold, squeeze
from app.domain.vocabulary import ParticipantKind

_SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv", "v", "phd", "md", "esq"))
_PARTICLES = {
    "von", "van", "der", "den", "dem", "de", "la", "las", "los", "del", "della", "di", "da",
    "do", "dos", "das", "du", "des", "le", "al", "el", "bin", "ibn", "bint", "ben", "abu",
    "ter", "ten", "te", "zu", "zum", "zur", "af", "av", "e", "y", "i", "und", "mac", "san",
}  # fmt: skip
_TITLES = {
    "secretary", "foreign", "minister", "prime", "president", "vice", "deputy", "mr", "mrs",
    "ms", "miss", "dr", "doctor", "sir", "dame", "lord", "lady", "king", "queen", "prince",
    "princess", "crown", "pope", "chancellor", "ambassador", "general", "admiral", "colonel",
    "captain", "major", "commander", "lieutenant", "senator", "congressman", "congresswoman",
    "representative", "governor", "chairman", "chairwoman", "chair", "premier", "madam",
    "madame", "his", "her", "excellency", "highness", "majesty", "the", "of", "state",
    "defense", "defence", "treasury", "sheikh", "sheik", "sultan", "emir", "first", "under",
    "undersecretary", "assistant", "acting", "national", "security", "adviser", "advisor",
    "director", "commissioner", "speaker", "high", "honorable", "honourable", "judge",
    "justice", "professor", "prof", "father", "archbishop", "cardinal", "bishop", "reverend",
    "attorney", "elect", "designate", "former", "then", "us", "u", "s", "american", "and",
    "affairs", "international", "for", "trade", "finance", "commerce", "interior", "home",
    "external", "minister-president", "taoiseach", "gen", "adm", "col", "lt", "hon", "rev",
}  # fmt: skip
"""What may stand before a name; never all of a name."""

PEOPLE = ("official", "participant")


def spellings_of(group: str, shape: Any) -> set[str]:
    """Return the folded spellings under which a group of names finds a record.

    Each spelling with spaces is there without them, too, as this is the form looked up.
    """
    if group == "official" and shape.kind != ParticipantKind.OFFICIAL:
        return set()
    names = {fold(shape.id), fold(shape.name), *map(fold, shape.other_names)}
    if group in PEOPLE and shape.kind == ParticipantKind.OFFICIAL:
        names |= {short for name in (shape.name, *shape.other_names) for short in _shortened(name)}
        names |= set(_of_parts(shape.family_name, shape.given_name))
        names |= set(_between(shape.name, shape.family_name, shape.given_name))
    return with_squeezed(names)


def with_squeezed(names: Iterable[str]) -> set[str]:
    """Return folded spellings, and each of them without spaces."""
    return {form for name in names if name for form in (name, name.replace(" ", ""))}


def _shortened(name: str) -> Iterator[str]:
    """Yield a name without the initials, suffixes and titles that are part of it."""
    words = fold(name).split()
    plain = [word for word in words if word not in _SUFFIXES]
    for some in (words, plain):
        yield " ".join(some)
        yield " ".join(_without_initials(some))
        yield " ".join(_without_title(_without_initials(some)))


def _of_parts(family: str | None, given: str | None) -> Iterator[str]:
    """Yield given names, surnames and parts of these, and both together in either order."""
    givens = fold(given or "").split()
    firsts = {" ".join(givens), " ".join(_without_initials(givens))}
    firsts |= {word for word in (*givens[:1], *givens[-1:]) if len(word) > 1}
    yield from firsts
    if not family:
        return
    words = [word for word in fold(family).split() if word not in _SUFFIXES]
    surnames = {
        " ".join(words[first:last])
        for first in range(len(words))
        for last in range(first + 1, len(words) + 1)
        if not set(words[first:last]) <= _PARTICLES or (first, last) == (0, len(words))
    }
    yield from surnames
    for surname in surnames:
        for first in firsts:
            yield f"{first} {surname}".strip()
            yield f"{surname} {first}".strip()


def _between(name: str, family: str | None, given: str | None) -> Iterator[str]:
    """Yield what a name has between the given name and the surname: a patronymic, as bin Rashid."""
    words, first, last = (fold(part or "").split() for part in (name, given, family))
    inner = words[len(first) : len(words) - len(last)]
    is_between = first and last and words == [*first, *inner, *last]
    middle = " ".join(word for word in inner if len(word) > 1)
    if is_between and middle and not set(middle.split()) <= _PARTICLES:
        yield middle
        yield " ".join((*first, middle))


def _without_initials(words: list[str]) -> list[str]:
    # A digit is no initial: Friend 1 is not Friend 2.
    kept = [word for word in words if len(word) > 1 or word.isdigit()]
    return kept or words


def _without_title(words: list[str]) -> list[str]:
    for place, word in enumerate(words):
        if word not in _TITLES:
            return words[place:]
    return words[-1:]  # As Mr. Major and Dr. King: a surname may be a title, too.


def alternatives(group: str, value: str) -> list[str]:
    """Return the forms to try, in order, if nothing has the name as it was typed."""
    if group not in PEOPLE:
        return []
    words = fold(value).split()
    tried = [squeeze(value)]
    plain = [word for word in words if word not in _SUFFIXES]
    for some in (
        _without_title(words),
        _without_initials(words),
        _without_initials(plain),
        _without_title(_without_initials(plain)),
        _without_initials(_without_title(plain)),
    ):
        form = "".join(some)
        if form and form not in tried:
            tried.append(form)
    return tried[1:]
