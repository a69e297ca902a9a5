import pycountry
import pytest

from app.domain.countries import (
    code_of,
    codes_of,
    country_codes,
    country_name,
    country_spellings,
)
from app.domain.names import fold
from tests.write_countries import NAMES, text

CODES = sorted(country_codes())


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("KR", "South Korea"),
        ("JP", "Japan"),
        ("US", "United States"),
        ("TW", "Taiwan"),
        ("VN", "Vietnam"),
        ("CD", "Democratic Republic of the Congo"),
        ("RU", "Russia"),
        ("TR", "Turkey"),
        ("VA", "Vatican City"),
        ("XK", "Kosovo"),
        ("SUHH", "Soviet Union"),
        ("DDDE", "East Germany"),
        ("GB", "United Kingdom"),
        ("NO", "Norway"),
    ],
)
def test_a_country_has_its_everyday_name(code: str, name: str) -> None:
    assert country_name(code) == name


@pytest.mark.parametrize("code", ["UK", "", "XX", "JPN"])
def test_what_is_no_code_has_no_name(code: str) -> None:
    with pytest.raises(LookupError):
        country_name(code)


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("JP", "JP"),
        ("jpn", "JP"),
        ("japan", "JP"),
        ("UK", "GB"),
        ("Britain", "GB"),
        ("USA", "US"),
        ("united states of america", "US"),
        ("America", "US"),
        ("South Korea", "KR"),
        ("Republic of Korea", "KR"),
        ("Korea, Republic of", "KR"),
        ("ROK", "KR"),
        ("North Korea", "KP"),
        ("Burma", "MM"),
        ("Burma (Myanmar)", "MM"),
        ("Turkey", "TR"),
        ("Türkiye", "TR"),
        ("the Gambia", "GM"),
        ("The Netherlands", "NL"),
        ("Holland", "NL"),
        ("Korea, South", "KR"),
        ("Germany, Federal Republic of", "DE"),
        ("Ivory Coast", "CI"),
        ("DR Congo", "CD"),
        ("DRC", "CD"),
        ("Swaziland", "SZ"),
        ("Vatican", "VA"),
        ("Holy See", "VA"),
        ("UAE", "AE"),
        ("Palestine", "PS"),
        ("St. Lucia", "LC"),
        ("Saint Lucia", "LC"),
        ("Bosnia-Herzegovina", "BA"),
        ("Republic of China", "TW"),
        ("Soviet Union", "SUHH"),
        ("USSR", "SUHH"),
        ("GDR", "DDDE"),
        # The codes that states had, where they are no other country's by now.
        ("SU", "SUHH"),
        ("SUN", "SUHH"),
        ("YU", "YUCS"),
        ("CSK", "CSHH"),
        ("CS", None),
        ("SK", "SK"),
        ("GE", "GE"),
        ("Kosovo", "XK"),
        # Of two countries: none is chosen.
        ("Korea", None),
        ("Congo", None),
        ("Myanmar", "MM"),
        ("Russia", "RU"),
        ("Russian Federation", "RU"),
        ("Côte d'Ivoire", "CI"),
        ("Cote dIvoire", "CI"),
        ("Cote Divoire", "CI"),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_a_country_is_found_by_its_codes_and_names(spelling: str, code: str | None) -> None:
    assert code_of(spelling) == code


@pytest.mark.parametrize("code", CODES)
def test_every_country_is_found_by_code_and_by_the_name_it_is_served_under(code: str) -> None:
    assert code_of(code) == code
    assert code_of(code.lower()) == code
    assert code in codes_of(country_name(code))


def test_every_name_of_the_standards_finds_its_country() -> None:
    for country in pycountry.countries:
        for field in ("name", "common_name", "official_name", "alpha_3"):
            name = getattr(country, field, None)
            assert name is None or country.alpha_2 in codes_of(name), name
    for country in pycountry.historic_countries:
        assert country.alpha_4 in codes_of(country.name), country.name


OF_TWO = {
    "Korea": {"KP", "KR"}, "Congo": {"CD", "CG"}, "Burma": {"MM", "BUMM"}, "Zaire": {"CD", "ZRCD"},
    "East Timor": {"TL", "TPTL"}, "Upper Volta": {"BF", "HVBF"}, "Dahomey": {"BJ", "DYBJ"},
    "Byelorussia": {"BY", "BYAA"}, "New Hebrides": {"VU", "NHVU"}, "Rhodesia": {"ZW", "RHZW"},
    "Southern Rhodesia": {"ZW", "RHZW"}, "CS": {"CSHH", "CSXX"},
}  # fmt: skip


def test_no_other_spelling_stands_for_two_countries() -> None:
    meant: dict[str, set[str]] = {}
    for code in country_codes():
        for spelling in country_spellings(code):
            meant.setdefault(spelling, set()).add(code)
    of_two = {spelling: codes for spelling, codes in meant.items() if len(codes) > 1}
    expected = {fold(name): codes for name, codes in OF_TWO.items()}
    assert of_two == expected | {f"the {name}": codes for name, codes in expected.items()}
    assert "" not in meant
    for name, codes in OF_TWO.items():
        assert set(codes_of(name)) == codes
        today = [code for code in codes_of(name) if len(code) == 2]
        assert codes_of(name)[: len(today)] == today, "a country of today comes first"
        assert today or name == "CS"


def test_the_file_of_names_is_what_the_libraries_and_the_list_make() -> None:
    assert NAMES.read_text("utf-8") == text(), "run `python -m tests.write_countries`"


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("Gambia, The", ["GM"]), ("Netherlands, The", ["NL"]),
        ("Congo, Democratic Republic of the", ["CD"]), ("Congo, Republic of the", ["CG"]),
        ("Democratic Republic of Congo", ["CD"]), ("Republic of Ireland", ["IE"]),
        ("Republic of Turkey", ["TR"]), ("Republic of China", ["TW"]),
        ("Republic of Korea", ["KR"]), ("Korea, Republic of", ["KR"]),
        ("Republic of Spain", []), ("Republic of the Republic of the Congo", []),
    ],
)  # fmt: skip
def test_names_are_found_in_full_and_turned_round(typed: str, codes: list[str]) -> None:
    assert codes_of(typed) == codes
