"""Folders for files that are written before they are sent."""

import shutil
import tempfile
import weakref
from pathlib import Path
from types import TracebackType

# Memory, and writable in a container whose file system is not.
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - the folder in it has a name that nobody can guess


class TemporaryFolder:
    """A new folder; it is removed, with what is in it, when it is no longer used."""

    def __init__(self) -> None:
        """Make the folder; raise OSError if none can be made."""
        try:
            made = tempfile.mkdtemp(prefix="readout-")
        except OSError:
            made = tempfile.mkdtemp(prefix="readout-", dir=_SHARED_MEMORY)
        self.path = Path(made)
        # Also when the process ends, in whatever way but a crash.
        self.remove = weakref.finalize(self, shutil.rmtree, made, ignore_errors=True)

    def __enter__(self) -> Path:
        """Return the path of the folder."""
        return self.path

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove the folder."""
        self.remove()
