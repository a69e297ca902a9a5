"""Files as they lie in a folder: found, decoded, and read as YAML or JSON."""

import copy
import json
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.ingest.reading import ReadTrip, TripFileError, find_trip_files, read_trip_file, written
from app.ingest.yamltree import Location, Tree
from app.settings import PROJECT
from tests.ingest.goodfile import GOOD, complaints, edited, placed, write

NOT_A_TRIP = "is not a trip file; it starts with fields such as id: and title:"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"", ":1: is empty; a trip file holds one trip", id="empty"),
        pytest.param(b" \n\n", ":1: is empty; a trip file holds one trip", id="white space"),
        pytest.param(b"# later\n", ":1: is empty; a trip file holds one trip", id="a comment"),
        pytest.param(b"---\n", f":1: {NOT_A_TRIP}", id="an empty document"),
        pytest.param(b"- id: a\n- id: b\n", f":1: {NOT_A_TRIP}", id="a list"),
        pytest.param(b"Tokyo\n", f":1: {NOT_A_TRIP}", id="a text"),
        pytest.param(b"2021\n", f":1: {NOT_A_TRIP}", id="a number"),
        pytest.param(
            GOOD.encode().replace(b"Both sides", b"Both s\xefdes"),
            ":104: is not UTF-8 text; save it as UTF-8",
            id="Latin-1",
        ),
        pytest.param(GOOD.encode("utf-16"), ":1: is not UTF-8 text; save it as UTF-8", id="UTF-16"),
        pytest.param(
            GOOD.encode("utf-16-le"), ":1: has the control character U+0000", id="bare UTF-16"
        ),
        pytest.param(b"\x00" * 100, ":1: has the control character U+0000", id="NUL bytes"),
        pytest.param(b"\x89PNG\r\n\x1a\n", ":1: is not UTF-8 text; save it as UTF-8", id="image"),
    ],
)
def test_a_file_that_is_no_trip_file_is_refused(
    content: bytes, expected: str, tmp_path: Path
) -> None:
    assert complaints(write(tmp_path, content)) == [f"trip.yaml{expected}"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xef\xbb\xbf" + GOOD.encode(), id="byte order mark"),
        pytest.param(GOOD.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(GOOD.rstrip("\n").encode(), id="no line break at the end"),
        pytest.param(b"---\n" + GOOD.encode() + b"...\n", id="document marks"),
    ],
)
def test_what_an_editor_does_to_a_file_makes_no_difference(content: bytes, tmp_path: Path) -> None:
    same = read_trip_file(write(tmp_path, content)).trip
    assert same == read_trip_file(write(tmp_path, GOOD, "good.yaml")).trip


def test_lines_are_counted_alike_with_every_line_break(tmp_path: Path) -> None:
    text = edited("city: bergen", "city: bergan")
    windows = write(tmp_path, text.replace("\n", "\r\n"))
    assert complaints(windows) == placed(
        text, [("city: bergan", 'stops[1].city: no city "bergan"; did you mean "bergen"?')]
    )


# --- JSON -------------------------------------------------------------------------------------


def good_json() -> dict[str, Any]:
    trip: dict[str, Any] = json.loads(
        read_trip_file(PROJECT / "seed" / "2021-03-tokyo-seoul.yaml").trip.model_dump_json()
    )
    return trip


@pytest.mark.parametrize(
    "layout", [{}, {"indent": 2}, {"indent": "\t"}, {"ensure_ascii": False}], ids=str
)
def test_a_trip_file_may_be_json(layout: dict[str, Any], tmp_path: Path) -> None:
    trip = good_json()
    trip["title"] = '\N{CJK UNIFIED IDEOGRAPH-20BB7}\\N{ROCKET} \\ "quoted" \N{ROCKET}'
    path = write(tmp_path, json.dumps(trip, **layout), "trip.json")
    assert json.loads(read_trip_file(path).trip.model_dump_json()) == trip


@pytest.mark.parametrize("indent", [2, "\t"], ids=["spaces", "tabs"])
def test_faults_of_json_are_told_with_their_lines(indent: int | str, tmp_path: Path) -> None:
    trip = good_json()
    trip["title"] = "\N{ROCKET} \\\\ud83d \N{ROCKET}"
    trip["meetings"][2]["format"] = "radio"
    trip["quotes"][0]["date"] = "2021-3-16"
    text = json.dumps(trip, indent=indent)
    assert complaints(write(tmp_path, text, "trip.json")) == placed(
        text,
        [
            (
                '"radio"',
                'meetings[2].format: "radio" is not one of in-person, virtual, telephone, hybrid',
            ),
            ('"2021-3-16"', 'quotes[0].date: "2021-3-16" is not a day; write it as 2021-03-16'),
        ],
        "trip.json",
    )


def test_a_name_twice_in_json_is_told(tmp_path: Path) -> None:
    text = json.dumps(good_json(), indent=1).replace(
        '\n "title"', '\n "title": "One",\n "title"', 1
    )
    (line,) = [number for number, each in enumerate(text.splitlines(), 1) if '"One"' in each]
    assert complaints(write(tmp_path, text, "trip.json")) == [
        f"trip.json:{line + 1}: title: is given twice, first on line {line}"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ":1: is empty; a trip file holds one trip"),
        ("[]", f":1: {NOT_A_TRIP}"),
        ("null", f":1: {NOT_A_TRIP}"),
        (
            '{\n  "id": "a",\n  title: "b"\n}',
            ":3: is not JSON: expecting property name enclosed in double quotes",
        ),
        ('{\n  "id": "a"\n  "title": "b"\n}', ":3: is not JSON: expecting ',' delimiter"),
        ("id: a\ntitle: b\n", ":1: is not JSON: expecting value"),
        ('{"id": "a"}\n{"id": "b"}', ":2: is not JSON: extra data"),
        ('{"id": "a\nb"}', ":1: is not JSON: invalid control character at"),
    ],
)
def test_what_is_not_json_is_told_with_its_line(text: str, expected: str, tmp_path: Path) -> None:
    assert complaints(write(tmp_path, text, "trip.json")) == [f"trip.json{expected}"]


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_no_json_number_is_infinite(constant: str, tmp_path: Path) -> None:
    trip = good_json()
    trip["cities"][0]["latitude"] = -1.5
    text = json.dumps(trip, indent=1).replace("-1.5", constant)
    (told,) = complaints(write(tmp_path, text, "trip.json"))
    assert "cities[0].latitude: " in told
    assert " is not a number" in told


def test_too_long_a_number_in_json_is_told(tmp_path: Path) -> None:
    text = json.dumps(good_json(), indent=1).replace("2050", "9" * 5000)
    assert "agreements[6].target_year: is too long a number" in str(
        complaints(write(tmp_path, text, "trip.json"))
    )


# --- anything at all -------------------------------------------------------------------------


def places(value: Any, location: Location = ()) -> list[Location]:
    """Return where the parts of a plain value are."""
    inside: Any = ()
    if isinstance(value, dict):
        inside = value.items()
    elif isinstance(value, list):
        inside = enumerate(value)
    return [
        location,
        *(place for step, part in inside for place in places(part, (*location, step))),
    ]


GOOD_VALUE: dict[str, Any] = Tree(GOOD).value

anything = st.recursive(
    st.sampled_from([None, True, 0, -1.5, 2022, 10**200, "", "a", "oslo", "2022-05-04"])
    | st.text(st.characters(exclude_categories=["Cc", "Cn", "Cs", "Zl", "Zp"]), max_size=5),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "kind", "meeting", "date"]), inside, max_size=3)
    ),
    max_leaves=5,
)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    edits=st.lists(
        st.tuples(st.sampled_from(places(GOOD_VALUE)[1:]), anything), min_size=1, max_size=3
    )
)
@example(edits=[(("participants", 0, "id"), [{}])])
@example(edits=[(("participants", 0, "kind"), {"id": 1}), (("meetings", 0, "inferred"), [[], {}])])
@example(edits=[(("meetings", 0, "date"), {}), (("start_date",), [])])
@example(edits=[(("quotes", 0, "occasion", "when"), []), (("quotes", 0, "speaker"), {})])
def test_whatever_stands_in_a_field_is_read_or_refused_alike_in_yaml_and_json(
    edits: list[tuple[Location, Any]], tmp_path: Path
) -> None:
    trip = copy.deepcopy(GOOD_VALUE)
    for place, value in edits:
        if place in places(trip):
            reduce(getitem, place[:-1], trip)[place[-1]] = value
    text = json.dumps(trip, indent=1, ensure_ascii=False)
    answers: list[Any] = []
    for name in ("trip.json", "trip.yaml"):
        try:
            answers.append(read_trip_file(write(tmp_path, text, name)).trip)
        except TripFileError as error:
            # Only YAML has a word for nothing, which may have been meant as a name.
            answers.append(
                [
                    (each.line, each.path, each.message)
                    for each in error.issues
                    if "the YAML word for nothing" not in each.message
                ]
            )
    if answers[1] == []:
        answers[1] = answers[0]
    assert answers[0] == answers[1]


# --- finding files ----------------------------------------------------------------------------


def refused_paths(*paths: Path) -> list[str]:
    with pytest.raises(TripFileError) as caught:
        find_trip_files(paths)
    return [str(each) for each in caught.value.issues]


def test_trip_files_are_found_in_folders_sorted_and_each_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tmp_path / "trips" / "2022"
    inner.mkdir(parents=True)
    for name in ("b.yaml", "a.yml", "2022/c.json", "README.md", "trip.schema.json", "2022/x.yaml~"):
        (tmp_path / "trips" / name).touch()
    (tmp_path / "trips" / "folder.yaml").mkdir()
    monkeypatch.chdir(tmp_path)
    found = [Path("trips/2022/c.json"), Path("trips/a.yml"), Path("trips/b.yaml")]
    assert find_trip_files([Path("trips")]) == found
    again = [Path("trips/b.yaml"), Path("trips"), tmp_path / "trips", Path("trips/../trips/a.yml")]
    assert find_trip_files(again) == [found[2], found[0], found[1]]


def test_a_schema_that_is_named_is_read_and_refused(tmp_path: Path) -> None:
    path = write(tmp_path, '{"type": "object"}', "trip.schema.json")
    assert find_trip_files([path]) == [path]
    assert 'trip.schema.json:1: id: is missing; add "id:"' in complaints(path)


def test_every_path_without_a_trip_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "link.yaml").symlink_to(tmp_path / "gone.yaml")
    long_name = tmp_path / ("n" * 300)
    paths = [tmp_path / "gone.yaml", tmp_path / "empty", tmp_path / "link.yaml", long_name]
    assert refused_paths(*paths) == [
        f"{paths[0]}: no such file or folder",
        f"{paths[1]}: holds no trip file (*.yaml)",
        f"{paths[2]}: no such file or folder",
        f"{paths[3]}: File name too long",
    ]


def test_a_folder_is_not_read_as_a_file(tmp_path: Path) -> None:
    assert complaints(tmp_path) == [f"{tmp_path.name}: is a folder; name one trip file in it"]


# --- later complaints -------------------------------------------------------------------------


def test_what_is_found_out_later_is_told_with_its_line_too(tmp_path: Path) -> None:
    read = read_trip_file(write(tmp_path, GOOD))
    complaint = read.issue(("meetings", 1, "participants", 0), "is away")
    assert str(complaint).endswith("trip.yaml:81: meetings[1].participants[0]: is away")
    assert read.issue(("meetings", 1, "room"), "is unknown").line == 75
    assert read.issue(("meetings", 7), "is unknown").line == 60


def test_a_complaint_without_a_known_line_names_file_and_place(tmp_path: Path) -> None:
    read = read_trip_file(write(tmp_path, GOOD))
    lineless = ReadTrip(read.path, read.trip, "")
    complaint = lineless.issue(("meetings", 1, "city"), "is unknown")
    assert str(complaint) == f"{read.path}: meetings[1].city: is unknown"


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ((), ""),
        (("id",), "id"),
        (("meetings", 2, "city"), "meetings[2].city"),
        (("quotes", 0, "occasion", "when"), "quotes[0].occasion.when"),
    ],
)
def test_places_are_written_as_curators_read_them(
    location: tuple[str | int, ...], expected: str
) -> None:
    assert written(location) == expected
