"""YAML 1.2 (and so JSON) read into plain values that remember their lines.

PyYAML reads YAML 1.1, where Norway's code `NO` is false, `12:30` is 750 and `2021-03-16` a date
object. A trip file is read by the rules of YAML 1.2: those are all text. Of PyYAML only the parser
is used: its composer crashes the interpreter on text that is nested deeply enough.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import yaml
from yaml.reader import ReaderError

Location = tuple[str | int, ...]

DEEPEST = 50
"""How deeply values may be nested; a trip file nests them a handful of times."""

LONGEST_NUMBER = 300
"""How many characters a number may have; far longer ones, Python refuses to write out."""

_IN_QUOTES = "or put in quotes a text that begins with"

_NULL = re.compile(r"(?:~|null|Null|NULL|)")
_BOOLEAN = re.compile(r"(?:true|True|TRUE|false|False|FALSE)")
_INTEGER = re.compile(r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)")
_FLOAT = re.compile(
    r"(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))"
)


class YamlError(Exception):
    """Text that cannot be read as one YAML document; `line` counts from 1."""

    def __init__(self, line: int | None, cause: str) -> None:
        """Take the line, where it is known, and what is wrong with it."""
        super().__init__(cause)
        self.line = line
        self.cause = cause


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a part begins, and the places of what is inside it, by field name or position."""

    line: int
    inside: Mapping[str | int, "_Place"]


class Tree:
    """A YAML document: its plain value, and the line of every part of it.

    `faults` lists what YAML allows and a trip file does not: line, location and cause. `null_words`
    has the words that YAML reads as null, by location: they may be meant as names.
    """

    def __init__(self, text: str) -> None:
        """Read `text`; raise `YamlError` for what is not one well-formed document."""
        self.null_words: dict[Location, str] = {}
        self.faults: list[tuple[int, Location, str]] = []
        self._parser = yaml.CSafeLoader(text)
        try:
            self._next()  # The beginning of the stream.
            if isinstance(self._next(), yaml.StreamEndEvent):
                raise YamlError(1, "is empty; a trip file holds one trip")
            self.value, inside = self._part(self._next(), ())
            self._place = _Place(1, inside)
            self._next()  # The end of the document.
            after = self._next()
        except yaml.YAMLError as error:
            raise _not_yaml(error, text) from None
        if not isinstance(after, yaml.StreamEndEvent):
            raise YamlError(_line(after), "begins a second document; a trip file holds one trip")

    def line(self, location: Location) -> int:
        """Return the line, from 1, of the part at `location`, or of its nearest parent."""
        place = self._place
        for step in location:
            if step not in place.inside:
                break
            place = place.inside[step]
        return place.line

    def _next(self) -> yaml.Event:
        # None comes only after the end of the stream, where nothing asks any more.
        return cast(yaml.Event, self._parser.get_event())

    def _part(
        self, event: yaml.Event, location: Location
    ) -> tuple[Any, Mapping[str | int, _Place]]:
        """Return the value that begins with an event, and the places of what is inside it."""
        refused = _refused(event)
        if refused:
            self.faults.append((_line(event), location, refused))
        if isinstance(event, yaml.AliasEvent):
            return None, {}
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, location), {}
        if len(location) >= DEEPEST:
            raise YamlError(_line(event), "is nested too deeply")
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(location)
        return self._sequence(location)

    def _mapping(self, location: Location) -> tuple[dict[str, Any], Mapping[str | int, _Place]]:
        plain: dict[str, Any] = {}
        places: dict[str | int, _Place] = {}
        while not isinstance(key := self._next(), yaml.MappingEndEvent):
            if not isinstance(key, yaml.ScalarEvent):
                cause = "has a field name that is not text"
                self.faults.append((_line(key), location, cause))
                self._part(key, (*location, "?"))
                self._part(self._next(), (*location, "?"))
                continue
            name = key.value
            value, inside = self._part(self._next(), (*location, name))
            if name in plain:
                cause = f"is given twice, first on line {places[name].line}"
                self.faults.append((_line(key), (*location, name), cause))
            else:
                plain[name], places[name] = value, _Place(_line(key), inside)
        return plain, places

    def _sequence(self, location: Location) -> tuple[list[Any], Mapping[str | int, _Place]]:
        plain: list[Any] = []
        places: dict[str | int, _Place] = {}
        while not isinstance(item := self._next(), yaml.SequenceEndEvent):
            value, inside = self._part(item, (*location, len(plain)))
            places[len(plain)] = _Place(_line(item), inside)
            plain.append(value)
        return plain, places

    def _scalar(self, event: yaml.ScalarEvent, location: Location) -> Any:
        text: str = event.value
        in_quotes_or_block = not event.implicit[0]
        if in_quotes_or_block:
            return text
        if _NULL.fullmatch(text):
            if text:
                self.null_words[location] = text
            return None
        if _BOOLEAN.fullmatch(text):
            return text.lower() == "true"
        whole = _INTEGER.fullmatch(text)
        if not whole and not _FLOAT.fullmatch(text):
            return text
        if len(text) > LONGEST_NUMBER:
            self.faults.append((_line(event), location, "is too long a number"))
            return None
        if whole:
            return int(text, 0 if text[:2] in ("0o", "0x") else 10)
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _refused(event: yaml.Event) -> str:
    """Return why a trip file may not use what an event stands for, or nothing."""
    anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
    if isinstance(event, yaml.AliasEvent):
        return f'repeats what is marked "{anchor}" elsewhere; write it out, {_IN_QUOTES} *'
    if anchor is not None:
        return f'has the YAML anchor "{anchor}"; leave it out, {_IN_QUOTES} &'
    if tag is not None:
        return f'has the YAML tag "{tag}"; leave it out, {_IN_QUOTES} !'
    return ""


def _not_yaml(error: yaml.YAMLError, text: str) -> YamlError:
    """Return what the parser complains about, in the words of someone who writes trip files."""
    if isinstance(error, ReaderError):
        line = text.encode()[: error.position].count(b"\n") + 1
        return YamlError(line, f"has the control character U+{int(error.character):04X}")
    if not isinstance(error, yaml.MarkedYAMLError):
        return YamlError(None, f"is not YAML: {error}")
    context, problem = error.context or "", error.problem or ""
    # For a quotation that never ends, its beginning helps, not the end of the file.
    unclosed = context.endswith("a quoted scalar") and problem.startswith("found unexpected")
    mark = error.context_mark if unclosed else error.problem_mark
    if unclosed:
        cause = "a quotation mark is opened and never closed"
    elif "tab character" in problem:
        cause = "it is indented with a tab; use spaces"
    elif "any token" in problem:
        character = _character(text, mark)
        cause = (
            "it is indented with a tab; use spaces"
            if character == "\t"
            else f"put text that begins with {character} in quotes"
        )
    elif context.endswith(("an alias", "an anchor")):
        cause = "put text that begins with * or & in quotes"
    elif problem.startswith(("mapping values", "could not find expected ':'")):
        cause = (
            "no field can begin here; look for a wrong indent, or a missing space after the colon"
            ' before; put text that holds ": " in quotes'
        )
    elif problem in ("did not find expected key", "did not find expected '-' indicator"):
        cause = "nothing can begin here; look for a wrong indent, or quotes around half a text"
    else:
        cause = ", ".join(filter(None, (context, problem)))
    return YamlError(mark.line + 1 if mark else None, f"is not YAML: {cause}")


def _character(text: str, mark: Any) -> str:
    """Return the character at a place that the parser names."""
    return "".join(text.splitlines()[mark.line : mark.line + 1])[mark.column : mark.column + 1]
