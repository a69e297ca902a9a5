"""Pages that show no single record: all trips, search results, and problems."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from urllib.parse import quote as quoted

from app.representations.formats import Document
from app.representations.page import Frame, Page, link
from app.representations.parts import trips_part
from app.representations.wording import counted

HOW_TO_LOAD = "readout load seed"
"""The command that a page names while nothing is loaded."""

_HEADINGS = {"official": "Who", "country": "Country", "city": "City", "topic": "Topic"}


@dataclass(frozen=True)
class Choice:
    """What the opening page shows: the trips that match, of how many, and what leads on.

    `asked` is the query string of the page; `chosen` what it asks for, in words; `unknown` names
    parameters that are left out. `facets` are lists of a value, its name and its number of trips,
    by parameter; `following` is the path of the page behind this one.
    """

    trips: Sequence[Document]
    total: int
    asked: str = ""
    chosen: Sequence[str] = ()
    unknown: Sequence[str] = ()
    facets: dict[str, list[tuple[str, str, int]]] = field(default_factory=dict)
    following: str = ""


def trips_page(choice: Choice, frame: Frame) -> Page:
    """Return the opening page: the latest trips, and what they may be chosen by."""
    of = f": {', '.join(choice.chosen)}" if choice.chosen else ""
    number = counted(choice.total, "official trip")
    title = f"{number}{of} · Readout" if of else "Readout: official trips and what came of them"
    about = "Whom officials met, where and when, what was said and agreed."
    about += " Every entry leads to its source."
    body = [f"<h1>{escape(number + of)}</h1><p class='dek'>{about}</p>"]
    if choice.unknown:
        left_out = escape(", ".join(choice.unknown))
        body.append(f'<p class="note">Not understood and left out: {left_out}.</p>')
    if choice.total:
        body.append(trips_part(choice.trips, choice.total, frame, choice.following))
    elif choice.chosen:
        body.append(f"<p>No trip matches all of this. {link(frame, '/', 'All trips')}</p>")
    else:
        body.append(
            "<p>Nothing is loaded yet. Trips come from trip files: load those that Readout comes"
            f" with, or your own, by <code>{HOW_TO_LOAD}</code>. They are shown here at once.</p>"
        )
    before = f"{choice.asked}&" if choice.asked else ""
    for name, values in choice.facets.items():
        if values:
            links = "".join(
                f"<li>{link(frame, f'/?{before}{name}={quoted(value)}', text)} {count:,}</li>"
                for value, text, count in values
            )
            body.append(f"<h2>{_HEADINGS[name]}</h2><ul>{links}</ul>")
    json_ld: Document = {
        "@type": "Dataset",
        "@id": frame.absolute("/"),
        "name": "Readout",
        "description": f"{number}: {about[0].lower()}{about[1:]}",
    }
    path = f"/?{choice.asked}" if choice.asked else "/"
    picture = "/trips.png" if choice.total and not choice.asked else ""
    return Page(path, title, f"{number}{of}. {about}", "\n".join(body), json_ld, picture)


def search_page(
    words: str, hits: Sequence[Document], total: int, asked: str, notices: Sequence[str] = ()
) -> Page:
    """Return the page of search results, `hits`, each with the `kind` of its record.

    `asked` is the query string of the filters beside the words; `notices` say what nothing has.
    """
    found = counted(total, "result") if words or hits else "Search"
    found += f" for “{words}”" if words else ""
    rows = "".join(
        f'<li class="hit"><small>{escape(hit["kind"])}</small>'
        f'<div><h2><a href="{escape(hit["url"])}">{escape(hit["title"])}</a></h2>'
        f"<p>{hit['snippet']}</p></div></li>"
        for hit in hits
    )
    shown = f"<p>The best {len(hits)} are shown.</p>" if total > len(hits) else ""
    said = "".join(f"<p>{escape(notice)}</p>" for notice in notices)
    body = [f"<h1>{escape(found)}</h1>{shown}{said}", f'<ul class="hits">{rows}</ul>']
    path = f"/search?{'&'.join(filter(None, (asked, f'q={quoted(words)}' if words else '')))}"
    return Page(path, f"{found} · Readout", found, "\n".join(body))


def search_start_page(frame: Frame) -> Page:
    """Return the page of a search without words or filters: what can be browsed instead."""
    meetings, quotes, agreements = (
        link(frame, f"/search?collection={name}", f"all {name}")
        for name in ("meetings", "quotes", "agreements")
    )
    body = (
        "<h1>Search</h1><p>Search for words, a name, a city or an office, or look through"
        f" {meetings}, {quotes} or {agreements}.</p>"
    )
    return Page("/search", "Search · Readout", "Search", body)


def problem_page(path: str, status: int, title: str, said: Sequence[str], frame: Frame) -> Page:
    """Return the page for a request that has no answer: why, and where to go from here.

    `said` are sentences, the last of which may be a path that was meant.
    """
    near = [each for each in said if each.startswith("/")]
    sentences = "".join(f"<p>{escape(each)}</p>" for each in said if each not in near)
    meant = "".join(f"<p>Did you mean {link(frame, each, each)}?</p>" for each in near)
    body = (
        f"<h1>{escape(title)}</h1>{sentences}{meant}"
        f"<p>{link(frame, '/', 'All trips')}, {link(frame, '/search', 'search')} or"
        f" {link(frame, '/docs', 'the API')}</p>"
    )
    return Page(path, f"{title} · Readout", said[0], body, status=status, final=True)
