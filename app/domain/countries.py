"""Countries by ISO 3166-1 code and by the names people call them."""

from functools import cache
from typing import Any

import pycountry

from app.domain.names import fold

# What people write and ISO 3166 does not list.
_EVERYDAY_NAMES = {
    "UK": "GB", "Britain": "GB", "America": "US", "Burma": "MM", "Russia": "RU", "ROK": "KR",
    "DPRK": "KP", "PRC": "CN",
    "U.S.": "US",
    "U.S.A.": "US",
    "U.K.": "GB",
}  # fmt: skip


@cache
def country_name(code: str) -> str:
    """Return the everyday English name of the country with this alpha-2 code."""
    country = _country(code)
    return str(getattr(country, "common_name", None) or _turned(country.name))


@cache
def country_codes() -> frozenset[str]:
    """Return all alpha-2 codes."""
    return frozenset(country.alpha_2 for country in pycountry.countries)


def _country(code: str) -> Any:
    country = pycountry.countries.get(alpha_2=code)
    if country is None:
        raise LookupError(f"no country has the code {code}")
    return country


def _turned(name: str) -> str:
    """Return `Republic of Korea` for the index form `Korea, Republic of`."""
    head, comma, tail = name.partition(", ")
    return f"{tail} {head}" if comma and tail.endswith((" of", "of the")) else name


def country_spellings(code: str) -> set[str]:
    """Return the folded spellings a country is found under: its codes and its names."""
    country = _country(code)
    names = {country.alpha_2, country.alpha_3, country.name, _turned(country.name)}
    names |= {getattr(country, field, "") for field in ("common_name", "official_name")}
    names |= {name for name, meant in _EVERYDAY_NAMES.items() if meant == code}
    return {fold(name) for name in names if name}


@cache
def _codes() -> dict[str, str]:
    return {
        spelling: country.alpha_2
        for country in pycountry.countries
        for spelling in country_spellings(country.alpha_2)
    }


def code_of(spelling: str) -> str | None:
    """Return the alpha-2 code of a country by any of its codes or names, or None."""
    return _codes().get(fold(spelling))
