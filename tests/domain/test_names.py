import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.domain.names import (
    _words_one_by_one,
    did_you_mean,
    fold,
    suggest,
    words,
    words_with_places,
)

CITIES = ["seoul", "tokyo", "sao-paulo", "new-york", "zurich"]


@pytest.mark.parametrize(
    ("spellings", "folded"),
    [
        (["Chung Eui-yong", "chung-eui-yong", " CHUNG,  EUI_YONG. "], "chung eui yong"),
        (["Söul", "soul", "SÖUL", "So\u0308ul"], "soul"),
        (["São Paulo", "sao-paulo", "SAO PAULO"], "sao paulo"),
        (["Straße", "STRASSE", "strasse"], "strasse"),
        (["U.S.\u2013Japan 2+2", "u s japan 2 2"], "u s japan 2 2"),
        (["\uff34\uff4f\uff4b\uff59\uff4f", "Tokyo"], "tokyo"),
        (["İzmir", "izmir"], "izmir"),
        (["\N{MATHEMATICAL BOLD CAPITAL A}nn", "Ann"], "ann"),
        (["東京"], "東京"),
        (["", " ", "--", "\u0301", "…"], ""),
    ],
)  # fmt: skip
def test_spellings_of_a_name_fold_alike(spellings: list[str], folded: str) -> None:
    assert [fold(spelling) for spelling in spellings] == [folded] * len(spellings)


@pytest.mark.parametrize(
    ("one", "other"), [("Seoul", "Soul"), ("Oslo", "Olso"), ("Wook Suh", "Suh Wook"), ("ab", "a b")]
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.slow
@settings(deadline=None)
@given(st.text())
@example("\u1e9e\u0345")
def test_a_folded_name_is_words_with_single_spaces(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert not any(unicodedata.combining(character) for character in folded)
    assert fold(f"  {text}--") == folded
    assert fold(folded) == folded


@pytest.mark.parametrize(
    ("value", "nearest"),
    [
        ("tokio", "tokyo"),
        ("Tokyo", "tokyo"),
        ("seul", "seoul"),
        ("São Paulo", "sao-paulo"),
        ("newyork", "new-york"),
        ("Zürich", "zurich"),
    ],
)
def test_what_is_close_is_suggested(value: str, nearest: str) -> None:
    assert suggest(value, CITIES)[0] == nearest
    assert did_you_mean(value, CITIES) == f'; did you mean "{nearest}"?'


@pytest.mark.parametrize("value", ["", "?", "lagos", "x", "北京"])
def test_what_is_not_close_is_not_suggested(value: str) -> None:
    assert suggest(value, CITIES) == []
    assert did_you_mean(value, CITIES) == ""


def test_suggestions_are_few_and_nearest_first() -> None:
    names = [f"meeting-{number}" for number in range(9)]
    assert len(suggest("meeting", names)) == 3
    assert suggest("meeting-4", names)[0] == "meeting-4"
    assert len(suggest("meeting", names, limit=5)) == 5


PARAMETERS = [
    "q",
    "collection",
    "city",
    "cursor",
    "date_from",
    "date_to",
    "format",
    "limit",
    "topic",
]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("sort", []),
        ("foo", []),
        ("lmit", ["limit"]),
        ("ciyt", ["city"]),
        ("from", ["date_from"]),
        ("query", ["q"]),
        ("format_", ["format"]),
    ],
)
def test_what_is_alike_somewhere_within_is_not_suggested(typed: str, expected: list[str]) -> None:
    assert suggest(typed, PARAMETERS) == expected


def test_without_candidates_there_is_no_suggestion() -> None:
    assert suggest("tokyo", []) == []
    assert did_you_mean("tokyo", iter(())) == ""


@settings(max_examples=300)
@given(st.text(st.characters(codec="ascii") | st.sampled_from("·\u2013\u2014“”…\u2019é")))
@example("'O''Brien`s' co-op, (x)'")
@example("a\x00b\x1fc\n'")
def test_ascii_words_are_found_where_they_are_found_one_by_one(text: str) -> None:
    assert words_with_places(text) == _words_one_by_one(text)
    assert [word.folded for word in words_with_places(text)] == words(text)


@pytest.mark.parametrize("code", range(128))
def test_ascii_folds_alike_alone_and_beside_other_letters(code: int) -> None:
    text = f"a{chr(code)}b{chr(code)}"
    assert fold(f"{text} é") == f"{fold(text)} e"
    assert words(f"{text} é") == [*words(text), "e"]
