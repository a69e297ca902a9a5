import calendar
import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.collections import CITIES, MEETINGS, RESOURCES
from app.domain.records import Resource
from app.query.dates import Window, merged, missing_day, read_date, read_moment
from app.query.parameters import next_path, read_query
from app.query.reading import InvalidQuery, read_pairs
from app.query.search import search_filters
from tests.reference import days


def faults(query_string: bytes, resource: Resource = MEETINGS) -> list[tuple[str, str | None]]:
    with pytest.raises(InvalidQuery) as refused:
        read_query(resource, query_string)
    return [(issue.path, issue.value) for issue in refused.value.issues]


@given(st.dates())
def test_a_date_is_a_day_a_month_or_a_year(day: datetime.date) -> None:
    text = day.isoformat()
    assert read_date(text) == (text, text)
    assert read_date(text[:7]) == days(text[:7])
    assert read_date(text[:4]) == days(text[:4])


@pytest.mark.parametrize(
    "text",
    [
        "0000", "2021-00", "2021-13", "2021-3", "2021-02-29", "2021-02-30", "2021-03-32",
        "2021-03-00", "21-03-16", "20210316", "2021/03/16", "2021-W11", "2021-W11-2", "2021-075",
        "2021-03-16T00:00", "2021-03-16Z", "2021-03-16\n", "-2021", "+2021", "12021", "2021-",
        "2021-03-", "today", "16.03.2021", "1e3", "2021_03",
        "\N{FULLWIDTH DIGIT TWO}021", "\N{ARABIC-INDIC DIGIT TWO}021",
    ],
)  # fmt: skip
def test_what_is_no_date(text: str) -> None:
    assert read_date(text) is None


@given(st.text() | st.from_regex(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", fullmatch=True))
def test_any_text_is_a_date_or_none(text: str) -> None:
    found = read_date(text)
    if found is not None:
        assert days(text) == found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2021-02-29", "is no day: February 2021 has 28 days"),
        ("2020-02-30", "is no day: February 2020 has 29 days"),
        ("1900-02-29", "is no day: February 1900 has 28 days"),
        ("2021-04-31", "is no day: April 2021 has 30 days"),
        ("2021-03-00", "is no day: March 2021 has 31 days"),
        ("2021-03-31", None),
        ("2021-13-01", None),
        ("0000-02-30", None),
        ("2021-02-30T09:00Z", None),
        ("2021-02", None),
    ],
)
def test_a_day_that_its_month_does_not_have(text: str, message: str | None) -> None:
    assert missing_day(text) == message


def test_dates_are_those_of_the_calendar() -> None:
    for year in (0, 1, 4, 10, 100, 400, 1000, 1900, 2000, 2021, 2024, 2100, 9999):
        months = range(1, 13) if year else ()
        for month in range(14):
            days_of_it = calendar.monthrange(year, month)[1] if month in months else 0
            for day in range(33):
                text = f"{year:04}-{month:02}-{day:02}"
                assert (read_date(text) is not None) == (1 <= day <= days_of_it), text
                assert (read_moment(f"{text}T12:00Z") is not None) == (1 <= day <= days_of_it)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2021-03-16", "2021-03-16T00:00:00Z"),
        ("2021-03-16T09:30", "2021-03-16T09:30:00Z"),
        ("2021-03-16T09:30:15.25+09:00", "2021-03-16T00:30:15Z"),
        ("2021-03-16T09:30 09:00", "2021-03-16T00:30:00Z"),
        ("0001-01-01T00:00+14:00", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:00-12:00", "9999-12-31T23:59:59Z"),
        *[(text, None) for text in ("2021", "2021-03", "2021-03-16T24:00", "2021-03-16T09",
                                    "2021-03-16T09:60", "2021-03-16T09:30+24:00", " 2021-03-16",
                                    "2021-03-16T09:30z", "2021-02-29T09:30")],
    ],
)  # fmt: skip
def test_moments_are_in_utc(text: str, moment: str | None) -> None:
    assert read_moment(text) == moment


some_ranges = st.lists(
    st.tuples(st.dates(), st.integers(0, 40)).map(
        lambda drawn: (
            drawn[0].isoformat(),
            datetime.date.fromordinal(
                min(drawn[0].toordinal() + drawn[1], datetime.date.max.toordinal())
            ).isoformat(),
        )
    ),
    max_size=8,
)
near_each_other = st.lists(
    st.tuples(st.integers(1, 60), st.integers(0, 8)).map(
        lambda drawn: (
            datetime.date.fromordinal(738000 + drawn[0]).isoformat(),
            datetime.date.fromordinal(738000 + sum(drawn)).isoformat(),
        )
    ),
    max_size=8,
)


@given(some_ranges | near_each_other)
@example([("2020-02-27", "2020-02-29"), ("2020-03-01", "2020-03-01")])
@example([("2020-12-31", "2020-12-31"), ("2021-01-01", "2021-12-31"), ("2020-01-01", "2021-01-01")])
@example([("2021-01-03", "2021-01-04"), ("2021-01-01", "2021-01-01")])
@example([("9999-12-31", "9999-12-31"), ("9999-12-01", "9999-12-31")])
def test_merged_ranges_hold_the_same_days_and_never_touch(ranges: list[tuple[str, str]]) -> None:
    result = merged(ranges)
    assert days_in(result) == days_in(ranges)
    bounds = [datetime.date.fromisoformat(day).toordinal() for pair in result for day in pair]
    assert bounds == sorted(bounds)
    assert all(
        later - earlier > 1 for earlier, later in zip(bounds[1::2], bounds[2::2], strict=False)
    )


def days_in(ranges: list[tuple[str, str]]) -> set[int]:
    return {
        ordinal
        for first, last in ranges
        for ordinal in range(
            datetime.date.fromisoformat(first).toordinal(),
            datetime.date.fromisoformat(last).toordinal() + 1,
        )
    }


def test_the_widest_of_repeated_bounds_counts() -> None:
    query = read_query(
        MEETINGS, b"date_from=2021-04&date_from=2021-02&date_to=2021-03&date_to=2021-05"
    )
    assert query.windows == (Window("2021-02-01", "2021-05-31"),)


def test_one_bound_leaves_the_other_side_open() -> None:
    assert read_query(MEETINGS, b"date_from=2021").windows == (Window("2021-01-01", None),)
    assert read_query(MEETINGS, b"date_to=2021").windows == (Window(None, "2021-12-31"),)
    assert read_query(MEETINGS, b"").windows == ()


@pytest.mark.parametrize(
    ("query_string", "expected"),
    [
        (b"date_from=2021-04&date_to=2021-03", [("date_from", "2021-04")]),
        (b"date_from=2021-03-17&date_to=2021-03-16", [("date_from", "2021-03-17")]),
        (b"date_to=2020&date_from=2021", [("date_from", "2021")]),
        (b"limit=0", [("limit", "0")]),
        (b"limit=201", [("limit", "201")]),
        (b"limit=-1", [("limit", "-1")]),
        (b"limit=1.0", [("limit", "1.0")]),
        (b"limit=", [("limit", "")]),
        (b"limit=ten", [("limit", "ten")]),
        (b"limit=%2B5", [("limit", "+5")]),
        (b"limit=%C2%B2", [("limit", "\N{SUPERSCRIPT TWO}")]),
        (b"limit=%D9%A3", [("limit", "\N{ARABIC-INDIC DIGIT THREE}")]),
        (b"limit=" + b"9" * 10_000, [("limit", "9" * 200 + "…")]),
        (b"limit=1&limit=1", [("limit", "1")]),
        (b"city=", [("city", "")]),
        (b"city", [("city", "")]),
        (b"city=%20%09", [("city", " \t")]),
        (b"city=to%00kyo", [("city", "to\0kyo")]),
        (b"city=to%0Akyo", [("city", "to\nkyo")]),
        (b"city=to%7Fkyo", [("city", "to\x7fkyo")]),
        (b"city=" + b"x" * 201, [("city", "x" * 200 + "…")]),
        (b"city=a&city=", [("city", "")]),
        (b"format=virtul", [("format", "virtul")]),
        (b"format=Virtual", [("format", "Virtual")]),
        (b"date=yesterday&date=2021", [("date", "yesterday")]),
        (b"date=%00", [("date", "\0")]),
        (b"offical=Suga", [("offical", "Suga")]),
        (b"Date=2021", [("Date", "2021")]),
        (b"=x", [("", "x")]),
        (b"kind=pledge", [("kind", "pledge")]),
        (b"city=%FF", [("query string", None)]),
        (b"city=\xff", [("query string", None)]),
        (b"%ED%A0%80=x", [("query string", None)]),
        (b"&" * 100, [("query string", None)]),
        (b"limit=0&date=x&who=y&cursor=z",
         [("limit", "0"), ("date", "x"), ("who", "y"), ("cursor", "z")]),
    ],
)  # fmt: skip
def test_what_is_refused(query_string: bytes, expected: list[tuple[str, str | None]]) -> None:
    assert faults(query_string) == expected


def test_no_more_than_twenty_values_of_a_parameter() -> None:
    twenty = "&".join(f"city=c{number}" for number in range(20)).encode()
    assert len(read_query(MEETINGS, twenty).values["city"]) == 20
    assert faults(twenty + b"&city=one-more") == [("city", "one-more")]
    days_ = "&".join(f"date=20{number:02}" for number in range(21)).encode()
    assert faults(days_) == [("date", "2020")]


def test_undated_collections_know_no_dates() -> None:
    for name in ("date", "date_from", "date_to"):
        assert faults(f"{name}=2021".encode(), CITIES) == [(name, "2021")]


def test_a_parameter_that_is_nearly_right_is_suggested() -> None:
    with pytest.raises(InvalidQuery) as refused:
        read_query(MEETINGS, b"offical=Suga&format=virtul")
    unknown, misspelled = refused.value.issues
    assert unknown.suggestions == ["official"]
    assert unknown.message == 'is not a parameter here; did you mean "official"?'
    assert misspelled.suggestions == ["virtual"]
    assert misspelled.message == (
        'must be one of in-person, virtual, telephone, hybrid; did you mean "virtual"?'
    )


@pytest.mark.parametrize(
    ("query_string", "right"),
    [
        (b"city[]=tokyo&city[]=seoul", "city=a&city=b"),
        (b"city%5B%5D=tokyo", "city=a&city=b"),
        (b"country[0]=JP&date=2021", "country=a&country=b"),
        (b"format=virtual,telephone", "format=virtual&format=telephone"),
        (b"format=virtual,%20telephone,virtul", None),
        (b"date=2021-03-16,2021-03-17", "date=2021-03-16&date=2021-03-17"),
        (b"date=2021-03-16,%20yesterday", None),
        (b"sort[]=date", None),
        (b"towns[]=tokyo", None),
    ],
)
def test_several_values_in_another_way_are_answered_with_the_right_one(
    query_string: bytes, right: str | None
) -> None:
    with pytest.raises(InvalidQuery) as refused:
        read_query(MEETINGS, query_string)
    message = refused.value.issues[0].message
    if right is None:
        assert "repeat it" not in message
    else:
        assert message.endswith(f"repeat it: {right}")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dat", "date"), ("date_form", "date_from"), ("updated", "updated_since"),
        ("topics", "topic"), ("since", "updated_since"), ("city[]", "city"), ("fields[]", "fields"),
    ],
)  # fmt: skip
def test_what_is_alike_as_a_whole_is_suggested_before_what_holds_it(typed: str, meant: str) -> None:
    with pytest.raises(InvalidQuery) as refused:
        read_query(MEETINGS, f"{typed}=2021".encode())
    assert refused.value.issues[0].suggestions == [meant]


def test_a_field_that_is_nearly_right_is_suggested_first() -> None:
    with pytest.raises(InvalidQuery) as refused:
        read_query(MEETINGS, b"fields=dat")
    assert refused.value.issues[0].suggestions[0] == "date"


def test_a_parameter_that_is_nothing_like_it_is_answered_with_all() -> None:
    with pytest.raises(InvalidQuery) as refused:
        read_query(CITIES, b"zzz=1")
    assert refused.value.issues[0].message == (
        "is not a parameter here; known are country, updated_since, q, sort, fields, limit, cursor"
    )


def test_the_same_question_has_one_identity() -> None:
    def identity(query_string: bytes) -> str:
        return read_query(MEETINGS, query_string).identity

    assert identity(b"city=Tokyo&official=Suga") == identity(b"official=SUGA&city=T%C5%8Dky%C5%8D")
    assert identity(b"city=Tokyo&city=Seoul&city=TOKYO") == identity(b"city=SEOUL&city=Tokyo")
    assert identity(b"date=2021-03&limit=3") == identity(b"date_from=2021-03&date_to=2021-03")
    different = [
        b"",
        b"city=tokyo",
        b"topic=tokyo",
        b"date=2021",
        b"date_from=2021",
        b"date_to=2021",
    ]
    assert len({identity(query_string) for query_string in different}) == len(different)


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
            st.text(st.characters(exclude_categories=["Cs"])),
        ),
        max_size=5,
    )
)
def test_the_next_path_keeps_all_parameters(pairs: list[tuple[str, str]]) -> None:
    first = next_path("/x", b"", "one")
    assert first == "/x?cursor=one"
    kept = [pair for pair in pairs if pair[0] != "cursor"]
    query_string = next_path("/x", b"cursor=old&" + encoded(pairs), "new").partition("?")[2]
    assert read_pairs(query_string.encode()) == [*kept, ("cursor", "new")]


def encoded(pairs: list[tuple[str, str]]) -> bytes:
    def percent(text: str) -> str:
        return "".join(f"%{byte:02X}" for byte in text.encode())

    return "&".join(f"{percent(name)}={percent(value)}" for name, value in pairs).encode()


@given(st.sampled_from(sorted(RESOURCES)), st.binary(max_size=80))
def test_any_bytes_are_a_query_or_refused(collection: str, query_string: bytes) -> None:
    try:
        query = read_query(RESOURCES[collection], query_string)
    except InvalidQuery as error:
        told = [issue.message for issue in error.issues]
    else:
        told = ["answered"]
        assert 1 <= query.limit <= 200
    assert told
    assert all(told)


def test_a_filter_of_the_search_says_what_it_means_in_each_collection() -> None:
    merged = search_filters()
    for resource in RESOURCES.values():
        for known in resource.filters:
            said = merged[known.parameter].meaning
            assert known.meaning[1:] in said
            assert said.startswith(known.meaning) or resource.name in said.lower()
