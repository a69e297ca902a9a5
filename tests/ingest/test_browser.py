"""What Chromium does with the links of passages, and that `verify` says the same.

The words of a page are coloured where the link highlights them, and the picture of the page tells
which ones those are: browsers hand the highlighted range to nobody.
"""

import base64
import html
import os
import random
import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import pytest

from app.domain.documents import evidence_url
from app.domain.fields import EvidenceFacts
from app.ingest.fragments import Text
from app.ingest.pages import text_of_html

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")

PAGE = "http://page.test/article"

_STYLE = """body { font: 16px monospace; background: white; color: black }
::target-text { background: rgb(255, 0, 0); color: rgb(255, 0, 0) }"""

# Colours of the middle of each word, read off a picture that a canvas takes apart.
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
_PLACES = """() => Array.from(document.querySelectorAll('i'), word => {
    const box = word.getBoundingClientRect()
    const middle = (box.left + box.right) / 2
    return [Math.round(middle + window.scrollX), Math.round(box.top + 2 + window.scrollY)]
})"""

Highlight = Callable[[list[str], dict[str, str]], list[str]]


def as_page(paragraphs: list[str]) -> str:
    """Return a page with each word in an element of its own, which parts no words."""
    marked = [
        " ".join(f"<i>{html.escape(word)}</i>" for word in paragraph.split())
        for paragraph in paragraphs
    ]
    body = "".join(f"<p>{text}</p>\n" for text in marked)
    head = f"<meta charset='utf-8'><title>A page</title><style>{_STYLE}</style>"
    return f"<!doctype html><html lang='en'><head>{head}</head><body>{body}</body></html>"


def link(fragment: dict[str, str]) -> str:
    evidence = EvidenceFacts.model_validate({"source": "x", **fragment})
    return str(evidence_url(evidence, PAGE))


@pytest.fixture(scope="module")
def highlight() -> Iterator[Highlight]:
    """Return a function that returns the words of a page that a fragment highlights."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Where everything runs as root, as in containers, the sandbox of Chromium cannot.
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=sandbox)
        page, canvas = browser.new_page(), browser.new_page()
        served: dict[str, str] = {}
        page.route(
            "http://page.test/**",
            lambda route: route.fulfill(body=served["page"], content_type="text/html"),
        )

        def colours(paragraphs: list[str], fragment: dict[str, str]) -> list[str]:
            served["page"] = as_page(paragraphs)
            page.goto("about:blank")
            page.goto(link(fragment))
            places: list[Any] = page.evaluate(_PLACES)
            picture = base64.b64encode(page.screenshot(full_page=True)).decode()
            found = canvas.evaluate(_COLOURS, [picture, places])
            words = [word for paragraph in paragraphs for word in paragraph.split()]
            return [
                word for word, colour in zip(words, found, strict=True) if colour == [255, 0, 0]
            ]

        yield colours
        browser.close()


def expected(paragraphs: list[str], fragment: dict[str, str]) -> list[str]:
    """Return the words that `verify` takes a link to highlight."""
    text = Text(text_of_html(as_page(paragraphs)).strip())
    evidence = EvidenceFacts.model_validate({"source": "x", **fragment})
    span = next(text.highlighted(evidence), None)
    return [] if span is None else text.plain[span.start : span.end].split()


def bare(words: list[str]) -> list[str]:
    return [word.strip("“”.,:\u2019'") for word in words]


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
    assert bare(highlight(PARAGRAPHS, fragment)) == bare(expected(PARAGRAPHS, fragment))


def test_the_fragments_highlight_something_and_nothing() -> None:
    found = [bool(expected(PARAGRAPHS, fragment)) for fragment in FRAGMENTS]
    assert found.count(True) > 10
    assert found.count(False) > 3


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
        found = bare(highlight(paragraphs, fragment))
        assert found == bare(expected(paragraphs, fragment)), (paragraphs, unquote(link(fragment)))
        compared += bool(found)
    assert compared > 20
