"""What Chromium does with the links of passages, and that `verify` says the same.

The text of a page is coloured where the link highlights it, and the picture of the page tells
which ones those are: browsers hand the highlighted range to nobody.
"""

import base64
import html
import os
import random
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import pytest

from app.domain.documents import evidence_url
from app.domain.fields import EvidenceFacts
from app.ingest.fragments import Text, _compared
from app.ingest.pages import text_of_html

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]

PAGE = "http://page.test/article"

_STYLE = """body { font: 16px monospace; background: white; color: black }
::target-text { background: rgb(255, 0, 0); color: rgb(255, 0, 0) }"""

# Colours of the middle of each character, read off a picture that a canvas takes apart.
_COLOURS = """async ([picture, places]) => {
    const image = new Image()
    image.src = 'data:image/png;base64,' + picture
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.width
    canvas.height = image.height
    const pen = canvas.getContext('2d')
    pen.drawImage(image, 0, 0)
    return places.map(([x, y]) => Array.from(pen.getImageData(x, y, 1, 1).data).slice(0, 3))
}"""
_PLACES = """() => {
    const places = []
    const range = document.createRange()
    for (const paragraph of document.querySelectorAll('p')) {
        const text = paragraph.firstChild
        for (let at = 0; at < text.length; at++) {
            range.setStart(text, at)
            range.setEnd(text, at + 1)
            const box = range.getBoundingClientRect()
            const middle = (box.left + box.right) / 2
            const top = box.top + 2 + window.scrollY
            places.push([Math.round(middle + window.scrollX), Math.round(top)])
        }
    }
    return places
}"""

Highlight = Callable[[list[str], dict[str, str]], str]


def as_page(paragraphs: list[str]) -> str:
    """Return a page with these paragraphs."""
    body = "".join(f"<p>{html.escape(text)}</p>\n" for text in paragraphs)
    head = f"<meta charset='utf-8'><title>A page</title><style>{_STYLE}</style>"
    return f"<!doctype html><html lang='en'><head>{head}</head><body>{body}</body></html>"


def link(fragment: dict[str, str]) -> str:
    evidence = EvidenceFacts.model_validate({"source": "x", **fragment})
    return str(evidence_url(evidence, PAGE))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Where everything runs as root, as in containers, the sandbox of Chromium cannot.
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=sandbox)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def highlight(chromium: Any) -> Highlight:
    """Return a function that returns the text of a page that a fragment highlights."""
    page, canvas = chromium.new_page(), chromium.new_page()
    served: dict[str, str] = {}
    page.route(
        "http://page.test/**",
        lambda route: route.fulfill(body=served["page"], content_type="text/html"),
    )

    def colours(paragraphs: list[str], fragment: dict[str, str]) -> str:
        served["page"] = as_page(paragraphs)
        page.goto("about:blank")
        page.goto(link(fragment))
        places: list[Any] = page.evaluate(_PLACES)
        picture = base64.b64encode(page.screenshot(full_page=True)).decode()
        found = canvas.evaluate(_COLOURS, [picture, places])
        characters = [part for paragraph in paragraphs for part in paragraph]
        both = zip(characters, found, strict=True)
        return "".join(part for part, colour in both if colour == [255, 0, 0])

    return colours


def expected(paragraphs: list[str], fragment: dict[str, str]) -> str:
    """Return the text that `verify` takes a link to highlight."""
    text = Text(text_of_html(as_page(paragraphs)).strip())
    evidence = EvidenceFacts.model_validate({"source": "x", **fragment})
    span = next(text.highlighted(evidence), None)
    return "" if span is None else text.plain[span.start : span.end]


def seen(text: str) -> str:
    """Return a text without what has no width, and the spaces at which lines break."""
    return "".join(
        part for part in text if part != " " and unicodedata.category(part) not in ("Cf", "Mn")
    )


PARAGRAPHS = [
    "THE TWO SIDES AGREED to work together, says a box.",
    "Ana said: The two sides agreed to open a r\u00e9sum\u00e9 office. Later they met again.",
    "“We share one river,” she said. The two sides agreed again, in the U.S. and in C\u00f4te"
    " d\u2019Ivoire.",
    "A resume of the talks was read out; Mr. O\u2019Brien\u2019s friends rose. It is one river,"
    " they said.",
]  # fmt: skip

FRAGMENTS = [
    {"text_start": "The two sides agreed"},
    {"text_start": "The two sides agreed", "prefix": "Ana said:"},
    {"text_start": "The two sides agreed", "suffix": "again"},
    {"text_start": "The two sides agreed", "suffix": "to open"},
    {"text_start": "sides agreed to open", "text_end": "resume office"},
    {"text_start": "We share", "text_end": "sides agreed"},
    {"text_start": "We share", "text_end": "one river, they said"},
    {"text_start": "Later they met", "text_end": "a box"},
    {"text_start": "wo sides"},
    {"text_start": "We share one riv"},
    {"text_start": "river", "prefix": "no such"},
    {"text_start": "river", "prefix": "It is one"},
    {"text_start": "one river", "suffix": "they said"},
    {"text_start": "resume"},
    {"text_start": "R\u00c9SUM\u00c9 of the talks"},
    {"text_start": "in the U.S"},
    {"text_start": "Cote d\u2019Ivoire"},
    {"text_start": "Mr. O\u2019Brien"},
    {"text_start": "agreed to work together, says a box"},
    {"text_start": "says a box", "text_end": "Ana said"},
    {"text_start": "she said", "prefix": "one river,”"},
    {"text_start": "The two sides agreed", "prefix": "she said.", "text_end": "in the U.S."},
    {"text_start": "The two", "text_end": "sides agreed", "suffix": "to open"},
    {"text_start": "The two", "text_end": "sides agreed", "suffix": "again"},
    {"text_start": "Later they met again.", "suffix": "“We share"},
    {"text_start": "“We share", "prefix": "met again."},
]


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda part: "/".join(part.values()))
def test_links_highlight_what_verify_says(highlight: Highlight, fragment: dict[str, str]) -> None:
    assert seen(highlight(PARAGRAPHS, fragment)) == seen(expected(PARAGRAPHS, fragment))


def test_the_fragments_highlight_something_and_nothing() -> None:
    found = [bool(expected(PARAGRAPHS, fragment)) for fragment in FRAGMENTS]
    assert found.count(True) > 10
    assert found.count(False) > 3


# A text, and words of it that a browser may or may not take as standing there.
LOOKED_FOR = [
    ("Bj\u00f8rns\u00f8 went", "Bjornso"), ("bjornso then Bj\u00f8rns\u00f8", "Bj\u00f8rns\u00f8"),
    ("\u0141\u00f3d\u017a is", "Lodz"), ("\u0110uki\u0107 is", "Dukic"),
    ("I\u015f\u0131k is", "Isik"), ("\u0130zmir is", "izmir"), ("Stra\u00dfe is", "Strasse"),
    ("\u00c6gis is", "Aegis"), ("\u00de\u00f3ra is", "Thora"), ("\u0127a is", "ha"),
    ("\ufb01ne is", "fine"), ("co\u00adoperate is", "cooperate"),
    ("zero\u200bwidth is", "zerowidth"), ("Eui-yong is", "Eui"),
    ("Eui\u2011yong is", "Eui-yong"), ("it\u2019s ours", "it's"), ("it's ours", "it\u2019s"),
    ("“We share” it", '"We share"'), ("“Quoted„ word‟", '"Quoted" word'), ("«angle» is", '"angle"'),
    ("\u201asingle\u201b is", "'single'"), ("\u02bbokina is", "'okina"),
    ("1,000 men", "1,000"), ("1,000 men", "1"), ("1,000 men", "000"), ("3.5 of", "3"),
    ("end of U.S. policy", "S"), ("end of U.S. policy", "U.S"), ("the don\u2019t of", "don"),
    ("the don\u2019t of", "t"), ("G7\u2019s of", "G7"), ("Ukraine\u2019s of", "Ukraine"),
    ("snake_case is", "snake"), ("word_ is", "word"), ("end.Next is", "Next"), ("a/b is", "a"),
    ("hello,world is", "world"), ("x@y.org is", "org"), ("AT&T is", "AT"), ("COVID-19 is", "19"),
    ("1990s is", "1990"), ("3:45pm is", "3"), ("rock'n'roll is", "rock"),
    ("\u0663\u0664 is", "34"), ("\u0401\u043b\u043a\u0430 is", "\u0435\u043b\u043a\u0430"),
    ("\u0398\u0397\u039d\u0386 is", "\u03b8\u03b7\u03bd\u03b1"),
    ("\u05e9\u05dc\u05d5\u05dd is", "\u05e9\u05dc"), ("e\u0301te is", "\u00e9te"),
    ("\u00e9te is", "ete"), ("\u5916\u76f8\u4f1a\u8ac7", "\u5916\u76f8"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), LOOKED_FOR)
def test_words_are_compared_as_browsers_do(highlight: Highlight, text: str, words: str) -> None:
    paragraphs = ["before it", f"{text} and so on", "after"]
    fragment = {"text_start": words}
    assert seen(highlight(paragraphs, fragment)) == seen(expected(paragraphs, fragment))


RANGES = ((0xC0, 0x17F), (0x1E00, 0x1E9B), (0x1EA0, 0x1EF9), (0x384, 0x3CE), (0x400, 0x45F),
          (0x490, 0x491), (0x5D0, 0x5EA))  # fmt: skip
LIVING = [
    chr(code) for first, last in RANGES for code in range(first, last + 1) if chr(code).isalpha()
]
"""The letters of languages of today, of scripts that have accents or several forms."""

_COLLATED = """letters => {
    const collator = new Intl.Collator('en', {usage: 'search', sensitivity: 'base'})
    const sorted = letters.slice().sort((one, other) => collator.compare(one[0], other[0]))
    const unlike = letters.filter(([letter, other]) => collator.compare(letter, other) !== 0)
    const same = sorted.slice(1).map((pair, at) => [sorted[at], pair])
        .filter(([one, other]) => collator.compare(one[0], other[0]) === 0)
    return [unlike, same]
}"""


def test_letters_are_those_that_the_collation_of_chromium_takes_for_one(chromium: Any) -> None:
    plain = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    compared = [[letter, _compared(letter)] for letter in [*plain, *LIVING]]
    page = chromium.new_page()
    unlike, same = page.evaluate(_COLLATED, compared)
    page.close()
    assert unlike == []
    assert [(one, other) for one, other in same if one[1] != other[1]] == []
    assert len(same) > 500


WORDS = [
    "the",
    "The",
    "two",
    "sides",
    "s\u00e1greed",
    "agreed",
    "r\u00edo",
    "Rio",
    "and",
    "met,",
    "AND",
]


def test_made_up_pages_highlight_what_verify_says(highlight: Highlight) -> None:
    chance = random.Random(11)  # noqa: S311 - made-up data, the same each time
    compared = 0
    for _ in range(60):
        lengths = [chance.randint(4, 14) for _ in range(chance.randint(1, 3))]
        paragraphs = [" ".join(chance.choices(WORDS, k=length)) for length in lengths]
        words = " ".join(paragraphs).split()

        def some(most: int, words: list[str] = words) -> str:
            first = chance.randrange(len(words))
            return " ".join(words[first : first + chance.randint(1, most)]).strip(",")

        fragment = {"text_start": some(3)}
        for field, often in (("text_end", 0.6), ("prefix", 0.3), ("suffix", 0.3)):
            if chance.random() < often:
                fragment[field] = some(2)
        found = seen(highlight(paragraphs, fragment))
        assert found == seen(expected(paragraphs, fragment)), (paragraphs, unquote(link(fragment)))
        compared += bool(found)
    assert compared > 20
