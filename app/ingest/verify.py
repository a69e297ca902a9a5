"""Whether the words that a trip file takes from its sources stand there, to the letter.

It also checks that links to these words open them: see `app/ingest/fragments.py`.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from app.domain.issues import Issue
from app.domain.names import did_you_mean
from app.domain.tripfile import EvidencePart, QuotePart, TripFile
from app.ingest.fragments import Span, Text, inside_word
from app.ingest.reading import ReadTrip
from app.ingest.references import Fault
from app.ingest.yamltree import Location

Texts = Mapping[str, Text]

# Below this likeness (of 100), the nearest words of a source are some others and mislead.
_NEAR = 70
# How many characters on each side of a difference are shown.
_AROUND = 40
# A paragraph within a quotation opens with a quotation mark again.
_OPENING = "\"\u201c\u201d\u201e\u00ab\u00bb\u2018\u2019\u201a\u2039\u203a\u300c\u300e'"

_text_of = lru_cache(64)(Text)


def verify(read: ReadTrip, texts: Mapping[str, str]) -> list[Issue]:
    """Return what a trip file quotes or points to that its sources do not say.

    `texts` holds the plain text of each source, by its id. Words are compared to the letter; only a
    run of white space counts as one space. In order of the file's lines, the issues name

    - words that are not in the text, or begin or end inside a word of it;
    - a passage that browsers would not highlight, or another one in its place, since they take what
      comes first and see neither case nor accents;
    - a quote that stands in no passage of its evidence, or in several places of them;
    - a source that evidence points into and that has no text, and a text whose source is unknown.

    The list is empty for a trip file that is right. Nothing is raised.
    """
    level = {source: _text_of(text) for source, text in texts.items()}
    faults = [*_sources(read.trip, level), *_all_evidence(read.trip, level)]
    for position, quote in enumerate(read.trip.quotes):
        faults += _quote(("quotes", position), quote, level)
    issues = [read.issue(location, cause) for location, cause in faults]
    return sorted(issues, key=lambda issue: issue.line or 0)


def _sources(trip: TripFile, texts: Texts) -> Iterator[Fault]:
    """Yield the sources whose text is missing, each once, and the texts for unknown sources."""
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
    for position, stop in enumerate(trip.stops):
        yield ("stops", position, "evidence"), stop.evidence
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


def _passage(location: Location, passage: EvidencePart, text: Text) -> Iterator[Fault]:
    if passage.text_start is None:
        return  # A page or an entry has no words to look for.
    faults = {
        field: cause
        for field in ("prefix", "text_start", "text_end", "suffix")
        if (words := getattr(passage, field)) and (cause := _fault(words, passage.source, text))
    }
    if not faults:
        faults = dict(_unfit(passage, text))
    for field, cause in faults.items():
        yield (*location, field), cause


def _unfit(passage: EvidencePart, text: Text) -> Iterator[tuple[str, str]]:
    """Yield why browsers would highlight nothing or another place, by field."""
    source = f'source "{passage.source}"'
    start = passage.text_start or ""
    anywhere = passage.model_copy(update={"text_end": None, "suffix": None})
    starts = list(text.highlighted(anywhere))
    if not starts:
        yield "prefix", f"does not stand just before text_start in {source}"
        return
    if len(starts) > 1:
        yield "text_start", _several(start, starts, source, text, "a prefix")
        return
    if passage.text_end:
        behind = [span for span in text.alike(passage.text_end) if span.start >= starts[0].end]
        if not behind:
            # A browser looks for the last words behind the first ones, and so finds none.
            yield "text_end", f"does not come after text_start in {source}"
            return
        fitting = [span for span in behind if text.is_followed(span, passage.suffix)]
        # Browsers take the first match: later ones change nothing.
        if fitting and text.plain[fitting[0].start : fitting[0].end] != _level(passage.text_end):
            where = f"{source} after text_start"
            yield "text_end", _several(passage.text_end, fitting, where, text, "a suffix")
            return
    if passage.suffix and not any(text.highlighted(passage)):
        yield "suffix", f"does not stand just after the passage in {source}"


def _several(words: str, spans: Sequence[Span], where: str, text: Text, apart: str) -> str:
    """Say that words stand in several places, or first as other letters that browsers take."""
    first = text.plain[spans[0].start : spans[0].end]
    if first != _level(words):
        return (
            f'stands first as "{first}" in {where}, which browsers take, as they see neither case'
            f" nor accents; add words, or {apart}"
        )
    return (
        f"is {len(spans)} times in {where}; choose words that stand there only once, or add {apart}"
    )


def _quote(location: Location, quote: QuotePart, texts: Texts) -> Iterator[Fault]:
    place = (*location, "text")
    outside = True
    for source in dict.fromkeys(passage.source for passage in quote.evidence):
        if source not in texts:
            outside = False  # Unknown until its text is given, which is an issue of its own.
            continue
        text = texts[source]
        missing = False
        for position, piece in enumerate(quote.pieces):
            if not list(_occurrences(piece, text)):
                at = (*place, position) if len(quote.pieces) > 1 else place
                yield at, _fault(piece, source, text) or f'is not in source "{source}"'
                missing = True
        if missing:
            outside = False
            continue
        chains = _chained(quote.pieces, text)
        if not chains:
            yield place, f'has pieces that do not follow each other in source "{source}"'
            outside = False
            continue
        passages = [passage for passage in quote.evidence if passage.source == source]
        supported = [
            chain
            for chain in chains
            if all(_is_supported(piece, passages, text) for piece in chain)
        ]
        if len(supported) > 1:
            cause = f'is {len(supported)} times in its passages of source "{source}"'
            yield place, f"{cause}; choose passages in which it stands only once"
        outside &= not supported
    if outside:
        yield place, "lies outside every passage of its evidence"


def _occurrences(words: str, text: Text) -> Iterator[Span]:
    """Yield exact matches of words, also across paragraphs that open with a quotation mark."""
    if words != words.strip():
        return
    pattern = re.compile(rf" (?:[{re.escape(_OPENING)}] ?)?".join(map(re.escape, words.split())))
    at = 0
    while found := pattern.search(text.plain, at):
        at = found.start() + 1
        opened = re.finditer(rf"(?<= )[{re.escape(_OPENING)}] ?", found[0])
        # Such a mark is accepted where a paragraph begins, or if the words have it, too.
        extra = found[0] != " ".join(words.split())
        if extra and not all(
            found.start() + mark.start() in text.breaks or mark[0].strip() in words
            for mark in opened
        ):
            continue
        if not (_parts_word(text, found.start()) or _parts_word(text, found.end())):
            yield Span(found.start(), found.end())


def _chained(pieces: Sequence[str], text: Text) -> list[list[Span]]:
    """Return where the pieces of a quote stand one after the other, each as near as it can."""
    chains = [[span] for span in _occurrences(pieces[0], text)]
    for piece in pieces[1:]:
        following = list(_occurrences(piece, text))
        chains = [
            [*chain, behind[0]]
            for chain in chains
            if (behind := [found for found in following if found.start >= chain[-1].end])
        ]
    return chains


def _is_supported(quote: Span, passages: Sequence[EvidencePart], text: Text) -> bool:
    """Return whether a passage covers part of a quote, or may do so."""
    for passage in passages:
        if passage.text_start is None:
            return True
        found = next(text.highlighted(passage), None)
        if found is None or found.overlaps(quote):
            return True  # A passage that is not found is an issue of its own.
    return False


def _whole(words: str, text: Text) -> Iterator[Span]:
    for span in text.alike(words):
        if not (_parts_word(text, span.start) or _parts_word(text, span.end)):
            yield span


def _parts_word(text: Text, position: int) -> bool:
    """Return whether a position splits a word, as a reader sees it."""
    return inside_word(text.plain, position, points_join=True)


def _level(words: str) -> str:
    return " ".join(words.split())


def _fault(words: str, source: str, text: Text) -> str | None:
    """Return why words do not stand in the text of a source, to the letter; None if they do."""
    if words != words.strip():
        return "begins or ends with white space"
    words = _level(words)
    if words not in text.plain:
        hidden = _hidden(words)
        return f'is not in source "{source}"{_nearest(words, text.plain)}{hidden}'
    if any(text.plain[span.start : span.end] == words for span in _whole(words, text)):
        return None
    start = text.plain.index(words)
    place, verb = start, "begins"
    if not _parts_word(text, start):
        place, verb = start + len(words), "ends"
        if not _parts_word(text, place):
            return "goes from one paragraph into the next, where browsers find nothing"
    return f'{verb} inside a word of source "{source}": "{_around(text.plain, place, 0)}"'


def _hidden(words: str) -> str:
    """Name the invisible characters in words, which may be the difference."""
    unseen = [
        f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()
        for character in dict.fromkeys(words)
        if unicodedata.category(character) in ("Cf", "Cc", "Zs", "Co") and character != " "
    ]
    return f"; the words have the invisible {', '.join(unseen)}" if unseen else ""


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
