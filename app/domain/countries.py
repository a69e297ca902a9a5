"""Countries by ISO 3166 code and by the names people call them.

Codes are those of ISO 3166-1, `XK` for Kosovo, and the four letters of ISO 3166-3 for states that
are no more. Their names are in a file made of ISO 3166, CLDR and a list of what people type:
`python -m tests.write_countries` writes it.
"""

import json
import re
from functools import cache
from pathlib import Path

from app.domain.names import fold

_NAMES = Path(__file__).with_name("countries.json")

_OF = re.compile(r"(?P<what>\S.* of(?: the)?) (?P<whose>\S.*)")


@cache
def _names() -> dict[str, list[str]]:
    """Return the names of every country by code, the one it is served under first."""
    names: dict[str, list[str]] = json.loads(_NAMES.read_text("utf-8"))
    return names


def country_name(code: str) -> str:
    """Return the everyday English name of the country with this code.

    Raises LookupError for a code that no country has.
    """
    try:
        return _names()[code][0]
    except KeyError:
        raise LookupError(f"no country has the code {code}") from None


@cache
def country_codes() -> frozenset[str]:
    """Return all codes."""
    return frozenset(_names())


def country_spellings(code: str) -> set[str]:
    """Return the folded spellings a country is found under: its codes and its names."""
    found, republic = _spellings(code), f"republic of {fold(country_name(code))}"
    is_one = (
        any("republic" in name for name in found) and "republic" not in country_name(code).lower()
    )
    # Unless that is another: the Republic of China.
    return found | ({republic} if is_one and republic not in _all_spellings() else set())


def _spellings(code: str) -> set[str]:
    names = {fold(name) for name in (code, *_names()[code])}
    names |= {name.replace(" of the ", " of ") for name in names}
    # As indexes have them: "Congo, Democratic Republic of the" and "Gambia, The".
    turned = (_OF.fullmatch(name) for name in names)
    names |= {f"{found['whose']} {found['what']}" for found in turned if found}
    names |= {f"the {name}" for name in names if not name.startswith("the ")}
    return names | {f"{fold(country_name(code))} the"}


@cache
def _all_spellings() -> frozenset[str]:
    return frozenset(spelling for code in _names() for spelling in _spellings(code))


@cache
def _codes() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    # Those of today first: two letters come before four.
    for code in sorted(_names(), key=lambda code: (len(code), code)):
        for spelling in country_spellings(code):
            found.setdefault(spelling, []).append(code)
    return found


def codes_of(spelling: str) -> list[str]:
    """Return the codes of all countries that have a code or name, those of today first."""
    return _codes().get(fold(spelling), [])


def code_of(spelling: str) -> str | None:
    """Return the code of the one country of today that has a code or name, or None.

    A state that is no more is found by a name that no country of today has.
    """
    codes = codes_of(spelling)
    today = [code for code in codes if len(code) == 2] or codes
    return today[0] if len(today) == 1 else None
