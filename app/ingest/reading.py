"""A trip file read, checked, and every fault of it named with its line."""

import errno
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from app.domain.issues import Issue
from app.domain.tripfile import SCHEMA_FILE, TripFile
from app.ingest.explaining import explain, on_one_line
from app.ingest.references import check_references
from app.ingest.yamltree import Location, Tree, YamlError

SUFFIXES = (".yaml", ".yml", ".json")
GENERATED_SCHEMA = SCHEMA_FILE

# Fields in which a word that YAML reads as null may be a name.
_NAMES = {"name", "family_name", "given_name", "title", "place", "attribution", "publisher"}

# What `app.ingest.skeleton` writes where something is to be filled in.
_BLANK = re.compile(r"TODO(-[a-z-]+)?")

# An escaped surrogate pair of UTF-16, not behind an escaped backslash.
_SURROGATES = re.compile(
    r"((?<!\\)(?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
)


class TripFileError(Exception):
    """Trip files that cannot be loaded; `issues` names every fault found."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        """Take the issues, in the order in which they are printed."""
        super().__init__("\n".join(map(str, issues)))
        self.issues = list(issues)


@dataclass(frozen=True)
class ReadTrip:
    """A valid trip file, and the lines of its parts."""

    path: Path
    trip: TripFile
    text: str

    def issue(self, location: Location, cause: str) -> Issue:
        """Return an issue about the part at `location`, such as `("meetings", 2, "city")`."""
        tree = self._tree
        line = tree.line(location) if tree else None
        return Issue(written(location), cause, file=str(self.path), line=line)

    @cached_property
    def _tree(self) -> Tree | None:
        try:
            return Tree(_readable(self.path, self.text))
        except YamlError:  # Some JSON is not YAML; the path still leads there.
            return None


def written(location: Location) -> str:
    """Return a location as a curator reads it: `meetings[2].city`."""
    text = ""
    for step in location:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += ("." if text else "") + on_one_line(step)
    return text


def find_trip_files(paths: Iterable[Path]) -> list[Path]:
    """Return the trip files among `paths`, those in folders included, sorted within a folder.

    Raises `TripFileError` for a path that does not exist or a folder without a trip file.
    """
    files: dict[Path, Path] = {}
    issues: list[Issue] = []
    for path in paths:
        try:
            found = _found_at(path)
        except OSError as error:
            issues.append(Issue("", error.strerror or "cannot be read", file=str(path)))
        else:
            # A file that two paths lead to is one file.
            for file in found:
                files.setdefault(file.resolve(), file)
    if issues:
        raise TripFileError(issues)
    return list(files.values())


def _found_at(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise FileNotFoundError(errno.ENOENT, "no such file or folder")
    inside = sorted(
        child
        for child in path.rglob("*")
        if child.suffix in SUFFIXES and child.name != GENERATED_SCHEMA and child.is_file()
    )
    if not inside:
        raise FileNotFoundError(errno.ENOENT, "holds no trip file (*.yaml)")
    return inside


def read_trip_file(path: Path) -> ReadTrip:
    """Read and check one trip file; raise `TripFileError` with all its faults."""
    text = _text(path)
    if path.suffix == ".json" and text.strip():
        plain = _plain_json(path, text)
        if plain is not None:
            try:
                trip = TripFile.model_validate(plain)
            except ValidationError:
                pass  # Read it again below, slowly, to tell every fault with its line.
            else:
                blank = _BLANK.search(text) and any(_blanks(plain))
                if not blank and not any(check_references(plain)):
                    return ReadTrip(path, trip, text)
    return _read_yaml(path, text)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except IsADirectoryError:
        cause = "is a folder; name one trip file in it"
        raise TripFileError([Issue("", cause, file=str(path))]) from None
    except OSError as error:
        cause = error.strerror or "cannot be read"
        raise TripFileError([Issue("", cause, file=str(path))]) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        cause = "is not UTF-8 text; save it as UTF-8"
        raise TripFileError([Issue("", cause, file=str(path), line=line)]) from None


def _plain_json(path: Path, text: str) -> Any:
    """Return the value of JSON text, or None if it must be read as YAML to find the fault."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        plain = dict(pairs)
        if len(plain) != len(pairs):
            raise ValueError
        return plain

    try:
        return json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        cause = f"is not JSON: {error.msg[0].lower()}{error.msg[1:]}"
        raise TripFileError([Issue("", cause, file=str(path), line=error.lineno)]) from None
    except (ValueError, RecursionError):  # A name given twice, too long a number, too deep.
        return None


def _readable(path: Path, text: str) -> str:
    """Return the text as a YAML parser takes it: without JSON's escapes of surrogate pairs."""
    if path.suffix != ".json":
        return text
    return _SURROGATES.sub(lambda found: found[1] + json.loads(f'"{found[2]}"'), text)


def _read_yaml(path: Path, text: str) -> ReadTrip:
    try:
        tree = Tree(_readable(path, text))
    except YamlError as error:
        raise TripFileError([Issue("", error.cause, file=str(path), line=error.line)]) from None
    trip, faults = _checked(tree)
    if path.suffix != ".json":
        faults += [
            (tree.line(at), at, f'is the YAML word for nothing; put a name in quotes: "{word}"')
            for at, word in tree.null_words.items()
            if at and (at[-1] in _NAMES or at[-2:-1] == ("other_names",))
        ]
    if trip is None or faults:
        faults.sort(key=lambda fault: fault[0])
        raise TripFileError(
            [
                Issue(written(location), cause, file=str(path), line=line)
                for line, location, cause in dict.fromkeys(faults)
            ]
        )
    return ReadTrip(path, trip, text)


def _blanks(value: Any, location: Location = ()) -> Iterator[tuple[Location, str]]:
    """Yield the blanks of a skeleton that are still to be filled in: they may look like titles."""
    if isinstance(value, str):
        if _BLANK.fullmatch(value):
            yield location, value
    elif isinstance(value, (dict, list)):
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        for step, part in parts:
            yield from _blanks(part, (*location, step))


def _checked(tree: Tree) -> tuple[TripFile | None, list[tuple[int, Location, str]]]:
    """Return the trip, or all faults with their lines and locations.

    Each location is named once: an invalid id, say, needs no second issue as unknown.
    """
    faults = list(tree.faults)
    trip = None
    if isinstance(tree.value, dict):
        faults += [
            (tree.line(location), location, f"is still to be filled in, in place of {value}")
            for location, value in _blanks(tree.value)
        ]
        found: list[tuple[Location, str]] = []
        try:
            trip = TripFile.model_validate(tree.value)
        except ValidationError as error:
            found = [explain(fault) for fault in error.errors(include_url=False)]
        for faulty_parts in (found, list(check_references(tree.value))):
            named = {location for _, location, _ in faults}
            faults += [
                (tree.line(location), location, cause)
                for location, cause in faulty_parts
                if location not in named
            ]
    elif not faults:
        faults = [(1, (), "is not a trip file; it starts with fields such as id: and title:")]
    return trip, faults
