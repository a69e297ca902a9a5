"""YAML that is not well-formed, or more than a trip file needs."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.ingest.reading import read_trip_file
from app.ingest.yamltree import DEEPEST, Location, Tree, YamlError
from app.settings import PROJECT
from tests.ingest.goodfile import GOOD, Expected, complaints, edited, placed, write

YAML: list[tuple[str, str, str, Expected]] = [
    (
        "a field twice",
        "summary: Talks about a river.",
        "summary: Talks about a river.\ntitle: Again",
        [("title: Again", "title: is given twice, first on line 3")],
    ),
    (
        "a field twice within a part, and another fault",
        "    target_year: 2030",
        "    target_year: 2030\n    kind: pledge\n    goal: clean",
        [
            ("    kind: pledge", "agreements[0].kind: is given twice, first on line 99"),
            (
                "    goal: clean",
                'agreements[0].goal: unknown field "goal"; known: date, end_date, id,'
                " former_ids, earliest_date, latest_date, city, country, topics, evidence, note,"
                " place, summary, kind, target_year, document, part_of, title, parties, meeting,"
                " inferred",
            ),
        ],
    ),
    (
        "a tab as an indent",
        "    name: Rivers",
        "\tname: Rivers",
        [("\tname", "is not YAML: it is indented with a tab; use spaces")],
    ),
    (
        "a tab as an indent of folded text",
        "summary: Talks about a river.",
        "summary: >-\n\tTalks about a river.",
        [("\tTalks", "is not YAML: it is indented with a tab; use spaces")],
    ),
    (
        "quotes that are never closed",
        "title: Measuring the water",
        'title: "Measuring the water',
        [('"Measuring', "is not YAML: a quotation mark is opened and never closed")],
    ),
    (
        "an apostrophe within single quotes",
        "title: Measuring the water",
        "title: 'Measuring the town's water'",
        [
            (
                "'Measuring",
                "is not YAML: nothing can begin here; look for a wrong indent, or quotes around"
                " half a text",
            )
        ],
    ),
    (
        "a colon within text",
        "title: Measuring the water",
        "title: Rivers: a beginning",
        [
            (
                "title: Rivers:",
                "is not YAML: no field can begin here; look for a wrong indent, or a missing space"
                ' after the colon before; put text that holds ": " in quotes',
            )
        ],
    ),
    (
        "no space behind a colon",
        "    title: Measuring the water",
        "    title:Measuring the water",
        [
            (
                "    summary: Both",
                "is not YAML: no field can begin here; look for a wrong indent, or a missing space"
                ' after the colon before; put text that holds ": " in quotes',
            )
        ],
    ),
    (
        "too small an indent",
        "    summary: They speak about fish.",
        "   summary: They speak about fish.",
        [
            (
                "   summary: They speak about fish",
                "is not YAML: nothing can begin here; look for a wrong indent, or quotes around"
                " half a text",
            )
        ],
    ),
    (
        "a bracket that is never closed",
        "    parties: [SE, DK]",
        "    parties: [SE, DK",
        [
            (
                "    target_year",
                "is not YAML: while parsing a flow sequence, did not find expected ',' or ']'",
            )
        ],
    ),
    (
        "text that begins with an at sign",
        "title: Measuring the water",
        "title: @rivers",
        [("@rivers", "is not YAML: put text that begins with @ in quotes")],
    ),
    (
        "text that begins with an asterisk",
        "title: Measuring the water",
        "title: *Measuring* the water",
        [("*Measuring", "is not YAML: put text that begins with * or & in quotes")],
    ),
    (
        "an anchor and an alias",
        "    topics: [rivers]\n    evidence:",
        "    topics: &about [rivers]\n    inferred: *about\n    evidence:",
        [
            (
                "    topics: &about",
                'quotes[0].topics: has the YAML anchor "about"; leave it out, or put in quotes a'
                " text that begins with &",
            ),
            (
                "    inferred: *about",
                'quotes[0].inferred: repeats what is marked "about" elsewhere; write it out, or put'
                " in quotes a text that begins with *",
            ),
        ],
    ),
    (
        "a merge key",
        "    title: Measuring the water",
        "    <<: {title: Measuring}",
        [
            ("  - id: measuring", 'agreements[0].title: is missing; add "title:"'),
            (
                "    <<:",
                'agreements[0].<<: unknown field "<<"; known: date, end_date, id, former_ids,'
                " earliest_date, latest_date, city, country, topics, evidence, note,"
                " place, summary, kind, target_year, document, part_of, title, parties, meeting,"
                " inferred",
            ),
        ],
    ),
    (
        "a tag",
        "title: Measuring the water",
        "title: !!python/name:os.system Measuring",
        [
            (
                "!!python",
                'agreements[0].title: has the YAML tag "tag:yaml.org,2002:python/name:os.system";'
                " leave it out, or put in quotes a text that begins with !",
            )
        ],
    ),
    (
        "a tag that text does not fit",
        "latitude: 59.9139",
        "latitude: !!float north",
        [
            (
                "!!float",
                'cities[0].latitude: has the YAML tag "tag:yaml.org,2002:float"; leave it out, or'
                " put in quotes a text that begins with !",
            )
        ],
    ),
    (
        "a list as the name of a field",
        "title: Measuring the water",
        "title: Measuring the water\n    ? [a]\n    : b",
        [("    ? [a]", "agreements[0]: has a field name that is not text")],
    ),
    (
        "a second document",
        "agreements:",
        "---\nagreements:",
        [("---", "begins a second document; a trip file holds one trip")],
    ),
    (
        "an escape that YAML does not know",
        "title: Measuring the water",
        'title: "Measuring \\d"',
        [
            (
                '"Measuring',
                "is not YAML: while parsing a quoted scalar, found unknown escape character",
            )
        ],
    ),
    (
        "half a character",
        "title: Measuring the water",
        'title: "Measuring \\ud83d"',
        [
            (
                '"Measuring',
                "is not YAML: while parsing a quoted scalar, found invalid Unicode character escape"
                " code",
            )
        ],
    ),
    (
        "a NUL byte",
        "Measuring the water",
        "Measuring\0the water",
        [("Measuring\0", "has the control character U+0000")],
    ),
    (
        "a control character behind letters of two bytes",
        "Measuring the water",
        "M\u00e9asuring\x07the water",
        [("asuring\x07", "has the control character U+0007")],
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [pytest.param(old, new, expected, id=name) for name, old, new, expected in YAML],
)
def test_what_is_not_yaml_or_not_wanted_of_it_is_told_with_its_line(
    old: str, new: str, expected: Expected, tmp_path: Path
) -> None:
    text = edited(old, new)
    assert complaints(write(tmp_path, text)) == placed(text, expected)


@pytest.mark.parametrize(
    ("written_as", "value"),
    [
        ("NO", "NO"),
        ("off", "off"),
        ("y", "y"),
        ("12:30", "12:30"),
        ("2021-03-16", "2021-03-16"),
        ("1_000", "1_000"),
        ("0b1", "0b1"),
        ("=", "="),
        ("'5'", "5"),
        ('"null"', "null"),
    ],
)
def test_what_yaml_1_1_takes_for_something_else_is_text(
    written_as: str, value: str, tmp_path: Path
) -> None:
    text = edited("title: Measuring the water", f"title: {written_as}")
    assert read_trip_file(write(tmp_path, text)).trip.agreements[0].title == value


def test_billion_laughs_are_not_laughed(tmp_path: Path) -> None:
    levels = [f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 10)}]" for i in range(1, 30)]
    path = write(tmp_path, "\n".join(["l0: &l0 [ha, ha]", *levels]))
    told = complaints(path)
    assert len([each for each in told if "has the YAML anchor" in each]) == 30
    assert len([each for each in told if "repeats what is marked" in each]) == 290


DEEP = {
    "brackets": "[" * 100_000,
    "closed brackets": "[" * 100_000 + "]" * 100_000,
    "braces": "{a: " * 100_000,
    "JSON": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "hyphens": "- " * 100_000,
    "field names": "? " * 100_000,
    "in a field": GOOD + "notes: " + "[" * 100_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP.keys())
def test_deep_nesting_is_refused_and_does_not_end_the_interpreter(
    text: str, tmp_path: Path
) -> None:
    path = write(tmp_path, text)
    program = (
        "import sys; from pathlib import Path; from app.ingest.reading import *\n"
        "try: read_trip_file(Path(sys.argv[1]))\n"
        "except TripFileError as error: print(error)"
    )
    done = subprocess.run(  # noqa: S603 - the arguments are these tests' own
        [sys.executable, "-c", program, str(path)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    line = text.count("\n") + 1
    assert done.stdout == f"{path}:{line}: is nested too deeply\n"


def test_nesting_that_is_deep_and_not_too_deep_is_told_as_any_fault(tmp_path: Path) -> None:
    levels = DEEPEST - 1
    text = GOOD + f"notes: {'[' * levels}{']' * levels}\n"
    assert [each.split(";")[0] for each in complaints(write(tmp_path, text))] == [
        'trip.yaml:107: notes: unknown field "notes"'
    ]
    deeper = GOOD + f"notes: {'[' * (levels + 1)}{']' * (levels + 1)}\n"
    assert complaints(write(tmp_path, deeper)) == ["trip.yaml:107: is nested too deeply"]


@pytest.mark.parametrize(
    ("location", "line"),
    [
        ((), 1),
        (("id",), 1),
        (("stops",), 2),
        (("stops", 0), 4),
        (("stops", 0, "city"), 4),
        (("stops", 1, "days", 1), 5),
        (("stops", 2, "note"), 7),
        (("stops", 2, "missing"), 6),
        (("stops", 3), 2),
        (("stops", 3, "city"), 2),
        (("missing", "city"), 1),
        (("id", "deeper"), 1),
    ],
)
def test_every_part_has_a_line_or_that_of_its_parent(location: Location, line: int) -> None:
    tree = Tree(
        """id: a
stops:
  -
    city: oslo
  - {city: bergen, days: [1, 2]}
  - city: hamar
    note: >-
      later
"""
    )
    assert tree.line(location) == line


plain_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff")
    ),
    lambda inside: st.lists(inside) | st.dictionaries(st.text("abc\u00e9-"), inside),
    max_leaves=20,
)


@pytest.mark.slow
@settings(deadline=None)
@given(plain_values)
@example("")
@example("1e5")
@example({"": [{}]})
@example("\u2028")
def test_json_is_read_as_what_it_says(value: Any) -> None:
    tree = Tree(json.dumps(value, ensure_ascii=False))
    assert (tree.value, tree.faults) == (value, [])


@pytest.mark.slow
@settings(deadline=None)
@given(plain_values)
@example(["NO", "12:30", "2021-03-16", "0o7", "~", "# no comment"])
def test_what_another_program_writes_as_yaml_is_read_back(value: Any) -> None:
    tree = Tree(yaml.dump(value, Dumper=_Quoting, allow_unicode=True))
    assert (tree.value, tree.faults) == (value, [])


class _Quoting(yaml.SafeDumper):
    """Writes text in quotes and without anchors, since other programs know YAML 1.2."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True

    def represent_text(self, data: str) -> yaml.Node:
        return self.represent_scalar("tag:yaml.org,2002:str", data, style='"')


_Quoting.add_representer(str, _Quoting.represent_text)


@settings(deadline=None)
@given(
    st.text()
    | st.text("abc:-?!&*[]{}|>%@`'\"#,~\\ \n\t0123456789.x").map("id: a\n".__add__)
    | st.text("- \n:a[]{}&*\"'")
)
def test_any_text_is_read_or_refused_with_a_line(text: str) -> None:
    lines = len(text.splitlines()) + 1
    try:
        line = Tree(text).line(())
    except YamlError as error:
        line = error.line or 0
    assert 1 <= line <= lines
