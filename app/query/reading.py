"""Query strings, read strictly: everything in them is understood, or it is an error."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, quote

from app.domain.filters import Control, Filter, Reads
from app.domain.issues import Issue
from app.domain.names import meant, suggest
from app.query.cursor import InvalidCursor, Position, read_cursor
from app.query.dates import DATE_FORMS, Window, merged, missing_day, read_date, read_moment
from app.query.naming import read_name
from app.query.synonyms import same_elsewhere
from app.query.words import too_much

MAX_VALUE_LENGTH = 200
MAX_TEXT_LENGTH = 1000
MAX_VALUES = 20
MAX_PARAMETERS = 100

_MAX_CACHED_VALUES = 8192
_MAX_CACHED_LENGTH = 64
"""Longer values are not cached: names are shorter, and other values may come only once."""

CONTROL_CHARACTER_REFUSED = "holds a control character"

PLAIN = re.compile(rb"(?:[\w.~-]+=[\w.~-]*(?:&(?=\w)|$)){1,20}", re.ASCII)
"""Query strings in which nothing is encoded, as in most."""

_BRACKETED = re.compile(r"(\w+)\[\d*\]")
"""How some clients name a parameter that has several values: `city[]` or `city[0]`."""

_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f]")


class InvalidQuery(Exception):
    """A query string that cannot be answered; `issues` names every parameter at fault."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        """Take the issues, in the order of the query string."""
        super().__init__("; ".join(map(str, issues)))
        self.issues = list(issues)


@dataclass(slots=True)
class Given:
    """A parsed query string: the values and windows of filters, and the texts of controls."""

    values: dict[str, tuple[str, ...]]
    windows: tuple[Window, ...]
    controls: dict[str, list[str]]
    spelled: tuple[tuple[str, str, str], ...]


def read_pairs(query_string: bytes) -> list[tuple[str, str]]:
    """Return the parameters of a query string in order; raise `InvalidQuery` if it is malformed."""
    if not query_string:
        return []
    try:
        if PLAIN.fullmatch(query_string):  # Nothing to decode, as in most queries.
            return [pair.partition("=")[::2] for pair in query_string.decode("ascii").split("&")]
        return parse_qsl(
            query_string.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_PARAMETERS,
        )
    except UnicodeDecodeError:
        message = "holds bytes that are not UTF-8; percent-encode it as UTF-8"
    except ValueError:
        message = f"has more than {MAX_PARAMETERS} parameters"
    raise InvalidQuery([Issue("query string", message)])


class _Refusal(NamedTuple):
    """Why a value is refused, and what may have been meant."""

    message: str
    suggestions: Sequence[str] = ()


def has_control_character(text: str) -> bool:
    """Return whether a text holds a control character, which no name and no id has."""
    return _CONTROL_CHARACTER.search(text) is not None


def _read_value(known: Filter, text: str) -> str | _Refusal:
    """Parse a value of a filter."""
    if known.reads is Reads.TEXT:  # Words are searched for, whatever stands between them.
        return _Refusal(CONTROL_CHARACTER_REFUSED) if "\0" in text else text or _EMPTY
    if not text.strip():
        return _EMPTY
    if has_control_character(text):
        return _Refusal(CONTROL_CHARACTER_REFUSED)
    match known.reads:
        case Reads.CHOICE:
            return text if text in known.choices else _no_choice(known, text)
        case Reads.NAME | Reads.SLUG:
            return read_name(known, text)
        case Reads.MOMENT:
            return read_moment(text) or _Refusal(missing_day(text) or _NO_MOMENT)
    return text


_read_short_value = lru_cache(_MAX_CACHED_VALUES)(_read_value)

_NO_MOMENT = "must be a day or a time, as 2021-03-16 or 2021-03-16T09:30:00Z"


_EMPTY = _Refusal("is empty; give a value or leave the parameter out")


def _no_choice(known: Filter, text: str) -> _Refusal:
    if set(text.split(",")) <= set(known.choices):
        return _Refusal(f"{_one_of(known.choices)}; {_separately(known.parameter, text)}")
    return _not_among(text, known.choices)


def _separately(parameter: str, joined: str) -> str:
    """Return a hint on how to give values that were joined by commas."""
    return f"for several, repeat it: {repeated(parameter, joined.split(','))}"


def repeated(parameter: str, values: Iterable[str]) -> str:
    """Return the part of a query string that gives a parameter several values."""
    return "&".join(f"{parameter}={quote(value.strip())}" for value in values)


def _not_among(text: str, allowed: Sequence[str]) -> _Refusal:
    near = suggest(text[:MAX_VALUE_LENGTH], allowed)
    return _Refusal(f"{_one_of(allowed)}{meant(near)}", near)


def _one_of(allowed: Sequence[str]) -> str:
    return f"must be one of {', '.join(allowed)}"


@cache
def _parameters(controls: tuple[Control, ...]) -> tuple[str, ...]:
    return tuple(known.parameter for known in controls)


class Reader:
    """Parses the parameters of one request, and collects their faults."""

    def __init__(self, filters: Mapping[str, Filter], controls: tuple[Control, ...]) -> None:
        """Take the declarations of the parameters that may be given: filters by parameter."""
        self._filters = filters
        self._controls = _parameters(controls)
        self._issues: list[Issue] = []
        self._order: Iterable[str] = ()
        self.given = Given({}, (), {}, ())

    def read(self, query_string: bytes) -> "Reader":
        """Parse the filters; the methods below parse the controls, each by its own rules."""
        texts: dict[str, list[str]] = {}
        for parameter, text in read_pairs(query_string):
            if parameter in texts:
                texts[parameter].append(text)
            else:
                texts[parameter] = [text]
        self._order = texts
        values: dict[str, tuple[str, ...]] = {}
        dates: dict[str, list[tuple[str, str]]] = {}
        controls: dict[str, list[str]] = {}
        spelled: list[tuple[str, str, str]] = []
        for parameter, given in texts.items():
            if parameter in self._controls:
                controls[parameter] = given
                continue
            known = self._filters.get(parameter)
            if known is None:
                self._unknown(parameter, given[0])
                continue
            read = self._values(known, given)
            if known.reads is Reads.DATE:
                dates[parameter] = self._dates(parameter, read)
            else:
                values[parameter] = tuple(value for value, _ in read)
                if len(read) > 1:
                    values[parameter] = tuple(sorted(set(values[parameter])))
                for value, text in read:
                    spelled.append((parameter, value, text))
        windows = self._windows(dates, texts) if dates else ()
        self.given = Given(values, windows, controls, tuple(spelled))
        return self

    def finish(self) -> None:
        """Raise `InvalidQuery` if anything was wrong."""
        if self._issues:
            order = [parameter[:MAX_VALUE_LENGTH] for parameter in self._order]
            places = {parameter: place for place, parameter in enumerate(order)}
            raise InvalidQuery(
                sorted(self._issues, key=lambda at: places.get(at.path, len(places)))
            )

    @property
    def failed(self) -> bool:
        """Whether anything was wrong so far."""
        return bool(self._issues)

    def fault(
        self, parameter: str, value: str | None, message: str, suggestions: Sequence[str] = ()
    ) -> None:
        """Note what is wrong with a parameter."""
        if value is not None and len(value) > MAX_VALUE_LENGTH:
            value = f"{value[:MAX_VALUE_LENGTH]}…"
        self._issues.append(Issue(parameter, message, value, list(suggestions)))

    def limit(self, default: int, most: int) -> int:
        """Return the `limit` that was given, or the default."""
        text = self._once("limit")
        if text is None:
            return default
        if text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most:
            return int(text)
        self.fault("limit", text, f"must be a whole number from 1 to {most}")
        return default

    def choice(self, parameter: str, allowed: Sequence[str], default: str) -> str:
        """Return the one word that was given of those allowed, or the default."""
        text = self._once(parameter)
        if text is None:
            return default
        if text in allowed:
            return text
        self.fault(parameter, text, *_not_among(text, allowed))
        return default

    def words(self, parameter: str, allowed: Sequence[str]) -> tuple[str, ...]:
        """Return the words that were given, joined by commas or one by one, ordered as `allowed`.

        An empty tuple means all of them.
        """
        if parameter not in self.given.controls:
            return ()
        texts = [word for text in self.given.controls[parameter] for word in text.split(",")]
        for text in texts:
            if text not in allowed:
                self.fault(parameter, text, *_not_among(text, allowed))
        return tuple(word for word in allowed if word in texts)

    def position(self, belongs_to: str) -> Position | None:
        """Return the position that a valid `cursor` stands for, or None."""
        cursor = self._once("cursor")
        if cursor is None:
            return None
        try:
            return read_cursor(cursor, belongs_to)
        except InvalidCursor as error:
            self.fault("cursor", cursor, str(error))
            return None

    def _once(self, parameter: str) -> str | None:
        texts = self.given.controls.get(parameter)
        if texts is None:
            return None
        if len(texts) > 1:
            self.fault(parameter, texts[1], "is given more than once; give it once")
        return texts[0]

    def _unknown(self, parameter: str, value: str) -> None:
        known = [*self._filters, *self._controls]
        name = parameter[:MAX_VALUE_LENGTH]
        bracketed = _BRACKETED.fullmatch(name)
        if bracketed and bracketed[1] in known:
            near = [bracketed[1]]
            message = "is not a parameter here; leave the brackets out"
            if near[0] in self._filters:
                message += f", and for several values repeat it: {repeated(near[0], 'ab')}"
        elif near := suggest(name, known, limit=1) or same_elsewhere(name, known):
            message = f"is not a parameter here{meant(near)}"
        elif known:
            message = f"is not a parameter here; known are {', '.join(known)}"
        else:
            message = "is not a parameter here; this address takes none"
        self.fault(name, value, message, near)

    def _values(self, known: Filter, texts: list[str]) -> list[tuple[str, str]]:
        """Parse the values of a filter; return the valid ones, each with its text."""
        if len(texts) > MAX_VALUES:
            message = f"is given more than {MAX_VALUES} times"
            self.fault(known.parameter, texts[MAX_VALUES], message)
        is_text, read = known.reads is Reads.TEXT, []
        most = MAX_TEXT_LENGTH if is_text else MAX_VALUE_LENGTH
        for text in texts[:MAX_VALUES]:
            if len(text) <= _MAX_CACHED_LENGTH and not is_text:
                value = _read_short_value(known, text)
            elif len(text) <= most:
                value = _read_value(known, text)
            else:
                value = _Refusal(f"is longer than {most} characters")
            if isinstance(value, str):
                read.append((value, text))
            else:
                self.fault(known.parameter, text, *value)
        if is_text and (refused := too_much(text for _, text in read)):
            self.fault(known.parameter, texts[0], refused)
        return read

    def _dates(self, parameter: str, read: list[tuple[str, str]]) -> list[tuple[str, str]]:
        ranges = []
        for _, text in read:
            found = read_date(text)
            if found:
                ranges.append(found)
            else:
                several = "," in text and all(map(read_date, text.split(",")))
                hint = f"; {_separately(parameter, text)}" if several else ""
                self.fault(parameter, text, missing_day(text) or f"must be {DATE_FORMS}{hint}")
        return ranges

    def _windows(
        self, dates: dict[str, list[tuple[str, str]]], texts: dict[str, list[str]]
    ) -> tuple[Window, ...]:
        start = min((first for first, _ in dates.get("date_from", ())), default=None)
        end = max((last for _, last in dates.get("date_to", ())), default=None)
        if start and end and start > end:
            message = f"must not be after date_to, {texts['date_to'][0]}"
            self.fault("date_from", texts["date_from"][0], message)
        ranges = merged(dates.get("date", ()))
        if ranges:
            return tuple(
                Window(max(first, start or first), min(last, end or last)) for first, last in ranges
            )
        return (Window(start, end),) if start or end else ()
