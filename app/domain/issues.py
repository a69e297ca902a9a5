"""What is wrong with an input, of whatever kind: a request, a trip file."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Issue:
    """What is wrong with one part of an input, and what would be right.

    `path` names the part: a parameter of a request, or `meetings[2].city` in a trip file, where
    `file` and `line` say where that is. `value` is what was given, None if nothing was, and
    `suggestions` are what may have been meant.
    """

    path: str
    message: str
    value: str | None = None
    suggestions: Sequence[str] = ()
    file: str = ""
    line: int | None = None

    def __str__(self) -> str:
        """Return it as one line: `seed/x.yaml:42: meetings[2].city: no city "tokio"`."""
        return ": ".join(part for part in (self.place, self.path, self.message) if part)

    @property
    def place(self) -> str:
        """The file and, where it is known, the line; empty if the input is no file."""
        return self.file if self.line is None else f"{self.file}:{self.line}"
