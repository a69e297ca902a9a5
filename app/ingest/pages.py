"""The texts of sources, from saved pages: plain text, or HTML as a browser lays it out."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

_SUFFIXES = (".html", ".htm", ".txt")
_UNSEEN = {
    "audio", "canvas", "datalist", "head", "iframe", "meter", "noscript", "object", "progress",
    "script", "select", "style", "template", "textarea", "title", "video",
}  # fmt: skip
_EMPTY = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "wbr",
}
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "dfn", "em", "font", "i", "kbd", "mark",
    "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
}  # fmt: skip
"""Elements that do not begin a line of their own; all others separate words."""


class SourceNotRead(Exception):
    """A file that cannot be read as the text of a source; the message says which and why."""


def read_source(path: Path) -> str:
    """Return the text of a saved source, paragraphs apart by line breaks.

    Raises `SourceNotRead`.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SourceNotRead(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SourceNotRead(f"{path}: is not UTF-8 text") from None
    return text_of_html(text) if path.suffix.lower() in (".html", ".htm") else text


def find_sources(folder: Path) -> dict[str, Path]:
    """Return the saved sources in a folder by their ids, which are their names."""
    found: dict[str, Path] = {}
    for suffix in _SUFFIXES:
        for path in sorted(folder.glob(f"*{suffix}")):
            found.setdefault(path.stem, path)
    return found


def text_of_html(html: str) -> str:
    """Return the text of a page as its reader sees it: without what is not shown."""
    parser = _Page()
    parser.feed(html)
    parser.close()
    return "".join(parser.parts)


def _is_hidden(attributes: Mapping[str, str | None]) -> bool:
    """Return whether an element is not shown, so that browsers find no words in it."""
    hidden = attributes.get("hidden", "until-found") != "until-found"
    return hidden or _HIDING.search(attributes.get("style") or "") is not None


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._unseen[-1:] == ["p"] and tag not in _INLINE:
            self._unseen.pop()  # Its end tag may be left out.
        is_within = tag in self._unseen[-1:]
        if tag in _UNSEEN or (tag not in _EMPTY and (is_within or _is_hidden(dict(attrs)))):
            self._unseen.append(tag)
        elif tag == "br":
            self.parts.append("\n")
        elif tag not in _INLINE:
            self.parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if self._unseen and self._unseen[-1] == tag:
            self._unseen.pop()
        elif tag not in _INLINE:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            # Line breaks of the file are spaces to a browser.
            self.parts.append(data.replace("\n", " "))
