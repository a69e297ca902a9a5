"""What is wrong with a field of a trip file, said to a curator and not to a programmer."""

import types
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from app.countries import code_of
from app.loading.tripfile import TripFile, known_timezones
from app.loading.yamltree import Location
from app.text import did_you_mean, fold


def explain(fault: ErrorDetails) -> tuple[Location, str]:
    """Return the location of a Pydantic fault and its cause, with what would be right."""
    location: Location = tuple(fault["loc"])
    value = fault["input"]
    context = fault.get("ctx", {})
    match fault["type"]:
        case "missing":
            cause = f'is missing; add "{location[-1]}:"'
        case "extra_forbidden":
            known = _field_names(location[:-1])
            near = did_you_mean(str(location[-1]), known)
            cause = f'unknown field "{location[-1]}"' + (near or f"; known: {', '.join(known)}")
        case "enum" | "literal_error":
            allowed = _quoted_words(str(context["expected"]))
            near = did_you_mean(str(value), allowed)
            cause = f"{_shown(value)} is not one of {', '.join(allowed)}{near}"
        case "string_type":
            cause = f"{_shown(value)} is not text; {_as_text(value)}"
        case "string_pattern_mismatch":
            cause = f"{_shown(value)} is not an id; {_slug_hint(str(value))}"
        case "string_too_short":
            cause = "is empty; write something or leave the field out"
        case "string_too_long":
            cause = f"is longer than {context['max_length']} characters"
        case "too_short":
            cause = "is an empty list; it needs at least one entry"
        case "list_type":
            cause = f"{_shown(value)} is not a list; begin each entry with a hyphen"
        case "model_type":
            cause = f"{_shown(value)} is not a set of fields"
        case "timezone":
            near = did_you_mean(str(value), known_timezones())
            cause = f"{_shown(value)} is not an IANA time zone{near or '; write one as Asia/Tokyo'}"
        case "country_code":
            cause = f"{_shown(value)} is not an ISO 3166-1 alpha-2 country code{_code_hint(value)}"
        case "day" | "web_address" | "control_character":
            cause = f"{_shown(value)} {fault['msg']}"
        case _:
            cause = f"{_shown(value)}: {fault['msg'][0].lower()}{fault['msg'][1:]}"
    return location, cause


def _field_names(location: Location) -> list[str]:
    """Return the fields a trip file may have at `location`."""
    model: type[BaseModel] = TripFile
    for step in location:
        if isinstance(step, str):
            model = _model_inside(model.model_fields[step].annotation)
    return list(model.model_fields)


def _model_inside(annotation: Any) -> type[BaseModel]:
    """Return the model that a field's annotation holds, as a list of it or as it is."""
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return annotation
    return _model_inside(get_args(annotation)[0])


def _quoted_words(expected: str) -> list[str]:
    return expected.replace(" or ", ", ").replace("'", "").split(", ")


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "a set of fields"
    text = str(value).replace("\n", " ")
    return f'"{text[:60]}…"' if len(text) > 60 else f'"{text}"'


def _as_text(value: object) -> str:
    if value is None or isinstance(value, dict | list):
        return "write text or leave the field out"
    return f'put it in quotes: "{value}"'


def _slug_hint(value: str) -> str:
    slug = "-".join(_ascii_words(value))
    if slug:
        return f'did you mean "{slug}"?'
    return "use lower-case letters, digits and hyphens"


def _ascii_words(value: str) -> list[str]:
    return [word for word in fold(value).split() if word.isascii()]


def _code_hint(value: object) -> str:
    code = code_of(str(value))
    return f'; did you mean "{code}"?' if code else "; write it as JP"
