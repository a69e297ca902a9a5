"""Days, months, years and the windows of time that a query looks at."""

import calendar
import datetime
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

DATE_FORMS = "a day, month or year: 2021-03-16, 2021-03 or 2021"

_YEAR = "([0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)"
_LEAP_YEAR = "([0-9]{2}(0[48]|[2468][048]|[13579][26])|(0[48]|[2468][048]|[13579][26])00)"
_MONTH = "(0[1-9]|1[0-2])"
_DAY_OF_EVERY_YEAR = (
    f"({_MONTH}-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)"
)
_DAY = f"({_YEAR}-{_DAY_OF_EVERY_YEAR}|{_LEAP_YEAR}-02-29)"
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?"
_OFFSET = "(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"

DATE_PATTERN = f"^({_YEAR}(-{_MONTH})?|{_DAY})$"
"""The days, months and years of the calendar from 0001 to 9999, and nothing else."""

MOMENT_PATTERN = f"^{_DAY}(T{_TIME}{_OFFSET}?)?$"
"""A day or a time, in UTC if it has no offset."""

_DATE = re.compile(DATE_PATTERN)
_MOMENT = re.compile(MOMENT_PATTERN)
_DAY_OF_SOME_MONTH = re.compile(f"{_YEAR}-{_MONTH}-([0-9]{{2}})")
_LONGEST_DATE = len("2021-03-16")


class Window(NamedTuple):
    """Records that end on or after `start` and begin on or before `end`; None bounds nothing."""

    start: str | None
    end: str | None

    @property
    def is_range(self) -> bool:
        """Whether the window holds a day; else only a record that spans several days can match."""
        return self.start is None or self.end is None or self.start <= self.end


def read_date(value: str) -> tuple[str, str] | None:
    """Return the first and last day of a day, month or year; None if it is none of them."""
    return _bounds(value) if len(value) <= _LONGEST_DATE else None


@lru_cache(8192)
def _bounds(value: str) -> tuple[str, str] | None:
    if not _DATE.fullmatch(value):
        return None
    year, month, day = value[:4], value[5:7], value[8:]
    if day:
        return value, value
    first = datetime.date(int(year), int(month or 1), 1)
    if month:
        return first.isoformat(), month_end(first).isoformat()
    return first.isoformat(), f"{year}-12-31"


def missing_day(value: str) -> str | None:
    """Return what is wrong with a day that its month does not have; None for anything else."""
    found = _DAY_OF_SOME_MONTH.fullmatch(value)
    if not found or _DATE.fullmatch(value):
        return None
    year, month = int(found[1]), int(found[2])
    days = calendar.monthrange(year, month)[1]
    return f"is no day: {calendar.month_name[month]} {year} has {days} days"


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


def read_moment(text: str) -> str | None:
    """Return a day or a time as records give times, UTC to the second, or None if it is neither.

    A time without a zone is UTC.
    """
    # A plus sign that was not encoded arrives as a space.
    text = text.replace(" ", "+")
    if not _MOMENT.fullmatch(text):
        return None
    moment = datetime.datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        moment = _in_utc(moment)
    return f"{moment.replace(microsecond=0).isoformat()}Z"


def _in_utc(moment: datetime.datetime) -> datetime.datetime:
    """Return a time in UTC, without a zone; out of range, the first or last possible one."""
    try:
        return moment.astimezone(datetime.UTC).replace(tzinfo=None)
    except OverflowError:
        return datetime.datetime.min if moment.year == 1 else datetime.datetime.max
