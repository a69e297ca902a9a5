"""The progress of a load, shown as a bar on a terminal or in lines."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

TOLD_FROM = 200
"""From this many files on, a load takes long enough to show its progress."""


class Progress:
    """Receives each step of a load, and each file that was read; shows nothing itself."""

    def step(self, name: str, files: int = 0, what: str = "file") -> None:
        """A step begins; `files` is how many files it reads, or `what` else it goes through."""

    def file_read(self, path: Path) -> None:
        """A file has been read."""

    def done(self) -> None:
        """The load has ended, well or not."""


class ProgressBar(Progress):
    """For a terminal: a bar while files are read, and a line for each other step."""

    def __init__(self) -> None:
        """Begin with no bar."""
        self._bar: Any = None

    def step(self, name: str, files: int = 0, what: str = "file") -> None:  # noqa: ARG002 - a bar shows numbers
        """Begin a bar for a step that reads files, or write the step's name."""
        self.done()
        if files:
            self._bar = typer.progressbar(length=files, label=name, file=sys.stderr)
            self._bar.__enter__()
        else:
            typer.echo(f"{name} …", err=True)

    def file_read(self, path: Path) -> None:  # noqa: ARG002 - one step a file
        """Move the bar on by one file."""
        self._bar.update(1)

    def done(self) -> None:
        """End the line of the bar."""
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None


class ProgressLines(Progress):
    """For a log: one line a step."""

    def step(self, name: str, files: int = 0, what: str = "file") -> None:
        """Write what begins."""
        size = f" {files} {what}{'' if files == 1 else 's'}" if files else ""
        typer.echo(f"{name}{size} …", err=True)


def progress_of(files: Sequence[Path]) -> Progress:
    """Return the progress display for a load of these files: none for few, which take no time."""
    if len(files) < TOLD_FROM:
        return Progress()
    return ProgressBar() if sys.stderr.isatty() else ProgressLines()


def progress_of_import() -> Progress:
    """Return the progress display for an import, whose size is known only once it is read."""
    return ProgressBar() if sys.stderr.isatty() else ProgressLines()
