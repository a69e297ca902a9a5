"""Snippets: the part of a text that shows most matches, as HTML with the matches marked."""

import html
from collections.abc import Sequence

from app.domain.names import Word

MAX_WORDS = 24
"""How many words a snippet has at most."""

Places = list[tuple[int, int]]
"""Spans of words, by their positions: the first, and the one behind the last."""


def snippet(text: str, found: Sequence[Word], places: Places) -> str:
    """Return escaped HTML of some words of a text, with `<mark>` round the words at `places`."""
    first = _best_window(len(found), places)
    last = min(len(found), first + MAX_WORDS)
    begin = found[first].start if first else 0
    end = found[last - 1].end if last < len(found) else len(text)
    marked, at = [], begin
    for start, stop in _merged(places):
        if start < first or start >= last:
            continue
        span = found[start].start, found[min(stop, last) - 1].end
        marked.append(html.escape(text[at : span[0]]))
        marked.append(f"<mark>{html.escape(text[span[0] : span[1]])}</mark>")
        at = span[1]
    marked.append(html.escape(text[at:end]))
    before, after = "…" if first else "", "…" if last < len(found) else ""
    return f"{before}{''.join(marked)}{after}"


def _best_window(length: int, places: Places) -> int:
    """Return the first word of the earliest window that shows the most matches."""
    if length <= MAX_WORDS or not places:
        return 0
    starts = sorted({start for start, _ in places})
    best = max(
        starts,
        key=lambda first: (sum(first <= start < first + MAX_WORDS for start in starts), -first),
    )
    # A few words before a match help to read it.
    return max(0, min(best - 2, length - MAX_WORDS))


def _merged(places: Places) -> Places:
    """Return the places in order, those that touch or overlap as one."""
    merged: Places = []
    for start, stop in sorted(places):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged
