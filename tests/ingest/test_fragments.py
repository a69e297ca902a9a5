"""What browsers do with the link of a passage, and the texts that saved pages hold."""

from pathlib import Path

import pytest

from app.domain.tripfile import EvidencePart
from app.ingest.fragments import Text
from app.ingest.pages import SourceNotRead, find_sources, read_source, text_of_html

TEXT = """THE TWO SIDES AGREED in a box.

Ana said: The two sides agreed to open a r\u00e9sum\u00e9 office. Later they met again.

“We share one river,” she said. The two sides agreed again.
"""


def highlighted(**fragment: str) -> str | None:
    text = Text(TEXT)
    evidence = EvidencePart.model_validate({"source": "x", **fragment})
    span = next(text.highlighted(evidence), None)
    return None if span is None else text.plain[span.start : span.end]


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        # The first place where the letters stand, whatever their case.
        ({"text_start": "The two sides agreed"}, "THE TWO SIDES AGREED"),
        ({"text_start": "The two sides agreed", "prefix": "Ana said:"}, "The two sides agreed"),
        ({"text_start": "The two sides agreed", "suffix": "again"}, "The two sides agreed"),
        ({"text_start": "sides agreed to", "text_end": "resume office"},
         "sides agreed to open a r\u00e9sum\u00e9 office"),
        # The first end after the start.
        ({"text_start": "We share", "text_end": "agreed"},
         "We share one river,” she said. The two sides agreed"),
        ({"text_start": "Later they met", "text_end": "open a"}, None),
        # Whole words.
        ({"text_start": "wo sides"}, None),
        ({"text_start": "We share one riv"}, None),
        ({"text_start": "river", "prefix": "no such"}, None),
        ({"text_start": "river", "suffix": "no such"}, None),
        ({"text_start": "agreed   in a box"}, "AGREED in a box"),
    ],
)  # fmt: skip
def test_browsers_take_the_first_place_where_all_fits(
    fragment: dict[str, str], expected: str | None
) -> None:
    assert highlighted(**fragment) == expected


def test_a_page_is_read_as_it_is_seen() -> None:
    html = """<html><head><title>Not shown</title><style>p {}</style></head><body>
    <h1>A <em>head</em>line</h1><p>First para&shy;graph,
    in two lines.<br>Third</p><script>var x = 'no';</script><div>Last &amp; least</div></body>"""
    expected = "A headline First para\u00adgraph, in two lines. Third Last & least"
    assert " ".join(text_of_html(html).split()) == expected
    assert "\n\n" in text_of_html(html)


def test_sources_of_a_folder_are_found_by_their_ids(tmp_path: Path) -> None:
    for name in ("gazette.txt", "herald.html", "herald.txt", "notes.md"):
        (tmp_path / name).write_text("text")
    assert {id_: path.name for id_, path in find_sources(tmp_path).items()} == {
        "gazette": "gazette.txt",
        "herald": "herald.html",
    }


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe")
    for name, cause in (("gone.txt", "No such file"), ("bad.txt", "is not UTF-8 text")):
        with pytest.raises(SourceNotRead, match=cause):
            read_source(tmp_path / name)
