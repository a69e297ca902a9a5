"""A request's query string, read strictly: everything in it is understood, or it is an error."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from urllib.parse import parse_qsl, quote

from app.query.cursor import InvalidCursor, Position, read_cursor
from app.query.dates import DATE_FORMS, Window, merged, read_date
from app.query.filters import Control, Filter, Reads
from app.resources import Resource
from app.text import fold, suggest

LIMIT_DEFAULT = 50
LIMIT_MOST = 200
VALUE_LENGTH_MOST = 200
TEXT_LENGTH_MOST = 1000
VALUES_MOST = 20
PARAMETERS_MOST = 100

LIMIT = Control(
    "limit", f"How many records a page holds, 1 to {LIMIT_MOST}; {LIMIT_DEFAULT} when absent.", "20"
)
CURSOR = Control(
    "cursor",
    "Where the page before this one ended: taken from its `next`, with the other parameters"
    " unchanged.",
    "",
)
SORT = Control("sort", "The order; a minus turns it round.", "")
FIELDS = Control(
    "fields",
    "Only these fields of each record, joined by commas; schemas are those of whole records.",
    "id",
)

LIST_CONTROLS = (SORT, FIELDS, LIMIT, CURSOR)

_PLAIN = re.compile(rb"(?:[\w.~-]+=[\w.~-]*(?:&(?=\w)|$)){1,20}", re.ASCII)
_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f]")


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


@dataclass(slots=True)
class Query:
    """What is asked of a collection: values by parameter, all of which must hold.

    Of the values of one parameter any may hold, and of the windows. No windows: any time.
    `order` is `date`, `name` or `relevance`. `spelled` are the values as they were given.
    """

    resource: Resource
    values: dict[str, tuple[str, ...]]
    windows: tuple[Window, ...] = ()
    limit: int = LIMIT_DEFAULT
    order: str = ""
    descending: bool = False
    fields: tuple[str, ...] = ()
    after: Position | None = None
    spelled: tuple[tuple[str, str, str], ...] = ()

    @property
    def identity(self) -> str:
        """What distinguishes the records asked for from any others, in whatever order."""
        return repr((self.resource.name, sorted(self.values.items()), self.windows))

    @property
    def fingerprint(self) -> str:
        """A short digest of what is asked for and in which order, which a cursor carries."""
        return fingerprint(self.identity, self.order, self.descending)

    def without(self, *parameters: str) -> "Query":
        """Return this query without some of its filters."""
        values = {name: value for name, value in self.values.items() if name not in parameters}
        windows = () if "date" in parameters else self.windows
        return replace(self, values=values, windows=windows)


@dataclass(slots=True)
class Given:
    """A query string read by declarations: filters' values and windows, controls' texts."""

    values: dict[str, tuple[str, ...]]
    windows: tuple[Window, ...]
    controls: dict[str, list[str]]
    spelled: tuple[tuple[str, str, str], ...]


def fingerprint(*parts: object) -> str:
    """Return a short digest of what a cursor belongs to."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=6).hexdigest()


def read_pairs(query_string: bytes) -> list[tuple[str, str]]:
    """Return the parameters of a query string in order; raise `InvalidQuery` if it is malformed."""
    if not query_string:
        return []
    try:
        if _PLAIN.fullmatch(query_string):  # Nothing to decode, as in most queries.
            plain = (pair.partition("=") for pair in query_string.decode("ascii").split("&"))
            return [(name, value) for name, _, value in plain]
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


def refuse_parameters(query_string: bytes) -> None:
    """Raise `InvalidQuery` for every parameter: the address takes none."""
    Reader((), ()).read(query_string).finish()


def next_path(path: str, query_string: bytes, cursor: str) -> str:
    """Return the path of the next page: the same parameters, with another cursor."""
    if _PLAIN.fullmatch(query_string):  # Nothing to encode, either.
        pairs = [
            pair for pair in query_string.decode().split("&") if not pair.startswith("cursor=")
        ]
    else:
        pairs = [
            f"{quote(parameter)}={quote(value)}"
            for parameter, value in read_pairs(query_string)
            if parameter != "cursor"
        ]
    return f"{path}?{'&'.join([*pairs, f'cursor={cursor}'])}"


def read_query(resource: Resource, query_string: bytes) -> Query:
    """Return what a query string asks of the list of a collection.

    Raises `InvalidQuery` with every parameter that is unknown, malformed or out of range.
    """
    reader = Reader(resource.filters, LIST_CONTROLS).read(query_string)
    given = reader.given
    default = "relevance" if "q" in given.values else resource.order
    sort = reader.choice("sort", sorts(resource), default)
    if sort == "relevance" and "q" not in given.values:
        reader.fault("sort", sort, "is the order of what q finds; give q, too")
    limit = reader.limit(LIMIT_DEFAULT, LIMIT_MOST)
    fields = reader.fields(_fields_of(resource))
    order, descending = sort.removeprefix("-"), sort.startswith("-")
    query = Query(
        resource, given.values, given.windows, limit, order, descending, fields, None, given.spelled
    )
    if "cursor" in given.controls:
        query.after = reader.position(query.fingerprint)
    reader.finish()
    return query


def read_fields(resource: Resource, query_string: bytes) -> tuple[str, ...]:
    """Return the fields that are asked of a single record; none means all of them."""
    reader = Reader((), (FIELDS,)).read(query_string)
    fields = reader.fields(_fields_of(resource))
    reader.finish()
    return fields


@cache
def sorts(resource: Resource) -> tuple[str, ...]:
    """Return the words that `sort` takes."""
    return resource.order, f"-{resource.order}", "relevance"


@cache
def _fields_of(resource: Resource) -> tuple[str, ...]:
    return tuple(resource.schema.model_fields)


@cache
def _by_parameter(filters: tuple[Filter, ...]) -> dict[str, Filter]:
    return {known.parameter: known for known in filters}


class Reader:
    """Reads the parameters of one request, and gathers what is wrong with them."""

    def __init__(self, filters: tuple[Filter, ...], controls: tuple[Control, ...]) -> None:
        """Take the declarations of the parameters that may be given."""
        self._filters = _by_parameter(filters)
        self._controls = [known.parameter for known in controls]
        self._faults: list[Fault] = []
        self._order: Iterable[str] = ()
        self.given = Given({}, (), {}, ())

    def read(self, query_string: bytes) -> "Reader":
        """Read the filters; the controls are read by the methods that say what they may be."""
        texts: dict[str, list[str]] = {}
        for parameter, value in read_pairs(query_string):
            texts.setdefault(parameter, []).append(value)
        self._order = texts
        values: dict[str, tuple[str, ...]] = {}
        dates: dict[str, list[tuple[str, str]]] = {}
        controls: dict[str, list[str]] = {}
        spelled: list[tuple[str, str, str]] = []
        for parameter, given in texts.items():
            known = self._filters.get(parameter)
            if parameter in self._controls:
                controls[parameter] = given
            elif known is None:
                self._unknown(parameter, given[0])
            elif known.reads is Reads.DATE:
                dates[parameter] = self._dates(parameter, given)
            else:
                read = [(self._value(known, text), text) for text in self._few(known, given)]
                found = {value for value, _ in read}
                values[parameter] = tuple(sorted(found) if len(found) > 1 else found)
                spelled += [(parameter, value, text) for value, text in read]
        self.given = Given(values, self._windows(dates, texts), controls, tuple(spelled))
        return self

    def finish(self) -> None:
        """Raise `InvalidQuery` if anything was wrong."""
        if self._faults:
            order = [parameter[:VALUE_LENGTH_MOST] for parameter in self._order]
            places = {parameter: place for place, parameter in enumerate(order)}
            raise InvalidQuery(
                sorted(self._faults, key=lambda at: places.get(at.parameter, len(places)))
            )

    @property
    def failed(self) -> bool:
        """Whether anything was wrong so far."""
        return bool(self._faults)

    def fault(
        self, parameter: str, value: str | None, message: str, suggestions: Sequence[str] = ()
    ) -> None:
        """Note what is wrong with a parameter."""
        if value is not None and len(value) > VALUE_LENGTH_MOST:
            value = f"{value[:VALUE_LENGTH_MOST]}…"
        self._faults.append(Fault(parameter, value, message, list(suggestions)))

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
        self._not_allowed(parameter, text, allowed)
        return default

    def words(self, parameter: str, allowed: Sequence[str]) -> tuple[str, ...]:
        """Return the words that were given, joined by commas or one by one; none means all."""
        if parameter not in self.given.controls:
            return ()
        texts = [word for text in self.given.controls[parameter] for word in text.split(",")]
        for text in texts:
            if text not in allowed:
                self._not_allowed(parameter, text, allowed)
        return tuple(word for word in allowed if word in texts)

    def fields(self, allowed: Sequence[str]) -> tuple[str, ...]:
        """Return the `fields` that were given, in the order of the record; none means all."""
        return self.words("fields", allowed)

    def position(self, belongs_to: str) -> Position | None:
        """Return where the list goes on, if a `cursor` says so."""
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

    def _not_allowed(self, parameter: str, text: str, allowed: Sequence[str]) -> None:
        message = f"must be one of {', '.join(allowed)}"
        self.fault(parameter, text, message, suggest(text[:VALUE_LENGTH_MOST], allowed))

    def _unknown(self, parameter: str, value: str) -> None:
        known = [*self._filters, *self._controls]
        near = suggest(parameter[:VALUE_LENGTH_MOST], known, limit=1)
        if near:
            message = f"is not a parameter here; did you mean {near[0]}?"
        elif known:
            message = f"is not a parameter here; known are {', '.join(known)}"
        else:
            message = "is not a parameter here; this address takes none"
        self.fault(parameter[:VALUE_LENGTH_MOST], value, message, near)

    def _few(self, known: Filter, texts: list[str]) -> list[str]:
        """Return the well-formed values of a filter, as long as there are not too many."""
        if len(texts) > VALUES_MOST:
            message = f"is given more than {VALUES_MOST} times"
            self.fault(known.parameter, texts[VALUES_MOST], message)
        return [text for text in texts[:VALUES_MOST] if self._is_well_formed(known, text)]

    def _is_well_formed(self, known: Filter, text: str) -> bool:
        is_text = known.reads is Reads.TEXT
        most = TEXT_LENGTH_MOST if is_text else VALUE_LENGTH_MOST
        if not (text if is_text else text.strip()):
            message = "is empty; give a value or leave the parameter out"
        elif len(text) > most:
            message = f"is longer than {most} characters"
        elif _CONTROL_CHARACTER.search(text) and not is_text:
            message = "holds a control character"
        else:
            return True
        self.fault(known.parameter, text, message)
        return False

    def _value(self, known: Filter, text: str) -> str:
        match known.reads:
            case Reads.CHOICE:
                if text not in known.choices:
                    self._not_allowed(known.parameter, text, known.choices)
                return text
            case Reads.NAME:
                return fold(text)
            case Reads.SLUG:
                return fold(text).replace(" ", "-")
        return text

    def _dates(self, parameter: str, texts: list[str]) -> list[tuple[str, str]]:
        ranges = []
        for text in self._few(self._filters[parameter], texts):
            found = read_date(text)
            if found:
                ranges.append(found)
            else:
                self.fault(parameter, text, f"must be {DATE_FORMS}")
        return ranges

    def _windows(
        self, dates: dict[str, list[tuple[str, str]]], texts: dict[str, list[str]]
    ) -> tuple[Window, ...]:
        if not dates:
            return ()
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
