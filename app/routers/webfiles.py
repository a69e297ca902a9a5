"""The files that the explorer's pages load, as they are sent."""

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

from app.http.compression import encode

FOLDER = Path(__file__).parent.parent / "web"

MEDIA_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
}


_IMPORT = re.compile(r'^import [^"]*"\./([^"]+)";$', re.MULTILINE)


@dataclass
class WebFile:
    """One file, and its compressed forms once they have been asked for."""

    body: bytes
    media_type: str
    _coded: dict[str, bytes] = field(default_factory=dict)

    def coded(self, coding: str) -> bytes:
        """Return the file in a content coding."""
        if coding not in self._coded:
            self._coded[coding] = encode(self.body, coding)
        return self._coded[coding]


@dataclass(frozen=True)
class WebFiles:
    """All files by their path, and the digest of all of them, which is part of their addresses.

    One digest for all lets modules name each other by relative addresses, as they do on disk.
    """

    by_path: dict[str, WebFile]
    digest: str

    def modules(self, entry: str) -> tuple[str, ...]:
        """Return the modules that one cannot do without, beside itself: those it names, and so on.

        What a module imports when it is called for comes later.
        """
        found: list[str] = []
        waiting = [entry]
        while waiting:
            named = _IMPORT.findall(self.by_path[waiting.pop()].body.decode())
            new = [name for name in named if name not in found]
            found += new
            waiting += new
        return tuple(found)


def web_files(folder: Path = FOLDER) -> WebFiles:
    """Return the files of a folder that browsers may load."""
    by_path = {}
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in MEDIA_TYPES and path.is_file():
            name, body = path.relative_to(folder).as_posix(), path.read_bytes()
            by_path[name] = WebFile(body, MEDIA_TYPES[path.suffix])
            digest.update(f"{name} {len(body)}\n".encode() + body)
    return WebFiles(by_path, digest.hexdigest()[:16])
