"""The terms by which records are found in time: when they begin, and in which periods they last.

Of the periods in which records begin, the parameters are the names of `PERIODS`.
"""

import datetime
from collections.abc import Sequence

from app.query.dates import Window, month_end
from app.query.facets import PERIODS

LASTING = "lasting"
"""The parameter of the terms for the periods through which records last that began before.

Periods are days, months and years; a record stands in the fewest that make up the days after its
first. So those that last on one day are in the three periods that hold it, each in one of them.
"""


_FIRST = {3: "-01", 6: "-01-01"}
"""What the first period within a larger one adds to its name, by how long that is."""


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


def periods_holding(day: str) -> tuple[str, str, str]:
    """Return the year, month and day that hold a day: those in which what lasts on it is found."""
    return day[:4], day[:7], day


def periods_lasted(period: str, unit: str) -> Sequence[str]:
    """Return the periods of a unit on whose first day those last that last through `period`."""
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
"""A unit, the first period of it, and what sorts behind the last."""


def beginning_ranges(window: Window) -> list[Range]:
    """Return the few ranges of years, months and days that make up the days of a window."""
    # "~" sorts after all digits: behind a period and all that is within it.
    start, end = window.start or "0001-01-01", window.end or "9999-12-31"
    if start > end:
        return []
    if start[:4] < end[:4]:
        return [
            ("day", start, f"{start[:7]}~"),
            ("month", f"{start[:7]}~", f"{start[:4]}~"),
            ("year", f"{start[:4]}~", end[:4]),
            ("month", end[:4], end[:7]),
            ("day", end[:7], f"{end}~"),
        ]
    if start[:7] < end[:7]:
        return [
            ("day", start, f"{start[:7]}~"),
            ("month", f"{start[:7]}~", end[:7]),
            ("day", end[:7], f"{end}~"),
        ]
    return [("day", start, f"{end}~")]


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
