"""What is typed into a search box, whatever it is, is an expression that the search takes."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.domain.names import words
from app.query.words import EVERY, match_expression, number_forms
from tests.reference import words_match, words_of

TITLE, TEXT = "Söul harbour opens", "The river port of Oslo; the border-bridge is not open."
TYPED = ["soul", "harbour", "river", "port", "border", "bridge", "open", "the", "of", "nothing"]


@pytest.fixture(scope="module")
def search() -> Iterator[sqlite3.Connection]:
    """A search of one record, with the tokens that the database has."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(
            "CREATE VIRTUAL TABLE search USING fts5"
            " (title, text, every, tokenize = 'unicode61 remove_diacritics 0')"
        )
        split = (" ".join(words(TITLE)), " ".join(words(TEXT)))
        connection.execute("INSERT INTO search VALUES (?, ?, ?)", (*split, EVERY))
        yield connection


def found(search: sqlite3.Connection, *typed: str) -> bool:
    expression = match_expression(typed)
    if expression is None:
        return False
    rows = search.execute("SELECT 1 FROM search WHERE search MATCH ?", [expression]).fetchall()
    return bool(rows)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("harbour", True),
        ("HARBOUR", True),
        ("harbou", False),
        ("harbou*", True),
        ("harbour*", True),
        ("arbour*", False),
        ("soul", True),
        ("Söul", True),
        ("so\N{COMBINING DIAERESIS}ul", True),
        ("SÖUL", True),
        ("sóul", True),
        # The words of a title and a text make one record.
        ("harbour river", True),
        ("river harbour", True),
        ("harbour nothing", False),
        # A phrase stands within one of them.
        ('"harbour opens"', True),
        ('"opens harbour"', False),
        ('"opens the river"', False),
        ('"river port"', True),
        ('"river PORT of"', True),
        ('"river of"', False),
        ('"river por"*', True),
        ('"river por*"', True),
        ('"river port', True),
        ('"border bridge"', True),
        ("border-bridge", True),
        ("bridge-border", False),
        ("harbour -river", False),
        ("harbour -oslo -nothing", False),
        ("harbour -nothing", True),
        ("-nothing", True),
        ("-nothing -none", True),
        ("-river", False),
        ('-"port river"', True),
        ('-"river port"', False),
        ("-riv*", False),
        ("harbour -xyz*", True),
        ("- harbour", True),
        ("--river", False),
        # Nothing typed is an operator.
        ("harbour AND river", False),
        ("harbour OR nothing", False),
        ("is NOT open", True),
        ("is not closed", False),
        ("NEAR(harbour river)", False),
        ("title:harbour", False),
        ("collection:meetings", False),
        ("meetings", False),
        ("^harbour", True),
        ("{harbour}", True),
        ("(harbour)", True),
        ("harbour + opens", True),
        ("harbour; DROP TABLE search", False),
        ("harbour\0river", True),
        ("harbour\triver\nport", True),
        # What has no letter and no digit asks for nothing.
        ("harbour * - ' \" %", True),
        ("", False),
        (" ", False),
        ("*", False),
        ("-", False),
        ('"', False),
        ('""', False),
        ('-""', False),
        ("\0", False),
        ("🗾", False),
    ],
)
def test_each_form(search: sqlite3.Connection, typed: str, expected: bool) -> None:
    assert found(search, typed) == expected


def test_any_of_several_texts(search: sqlite3.Connection) -> None:
    assert found(search, "nothing", "harbour")
    assert found(search, "nothing", "-nothing")
    assert found(search, "", "harbour")
    assert not found(search, "nothing", "-harbour", "")


def test_the_word_of_all_records_cannot_be_typed(search: sqlite3.Connection) -> None:
    assert search.execute("SELECT 1 FROM search WHERE search MATCH ?", [EVERY]).fetchall()
    assert not found(search, EVERY)
    assert not found(search, f'"{EVERY}"', f"{EVERY}*", f"harbour{EVERY}s")


@pytest.mark.parametrize("part", ["a ", "-the ", "a* ", '"a b" ', "-a* b ", '" ', "( ", "a OR "])
def test_as_much_as_may_be_typed(search: sqlite3.Connection, part: str) -> None:
    typed = (part * 1000)[:1000]
    assert not found(search, *[typed] * 20, "nothing")
    assert found(search, *[typed] * 20, "harbour")


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
forms = st.lists(
    st.tuples(
        st.sampled_from(["", "-"]),
        st.lists(st.sampled_from(TYPED), min_size=1, max_size=3),
        st.sampled_from(["", "*"]),
    ).map(
        lambda part: (
            f'{part[0]}"{" ".join(part[1])}"{part[2]}'
            if len(part[1]) > 1
            else "".join((part[0], part[1][0], part[2]))
        )
    ),
    min_size=1,
    max_size=4,
).map(" ".join)


@pytest.mark.slow
@settings(max_examples=500)
@given(st.lists(texts | st.text("ab\"*- \\()^:{}+\0'", max_size=20), max_size=3))
@example(["NOT", "-NOT*", 'AND "OR'])
def test_any_text_is_understood(search: sqlite3.Connection, typed: list[str]) -> None:
    if not any(words_of(text) for text in typed) and all(text.isascii() for text in typed):
        assert not found(search, *typed)
    else:
        found(search, *typed)


@pytest.mark.slow
@settings(max_examples=300)
@given(forms)
def test_forms_together_mean_what_each_of_them_does(search: sqlite3.Connection, typed: str) -> None:
    columns = [words_of(TITLE), words_of(TEXT)]
    assert found(search, typed) == words_match(typed, columns)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("war", "wars"), ("day", "days"), ("spy", "spies"), ("gas", "gases"), ("tax", "taxes"),
        ("treaty", "treaties"), ("crisis", "crises"), ("woman", "women"), ("child", "children"),
        ("life", "lives"), ("meeting", "meetings"),
    ],
)  # fmt: skip
def test_a_word_is_found_in_singular_and_plural(one: str, other: str) -> None:
    assert other in number_forms(one)
    assert one in number_forms(other)


@pytest.mark.parametrize("word", ["us", "un", "g20", "é", "국무", "was", "his", "yes"])
def test_what_is_no_english_word_has_one_form(word: str) -> None:
    assert number_forms(word) == (word,)
