"""Under which spellings people are found, and what else is looked up for what was typed."""

import sys
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.entities import ParticipantShape
from app.domain.names import fold, nearest, squeeze, words, words_with_places
from app.domain.spellings import alternatives, spellings_of


def official(**fields: Any) -> ParticipantShape:
    return ParticipantShape.model_construct(
        **{"id": "x", "kind": "official", "other_names": [], "family_name": None,
           "given_name": None, **fields}
    )  # fmt: skip


BLINKEN = official(
    id="antony-blinken", name="Antony Blinken", family_name="Blinken", given_name="Antony",
    other_names=["Tony Blinken"],
)  # fmt: skip
LIND = official(name="Ursel von der Lind", family_name="von der Lind", given_name="Ursel")
ORTEGA = official(name="Luis Ortega Robles", family_name="Ortega Robles", given_name="Luis")
HALDER = official(name="Robert J. Halder III", family_name="Halder", given_name="Robert J.")
KING = official(id="king-example", name="King Example VI", other_names=["Example of Norway"])
FAHD = official(name="Fahd bin Rashid Al Murra", family_name="Al Murra", given_name="Fahd")
LAM = official(name="Tran Van Lam", family_name="Tran", given_name="Van Lam")

FOUND = [
    (BLINKEN, "antony-blinken"), (BLINKEN, "Blinken"), (BLINKEN, "ANTONY BLINKEN"),
    (BLINKEN, "Blinken, Antony"), (BLINKEN, "Tony Blinken"), (BLINKEN, "Antony"),
    (BLINKEN, "Antony J. Blinken"), (BLINKEN, "Secretary Blinken"), (BLINKEN, "Mr. Blinken"),
    (BLINKEN, "Secretary of State Antony J. Blinken"),
    (LIND, "Lind"), (LIND, "von der Lind"), (LIND, "Ursel Lind"), (LIND, "der Lind"),
    (ORTEGA, "Ortega"), (ORTEGA, "Robles"), (ORTEGA, "Luis Ortega"), (ORTEGA, "Ortega Robles"),
    (HALDER, "Robert Halder"), (HALDER, "Robert J. Halder"), (HALDER, "Halder III"),
    (HALDER, "President Robert J Halder III"), (HALDER, "Robert"),
    (KING, "King Example VI"), (KING, "Example VI"), (KING, "Example of Norway"),
    (FAHD, "Al-Murra"), (FAHD, "Murra"), (FAHD, "bin Rashid"), (FAHD, "Fahd bin Rashid"),
    (LAM, "Lam"), (LAM, "Van Lam"), (LAM, "Tran"), (LAM, "President Lam"),
]  # fmt: skip


def finds(shape: ParticipantShape, typed: str) -> bool:
    spellings = spellings_of("official", shape)
    return any(form in spellings for form in (squeeze(typed), *alternatives("official", typed)))


@pytest.mark.parametrize(("shape", "typed"), FOUND)
def test_people_are_found_by_what_they_are_called(shape: ParticipantShape, typed: str) -> None:
    assert finds(shape, typed)


@pytest.mark.parametrize(
    "typed", ["Secretary", "J.", "III", "von der", "of", "Blink", "Ann", "bin", "Al"]
)
def test_a_title_a_suffix_or_a_particle_finds_nobody(typed: str) -> None:
    for shape in (BLINKEN, LIND, ORTEGA, HALDER, KING, FAHD, LAM):
        assert not finds(shape, typed)


def test_a_group_is_no_official() -> None:
    group = official(kind="group", name="Journalists")
    assert spellings_of("official", group) == set()
    assert spellings_of("participant", group) == {"x", "journalists"}


LATIN = [
    chr(code)
    for code in range(0x80, sys.maxunicode + 1)
    if unicodedata.name(chr(code), "").startswith("LATIN") and chr(code).isalpha()
]


@pytest.mark.parametrize("letter", LATIN)
def test_a_latin_letter_folds_to_its_base(letter: str) -> None:
    # The name of a letter with a mark says its base: LATIN SMALL LETTER O WITH STROKE.
    _, _, rest = unicodedata.name(letter).partition("LETTER ")
    base, mark, _ = rest.partition(" WITH ")
    folded = fold(letter)
    assert folded == fold(folded)
    if mark and len(base) == 1 and unicodedata.category(letter) != "Lt":
        assert folded == base.lower()


@given(st.text())
def test_words_and_their_places_are_the_same_words(text: str) -> None:
    found = words_with_places(text)
    assert [word.folded for word in found] == words(text)
    for word in found:
        assert 0 <= word.start < word.end <= len(text)
    assert "".join(words(text)) == squeeze(text)


@given(st.text())
def test_what_is_folded_stays_as_it_is(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_a_short_name_is_not_found_in_a_longer_word() -> None:
    names = [("an", "an-ho"), ("de", "de-ba"), ("li", "li-wei"), ("sokolnikow", "sokolnikow")]
    assert nearest("Andersson", names) == []
    assert nearest("Oliveira", names) == []
    assert nearest("Sokolnikov", names) == ["sokolnikow"]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("John Major", "Mr. Major"),
        ("John Major", "Prime Minister Major"),
        ("William Lyon Mackenzie King", "Dr. King"),
        ("Julie Bishop", "Foreign Minister Bishop"),
        ("Winston Lord", "Ambassador Lord"),
    ],
)
def test_a_surname_may_be_a_title_too(name: str, typed: str) -> None:
    given, _, family = name.rpartition(" ")
    assert finds(official(name=name, family_name=family, given_name=given), typed)
