"""The terms by which records are found in time: when they begin, and in which periods they last.

Terms for the periods in which records begin have the names of `PERIODS` as parameters.
"""

import datetime
from collections.abc import Sequence

from app.query.dates import Window, month_end
from app.query.facets import PERIODS

LASTING = "lasting"
"""The parameter of the terms for periods through which records last after their first day.

Periods are days, months and years; a record is in the fewest that cover the days after its first.
So a record that lasts on a day is in exactly one of the three periods that hold that day.
"""


_FIRST = {3: "-01", 6: "-01-01"}
"""The suffix that turns the name of a period into that of the first one within it, by its
length."""


def covering_periods(sort: str, latest: str) -> list[str]:
    """Return the fewest days, months and years that make up the days after `sort` to `latest`."""
    day = datetime.date.fromisoformat(sort) + datetime.timedelta(days=1)
    last = datetime.date.fromisoformat(latest)
    periods = []
    while day <= last:
        year_end = datetime.date(day.year, 12, 31)
        end_of_month = month_end(day)
        if (day.month, day.day) == (1, 1) and year_end <= last:
            periods.append(f"{day.year:04}")
            end = year_end
        elif day.day == 1 and end_of_month <= last:
            periods.append(day.isoformat()[:7])
            end = end_of_month
        else:
            periods.append(day.isoformat())
            end = day
        if end == datetime.date.max:
            break
        day = end + datetime.timedelta(days=1)
    return periods


def terms_of_days(sort: str, latest: str) -> tuple[tuple[str, str], ...]:
    """Return the time terms, parameter and value, of a record that lasts from one day to another.

    An undated record, whose `latest` is empty, has none.
    """
    if not latest:
        return ()
    begun = tuple((unit, sort[:length]) for unit, length in PERIODS.items())
    if latest <= sort:
        return begun
    return (*begun, *((LASTING, period) for period in covering_periods(sort, latest)))


def periods_holding(day: str) -> tuple[str, str, str]:
    """Return the year, month and day that hold a day; what lasts on it has one as a term."""
    return day[:4], day[:7], day


def periods_lasted(period: str, unit: str) -> Sequence[str]:
    """Return the periods of a unit whose first day lies within `period`."""
    length = PERIODS[unit]
    if len(period) == length:
        return (period,)
    if len(period) > length:
        return (period[:length],) if period.endswith(_FIRST[len(period) - length]) else ()
    months = (period,) if len(period) == PERIODS["month"] else _months_of(period)
    return months if unit == "month" else [day for month in months for day in _days_of(month)]


def _months_of(year: str) -> list[str]:
    return [f"{year}-{month:02}" for month in range(1, 13)]


def _days_of(month: str) -> list[str]:
    last = month_end(datetime.date.fromisoformat(f"{month}-01")).day
    return [f"{month}-{day:02}" for day in range(1, last + 1)]


Range = tuple[str, str, str]
"""A unit, and the range of its periods: the lower bound, included, and the upper one, excluded."""


def beginning_ranges(window: Window) -> list[Range]:
    """Return the few ranges of years, months and days that make up the days of a window."""
    start, end = window.start or "0001-01-01", window.end or "9999-12-31"
    if start > end:
        return []
    if _is_first(start, "year") and _is_last(end, "year"):
        return [("year", start[:4], f"{end[:4]}~")]
    if start[:4] < end[:4]:
        years = start[:4] if _is_first(start, "year") else f"{start[:4]}~"
        before = [] if _is_first(start, "year") else _within_year(start, None)
        if _is_last(end, "year"):
            return [*before, ("year", years, f"{end[:4]}~")]
        return [*before, ("year", years, end[:4]), *_within_year(None, end)]
    return _within_year(start, end)


def _within_year(start: str | None, end: str | None) -> list[Range]:
    """Return the ranges of months and days from one day of a year on, or up to another, or both."""
    # "~" sorts after all digits: behind a period and all that is within it.
    if start is not None and end is not None and start[:7] == end[:7]:
        if _is_first(start, "month") and _is_last(end, "month"):
            return [("month", start[:7], f"{end[:7]}~")]
        return [("day", start, f"{end}~")]
    ranges: list[Range] = []
    year = (start or end or "")[:4]
    first, behind = year, f"{year}~"
    if start is not None:
        first = start[:7]
        if not _is_first(start, "month"):
            ranges.append(("day", start, f"{first}~"))
            first = f"{first}~"
    if end is not None:
        behind = f"{end[:7]}~"
        if not _is_last(end, "month"):
            behind = end[:7]
            ranges.append(("day", behind, f"{end}~"))
    return [*ranges, ("month", first, behind)]


def _is_first(day: str, unit: str) -> bool:
    return day[PERIODS[unit] :] in ("-01", "-01-01")


def _is_last(day: str, unit: str) -> bool:
    if unit == "year":
        return day.endswith("-12-31")
    return month_end(datetime.date.fromisoformat(day)).isoformat() == day


def periods_between(first: str, last: str, length: int) -> list[str]:
    """Return the days, months or years from one day to another, by the length of their names."""
    if first[:length] == last[:length]:
        return [first[:length]]
    start, end = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
    if length == PERIODS["year"]:
        return [f"{year:04}" for year in range(start.year, end.year + 1)]
    if length == PERIODS["month"]:
        months = range(start.year * 12 + start.month - 1, end.year * 12 + end.month)
        return [f"{month // 12:04}-{month % 12 + 1:02}" for month in months]
    days = range(start.toordinal(), end.toordinal() + 1)
    return [datetime.date.fromordinal(day).isoformat() for day in days]
