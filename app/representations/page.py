"""A page of the explorer as the server writes it: readable without scripts, known to machines."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from pydantic_core import to_json

Document = dict[str, Any]


@dataclass(frozen=True)
class Frame:
    """Where pages are served: the origin of their addresses, the path before, and their files'.

    Without an origin, addresses are paths: the request's host may be anybody's invention.
    """

    origin: str
    root_path: str
    assets: str
    modules: tuple[str, ...] = ()
    """The scripts that a page comes to load, named beforehand: fewer ways to the server."""

    def url(self, path: str) -> str:
        """Return a path of this service as it stands in a link."""
        return f"{self.root_path}{path}"

    def absolute(self, path: str) -> str:
        """Return a path of this service as others would link to it."""
        return f"{self.origin}{self.root_path}{path}"


@dataclass(frozen=True)
class Page:
    """What one page says: its address, title and description, its body as HTML, and as JSON-LD.

    `formats` are the suffixes under which the same record is served in other representations.
    """

    path: str
    title: str
    description: str
    body: str
    json_ld: Document | None = None
    formats: Sequence[tuple[str, str]] = field(default=())
    status: int = 200


def render(page: Page, frame: Frame) -> bytes:
    """Return a whole page as UTF-8 HTML, with nothing in it that a strict policy forbids."""
    canonical = frame.absolute(page.path)
    title, description = escape(page.title), escape(page.description)
    links = "".join(
        f'<link rel="alternate" type="{media}" href="{escape(frame.url(f"{page.path}.{suffix}"))}">'
        for suffix, media in page.formats
    )
    asset = f"{frame.root_path}{frame.assets}"
    preloads = "".join(
        f'<link rel="modulepreload" href="{asset}/{name}">' for name in frame.modules
    )
    return f"""<!doctype html>
<html lang="en" data-root="{escape(frame.root_path)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<meta name="description" content="{description}">
<link rel="canonical" href="{escape(canonical)}">
<meta property="og:site_name" content="Readout">
<meta property="og:type" content="article">
<meta property="og:title" content="{title}">
<meta property="og:description" content="{description}">
<meta property="og:url" content="{escape(canonical)}">
<meta name="twitter:card" content="summary">
<meta name="theme-color" media="(prefers-color-scheme: light)" content="#fcfbf8">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#14171a">
{links}
<link rel="icon" type="image/svg+xml" href="{asset}/icon.svg">
<script src="{asset}/theme.js"></script>
<link rel="stylesheet" href="{asset}/explorer.css">
<script type="module" src="{asset}/main.js"></script>
{preloads}
{_json_ld(page.json_ld)}</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="top" id="top"><div class="wrap">
<a class="brand" href="{escape(frame.url("/"))}"><b>Read</b>out</a>
<form class="find" role="search" action="{escape(frame.url("/search"))}" method="get">
<input name="q" type="search" aria-label="Search people, places and words" \
placeholder="Search people, places and words, such as Seoul"></form>
<nav class="nav" aria-label="Site"><a href="{escape(frame.url("/docs"))}">API</a></nav>
</div></header>
<main id="main" class="wrap" tabindex="-1"><div data-server>
{page.body}
</div></main>
<div id="live" class="hidden" role="status" aria-live="polite"></div><div id="layer"></div>
</body>
</html>
""".encode()


def _json_ld(data: Document | None) -> str:
    if data is None:
        return ""
    # Within a script element, "<" could end it.
    text = to_json({"@context": "https://schema.org", **data}).decode().replace("<", "\\u003c")
    return f'<script type="application/ld+json">{text}</script>\n'


def link(frame: Frame, path: str, text: str) -> str:
    """Return a link to a path of this service."""
    return f'<a href="{escape(frame.url(path))}">{escape(text)}</a>'


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun, as "1 city" and "2,031 cities"."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def when(record: Document) -> str:
    """Return the day of a record in words, or between which days it was."""
    if record.get("date"):
        return span(record["date"], record.get("end_date") or record["date"])
    first, last = record.get("earliest_date"), record.get("latest_date")
    if not first or not last:
        return "Day not stated"
    return f"Day not stated, between {_day(first)} and {_day(last)}"


def span(first: str, last: str) -> str:
    """Return two days in words, as "15-18 March 2021" or "18 December 2009"."""
    (y1, m1, d1), (y2, m2, _) = first.split("-"), last.split("-")
    if first == last:
        return _day(first)
    if (y1, m1) == (y2, m2):
        return f"{int(d1)}–{_day(last)}"  # noqa: RUF001 - ranges have en dashes
    if y1 == y2:
        return f"{int(d1)} {_MONTHS[int(m1) - 1]} – {_day(last)}"  # noqa: RUF001 - as above
    return f"{_day(first)} – {_day(last)}"  # noqa: RUF001 - as above


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def _day(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{int(day)} {_MONTHS[int(month) - 1]} {int(year)}"


def place(record: Document) -> str:
    """Return where, in words: the place as written, with its city or country; "" if not stated."""
    where = record.get("city") or record.get("country") or {}
    # A register writes the name of the city itself.
    return ", ".join(dict.fromkeys(filter(None, (record.get("place"), where.get("name")))))


def evidence(record: Document) -> str:
    """Return the passages a record rests on, as links that open them."""
    marks = []
    for each in record.get("evidence", ()):
        words = " … ".join(filter(None, (each["text_start"], each["text_end"])))
        words = f"“{words}”" if words else each["locator"] or "the source"
        if each["url"]:
            marks.append(f'<a href="{escape(each["url"])}">{escape(words)}</a>')
        else:
            marks.append(escape(words))
    return f'<p class="note">Source: {"; ".join(marks)}</p>' if marks else ""


def note(record: Document) -> str:
    """Return what a curator notes of a record, and what of it is inferred."""
    said = escape(f"Note: {record['note']}") if record.get("note") else ""
    inferred = record.get("inferred")
    concluded = escape(f"Inferred: {', '.join(inferred)}.") if inferred else ""
    both = " ".join(filter(None, (said, concluded)))
    return f'<p class="note">{both}</p>' if both else ""
