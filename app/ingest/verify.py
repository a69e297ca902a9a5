"""Whether the words that a trip file takes from its sources stand there, to the letter."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from app.domain.names import did_you_mean
from app.domain.tripfile import EvidencePart, QuotePart, TripFile
from app.ingest.reading import Complaint, ReadTrip
from app.ingest.references import Fault
from app.ingest.yamltree import Location

Texts = Mapping[str, str]

_WHITE_SPACE = re.compile(r"\s+")
# Between letters or digits, these part no words: U.S., it's, 1,000.
_INSIDE_WORDS = "'\u2019.,"
# Below this likeness (of 100), the nearest words of a source are some others and mislead.
_NEAR = 70
# How many characters on each side of a difference are shown.
_AROUND = 40


@dataclass(frozen=True)
class _Span:
    """Where words stand in a text: from `start` up to and without `end`."""

    start: int
    end: int

    def overlaps(self, other: "_Span") -> bool:
        return self.start < other.end and other.start < self.end


def verify(read: ReadTrip, texts: Mapping[str, str]) -> list[Complaint]:
    """Return what a trip file quotes or points to that its sources do not say.

    `texts` holds the plain text of each source, by its id. Compared is to the letter; only a run of
    white space counts as one space. In order of the file's lines, the complaints name

    - a quote, or the first or last words of a passage, not found exactly once in the text;
    - words that begin or end inside a word of the text, which no browser would highlight;
    - a passage whose last words do not come after its first;
    - a quote that lies outside every passage of its evidence;
    - a source that evidence points into and that has no text, and a text whose source is unknown.

    The list is empty for a trip file that is right. Nothing is raised.
    """
    level = {source: _with_single_spaces(text) for source, text in texts.items()}
    faults = [*_sources(read.trip, level), *_all_evidence(read.trip, level)]
    for position, quote in enumerate(read.trip.quotes):
        faults += _quote(("quotes", position), quote, level)
    complaints = [read.complaint(location, cause) for location, cause in faults]
    return sorted(complaints, key=lambda complaint: complaint.line or 0)


def _with_single_spaces(text: str) -> str:
    return _WHITE_SPACE.sub(" ", text)


def _sources(trip: TripFile, texts: Texts) -> Iterator[Fault]:
    """Yield the sources in need of a text, each once, and the texts of sources that are none."""
    known = [source.id for source in trip.sources]
    for given in texts:
        if given not in known:
            near = did_you_mean(given, known) or f"; known: {', '.join(known)}"
            yield ("sources",), f'no source "{given}" for the text given{near}'
    needed = {passage.source for _, evidence in _evidence_lists(trip) for passage in evidence}
    for position, source in enumerate(known):
        if source in needed and source not in texts:
            cause = f'no text given for source "{source}"; add --source {source}=FILE'
            yield ("sources", position), cause


def _evidence_lists(trip: TripFile) -> Iterator[tuple[Location, Sequence[EvidencePart]]]:
    """Yield the location and the passages of every list of evidence, in the order of the model."""
    for position, participant in enumerate(trip.participants):
        yield ("participants", position, "evidence"), participant.evidence
    for position, meeting in enumerate(trip.meetings):
        yield ("meetings", position, "evidence"), meeting.evidence
    for position, quote in enumerate(trip.quotes):
        yield ("quotes", position, "evidence"), quote.evidence
    for position, agreement in enumerate(trip.agreements):
        yield ("agreements", position, "evidence"), agreement.evidence
    yield ("evidence",), trip.evidence


def _all_evidence(trip: TripFile, texts: Texts) -> Iterator[Fault]:
    for location, evidence in _evidence_lists(trip):
        for position, passage in enumerate(evidence):
            if passage.source in texts:
                yield from _passage((*location, position), passage, texts[passage.source])


def _passage(location: Location, passage: EvidencePart, text: str) -> Iterator[Fault]:
    if passage.text_start is None:
        return  # A page or an entry has no words to look for.
    first = _find(passage.text_start, passage.source, text)
    last = _find(passage.text_end, passage.source, text) if passage.text_end else first
    if isinstance(first, str):
        yield (*location, "text_start"), first
    if passage.text_end and isinstance(last, str):
        yield (*location, "text_end"), last
    if (
        passage.text_end
        and isinstance(first, _Span)
        and isinstance(last, _Span)
        and last.start < first.end
    ):
        # A browser looks for the last words behind the first ones, and so does not find these.
        cause = f'does not come after text_start in source "{passage.source}"'
        yield (*location, "text_end"), cause


def _quote(location: Location, quote: QuotePart, texts: Texts) -> Iterator[Fault]:
    place = (*location, "text")
    outside = True
    for source in dict.fromkeys(passage.source for passage in quote.evidence):
        if source not in texts:
            outside = False  # Unknown until its text is given, which is a complaint of its own.
            continue
        found = _find(quote.words, source, texts[source])
        if isinstance(found, str):
            yield place, found
            outside = False
        elif any(_supports(passage, source, texts[source], found) for passage in quote.evidence):
            outside = False
    if outside:
        yield place, "lies outside every passage of its evidence"


def _supports(passage: EvidencePart, source: str, text: str, quote: _Span) -> bool:
    """Return whether a passage covers some of a quote, or cannot be told to cover none."""
    if passage.source != source:
        return False
    if passage.text_start is None:
        return True
    first = _find(passage.text_start, source, text)
    last = _find(passage.text_end, source, text) if passage.text_end else first
    if isinstance(first, str) or isinstance(last, str):
        return True  # The passage is complained about by itself.
    return quote.overlaps(_Span(first.start, last.end))


def _find(words: str, source: str, text: str) -> _Span | str:
    """Return where the words stand in the text of a source, or why that cannot be said."""
    words = _with_single_spaces(words)
    if words != words.strip():
        return "begins or ends with white space"
    count = _count(words, text)
    if count == 0:
        return f'is not in source "{source}"{_nearest(words, text)}'
    if count > 1:
        return f'is {count} times in source "{source}"; choose words that stand there only once'
    span = _Span(text.index(words), text.index(words) + len(words))
    if _inside_word(text, span.start):
        return f'begins inside a word of source "{source}": "{_around(text, span.start, 0)}"'
    if _inside_word(text, span.end):
        return f'ends inside a word of source "{source}": "{_around(text, span.end, 0)}"'
    return span


def _count(words: str, text: str) -> int:
    """Return how often the words stand in the text, overlapping ones included."""
    count, position = 0, text.find(words)
    while position >= 0:
        count, position = count + 1, text.find(words, position + 1)
    return count


def _inside_word(text: str, position: int) -> bool:
    """Return whether a position of the text has a letter or digit of one word on either side.

    Only of scripts with capitals: those without, such as Japanese, may have no spaces between
    words, and nothing simple tells where theirs end.
    """
    # Padded, so that the neighbours of every position exist.
    before, left, right, after = tuple(f"  {text}  "[position : position + 4])
    if right in _INSIDE_WORDS:
        right = after
    elif left in _INSIDE_WORDS:
        left = before
    return all(side.isdigit() or side.lower() != side.upper() for side in (left, right))


def _nearest(words: str, text: str) -> str:
    """Return `; it has "…"`, the words of the text most like those given, or nothing."""
    near = fuzz.partial_ratio_alignment(words, text, score_cutoff=_NEAR)
    if near is None or near.dest_start == near.dest_end:
        return ""
    found = text[near.dest_start : near.dest_end]
    if len(found) <= 2 * _AROUND:
        start, length = near.dest_start, len(found)
        return f'; it has "{_whole_words(text, start, start + length)}"'
    difference = near.dest_start + _first_difference(words, found)
    return f'; it has "{_around(text, difference, _AROUND)}"'


def _first_difference(words: str, found: str) -> int:
    """Return the position in `found` where it departs from `words`, its very edges aside."""
    for edit in Levenshtein.editops(words, found):
        if edit.tag != "insert" or 0 < edit.src_pos < len(words):
            return edit.dest_pos
    return 0


def _around(text: str, position: int, reach: int) -> str:
    return _whole_words(text, max(position - reach, 0), min(position + reach, len(text)))


def _whole_words(text: str, start: int, end: int) -> str:
    """Return a part of the text, begun and ended where its first and last word do."""
    start = text.rfind(" ", 0, start) + 1
    following = text.find(" ", end)
    return text[start : following if following >= 0 else len(text)]
