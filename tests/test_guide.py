"""The guide for curators, followed: a trip of three meetings, from a text made up for it."""

import re
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import commands
from app.settings import PROJECT

GUIDE = (PROJECT / "seed" / "README.md").read_text("utf-8")
MAX_TYPED = 90
"""So many lines may have to be typed for a trip of three meetings."""

TEXT = """\
Ada Berg, the foreign minister of Norway, came to Riga on May 6 and went on to Tallinn.

On Monday she met her Latvian colleague Janis Ozols. “We share one sea,” Berg said after the
meeting, “and we will keep it clean.” Both promised to share their charts by 2032.

In the afternoon she spoke with students of the university. They asked about the sea.

On Tuesday in Tallinn, Berg met Kadri Tamm, who heads the foreign ministry of Estonia. The two
talked about ferries.
"""

NEW = (
    "--trip", "2031-05-riga-tallinn", "--official", "ada-berg", "--city", "riga", "--city",
    "tallinn", "--source", "gazette",
)  # fmt: skip

EVIDENCE = """    evidence:
      - source: gazette
        text_start: {}
        text_end: {}
"""
FILLED = {
    "title: \"2031 05 Riga Tallinn\"  # TODO": "title: Ada Berg in Riga and Tallinn",
    "summary: TODO\n": "",
    "start_date: TODO": "start_date: 2031-05-06",
    "end_date: TODO": "end_date: 2031-05-07",
    "    title: TODO\n    publisher: TODO\n    url: TODO":
        "    title: Berg on the Baltic\n    publisher: Gazette\n    url: https://example.org/berg",
    "    name: Riga\n    country: TODO": "    name: Riga\n    country: LV",
    "    name: Tallinn\n    country: TODO": "    name: Tallinn\n    country: EE",
    "    title: TODO  # on this trip\n    country: TODO":
        "    title: Foreign Minister\n    country: \"NO\"",
}  # fmt: skip


def participant(id_: str, name: str, title: str, country: str, start: str, end: str) -> str:
    kind = "group" if not title else "official"
    lines = [f"  - id: {id_}", f"    kind: {kind}", f"    name: {name}"]
    if title:
        lines += [f"    family_name: {name.split()[-1]}", f"    title: {title}",
                  f"    country: {country}"]  # fmt: skip
    return "\n".join(lines) + "\n" + EVIDENCE.format(start, end)


def meeting(id_: str, title: str, day: str, city: str, other: str, start: str, end: str) -> str:
    return (
        f"  - id: {id_}\n    title: {title}\n    date: {day}\n    city: {city}\n"
        f"    participants:\n      - ada-berg\n      - {other}\n" + EVIDENCE.format(start, end)
    )


def written(skeleton: str) -> str:
    """Return the skeleton as somebody fills it in who has read the text and the guide."""
    text = skeleton
    for blank, filled in FILLED.items():
        assert blank in text, blank
        text = re.sub(re.escape(blank) + r"(  #.*)?", filled, text)
    head, _, _ = text.partition("\nmeetings:\n")
    words = "text_start: TODO  # the first three to six words of the passage"
    ends = "text_end: TODO  # the last three to six"
    head = head.replace(words, "text_start: Ada Berg, the foreign minister")
    head = head.replace(ends, "text_end: on to Tallinn")
    first = ("On Monday she met", "colleague Janis Ozols")
    second = ("In the afternoon she", "students of the university")
    third = ("On Tuesday in Tallinn", "foreign ministry of Estonia")
    head += "\n" + participant("janis-ozols", "Janis Ozols", "Foreign Minister", "LV", *first)
    head += participant("students-in-riga", "students of the university", "", "", *second)
    head += participant("kadri-tamm", "Kadri Tamm", "Foreign Minister", "EE", *third)
    return (
        head
        + "\nmeetings:\n"
        + meeting("2031-05-06-berg-ozols", "Berg meets Ozols", "2031-05-06", "riga",
                  "janis-ozols", *first)
        + meeting("2031-05-06-berg-students", "Berg meets students", "2031-05-06", "riga",
                  "students-in-riga", *second)
        + meeting("2031-05-07-berg-tamm", "Berg meets Tamm", "2031-05-07", "tallinn",
                  "kadri-tamm", *third)
        + "\nquotes:\n  - id: 2031-05-06-berg-sea\n"
        + '    text: ["We share one sea", "and we will keep it clean."]\n'
        + "    speaker: ada-berg\n    occasion: {when: after, meeting: 2031-05-06-berg-ozols}\n"
        + EVIDENCE.format("“We share one sea", "keep it clean")
        + "\nagreements:\n  - id: 2031-05-06-charts\n    title: Sharing charts\n    kind: pledge\n"
        + "    parties: [\"NO\", LV]\n    target_year: 2032\n    meeting: 2031-05-06-berg-ozols\n"
        + EVIDENCE.format("Both promised to", "charts by 2032")
    )  # fmt: skip


def readout(*arguments: str | Path) -> Result:
    return CliRunner().invoke(commands, [str(argument) for argument in arguments])


def test_a_trip_of_three_meetings_takes_few_lines_and_no_help(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("READOUT_DATABASE_URL", f"sqlite:///{tmp_path / 'readout.db'}")
    made = readout("new", *NEW)
    assert made.exit_code == 0
    path = tmp_path / "2031-05-riga-tallinn.yaml"
    path.write_text(written(made.stdout), "utf-8")
    assert "TODO" not in re.sub("#.*", "", path.read_text("utf-8"))
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "gazette.txt").write_text(TEXT, "utf-8")
    checked = readout("check", path)
    assert (checked.exit_code, checked.stderr) == (0, "")
    verified = readout("verify", path, "--sources", tmp_path / "sources")
    assert (verified.exit_code, verified.stderr) == (0, "")
    assert readout("load", path).exit_code == 0
    lines = Counter(line for line in path.read_text("utf-8").splitlines() if line.strip())
    typed = lines - Counter(made.stdout.splitlines())
    assert 40 < typed.total() <= MAX_TYPED, typed.total()


@pytest.mark.parametrize(
    "named",
    ["readout new --trip", "--sources", "`prefix`", "`suffix`", "warning", "readout remove",
     "pieces", "accents"],
)  # fmt: skip
def test_the_guide_tells_of(named: str) -> None:
    assert named in GUIDE
