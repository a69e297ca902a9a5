"""The names of countries: ISO 3166-1 and 3166-3 as pycountry has them, CLDR as Babel has it.

Both are well kept and follow their sources within months; neither has the names of another kind:
ISO 3166 the official, inverted and former ones, CLDR the everyday ones. What neither has and
people type is listed here. `python -m tests.write_countries` writes the file that Readout reads,
so that serving needs neither library.
"""

import json
import re
from pathlib import Path
from typing import Any

import pycountry
from babel import Locale

from app.domain import countries
from app.domain.names import fold

NAMES = Path(countries.__file__).with_name("countries.json")

SERVED = {
    "BN": "Brunei", "BQ": "Caribbean Netherlands", "CD": "Democratic Republic of the Congo",
    "CG": "Republic of the Congo", "CI": "Ivory Coast", "CV": "Cape Verde",
    "FK": "Falkland Islands", "FM": "Micronesia", "MF": "Saint Martin", "MM": "Myanmar",
    "MO": "Macau", "PN": "Pitcairn Islands", "PS": "Palestine", "RU": "Russia",
    "SH": "Saint Helena", "ST": "São Tomé and Príncipe", "SX": "Sint Maarten", "TR": "Turkey",
    "VA": "Vatican City", "VG": "British Virgin Islands", "VI": "U.S. Virgin Islands",
    "XK": "Kosovo",
    "AIDJ": "French Afars and Issas", "ANHH": "Netherlands Antilles", "BUMM": "Burma",
    "BYAA": "Byelorussia", "CSHH": "Czechoslovakia", "CSXX": "Serbia and Montenegro",
    "DDDE": "East Germany", "DYBJ": "Dahomey", "FXFR": "Metropolitan France",
    "HVBF": "Upper Volta", "PCHH": "Trust Territory of the Pacific Islands", "SUHH": "Soviet Union",
    "TPTL": "East Timor", "VDVN": "North Vietnam", "YDYE": "South Yemen", "YUCS": "Yugoslavia",
    "ZRCD": "Zaire",
}  # fmt: skip
"""The everyday names, where they are neither ISO's common name nor its name turned round."""

OTHERS = {
    "AE": ["UAE", "Emirates", "Trucial States"],
    "BA": ["Bosnia", "Bosnia-Herzegovina"],
    "BF": ["Upper Volta"],
    "BJ": ["Dahomey"],
    "BY": ["Byelorussia", "Belorussia"],
    "BZ": ["British Honduras"],
    "CD": ["DR Congo", "DRC", "Democratic Republic of the Congo (Zaire)", "Congo-Kinshasa", "Congo",
           "Zaire", "Belgian Congo"],
    "CF": ["CAR"],
    "CG": ["Congo", "Congo-Brazzaville"],
    "CI": ["Cote d'Ivoire"],
    "CN": ["PRC", "People's Republic of China", "Mainland China", "Red China"],
    "CZ": ["Czech Republic"],
    "DE": ["West Germany", "FRG", "Federal Republic of Germany"],
    "DO": ["Dominican Rep."],
    "EG": ["United Arab Republic"],
    "ET": ["Abyssinia"],
    "FK": ["Malvinas", "Islas Malvinas"],
    "FM": ["Micronesia (Federated States of)"],
    "GB": [
        "UK", "U.K.", "Britain", "Great Britain", "England", "Scotland", "Wales",
        "Northern Ireland", "United Kingdom (Northern Ireland)", "United Kingdom (Wales)",
    ],
    "GH": ["Gold Coast"],
    "GL": ["Denmark (Greenland)"],
    "GY": ["British Guiana"],
    "HK": ["Hong Kong SAR"],
    "IE": ["Republic of Ireland"],
    "IR": ["Persia"],
    "JO": ["Transjordan"],
    "KG": ["Kirghizia", "Kyrgyz Republic"],
    "KH": ["Kampuchea"],
    "KN": ["St. Kitts", "Saint Kitts"],
    "KP": ["DPRK", "Korea, North", "Korea", "N. Korea"],
    "KR": ["ROK", "Korea, South", "Korea", "S. Korea"],
    "LA": ["Lao PDR", "Laos"],
    "LK": ["Ceylon"],
    "LS": ["Basutoland"],
    "MD": ["Moldavia"],
    "MK": ["Macedonia", "FYROM", "Former Yugoslav Republic of Macedonia", "Republic of Macedonia"],
    "MM": ["Burma", "Burma (Myanmar)", "Myanmar (Burma)"],
    "MO": ["Macao"],
    "MW": ["Nyasaland"],
    "MY": ["Malaya"],
    "NL": ["Holland"],
    "PG": ["PNG"],
    "PS": [
        "Palestinian Authority", "Palestinian Territories", "Palestinian Territory", "West Bank",
        "Gaza", "Gaza Strip", "Occupied Palestinian Territory",
    ],
    "RU": ["Russian Federation"],
    "SA": ["KSA"],
    "SR": ["Dutch Guiana"],
    "SZ": ["Swaziland"],
    "TH": ["Siam"],
    "TL": ["East Timor"],
    "TR": ["Türkiye", "Turkiye"],
    "TW": ["Republic of China", "ROC", "Formosa", "Chinese Taipei"],
    "TZ": ["Tanganyika"],
    "US": ["USA", "U.S.", "U.S.A.", "America", "United States of America", "The States"],
    "VA": ["Vatican", "Holy See", "The Vatican", "Vatican City State"],
    "VC": ["St. Vincent", "Saint Vincent"],
    "VI": ["US Virgin Islands"],
    "VN": ["South Vietnam", "Viet Nam"],
    "VU": ["New Hebrides"],
    "WS": ["Western Samoa"],
    "ZM": ["Northern Rhodesia"],
    "ZW": ["Rhodesia", "Southern Rhodesia", "Southern Rhodesia (Zimbabwe)"],
    "XK": ["XKX", "Republic of Kosovo", "Serbia-Montenegro (Kosovo)", "Yugoslavia (Kosovo)"],
    "BUMM": ["Burma, Union of"],
    "CSXX": ["Serbia-Montenegro"],
    "DDDE": ["GDR", "DDR"],
    "RHZW": ["Rhodesia"],
    "SUHH": ["USSR", "U.S.S.R.", "Union of Soviet Socialist Republics", "Soviet Russia"],
    "VDVN": ["Democratic Republic of Vietnam"],
    "YDYE": ["People's Democratic Republic of Yemen", "Democratic Yemen"],
    "YUCS": ["Federal Republic of Yugoslavia", "SFRY"],
    "ZRCD": ["Republic of Zaire"],
}  # fmt: skip
"""What people type and neither ISO 3166 nor CLDR lists. A name of two countries finds both."""


def names() -> dict[str, list[str]]:
    """Return the names of every country by code, the one it is served under first."""
    everyday = Locale("en").territories
    found = {}
    for country in pycountry.countries:
        found[country.alpha_2] = _names(
            country.alpha_2, country, country.alpha_3, everyday.get(country.alpha_2)
        )
    found["XK"] = _names("XK", None, None, everyday.get("XK"))
    today = {code for country in pycountry.countries for code in (country.alpha_2, country.alpha_3)}
    for country in pycountry.historic_countries:
        found[country.alpha_4] = _names(country.alpha_4, country, None, None)
        # The codes it had, SU and SUN, unless they are those of another country by now.
        had = {country.alpha_2, country.alpha_3} - today
        found[country.alpha_4] = _distinct([*found[country.alpha_4], *sorted(had)])
    return dict(sorted(found.items()))


def _names(code: str, country: Any, alpha_3: str | None, everyday: str | None) -> list[str]:
    iso = [getattr(country, field, None) for field in ("common_name", "name", "official_name")]
    common, name, _ = iso
    served = SERVED.get(code) or common or _turned(name)
    given = [served, alpha_3, *iso, everyday, *OTHERS.get(code, [])]
    return _distinct(
        spelling
        for one in given
        if one
        for spelling in (one, _turned(one), *_inverted(one), *_written_out(one))
    )


def _turned(name: str) -> str:
    """Return `Republic of Korea` for the index form `Korea, Republic of`."""
    head, comma, tail = name.partition(", ")
    return f"{tail} {head}" if comma and tail.endswith((" of", "of the")) else name


def _inverted(name: str) -> list[str]:
    """Return `Korea, Republic of` for `Republic of Korea`."""
    found = re.fullmatch(r"([^,(]*\bof)(?: the)? ([^,(]+)", name)
    return [f"{found[2]}, {found[1]}"] if found else []


def _written_out(name: str) -> list[str]:
    whole = name.replace("&", "and").replace("St. ", "Saint ")
    return [whole, whole.replace("Saint ", "St. ")]


def _distinct(given: Any) -> list[str]:
    found: dict[str, str] = {}
    for name in given:
        found.setdefault(fold(name), name)
    return list(found.values())


def text() -> str:
    """Return the text of the file."""
    lines = [
        f"  {json.dumps(code)}: {json.dumps(known, ensure_ascii=False)}"
        for code, known in names().items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    NAMES.write_text(text(), "utf-8")
