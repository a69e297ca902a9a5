import pycountry
import pytest

from app.domain.countries import code_of, country_name, country_spellings

CODES = sorted(country.alpha_2 for country in pycountry.countries)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("KR", "South Korea"),
        ("JP", "Japan"),
        ("US", "United States"),
        ("TW", "Taiwan"),
        ("VN", "Vietnam"),
        ("CD", "The Democratic Republic of the Congo"),
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
        ("Myanmar", "MM"),
        ("Russia", "RU"),
        ("Russian Federation", "RU"),
        ("Côte d'Ivoire", "CI"),
        ("Cote dIvoire", None),
        ("cote-d-ivoire", "CI"),
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
    assert code_of(country_name(code)) == code


def test_no_spelling_stands_for_two_countries() -> None:
    meant: dict[str, set[str]] = {}
    for code in CODES:
        for spelling in country_spellings(code):
            meant.setdefault(spelling, set()).add(code)
    assert {spelling: codes for spelling, codes in meant.items() if len(codes) > 1} == {}
    assert "" not in meant
