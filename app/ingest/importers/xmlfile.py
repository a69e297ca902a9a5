"""Registers in XML: files of records that hold one level of fields, read with their lines."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from app.domain.issues import Issue
from app.ingest.importers.base import Position, fault
from app.ingest.reading import TripFileError


@dataclass
class XmlRecord:
    """One record: its attributes, and the text of each field, spaces collapsed."""

    at: Position
    attributes: dict[str, str]
    fields: dict[str, str] = field(default_factory=dict)
    field_attributes: dict[str, dict[str, str]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a field that each record has; raise `TripFileError` where it is missing."""
        if name not in self.fields:
            raise TripFileError([fault(self.at, name, f"is missing; add <{name}>")])
        return self.fields[name]

    def given(self, name: str) -> str:
        """Return a field that may not be empty; raise `TripFileError` where it is."""
        text = self.text(name)
        if not text:
            raise TripFileError([fault(self.at, name, "is empty")])
        return text


def read_records(path: Path, root: str, record: str) -> Iterator[XmlRecord]:
    """Yield the records of a file whose root element is `root`, in order.

    A document type, by which a file could bring in others or grow without bounds, is refused.
    Raises `TripFileError` for what is not such a file.
    """
    reader = _Reader(path, root, record)
    try:
        content = path.read_bytes()
    except OSError as error:
        cause = error.strerror or "cannot be read"
        raise TripFileError([Issue("", cause, file=str(path))]) from None
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as error:
        cause = f"is not XML: {expat.ErrorString(error.code)}"
        raise TripFileError([Issue("", cause, file=str(path), line=error.lineno)]) from None
    except (LookupError, ValueError) as error:  # Python has no such encoding, or not for XML.
        cause = f"is in an encoding that cannot be read: {error}"
        raise TripFileError([Issue("", cause, file=str(path))]) from None
    yield from reader.records


class _Reader:
    """Takes what the parser finds; text is collapsed to single spaces."""

    def __init__(self, path: Path, root: str, record: str) -> None:
        self.records: list[XmlRecord] = []
        self._path, self._levels = path, (root, record)
        self._depth = 0
        self._text: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text.append

    def _fail(self, cause: str) -> None:
        line = self.parser.CurrentLineNumber
        raise TripFileError([Issue("", cause, file=str(self._path), line=line)])

    def _doctype(self, *_: object) -> None:
        self._fail("declares a document type; a register has none")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._text.clear()
        if self._depth < len(self._levels):
            expected = self._levels[self._depth]
            if name != expected:
                self._fail(f"<{name}> stands where <{expected}> is expected")
            if self._depth == 1:
                at = Position(self._path, self.parser.CurrentLineNumber)
                self.records.append(XmlRecord(at, attributes))
        elif self._depth == len(self._levels):
            one = self.records[-1]
            if name in one.fields:
                self._fail(f"<{name}> stands twice in one <{self._levels[1]}>")
            one.fields[name] = ""
            one.field_attributes[name] = attributes
        else:
            self._fail(f"<{name}> stands inside a field")
        self._depth += 1

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._depth == len(self._levels):
            self.records[-1].fields[name] = " ".join("".join(self._text).split())
        self._text.clear()
