"""Messages on faults in fields of a trip file, for curators instead of programmers."""

import types
import unicodedata
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from app.domain.countries import code_of
from app.domain.fields import known_timezones
from app.domain.names import did_you_mean, fold, meant
from app.domain.tripfile import PIECES, WORDS, TripFile
from app.ingest.yamltree import Location

# How many characters of a value a message shows.
_SHOWN = 60


def explain(fault: ErrorDetails) -> tuple[Location, str]:
    """Return the location of a Pydantic fault and its cause, with what would be right."""
    location: Location = tuple(step for step in fault["loc"] if step not in (WORDS, PIECES))
    value = fault["input"]
    context = fault.get("ctx", {})
    match fault["type"]:
        case "missing":
            cause = f'is missing; add "{location[-1]}:"'
        case "extra_forbidden":
            known = list(_model_at(location[:-1]).model_fields)
            near = did_you_mean(str(location[-1]), known)
            cause = f"unknown field {shown(location[-1])}" + (near or f"; known: {_listed(known)}")
        case "enum" | "literal_error":
            allowed = _quoted_words(str(context["expected"]))
            near = did_you_mean(value, allowed) if isinstance(value, str) else ""
            cause = f"{_is(value)} not one of {_listed(allowed)}{near}"
        case "string_type":
            cause = f"{_is(value)} not text; {_as_text(value)}"
        case "float_type":
            cause = f"{_is(value)} not a number; write it as 35.6895, without quotes"
        case "int_type":
            cause = f"{_is(value)} not a whole number; write it as 2050, without quotes"
        case "finite_number":
            cause = f"{shown(value)} is not a number that can be measured"
        case "greater_than_equal":
            cause = f"{shown(value)} is less than {context['ge']:g}, the least it can be"
        case "less_than_equal":
            cause = f"{shown(value)} is more than {context['le']:g}, the most it can be"
        case "string_pattern_mismatch":
            cause = f"{shown(value)} is not an id{_slug_hint(str(value))}"
        case "string_too_short":
            cause = "is empty; write something or leave the field out"
        case "string_too_long":
            cause = f"is longer than {context['max_length']} characters"
        case "too_short":
            cause = "is an empty list; it needs at least one entry"
        case "list_type":
            cause = f"{_is(value)} not a list; begin each entry with a hyphen"
        case "model_type":
            cause = f"{_is(value)} not a set of fields, as {_some_fields(location)}"
        case "timezone":
            near = did_you_mean(str(value), known_timezones())
            cause = f"{shown(value)} is not an IANA time zone{near or '; write one as Asia/Tokyo'}"
        case "country_code":
            cause = f"{shown(value)} is not an ISO 3166-1 alpha-2 country code{_code_hint(value)}"
        case "control_character":
            cause = f"{shown(value)} {fault['msg']}"
        case "day" | "web_address":
            cause = f"{_is(value)} {fault['msg'].removeprefix('is ')}"
        case _:
            cause = f"{shown(value)}: {fault['msg'][0].lower()}{fault['msg'][1:]}"
    return location, cause


def shown(value: object) -> str:
    """Return a value of a trip file as a message shows it: in quotes, short and on one line."""
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "a set of fields"
    text = on_one_line(str(value).lower() if isinstance(value, bool) else str(value))
    return f'"{text}"'


def on_one_line(text: str) -> str:
    """Return the beginning of a text, with escapes for control characters and line breaks."""
    more = "…" if len(text) > _SHOWN else ""
    return "".join(map(_visible, text[:_SHOWN])) + more


def _visible(character: str) -> str:
    hidden = unicodedata.category(character) in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")
    return repr(character)[1:-1] if hidden else character


def _is(value: object) -> str:
    """Return the subject and verb of a sentence on what a value is not."""
    return "is empty and" if value is None else f"{shown(value)} is"


def _listed(words: list[str]) -> str:
    return ", ".join(words)


def _model_at(location: Location) -> type[BaseModel]:
    """Return the model of the part of a trip file at `location`."""
    model: type[BaseModel] = TripFile
    for step in location:
        if isinstance(step, str):
            model = _model_inside(model.model_fields[step].annotation)
    return model


def _some_fields(location: Location) -> str:
    names = [name for name in _model_at(location).model_fields if name != "former_ids"]
    return " and ".join(f'"{name}:"' for name in names[:2])


def _model_inside(annotation: Any) -> type[BaseModel]:
    """Return the model that a field's annotation holds, as a list of it or as it is."""
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return annotation
    return _model_inside(get_args(annotation)[0])


def _quoted_words(expected: str) -> list[str]:
    return expected.replace(" or ", ", ").replace("'", "").split(", ")


def _as_text(value: object) -> str:
    if value is None or isinstance(value, dict | list):
        return "write some"
    return f"put it in quotes: {shown(value)}"


def _slug_hint(value: str) -> str:
    slug = "-".join(word for word in fold(value).split() if word.isascii())
    if 0 < len(slug) <= _SHOWN:
        return meant([slug])
    return "; use lower-case letters, digits and hyphens"


def _code_hint(value: object) -> str:
    code = code_of(str(value))
    return meant([code]) if code else "; write it as JP"
