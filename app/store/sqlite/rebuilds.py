"""The note by which a process that rebuilds a database informs those that would serve it."""

from contextlib import suppress
from pathlib import Path


def _note(database: Path) -> Path:
    return database.with_name(f"{database.name}.rebuilding")


def note_rebuild(database: Path, text: str) -> None:
    """Write a note on how far a rebuild of a database is, or why it failed."""
    note = _note(database)
    unfinished = note.with_name(f"{note.name}.new")
    unfinished.write_text(text, "utf-8")
    unfinished.replace(note)


def end_rebuild(database: Path) -> None:
    """Remove the note on a rebuild."""
    _note(database).unlink(missing_ok=True)


def rebuild_noted(database: Path) -> str | None:
    """Return how far a rebuild of a database is, or why it failed; None where there is none."""
    with suppress(OSError):
        return _note(database).read_text("utf-8")
    return None
