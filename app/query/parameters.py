"""A request's query string, read strictly: everything in it is understood, or it is an error."""

import datetime
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote

from app.query.cursor import InvalidCursor, Position, read_cursor
from app.query.filters import DATE_PARAMETERS, Filter
from app.resources import Resource
from app.text import fold, suggest

LIMIT_DEFAULT = 50
LIMIT_MOST = 200
VALUE_LENGTH_MOST = 200
VALUES_MOST = 20
PARAMETERS_MOST = 100
DATE_FORMS = "a day, month or year: 2021-03-16, 2021-03 or 2021"

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Fault:
    """One parameter that cannot be answered, and what may have been meant."""

    parameter: str
    value: str | None
    message: str
    suggestions: list[str] = field(default_factory=list)


class InvalidQuery(Exception):
    """A query string that cannot be answered; `faults` names every parameter at fault."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Take the faults, in the order of the query string."""
        super().__init__("; ".join(f"{fault.parameter}: {fault.message}" for fault in faults))
        self.faults = list(faults)


@dataclass(frozen=True)
class Window:
    """Records that end on or after `start` and begin on or before `end`; None bounds nothing."""

    start: str | None
    end: str | None


@dataclass(frozen=True)
class Query:
    """What is asked of a collection: values by parameter, all of which must hold.

    Of the values of one parameter any may hold, and of the windows. No windows: any time.
    """

    resource: Resource
    values: dict[str, tuple[str, ...]]
    windows: tuple[Window, ...] = ()
    limit: int = LIMIT_DEFAULT
    after: Position | None = None

    @property
    def identity(self) -> str:
        """What distinguishes this query from any other, whatever its page."""
        return repr((self.resource.name, sorted(self.values.items()), self.windows))

    @property
    def fingerprint(self) -> str:
        """A short digest of `identity`, which a cursor carries."""
        return hashlib.blake2b(self.identity.encode(), digest_size=6).hexdigest()


def read_pairs(query_string: bytes) -> list[tuple[str, str]]:
    """Return the parameters of a query string in order; raise `InvalidQuery` if it is malformed."""
    if not query_string:
        return []
    try:
        return parse_qsl(
            query_string.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=PARAMETERS_MOST,
        )
    except UnicodeDecodeError:
        message = "holds bytes that are not UTF-8; percent-encode it as UTF-8"
    except ValueError:
        message = f"has more than {PARAMETERS_MOST} parameters"
    raise InvalidQuery([Fault("query string", None, message)])


def refuse_parameters(query_string: bytes, allowed: Iterable[str] = ()) -> None:
    """Raise `InvalidQuery` for every parameter that is not among those allowed."""
    faults = [
        _unknown(parameter, value, list(allowed))
        for parameter, value in read_pairs(query_string)
        if parameter not in allowed
    ]
    if faults:
        raise InvalidQuery(faults)


def read_query(resource: Resource, query_string: bytes) -> Query:
    """Return what a query string asks of a collection.

    Raises `InvalidQuery` with every parameter that is unknown, malformed or out of range.
    """
    return _Reader(resource).read(read_pairs(query_string))


def known_parameters(resource: Resource) -> list[str]:
    """Return the parameters that a list of this collection takes, in documented order."""
    dates = DATE_PARAMETERS if resource.dates else ()
    return [*dates, *(known.parameter for known in resource.filters), "limit", "cursor"]


def next_path(path: str, query_string: bytes, cursor: str) -> str:
    """Return the path of the next page: the same parameters, with another cursor."""
    pairs = [
        f"{quote(parameter)}={quote(value)}"
        for parameter, value in read_pairs(query_string)
        if parameter != "cursor"
    ]
    return f"{path}?{'&'.join([*pairs, f'cursor={cursor}'])}"


def read_date(value: str) -> tuple[str, str] | None:
    """Return the first and last day of a day, month or year; None if it is none of them."""
    match = _DATE.fullmatch(value)
    if match is None:
        return None
    year, month, day = match.groups()
    try:
        first = datetime.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    if day:
        return value, value
    if month:
        after = first.replace(day=28) + datetime.timedelta(days=4) if value != "9999-12" else None
        last = after.replace(day=1) - datetime.timedelta(days=1) if after else datetime.date.max
        return first.isoformat(), last.isoformat()
    return first.isoformat(), f"{year}-12-31"


class _Reader:
    """Reads the parameters of one request, and gathers what is wrong with them."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource
        self._filters = {known.parameter: known for known in resource.filters}
        self._faults: list[Fault] = []

    def read(self, pairs: list[tuple[str, str]]) -> Query:
        given: dict[str, list[str]] = {}
        for parameter, value in pairs:
            given.setdefault(parameter, []).append(value)
        values: dict[str, tuple[str, ...]] = {}
        dates: dict[str, list[tuple[str, str]]] = {}
        limit, cursor = LIMIT_DEFAULT, None
        for parameter, texts in given.items():
            if parameter == "limit":
                limit = self._limit(self._once(parameter, texts))
            elif parameter == "cursor":
                cursor = self._once(parameter, texts)
            elif parameter in self._filters:
                values[parameter] = self._values(self._filters[parameter], texts)
            elif parameter in DATE_PARAMETERS and self._resource.dates:
                dates[parameter] = self._dates(parameter, texts)
            else:
                known = known_parameters(self._resource)
                self._faults += [_unknown(parameter, text, known) for text in texts[:1]]
        windows = self._windows(dates, given)
        query = Query(self._resource, values, windows, limit)
        if cursor is not None:
            query = self._at_cursor(query, cursor)
        if self._faults:
            raise InvalidQuery(self._faults)
        return query

    def _fault(
        self, parameter: str, value: str, message: str, suggestions: Sequence[str] = ()
    ) -> None:
        shown = value if len(value) <= VALUE_LENGTH_MOST else f"{value[:VALUE_LENGTH_MOST]}…"
        self._faults.append(Fault(parameter, shown, message, list(suggestions)))

    def _once(self, parameter: str, texts: list[str]) -> str:
        if len(texts) > 1:
            self._fault(parameter, texts[1], "is given more than once; give it once")
        return texts[0]

    def _limit(self, text: str) -> int:
        if text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= LIMIT_MOST:
            return int(text)
        self._fault("limit", text, f"must be a whole number from 1 to {LIMIT_MOST}")
        return LIMIT_DEFAULT

    def _well_formed(self, parameter: str, text: str) -> bool:
        if not text.strip():
            self._fault(parameter, text, "is empty; give a value or leave the parameter out")
        elif len(text) > VALUE_LENGTH_MOST:
            self._fault(parameter, text, f"is longer than {VALUE_LENGTH_MOST} characters")
        elif _CONTROL.search(text):
            self._fault(parameter, text, "holds a control character")
        else:
            return True
        return False

    def _few_enough(self, parameter: str, texts: list[str]) -> list[str]:
        if len(texts) > VALUES_MOST:
            message = f"is given more than {VALUES_MOST} times"
            self._fault(parameter, texts[VALUES_MOST], message)
        return [text for text in texts[:VALUES_MOST] if self._well_formed(parameter, text)]

    def _values(self, known: Filter, texts: list[str]) -> tuple[str, ...]:
        values = []
        for text in self._few_enough(known.parameter, texts):
            if known.choices and text not in known.choices:
                message = f"must be one of {', '.join(known.choices)}"
                self._fault(known.parameter, text, message, suggest(text, known.choices))
            elif known.choices:
                values.append(text)
            elif known.names:
                values.append(fold(text))
            else:
                values.append(fold(text).replace(" ", "-"))
        return tuple(sorted(set(values)))

    def _dates(self, parameter: str, texts: list[str]) -> list[tuple[str, str]]:
        ranges = []
        for text in self._few_enough(parameter, texts):
            found = read_date(text)
            if found:
                ranges.append(found)
            else:
                self._fault(parameter, text, f"must be {DATE_FORMS}")
        return ranges

    def _windows(
        self, dates: dict[str, list[tuple[str, str]]], given: dict[str, list[str]]
    ) -> tuple[Window, ...]:
        start = min((first for first, _ in dates.get("date_from", ())), default=None)
        end = max((last for _, last in dates.get("date_to", ())), default=None)
        if start and end and start > end:
            value = given["date_from"][0]
            message = f"must not be after date_to, {given['date_to'][0]}"
            self._fault("date_from", value, message)
        ranges = merged(dates.get("date", ()))
        if ranges:
            return tuple(
                Window(max(first, start or first), min(last, end or last)) for first, last in ranges
            )
        return (Window(start, end),) if start or end else ()

    def _at_cursor(self, query: Query, cursor: str) -> Query:
        try:
            after = read_cursor(cursor, query.fingerprint)
        except InvalidCursor as error:
            self._fault("cursor", cursor, str(error))
            return query
        return Query(query.resource, query.values, query.windows, query.limit, after)


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


def _unknown(parameter: str, value: str, known: list[str]) -> Fault:
    near = suggest(parameter, known, limit=1)
    if near:
        message = f"is not a parameter here; did you mean {near[0]}?"
    elif known:
        message = f"is not a parameter here; known are {', '.join(known)}"
    else:
        message = "is not a parameter here; this address takes none"
    return Fault(parameter[:VALUE_LENGTH_MOST], value[:VALUE_LENGTH_MOST], message, near)
