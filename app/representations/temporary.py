"""Folders for files that are written before they are sent."""

import tempfile
from pathlib import Path

# Memory, and writable in a container whose file system is not.
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - the folder in it has a name that nobody can guess


def temporary_folder() -> "tempfile.TemporaryDirectory[str]":
    """Return a new folder that goes with what is in it; raise OSError where none can be made."""
    try:
        return tempfile.TemporaryDirectory(prefix="readout-")
    except OSError:
        return tempfile.TemporaryDirectory(prefix="readout-", dir=_SHARED_MEMORY)
