"""Days, places and quotations, worded for readers."""

from app.domain.names import fold
from app.representations.formats import Document


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun, as "1 city" and "2,031 cities"."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def when(record: Document) -> str:
    """Return the day of a record in words, as within a sentence, or between which days it was."""
    if record.get("date"):
        return span(record["date"], record.get("end_date") or record["date"])
    first, last = record.get("earliest_date"), record.get("latest_date")
    if not first or not last:
        return "day not stated"
    return f"day not stated, between {_day(first)} and {_day(last)}"


def begun(text: str) -> str:
    """Return a text as a sentence begins, with a capital."""
    return text[:1].upper() + text[1:]


def beginning(text: str, most: int) -> str:
    """Return the first words of a text; an ellipsis stands for the rest, and for a comma before."""
    words = text.split()
    if len(words) <= most:
        return " ".join(words)
    return " ".join(words[:most]).rstrip(",;:.–—-") + "…"  # noqa: RUF001 - texts have dashes


def spoken(text: str) -> str:
    """Return words in quotation marks; those that begin or end with one get no second."""
    before = "" if text[:1] in _OPENING else "“"
    after = "" if text[-1:] in _CLOSING else "”"
    return f"{before}{text}{after}"


_OPENING = ("“", '"', "„", "«")
_CLOSING = ("”", '"', "»")


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
    where = (record.get("city") or record.get("country") or {}).get("name")
    written = record.get("place")
    # A register writes the name of the city itself, often without accents.
    if written and where and fold(written) == fold(where):
        return str(where)
    return ", ".join(filter(None, (written, where)))
