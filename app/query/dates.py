"""Days, months, years and the windows of time that a query looks at."""

import calendar
import datetime
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

DATE_FORMS = "a day, month or year: 2021-03-16, 2021-03 or 2021"

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


class Window(NamedTuple):
    """Records that end on or after `start` and begin on or before `end`; None bounds nothing."""

    start: str | None
    end: str | None

    @property
    def is_range(self) -> bool:
        """Whether there is a day in it; else only a record of several days can lie in it."""
        return self.start is None or self.end is None or self.start <= self.end


def read_date(value: str) -> tuple[str, str] | None:
    """Return the first and last day of a day, month or year; None if it is none of them."""
    return _bounds(value) if _DATE.fullmatch(value) else None


@lru_cache(8192)
def _bounds(value: str) -> tuple[str, str] | None:
    year, month, day = value[:4], value[5:7], value[8:]
    try:
        first = datetime.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    if day:
        return value, value
    if month:
        return first.isoformat(), month_end(first).isoformat()
    return first.isoformat(), f"{year}-12-31"


def month_end(day: datetime.date) -> datetime.date:
    """Return the last day of the month of `day`."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def merged(ranges: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the same days as `ranges` in the fewest ranges, in order."""
    result: list[tuple[str, str]] = []
    for first, last in sorted(ranges):
        if result and first <= _day_after(result[-1][1]):
            result[-1] = (result[-1][0], max(result[-1][1], last))
        else:
            result.append((first, last))
    return result


def _day_after(day: str) -> str:
    date = datetime.date.fromisoformat(day)
    return day if date == datetime.date.max else (date + datetime.timedelta(days=1)).isoformat()


_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII
)


def read_moment(text: str) -> str | None:
    """Return a day or a time as records give times, UTC to the second, or None if it is neither.

    A time without a zone is UTC.
    """
    # A plus sign that was not encoded arrives as a space.
    text = text.strip().replace(" ", "+")
    if not _MOMENT.fullmatch(text):
        return None
    try:
        moment = datetime.datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            moment = moment.astimezone(datetime.UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return f"{moment.replace(microsecond=0).isoformat()}Z"
