"""A trip file read, checked, and every fault of it told with its line."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from app.loading.explaining import explain
from app.loading.references import check_references
from app.loading.tripfile import TripFile
from app.loading.yamltree import Location, Tree, YamlError

SUFFIXES = (".yaml", ".yml", ".json")
GENERATED_SCHEMA = "trip.schema.json"


@dataclass(frozen=True)
class Complaint:
    """One fault of a trip file: where it is, and what would be right."""

    file: str
    line: int | None
    path: str
    cause: str

    def __str__(self) -> str:
        """Return the fault as one line: `seed/x.yaml:42: meetings[2].city: no city "tokio"`."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (place, self.path, self.cause) if part)


class TripFileError(Exception):
    """Trip files that cannot be loaded; `complaints` names every fault found."""

    def __init__(self, complaints: Sequence[Complaint]) -> None:
        """Take the complaints, in the order in which they are told."""
        super().__init__("\n".join(map(str, complaints)))
        self.complaints = list(complaints)


@dataclass(frozen=True)
class ReadTrip:
    """A trip file that says what a trip file may say, and where it says it."""

    path: Path
    trip: TripFile
    text: str

    def complaint(self, location: Location, cause: str) -> Complaint:
        """Return a complaint about the part at `location`, such as `("meetings", 2, "city")`."""
        try:
            line = Tree(self.text).line(location)
        except YamlError:  # JSON indented with tabs is not YAML; the path still leads there.
            line = None
        return Complaint(str(self.path), line, written(location), cause)


def written(location: Location) -> str:
    """Return a location as a curator reads it: `meetings[2].city`."""
    text = ""
    for step in location:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def find_trip_files(paths: Iterable[Path]) -> list[Path]:
    """Return the trip files among `paths`, those in folders included, sorted within a folder.

    Raises `TripFileError` for a path that does not exist or a folder without a trip file.
    """
    files: list[Path] = []
    complaints: list[Complaint] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(
                child
                for child in path.rglob("*")
                if child.suffix in SUFFIXES and child.name != GENERATED_SCHEMA and child.is_file()
            )
            if not inside:
                complaints.append(Complaint(str(path), None, "", "holds no trip file (*.yaml)"))
            files.extend(inside)
        elif path.is_file():
            files.append(path)
        else:
            complaints.append(Complaint(str(path), None, "", "no such file or folder"))
    if complaints:
        raise TripFileError(complaints)
    return list(dict.fromkeys(files))


def read_trip_file(path: Path) -> ReadTrip:
    """Read and check one trip file; raise `TripFileError` with all its faults."""
    text = _text(path)
    if path.suffix == ".json":
        plain = _plain_json(text)
        if plain is not None:
            try:
                trip = TripFile.model_validate(plain)
            except ValidationError:
                pass  # Read it again below, slowly, to tell every fault with its line.
            else:
                if not list(check_references(plain)):
                    return ReadTrip(path, trip, text)
    return _read_yaml(path, text)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        cause = error.strerror or "cannot be read"
        raise TripFileError([Complaint(str(path), None, "", cause)]) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        cause = "is not UTF-8 text; save it as UTF-8"
        raise TripFileError([Complaint(str(path), line, "", cause)]) from None


def _plain_json(text: str) -> Any:
    """Return the value of JSON text without duplicate names, or None if it is not that."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        plain = dict(pairs)
        if len(plain) != len(pairs):
            raise ValueError
        return plain

    try:
        return json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError):
        return None


def _read_yaml(path: Path, text: str) -> ReadTrip:
    try:
        tree = Tree(text)
    except YamlError as error:
        complaint = Complaint(str(path), error.line, written(error.location), error.cause)
        raise TripFileError([complaint]) from None
    if not isinstance(tree.value, dict):
        cause = "is not a trip file; it starts with fields such as id: and title:"
        raise TripFileError([Complaint(str(path), 1, "", cause)])
    found: list[tuple[Location, str]] = []
    trip = None
    try:
        trip = TripFile.model_validate(tree.value)
    except ValidationError as error:
        found += [explain(fault) for fault in error.errors(include_url=False)]
    found += check_references(tree.value)
    if trip is None or found:
        complaints = [
            Complaint(str(path), tree.line(location), written(location), cause)
            for location, cause in dict.fromkeys(found)
        ]
        complaints.sort(key=lambda complaint: complaint.line or 0)
        raise TripFileError(complaints)
    return ReadTrip(path, trip, text)
