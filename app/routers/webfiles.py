"""Files for browsers, as they are sent: each compressed once, and known by its content."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import Request
from starlette.responses import Response

from app.http.compression import SMALLEST, encode
from app.http.conditional import Conditions, etag_of

FOLDER = Path(__file__).parent.parent / "web"

FOR_EVER = "public, max-age=31536000, immutable"
"""The Cache-Control of files whose address names their content."""

REVALIDATED = "no-cache"
"""The Cache-Control of files that the next release may change."""

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
    tag: bytes = b""
    _coded: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Identify the content."""
        self.tag = hashlib.sha256(self.body).hexdigest()[:16].encode()

    def coded(self, coding: str) -> bytes:
        """Return the file in a content coding, "" for none."""
        if not coding:
            return self.body
        if coding not in self._coded:
            self._coded[coding] = encode(self.body, coding)
        return self._coded[coding]

    def response(
        self, request: Request, cache_control: str, headers: Iterable[tuple[str, str]] = ()
    ) -> Response:
        """Return the file in the client's coding, or 304 if its ETag matches."""
        conditions: Conditions = request.scope["state"]["conditions"]
        coding = conditions.coding if len(self.body) >= SMALLEST else ""
        sent = {"Cache-Control": cache_control, "Vary": "Accept-Encoding", **dict(headers)}
        known = conditions.known_form(self.tag) if conditions.if_none_match else None
        if known is None and conditions.any_form_is_known:
            known = etag_of(self.tag, coding)
        if known is not None:
            return Response(None, 304, {**sent, "ETag": known.decode()})
        sent["ETag"] = etag_of(self.tag, coding).decode()
        if coding:
            sent["Content-Encoding"] = coding
        return Response(self.coded(coding), 200, sent, self.media_type)


@dataclass(frozen=True)
class WebFiles:
    """All files by their path, and the digest of all of them, which is part of their addresses.

    One digest for all lets modules name each other by relative addresses, as they do on disk.
    """

    by_path: dict[str, WebFile]
    digest: str

    def modules(self, entry: str) -> tuple[str, ...]:
        """Return the modules that one imports statically, directly or through others.

        Those imported dynamically are loaded later.
        """
        found: list[str] = []
        waiting = [entry]
        while waiting:
            named = _IMPORT.findall(self.by_path[waiting.pop()].body.decode())
            new = [name for name in named if name not in found]
            found += new
            waiting += new
        return tuple(found)


def web_files(bodies: Iterable[tuple[str, bytes]]) -> WebFiles:
    """Return files that browsers may load, given their paths and contents."""
    by_path = {}
    digest = hashlib.sha256()
    for name, body in sorted(bodies):
        by_path[name] = WebFile(body, MEDIA_TYPES[Path(name).suffix])
        digest.update(f"{name} {len(body)}\n".encode() + body)
    return WebFiles(by_path, digest.hexdigest()[:16])


def files_of(folder: Path, *, without: str = "") -> list[tuple[str, bytes]]:
    """Return the paths and contents of a folder's files for browsers, without one subfolder."""
    return [
        (path.relative_to(folder).as_posix(), path.read_bytes())
        for path in folder.rglob("*")
        if path.suffix in MEDIA_TYPES
        and path.is_file()
        and path.relative_to(folder).parts[0] != without
    ]
