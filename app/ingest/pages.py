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
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
}  # fmt: skip
"""Elements without content, and so without an end tag."""

_WITHOUT_END = {
    "dd": {"dd", "dt"}, "dt": {"dd", "dt"}, "li": {"li"}, "p": {"p"}, "td": {"td", "th"},
    "th": {"td", "th"}, "tr": {"td", "th", "tr"},
}  # fmt: skip
"""Elements whose end tags may be left out, and which of them each ends where it begins."""

_HOLDING = {"dl", "menu", "ol", "table", "ul"}
"""What has such elements of its own: these end none outside it."""

_HIDING = re.compile(
    r"(?<![\w-])(?:display\s*:\s*none|(?:content-)?visibility\s*:\s*hidden)", re.IGNORECASE
)
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
        self._close_unseen_before(tag)
        if tag not in _EMPTY and (self._unseen or tag in _UNSEEN or _is_hidden(dict(attrs))):
            self._unseen.append(tag)
        if tag == "br":
            self.parts.append("\n")
        elif tag not in _INLINE and tag not in _UNSEEN:
            self.parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unseen:
            while self._unseen.pop() != tag:
                pass
        elif self._unseen and self._unseen[0] in _WITHOUT_END:
            self._unseen.clear()  # What it is in ends, and so does it.
        if tag not in _INLINE and tag not in _UNSEEN:
            self.parts.append("\n\n")

    def _close_unseen_before(self, tag: str) -> None:
        """End what is not shown and has no end tag, where the next of its kind begins."""
        if self._unseen[-1:] == ["p"] and tag not in _INLINE:
            self._unseen.pop()
        ended = _WITHOUT_END.get(tag, set())
        first = len(self._unseen)
        for place in range(len(self._unseen) - 1, -1, -1):
            if self._unseen[place] in _HOLDING:
                break
            if self._unseen[place] in ended:
                first = place
        del self._unseen[first:]

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            # Line breaks of the file are spaces to a browser.
            self.parts.append(data.replace("\n", " "))
