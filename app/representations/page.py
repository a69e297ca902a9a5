"""A page of the explorer as the server writes it: readable without scripts, known to machines."""

from dataclasses import dataclass
from html import escape

from pydantic_core import to_json

from app.domain.collections import RESOURCES
from app.representations.formats import Document
from app.representations.registry import alternates, formats_of_list, formats_of_record
from app.representations.words import passages

NAMES = {
    "json": "JSON", "csv": "CSV", "xlsx": "Excel", "ics": "Calendar", "geojson": "GeoJSON",
    "atom": "Feed", "md": "Text", "yaml": "Trip file",
}  # fmt: skip
"""What pages call the formats that they offer to people; links for programs name all formats."""


def offered() -> dict[str, list[tuple[str, str]]]:
    """Return the formats that pages offer, suffix and name: of `trips`, and of one by `trips/`."""
    found = {"search": [("json", NAMES["json"])]}
    for name, resource in RESOURCES.items():
        for key, formats in (
            (name, formats_of_list(resource)),
            (f"{name}/", formats_of_record(resource)),
        ):
            suffixes = ["json", *(each.suffix for each in formats)]
            found[key] = [(each, NAMES[each]) for each in suffixes if each in NAMES]
    return found


@dataclass(frozen=True)
class Frame:
    """Where pages are served: their origin, the root path, and the path of their files.

    Without an origin, addresses are only paths: a request's Host header cannot be trusted.
    """

    origin: str
    root_path: str
    assets: str
    modules: tuple[str, ...] = ()
    """The scripts that a page will load, named in advance to save round trips."""

    def url(self, path: str) -> str:
        """Return a path of this service as it stands in a link."""
        return f"{self.root_path}{path}"

    def absolute(self, path: str) -> str:
        """Return a path of this service as others would link to it."""
        return f"{self.origin}{self.root_path}{path}"


@dataclass(frozen=True)
class Page:
    """What one page says: its address, title and description, its body as HTML, and as JSON-LD.

    `picture` is the path of a picture of it, if there is one. No script replaces a `final` page by
    a view of its own.
    """

    path: str
    title: str
    description: str
    body: str
    json_ld: Document | None = None
    picture: str = ""
    status: int = 200
    final: bool = False

    @property
    def formats(self) -> tuple[tuple[str, str], ...]:
        """The suffixes and media types under which the record of this page is served."""
        collection, _, id_ = self.path.removeprefix("/").partition("/")
        is_record = id_ and collection in RESOURCES and self.status == 200
        return alternates(collection) if is_record else ()


def render(page: Page, frame: Frame) -> bytes:
    """Return a whole page as UTF-8 HTML, with nothing in it that a strict policy forbids."""
    canonical = frame.absolute(page.path)
    title, description = escape(page.title), escape(page.description)
    links = "".join(
        f'<link rel="alternate" type="{media_type}"'
        f' href="{escape(frame.url(f"{page.path}.{suffix}"))}">'
        for suffix, media_type in page.formats
    )
    state = "data-server data-final" if page.final else "data-server"
    asset = f"{frame.root_path}{frame.assets}"
    preloads = "".join(
        f'<link rel="modulepreload" href="{asset}/{name}">' for name in frame.modules
    )
    return f"""<!doctype html>
<html lang="en" data-root="{escape(frame.root_path)}" \
data-formats="{escape(to_json(offered()).decode())}">
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
{_picture(page, frame)}
<meta name="theme-color" media="(prefers-color-scheme: light)" content="#fcfbf8">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#14171a">
{_robots(page)}{links}
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
placeholder="People, places, words"></form>
<nav class="nav" aria-label="Site"><a href="{escape(frame.url("/docs"))}">API</a></nav>
</div></header>
<main id="main" class="wrap" tabindex="-1"><div {state}>
{page.body}
</div></main>
<div id="live" class="hidden" role="status" aria-live="polite"></div><div id="layer"></div>
</body>
</html>
""".encode()


def _picture(page: Page, frame: Frame) -> str:
    if not page.picture:
        return '<meta name="twitter:card" content="summary">'
    return (
        '<meta name="twitter:card" content="summary_large_image">\n'
        f'<meta property="og:image" content="{escape(frame.absolute(page.picture))}">\n'
        '<meta property="og:image:type" content="image/png">\n'
        '<meta property="og:image:width" content="1200">\n'
        '<meta property="og:image:height" content="630">\n'
        f'<meta property="og:image:alt" content="{escape(page.title)}">'
    )


def _robots(page: Page) -> str:
    return '<meta name="robots" content="noindex">\n' if page.status != 200 else ""


def _json_ld(data: Document | None) -> str:
    if data is None:
        return ""
    # Within a script element, "<" could end it.
    text = to_json({"@context": "https://schema.org", **data}).decode().replace("<", "\\u003c")
    return f'<script type="application/ld+json">{text}</script>\n'


def link(frame: Frame, path: str, text: str) -> str:
    """Return a link to a path of this service."""
    return f'<a href="{escape(frame.url(path))}">{escape(text)}</a>'


def evidence(record: Document) -> str:
    """Return the passages a record rests on, as links that open them."""
    marks = []
    for words, url in passages(record):
        marks.append(f'<a href="{escape(url)}">{escape(words)}</a>' if url else escape(words))
    return f'<p class="note">Source: {"; ".join(marks)}</p>' if marks else ""


def note(record: Document) -> str:
    """Return the curator's note on a record, and which of its fields are inferred."""
    said = escape(f"Note: {record['note']}") if record.get("note") else ""
    inferred = record.get("inferred")
    concluded = escape(f"Inferred: {', '.join(inferred)}.") if inferred else ""
    both = " ".join(filter(None, (said, concluded)))
    return f'<p class="note">{both}</p>' if both else ""
