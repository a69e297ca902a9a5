import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.domain.tripfile import TripFile
from app.ingest.pages import text_of_html
from app.ingest.reading import ReadTrip, read_trip_file
from app.ingest.verify import verify

PROJECT = Path(__file__).resolve().parents[2]
SEED = read_trip_file(PROJECT / "seed" / "2021-03-tokyo-seoul.yaml")
SOURCES = PROJECT.parent / "shared" / "source"
SOURCE_ID = "shareamerica-us-commitment-allies"

SAID = "We share one river, and it\N{RIGHT SINGLE QUOTATION MARK}s ours to keep"
GAZETTE = f"""\
Ada Berg, Minister of Health, met Chen Li of Harbour Watch in Oslo on May 3.

“{SAID},” Berg said before the meeting. Both sides agreed
to measure its water every year until 2030. A second meeting is planned.
"""


def passage(start: str, end: str, source: str = "gazette") -> dict[str, str]:
    return {"source": source, "text_start": start, "text_end": end}


def river_trip() -> dict[str, Any]:
    met = passage("Ada Berg, Minister", "in Oslo on May 3")
    return {
        "id": "2022-05-oslo",
        "title": "Berg in Oslo",
        "summary": "Talks about a river.",
        "start_date": "2022-05-03",
        "end_date": "2022-05-03",
        "travellers": ["ada-berg"],
        "sources": [
            {
                "id": "gazette",
                "title": "Gazette",
                "publisher": "Ministry",
                "url": "https://example.org/gazette",
            }
        ],
        "participants": [
            {
                "id": "ada-berg",
                "kind": "official",
                "name": "Ada Berg",
                "family_name": "Berg",
                "title": "Minister of Health",
                "country": "NO",
                "evidence": [copy.copy(met)],
            }
        ],
        "meetings": [
            {
                "id": "2022-05-03-river",
                "title": "The river",
                "summary": "They meet.",
                "format": "in-person",
                "participants": ["ada-berg"],
                "evidence": [copy.copy(met)],
            }
        ],
        "quotes": [
            {
                "id": "2022-05-03-one-river",
                "text": SAID,
                "speaker": "ada-berg",
                "evidence": [passage("We share one river", "said before the meeting")],
            }
        ],
        "agreements": [
            {
                "id": "2022-05-03-measuring",
                "title": "Measuring",
                "summary": "They will measure.",
                "kind": "commitment",
                "parties": ["NO"],
                "meeting": "2022-05-03-river",
                "evidence": [passage("Both sides agreed", "every year until 2030")],
            }
        ],
        "evidence": [copy.copy(met)],
    }


def as_read(trip: dict[str, Any]) -> ReadTrip:
    # JSON is YAML, so the complaints find their lines in it.
    return ReadTrip(Path("seed/x.yaml"), TripFile.model_validate(trip), json.dumps(trip, indent=1))


def faults(trip: dict[str, Any], **texts: str) -> list[tuple[str, str]]:
    complaints = verify(as_read(trip), texts or {"gazette": GAZETTE})
    return [(complaint.path, complaint.message) for complaint in complaints]


def test_a_trip_that_its_source_bears_out_has_no_complaints() -> None:
    assert faults(river_trip()) == []


def test_runs_of_white_space_count_as_one_space() -> None:
    trip = river_trip()
    trip["agreements"][0]["evidence"] = [
        passage("agreed to  measure", "year until\N{NO-BREAK SPACE}2030")
    ]
    spread = GAZETTE.replace("one river", "one\n\t river").replace("Oslo on", "Oslo \r\n on")
    assert faults(trip, gazette=spread) == []


def test_a_complaint_names_file_line_path_and_the_nearest_words() -> None:
    trip = river_trip()
    trip["quotes"][0]["text"] = SAID.replace("river", "rover")
    (complaint,) = verify(as_read(trip), {"gazette": GAZETTE})
    lines = json.dumps(trip, indent=1).splitlines()
    line = next(number for number, text in enumerate(lines, 1) if text.startswith('   "text": '))
    assert str(complaint) == (
        f'seed/x.yaml:{line}: quotes[0].text: is not in source "gazette"; it has "“{SAID},”"'
    )


def test_complaints_come_in_the_order_of_the_lines() -> None:
    trip = river_trip()
    trip["agreements"][0]["evidence"][0]["text_end"] = "nowhere to be found"
    trip["quotes"][0]["text"] = "Xyz"
    trip["participants"][0]["evidence"][0]["text_start"] = "nowhere to be found"
    trip["evidence"][0]["source"] = "herald"
    trip["sources"].append(trip["sources"][0] | {"id": "herald"})
    assert [path for path, _ in faults(trip)] == [
        "sources[1]",
        "participants[0].evidence[0].text_start",
        "quotes[0].text",
        "agreements[0].evidence[0].text_end",
    ]


@pytest.mark.parametrize(
    "written",
    [
        SAID.replace("river", "River"),
        SAID.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"),
        SAID.replace(",", ""),
        SAID + ".",
    ],
    ids=["capital", "apostrophe", "comma", "full stop"],
)
def test_words_are_compared_to_the_letter(written: str) -> None:
    trip = river_trip()
    trip["quotes"][0]["text"] = written
    assert [path for path, _ in faults(trip)] == ["quotes[0].text"]


def test_a_difference_in_a_long_quote_is_shown_with_the_words_around_it() -> None:
    said = " ".join(f"word{number}" for number in range(60))
    trip = river_trip()
    trip["quotes"][0]["text"] = said.replace("word41", "world41")
    trip["quotes"][0]["evidence"] = [passage("word0 word1", "word59 she said")]
    ((path, cause),) = faults(trip, gazette=f"{GAZETTE} “{said} she said")
    shown = re.fullmatch(r'is not in source "gazette"; it has "(.+)"', cause)
    assert path == "quotes[0].text"
    assert shown is not None
    assert "word40 word41 word42" in shown[1]
    assert len(shown[1]) < 100


def test_nothing_is_shown_where_the_source_has_nothing_like_it() -> None:
    trip = river_trip()
    trip["quotes"][0]["text"] = "Zebras graze quietly"
    assert faults(trip) == [("quotes[0].text", 'is not in source "gazette"')]


def test_an_empty_source_text_has_none_of_the_words() -> None:
    causes = {cause for _, cause in faults(river_trip(), gazette="")}
    assert causes == {'is not in source "gazette"'}


@pytest.mark.parametrize("end", ["text_start", "text_end"])
@pytest.mark.parametrize("place", ["participants", "meetings", "quotes", "agreements", "trip"])
def test_every_passage_is_looked_up(place: str, end: str) -> None:
    trip = river_trip()
    part = trip if place == "trip" else trip[place][0]
    part["evidence"][0][end] = "Zebras graze quietly"
    path = f"evidence[0].{end}" if place == "trip" else f"{place}[0].evidence[0].{end}"
    assert faults(trip) == [(path, 'is not in source "gazette"')]


def test_every_passage_of_a_record_is_looked_up() -> None:
    trip = river_trip()
    trip["meetings"][0]["evidence"].append(passage("A second meeting", "Zebras graze quietly"))
    assert [path for path, _ in faults(trip)] == ["meetings[0].evidence[1].text_end"]


def test_words_that_stand_in_the_source_more_than_once_are_refused() -> None:
    trip = river_trip()
    trip["agreements"][0]["evidence"] = [passage("meeting", "is planned")]
    trip["quotes"][0]["text"] = "Berg"  # Once in its passage, and once elsewhere.
    cause = (
        'is 2 times in source "gazette"; choose words that stand there only once, or add a prefix'
    )
    assert faults(trip) == [("agreements[0].evidence[0].text_start", cause)]


def test_words_that_overlap_themselves_are_counted_each_time() -> None:
    trip = river_trip()
    trip["quotes"][0]["text"] = "hear, hear"
    trip["quotes"][0]["evidence"] = [passage("We share one river", "he called")]
    said = GAZETTE + "“hear, hear, hear” he called"
    ((path, cause),) = faults(trip, gazette=said)
    assert path == "quotes[0].text"
    assert cause.startswith("is 2 times")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("Both sides agreed", "A second meeting"),
        ("every year until", "Both sides agreed"),
        ("Both sides agreed to", "agreed to measure its water"),
    ],
    ids=["in order", "reversed", "overlapping"],
)
def test_the_last_words_come_after_the_first(
    start: str, end: str, request: pytest.FixtureRequest
) -> None:
    trip = river_trip()
    trip["agreements"][0]["evidence"] = [passage(start, end)]
    cause = 'does not come after text_start in source "gazette"'
    wrong = [("agreements[0].evidence[0].text_end", cause)]
    assert faults(trip) == ([] if request.node.callspec.id == "in order" else wrong)


@pytest.mark.parametrize(
    ("start", "cause"),
    [
        ("oth sides agreed", 'begins inside a word of source "gazette": "Both"'),
        ("Both sides agree", 'ends inside a word of source "gazette": "agreed"'),
        ("Both sides ", "begins or ends with white space"),
        (" Both sides", "begins or ends with white space"),
    ],
)
def test_words_are_whole_words(start: str, cause: str) -> None:
    trip = river_trip()
    trip["agreements"][0]["evidence"][0]["text_start"] = start
    assert faults(trip) == [("agreements[0].evidence[0].text_start", cause)]


@pytest.mark.parametrize(
    "cut", [".S. envoys", "S. envoys", "Berg\N{RIGHT SINGLE QUOTATION MARK}s 1"]
)
def test_points_and_apostrophes_inside_words_part_no_words(cut: str) -> None:
    trip = river_trip()
    trip["quotes"][0] |= {"text": cut, "evidence": [passage("The U.S. envoys", "wells")]}
    said = "The U.S. envoys saw Berg\N{RIGHT SINGLE QUOTATION MARK}s 1,200 wells."
    ((path, cause),) = faults(trip, gazette=f"{GAZETTE} {said}")
    assert path == "quotes[0].text"
    assert "inside a word" in cause


def test_scripts_without_spaces_need_none_around_the_words() -> None:
    trip = river_trip()
    trip["agreements"][0]["evidence"] = [passage("会談を行い", "一致した")]
    assert faults(trip, gazette=GAZETTE + "両大臣は会談を行い、協力で一致したと述べた。") == []


def test_a_quote_outside_its_passages_is_refused() -> None:
    trip = river_trip()
    trip["quotes"][0]["evidence"] = [passage("Both sides agreed", "every year until 2030")]
    assert faults(trip) == [("quotes[0].text", "lies outside every passage of its evidence")]


def test_one_passage_of_several_is_enough_for_a_quote() -> None:
    trip = river_trip()
    trip["quotes"][0]["evidence"].insert(0, passage("Both sides agreed", "every year until 2030"))
    assert faults(trip) == []


def test_a_quote_stands_in_every_source_of_its_evidence() -> None:
    trip = river_trip()
    trip["sources"].append(trip["sources"][0] | {"id": "herald"})
    trip["quotes"][0]["evidence"].append(passage("Berg spoke", "on the pier", "herald"))
    texts = {"gazette": GAZETTE, "herald": "Berg spoke of one river on the pier."}
    assert faults(trip, **texts) == [("quotes[0].text", 'is not in source "herald"')]
    texts["herald"] = f"Berg spoke: “{SAID},” on the pier."
    assert faults(trip, **texts) == []


def test_a_missing_text_is_asked_for_once() -> None:
    complaints = verify(as_read(river_trip()), {})
    assert [(complaint.path, complaint.message) for complaint in complaints] == [
        ("sources[0]", 'no text given for source "gazette"; add --source gazette=FILE')
    ]


def test_a_text_is_not_asked_for_where_no_evidence_needs_it() -> None:
    trip = river_trip()
    trip["sources"].append(trip["sources"][0] | {"id": "herald"})
    assert faults(trip) == []


def test_a_text_of_an_unknown_source_is_refused_with_the_nearest_source() -> None:
    assert faults(river_trip(), gazette=GAZETTE, gazete="") == [
        ("sources", 'no source "gazete" for the text given; did you mean "gazette"?')
    ]
    assert faults(river_trip(), gazette=GAZETTE, xyz="") == [
        ("sources", 'no source "xyz" for the text given; known: gazette')
    ]


# The trip in seed/, against the document that it is taken from.


@pytest.fixture(scope="module")
def document() -> str:
    files = sorted(SOURCES.glob("*.txt"))
    if not files:
        # The document is its publisher's and is no part of the project.
        pytest.skip("the source text is not beside the project")
    return files[0].read_text(encoding="utf-8")


def verbatim_places(trip: TripFile) -> Iterator[str]:
    """Yield the path of every field of a trip that holds words of a source."""
    for name in ("participants", "meetings", "quotes", "agreements"):
        for position, part in enumerate(getattr(trip, name)):
            if name == "quotes":
                yield f"{name}[{position}].text"
            for number in range(len(part.evidence)):
                yield f"{name}[{position}].evidence[{number}].text_start"
                yield f"{name}[{position}].evidence[{number}].text_end"
    for number in range(len(trip.evidence)):
        yield f"evidence[{number}].text_start"
        yield f"evidence[{number}].text_end"


def steps_of(place: str) -> list[str]:
    return re.findall(r"\w+", place)


def words_at(trip: TripFile, place: str) -> str:
    part: Any = trip
    for step in steps_of(place):
        part = part[int(step)] if step.isdigit() else getattr(part, step)
    assert isinstance(part, str)
    return part


def replaced(part: Any, steps: list[str], words: str) -> Any:
    """Return a copy of a part of a trip that has other words at the end of the steps."""
    if not steps:
        return words
    step, *rest = steps
    if step.isdigit():
        changed = list(part)
        changed[int(step)] = replaced(part[int(step)], rest, words)
        return changed
    return part.model_copy(update={step: replaced(getattr(part, step), rest, words)})


def with_words(trip: TripFile, place: str, words: str) -> ReadTrip:
    # Without the file's text a complaint has no line, and costs no reading of YAML.
    return ReadTrip(SEED.path, replaced(trip, steps_of(place), words), "")


PLACES = list(verbatim_places(SEED.trip))


def test_the_seed_is_borne_out_by_its_source(document: str) -> None:
    assert verify(SEED, {SOURCE_ID: document}) == []


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_one_changed_letter_is_caught(place: str, document: str) -> None:
    words = words_at(SEED.trip, place)
    for position, letter in enumerate(words):
        other = "x" if letter != "x" else "y"
        changed = with_words(SEED.trip, place, words[:position] + other + words[position + 1 :])
        complaints = verify(changed, {SOURCE_ID: document})
        assert [complaint.path for complaint in complaints] == [place], (position, letter)


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_one_dropped_letter_is_caught(place: str, document: str) -> None:
    words = words_at(SEED.trip, place)
    for position, letter in enumerate(words):
        if letter.isalnum():
            changed = with_words(SEED.trip, place, words[:position] + words[position + 1 :])
            complaints = verify(changed, {SOURCE_ID: document})
            assert [complaint.path for complaint in complaints] == [place], (position, letter)


def test_a_changed_letter_of_the_source_is_caught_in_every_quote(document: str) -> None:
    for position, quote in enumerate(SEED.trip.quotes):
        middle = document.index(quote.text) + len(quote.text) // 2
        other = "x" if document[middle] != "x" else "y"
        changed = document[:middle] + other + document[middle + 1 :]
        paths = [complaint.path for complaint in verify(SEED, {SOURCE_ID: changed})]
        assert f"quotes[{position}].text" in paths


def test_a_quote_is_all_that_stands_between_the_marks(document: str) -> None:
    marked = re.findall(r"“([^”]*)”", " ".join(document.split()))
    # Beyond the quote, only the comma or full stop that the sentence around it needs.
    quoted = [quote.text for quote in SEED.trip.quotes]
    assert len(quoted) == len(marked)
    assert all(
        whole in (text, text + ",", text + ".") for text, whole in zip(quoted, marked, strict=True)
    )


def test_a_passage_is_in_one_paragraph_and_never_given_whole(document: str) -> None:
    trip = SEED.trip
    parts: list[Any] = [trip, *trip.participants, *trip.meetings, *trip.quotes, *trip.agreements]
    for evidence in (evidence for part in parts for evidence in part.evidence):
        start = document.index(evidence.text_start) + len(evidence.text_start)
        between = document[start : document.index(evidence.text_end)]
        assert "\n" not in between, evidence
        assert len(between.split()) >= 2, evidence


def test_titles_and_summaries_are_in_our_own_words(document: str) -> None:
    def runs(text: str, length: int = 6) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", text.casefold())
        return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}

    trip = SEED.trip
    parts: list[Any] = [trip, *trip.meetings, *trip.agreements]
    ours = [text for part in parts for text in (part.title, part.summary)]
    assert {run for text in ours for run in runs(text)} & runs(document) == set()


# --- ordinary quotes, and links that lead elsewhere --------------------------------------------


def test_a_quote_broken_by_she_said_is_given_in_pieces() -> None:
    trip = river_trip()
    trip["quotes"][0]["text"] = ["We share one river", "and it is ours"]
    trip["quotes"][0]["evidence"] = [passage("Later:", "she said")]
    said = GAZETTE + "\n\nLater: “We share one river,” Berg said, “and it is ours,” she said."
    assert faults(trip, gazette=said) == []
    trip["quotes"][0]["text"] = ["and it is ours", "We share one river,"]
    assert [path for path, _ in faults(trip, gazette=said)] == ["quotes[0].text"]
    trip["quotes"][0]["text"] = ["We share one river", "and it is yours"]
    assert [path for path, _ in faults(trip, gazette=said)] == ["quotes[0].text[1]"]


def test_a_quote_goes_over_paragraphs_that_each_open_with_a_mark() -> None:
    trip = river_trip()
    trip["quotes"][0]["text"] = "It is long. It goes on."
    trip["quotes"][0]["evidence"] = [passage("Berg went on", "she ended")]
    said = "Berg went on: “It is long.{}“It goes on.” she ended"
    assert faults(trip, gazette=GAZETTE + said.format("\n\n")) == []
    # Within a paragraph, such a mark is a difference.
    assert [path for path, _ in faults(trip, gazette=GAZETTE + said.format(" "))] == [
        "quotes[0].text"
    ]


def test_a_quote_may_stand_again_outside_its_passages() -> None:
    trip = river_trip()
    trip["quotes"][0]["evidence"] = [passage("Harbour Watch in Oslo", "said before the meeting")]
    assert faults(trip, gazette=f"{SAID}\n\n{GAZETTE}\n\n{SAID}") == []


def test_a_link_that_leads_elsewhere_is_refused() -> None:
    trip = river_trip()
    box = "BOTH SIDES AGREED on lunch.\n\n"
    ((path, cause),) = faults(trip, gazette=box + GAZETTE)
    assert path == "agreements[0].evidence[0].text_start"
    assert cause.startswith('stands first as "BOTH SIDES AGREED" in source "gazette", which')
    trip["agreements"][0]["evidence"][0]["prefix"] = "before the meeting."
    assert faults(trip, gazette=box + GAZETTE) == []
    trip["agreements"][0]["evidence"][0]["prefix"] = "of Harbour Watch"
    ((path, cause),) = faults(trip, gazette=box + GAZETTE)
    assert (path.rpartition(".")[2], cause) == (
        "prefix", 'does not stand just before text_start in source "gazette"'
    )  # fmt: skip


def test_the_last_words_may_stand_before_the_first() -> None:
    trip = river_trip()
    assert faults(trip, gazette=f"every year until 2030\n\n{GAZETTE}") == []


def test_pages_and_entries_have_no_words_to_look_for() -> None:
    trip = river_trip()
    trip["meetings"][0]["evidence"] = [{"source": "gazette", "page": 3}]
    trip["quotes"][0]["evidence"].append({"source": "gazette", "locator": "entry 7"})
    assert faults(trip) == []


def test_invisible_characters_are_named() -> None:
    trip = river_trip()
    trip["quotes"][0]["text"] = SAID.replace("one river", "one\u200b river")
    ((_, cause),) = faults(trip)
    assert cause.endswith("; the words have the invisible U+200B ZERO WIDTH SPACE")


@pytest.mark.parametrize("opened", ["\u300c", "\u00bb", "\u201d", "\u2039", "\u201a"])
def test_each_paragraph_may_open_with_any_mark(opened: str) -> None:
    trip = river_trip()
    trip["quotes"][0]["text"] = "It is long. It goes on."
    trip["quotes"][0]["evidence"] = [passage("Berg went on", "she ended")]
    said = f"Berg went on: {opened}It is long.\n\n{opened}It goes on. she ended"
    assert faults(trip, gazette=GAZETTE + said) == []


@pytest.mark.parametrize(
    "page",
    [
        "<p>The minister</p><p>met with Berg at noon today.</p>",
        "<ul><li>The minister<li>met with Berg at noon today.</ul>",
        "<h1>The minister</h1>met with Berg at noon today.",
    ],
)
def test_words_over_the_end_of_a_paragraph_are_found_by_no_browser(page: str) -> None:
    trip = river_trip()
    trip["meetings"][0]["evidence"] = [passage("The minister met with", "noon today")]

    def causes(html: str) -> set[str]:
        found = faults(trip, gazette=text_of_html(html))
        return {cause for path, cause in found if path.startswith("meetings[0].evidence")}

    assert causes(page) == {"goes from one paragraph into the next, where browsers find nothing"}
    one = page.replace("</p><p>", "<br>").replace("<li>met", " met").replace("</h1>", " ")
    assert causes(one) == set()


@pytest.mark.parametrize(
    "hidden",
    [
        "<div hidden><div>inner</div><p>SEEN</p></div>",
        '<p style="color: red; display:none">SEEN</p>',
        '<span style="visibility: hidden">SEEN</span>',
        "<textarea>SEEN</textarea>",
        "<select><option>SEEN</select>",
        "<iframe>SEEN</iframe>",
        "<p hidden>SEEN",
        "<ul><li hidden>SEEN<ul><li>SEEN</ul>SEEN<li></ul>",
        '<table><tr style="display: none"><td>SEEN<tr><td></table>',
        "<dl><dt hidden>SEEN<dd></dl>",
        "<div><p hidden>SEEN</div>",
        "<track hidden><i hidden>SEEN</i>",
        '<div style="content-visibility:hidden">SEEN</div>',
    ],
)
def test_what_a_page_hides_is_no_text_of_it(hidden: str) -> None:
    text = text_of_html(f"<p>before</p>{hidden}<p>after <img hidden>it</p>")
    assert text.split() == ["before", "after", "it"]
    shown = re.sub(r" (hidden|style)(=\"[^\"]*\")?", "", hidden)
    if shown != hidden:
        assert "SEEN" in text_of_html(f"<p>before</p>{shown}<p>after</p>")
    for element in ('<p hidden="until-found">', '<p style="backface-visibility:hidden">'):
        assert "SEEN" in text_of_html(f"{element}SEEN</p>")
