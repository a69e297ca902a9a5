import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.query import cursor
from app.query.cursor import InvalidCursor, Position, read_cursor, write_cursor

POSITION = Position("2021-03-16", 42, 7, "0123456789abcdef")
FINGERPRINT = "a1b2c3d4e5f6"
CURSOR = write_cursor(POSITION, FINGERPRINT)

positions = st.builds(
    Position,
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60),
    st.integers(0, 2**63 - 1),
    st.integers(0, 2**63 - 1),
    st.text("0123456789abcdef", max_size=16),
)


def signed(content: bytes) -> str:
    """Return a cursor with a right checksum, as somebody who has read the code could forge it."""
    token = cursor._checksum(content) + content
    return base64.urlsafe_b64encode(token).rstrip(b"=").decode()


@given(positions)
def test_a_position_survives_its_cursor(position: Position) -> None:
    assert read_cursor(write_cursor(position, FINGERPRINT), FINGERPRINT) == position


def test_a_cursor_needs_no_encoding_in_a_query_string() -> None:
    assert CURSOR.replace("-", "").replace("_", "").isalnum()


def test_a_cursor_belongs_to_its_query() -> None:
    with pytest.raises(InvalidCursor, match="other filters"):
        read_cursor(CURSOR, "another")


@pytest.mark.parametrize("length", range(len(CURSOR)))
def test_a_cursor_that_was_cut_is_refused(length: int) -> None:
    for cut in (CURSOR[:length], CURSOR[len(CURSOR) - length :]):
        with pytest.raises(InvalidCursor, match="not a cursor"):
            read_cursor(cut, FINGERPRINT)


@given(st.integers(0, len(CURSOR) - 1), st.characters())
def test_a_changed_cursor_is_refused_or_means_the_same(place: int, character: str) -> None:
    changed = CURSOR[:place] + character + CURSOR[place + 1 :]
    try:
        found = read_cursor(changed, FINGERPRINT)
    except InvalidCursor:
        return
    # Base64 leaves a few bits of the last character without a meaning.
    assert found == POSITION


@given(st.text() | st.binary().map(lambda token: base64.urlsafe_b64encode(token).decode()))
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidCursor, match="not a cursor"):
        read_cursor(text, FINGERPRINT)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"{}",
        b"null",
        b"7",
        b"[]",
        b"[" * 400,
        b'["2021-03-16",42,7,"0123456789abcdef"]',
        b'["2021-03-16",42,7,"0123456789abcdef","a1b2c3d4e5f6",1]',
        b'["2021-03-16","42",7,"","a1b2c3d4e5f6"]',
        b'["2021-03-16",4.2,7,"","a1b2c3d4e5f6"]',
        b'["2021-03-16",true,7,"","a1b2c3d4e5f6"]',
        b'["2021-03-16",42,null,"","a1b2c3d4e5f6"]',
        b'["2021-03-16",42,-1,"","a1b2c3d4e5f6"]',
        b'["2021-03-16",9223372036854775808,7,"","a1b2c3d4e5f6"]',
        b'["2021-03-16",42,NaN,"","a1b2c3d4e5f6"]',
        b'[["2021-03-16"],42,7,"","a1b2c3d4e5f6"]',
        b'["2021-03-16",42,7,{},"a1b2c3d4e5f6"]',
        b'["\\ud800",42,7,"","a1b2c3d4e5f6"]',
    ],
)
def test_a_forged_cursor_with_a_right_checksum_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidCursor, match="not a cursor"):
        read_cursor(signed(content), FINGERPRINT)


def test_the_forgery_of_these_tests_is_one_that_could_be_read() -> None:
    content = json.dumps(["2021-03-16", 42, 7, "0123456789abcdef", FINGERPRINT]).encode()
    assert read_cursor(signed(content), FINGERPRINT) == POSITION


def test_a_place_that_not_every_store_takes_is_refused() -> None:
    content = json.dumps(["2021-03-16\0", 42, 7, "", FINGERPRINT]).encode()
    with pytest.raises(InvalidCursor, match="not a cursor"):
        read_cursor(signed(content), FINGERPRINT)


def test_a_huge_cursor_is_refused() -> None:
    content = json.dumps(["x" * 10_000, 42, 7, "", FINGERPRINT]).encode()
    with pytest.raises(InvalidCursor, match="not a cursor"):
        read_cursor(signed(content), FINGERPRINT)
