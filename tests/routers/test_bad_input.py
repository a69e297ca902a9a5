"""Bad input: a clear 422 that names the parameter, its value and what is allowed; never a 500."""

import json
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.collections import RESOURCES
from app.domain.filters import Reads
from app.domain.names import meant
from app.query.cursor import Position, write_cursor
from app.query.parameters import read_query
from tests.client import SEEDED_RECORDS, Client, problem

EVERY_ROUTE = [
    *(f"/{name}" for name in RESOURCES),
    *SEEDED_RECORDS,
]
TEXT_FILTERS = [
    (name, known.parameter)
    for name, resource in RESOURCES.items()
    for known in resource.filters
    if known.reads not in (Reads.DATE, Reads.TEXT)
]
DATED = [name for name, resource in RESOURCES.items() if resource.dates]


def filters(names: list[str]) -> list[tuple[str, str]]:
    return [(name, parameter) for name in names for parameter in ("date", "date_from", "date_to")]


@pytest.mark.parametrize("path", EVERY_ROUTE)
def test_an_unknown_parameter_is_refused_everywhere(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200
    for query in ("utm_source=x", "q%00=", "=", "x=1&x=2", "page=2", "Limit=3"):
        errors = client.refused(f"{path}?{query}")
        assert len({error["parameter"] for error in errors}) == 1
        assert "is not a parameter here" in errors[0]["message"]


@pytest.mark.parametrize("path", EVERY_ROUTE)
def test_a_query_string_that_is_no_text_is_refused_everywhere(client: Client, path: str) -> None:
    for query in ("city=%FF", "%C0%80=x", "city=%ED%A0%80", "city=%F5%80%80%80", "&" * 200):
        assert [error["parameter"] for error in client.refused(f"{path}?{query}")] == [
            "query string"
        ]


def test_a_problem_names_the_parameter_the_value_and_what_may_have_been_meant(
    client: Client,
) -> None:
    response = client.get("/meetings?offical=Suga&date=2021-13&limit=500")
    assert response.status_code == 422
    found = problem(response)
    assert found["type"] == "urn:readout:problem:invalid-parameters"
    # "Unprocessable Content" since RFC 9110; older Pythons know it under its former name.
    assert found["title"].startswith("Unprocessable")
    assert found["errors"] == [
        {
            "parameter": "offical",
            "value": "Suga",
            "message": 'is not a parameter here; did you mean "official"?',
            "suggestions": ["official"],
        },
        {
            "parameter": "date",
            "value": "2021-13",
            "message": "must be a day, month or year: 2021-03-16, 2021-03 or 2021",
            "suggestions": [],
        },
        {
            "parameter": "limit",
            "value": "500",
            "message": "must be a whole number from 1 to 200",
            "suggestions": [],
        },
    ]
    for error in found["errors"]:
        assert f"{error['parameter']}: {error['message']}" in found["detail"]


@pytest.mark.parametrize(("collection", "parameter"), filters(DATED))
@pytest.mark.parametrize(
    "value",
    ["", " ", "2021-13", "2021-02-29", "2021-3-16", "0000", "16.03.2021", "today", "\0",
     "2021-03-16T10:00", "2021\0", "2021-03-16 ", "-1", "x" * 10_000, "9" * 10_000, "٢٠٢١"],
)  # fmt: skip
def test_wrong_dates(client: Client, collection: str, parameter: str, value: str) -> None:
    errors = client.refused(f"/{collection}?{urlencode({parameter: value})}")
    assert [error["parameter"] for error in errors] == [parameter]
    assert errors[0]["value"] == (value if len(value) <= 200 else f"{value[:200]}…")


@pytest.mark.parametrize("parameter", ["date", "date_from", "date_to", "updated_since"])
def test_a_day_that_is_none_is_said_to_be_none(client: Client, parameter: str) -> None:
    (error,) = client.refused(f"/meetings?{parameter}=2021-02-30")
    assert error["message"] == "is no day: February 2021 has 28 days"


@pytest.mark.parametrize("collection", DATED)
def test_reversed_ranges(client: Client, collection: str) -> None:
    for first, last in [("2021-03-17", "2021-03-16"), ("2021-04", "2021-03"), ("2022", "2021"),
                        ("2021-03-17", "2021-02"), ("9999-12-31", "0001-01-01")]:  # fmt: skip
        for order in (0, 1):
            pairs = [("date_from", first), ("date_to", last)]
            query = urlencode(pairs[::-1] if order else pairs)
            (error,) = client.refused(f"/{collection}?{query}")
            assert (error["parameter"], error["value"]) == ("date_from", first)
            assert error["message"] == f"must not be after date_to, {last}"


@pytest.mark.parametrize(("collection", "parameter"), TEXT_FILTERS)
@pytest.mark.parametrize("value", ["", "   ", "\0", "to\0kyo", "a\nb", "\x1b[31m", "x" * 10_000])
def test_values_that_are_no_names(
    client: Client, collection: str, parameter: str, value: str
) -> None:
    (error,) = client.refused(f"/{collection}?{urlencode({parameter: value})}")
    assert error["parameter"] == parameter
    assert error["message"]
    assert len(error["value"]) <= 201
    # One good value does not make up for a bad one.
    known = RESOURCES[collection].filter(parameter)
    good = known.choices[0] if known.choices else known.example
    query = urlencode([(parameter, good), (parameter, value)])
    assert client.refused(f"/{collection}?{query}") == [error]


@pytest.mark.parametrize(
    ("collection", "parameter"), [at for at in TEXT_FILTERS if at[1] != "updated_since"]
)
def test_words_that_are_not_on_a_closed_list(
    client: Client, collection: str, parameter: str
) -> None:
    choices = RESOURCES[collection].filter(parameter).choices
    response = client.get(f"/{collection}?{parameter}=something-else")
    if not choices:
        assert response.status_code == 200
        # A name that nothing has is well-formed: there is a notice, and there is no error.
        body = response.json()
        (notice,) = body.pop("notices")
        assert body == {"items": [], "total": 0, "next": None, "next_cursor": None}
        assert (notice["parameter"], notice["value"]) == (parameter, "something-else")
        return
    (error,) = problem(response)["errors"]
    assert error["message"] == f"must be one of {', '.join(choices)}{meant(error['suggestions'])}"
    for choice in choices:
        (error,) = client.refused(f"/{collection}?{parameter}={choice}x")
        assert error["suggestions"][0] == choice


@pytest.mark.parametrize("collection", RESOURCES)
@pytest.mark.parametrize(
    "value", ["0", "201", "-1", "1.5", "1e2", "ten", "", " 5", "+5", "0x10", "٣", "²", "9" * 10_000]
)
def test_wrong_limits(client: Client, collection: str, value: str) -> None:
    (error,) = client.refused(f"/{collection}?{urlencode({'limit': value})}")
    assert error["parameter"] == "limit"
    assert error["message"] == "must be a whole number from 1 to 200"


@pytest.mark.parametrize("parameter", ["limit", "cursor"])
def test_what_can_only_be_given_once(client: Client, parameter: str) -> None:
    errors = client.refused(f"/meetings?{parameter}=1&{parameter}=2")
    assert errors[0]["parameter"] == parameter
    assert errors[0]["message"] == "is given more than once; give it once"


def cursor_of(client: Client, path: str) -> str:
    following = client.get(path).json()["next"]
    assert following is not None
    return str(following.partition("cursor=")[2])


def test_cursors_that_were_cut_or_changed(client: Client) -> None:
    cursor = cursor_of(client, "/meetings?limit=2")
    assert client.get(f"/meetings?cursor={cursor}").status_code == 200
    broken = [
        "", " ", "x", "null", "0", "=", "%00", "%FE%80", "é", "😀", "../../etc/passwd", "-" * 40,
        cursor[:-1], cursor[1:], cursor[: len(cursor) // 2], cursor * 2, cursor + "A",
        cursor + "\0", cursor.swapcase(), cursor[::-1], f" {cursor}", f"{cursor}\n",
        "A" * 10_000, "{" * 10_000,
    ]  # fmt: skip
    for value in broken:
        (error,) = client.refused(f"/meetings?cursor={quote_plus(value)}")
        assert error["parameter"] == "cursor"
        assert error["message"].startswith("is not a cursor of this service")
        assert len(error["value"]) <= 201


@pytest.mark.parametrize(
    "path",
    [
        "/meetings",
        "/meetings?city=seoul",
        "/meetings?city=tokyo&country=JP",
        "/meetings?city=tokyo&date=2021",
        "/meetings?country=tokyo",
        "/quotes?city=tokyo",
        "/cities",
    ],
)
def test_a_cursor_of_another_query(client: Client, path: str) -> None:
    cursor = cursor_of(client, "/meetings?city=tokyo&limit=2")
    (error,) = client.refused(f"{path}{'&' if '?' in path else '?'}cursor={cursor}")
    assert error["parameter"] == "cursor"
    assert error["message"].startswith("belongs to a query with other filters")


@pytest.mark.parametrize("collection", RESOURCES)
@pytest.mark.parametrize(
    "position",
    [
        Position("", 0, 0, ""),
        Position("~", 2**63 - 1, 2**63 - 1, "another"),
        Position("2021-03-16\x01", 1, 1, "\N{CJK UNIFIED IDEOGRAPH-65E5}"),
        Position("2021-03-16", 1 << 40, 8, "0" * 16),
    ],
)
def test_a_forged_cursor_that_could_have_been_given_out_is_answered(
    client: Client, collection: str, position: Position
) -> None:
    # Nothing in a cursor is a secret: whoever forges a right one gets the page they ask for.
    fingerprint = read_query(RESOURCES[collection], b"").fingerprint
    expected = [] if position.place == "~" else client.ids(collection)
    found = client.ask(collection, cursor=write_cursor(position, fingerprint)).ids
    assert found == expected[len(expected) - len(found) :]


@pytest.mark.parametrize(
    "query_string",
    [b"city=\xff", b"\x80", b"city=to\x00kyo", b"city=\xc3", b"\x00=\x00", b"a=b\nc"],
)
def test_bytes_that_were_not_percent_encoded(client: Client, query_string: bytes) -> None:
    status, body = client.raw("/meetings", query_string)
    assert status == 422
    assert json.loads(body)["status"] == 422


def test_utf8_that_was_not_percent_encoded_is_understood(client: Client) -> None:
    status, body = client.raw("/meetings", "city=Tōkyō".encode())
    assert status == 200
    assert json.loads(body)["total"] == 5


NAMES = sorted(
    {known.parameter for resource in RESOURCES.values() for known in resource.filters}
    | {"date", "date_from", "date_to", "limit", "cursor", "q", "sort", ""}
)
VALUES = [
    "2021", "2021-03", "2021-03-16", "2021-02-30", "9999-12", "0001-01-01", "1", "200", "0",
    "tokyo", "Blinken", "JP", "climate", "in-person", "group", "pledge", "US",
    "2021-03-17-blinken-chung", "2021-03-tokyo-seoul",
    "%", "%00", "'", '"', "\0", "--", "*", "x" * 300,
]  # fmt: skip
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
pairs = st.lists(
    st.tuples(st.sampled_from(NAMES) | texts, st.sampled_from(VALUES) | texts), max_size=8
)
query_strings = (
    pairs.map(urlencode)
    | texts.map(quote_plus)
    | st.text("&=%+;aF0cityofl ", max_size=40).map(lambda text: text.replace(" ", "%20"))
)


@pytest.mark.slow
@settings(max_examples=400)
@given(st.sampled_from(sorted(RESOURCES)), query_strings)
def test_any_query_string_is_answered_or_refused(
    client: Client, collection: str, query_string: str
) -> None:
    response = client.get(f"/{collection}?{query_string}")
    assert response.status_code in (200, 422), response.text
    if response.status_code == 422:
        assert problem(response)["errors"]
    else:
        body = response.json()
        assert len(body["items"]) <= body["total"]


@pytest.mark.slow
@settings(max_examples=150)
@given(st.sampled_from(sorted(RESOURCES)), st.binary(max_size=30))
def test_any_bytes_are_answered_or_refused(
    client: Client, collection: str, query_string: bytes
) -> None:
    for part in (query_string, b"city=" + query_string, b"cursor=" + query_string):
        status, body = client.raw(f"/{collection}", part)
        assert status in (200, 422)
        assert ("errors" if status == 422 else "items") in json.loads(body)


def test_a_redirect_names_an_address_as_addresses_are_written(client: Client) -> None:
    moved = client.get("/trips/a%1Fb%0D%0Ac%20%E2%82%AC/?x=%1F", follow_redirects=False)
    assert moved.status_code == 308
    assert moved.headers["location"] == "/trips/a%1Fb%0D%0Ac%20%E2%82%AC?x=%1F"


@settings(max_examples=100)
@given(st.sampled_from(sorted(RESOURCES)), texts.filter(lambda text: text.strip("./ ")))
def test_any_id_is_served_or_refused(client: Client, collection: str, id_: str) -> None:
    response = client.get(f"/{collection}/{quote_plus(id_)}")
    if any(character < " " or character == "\x7f" for character in id_):
        assert response.status_code in ((404, 308) if "/" in id_ else (422,))
    elif id_ == "" or id_.endswith("/"):
        assert response.status_code == 308
    else:
        assert response.status_code == 404 or response.json()["id"] == id_
