"""Files sent as they are, whole or as a range of bytes, so that downloads can be resumed."""

import os
import re
from typing import BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from app.http.responses import Headers

PIECE_BYTES = 256 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class RangeNotSatisfiable(Exception):
    """The requested range lies outside a file of this size."""

    def __init__(self, size: int) -> None:
        """Take the size of the file, in bytes."""
        super().__init__(f"the file has {size} bytes")
        self.size = size


def read_range(asked: str, size: int) -> tuple[int, int] | None:
    """Return the range of bytes that a Range header asks for, its end excluded; None for all.

    A malformed header, or one with several ranges, asks for all. Raises `RangeNotSatisfiable`.
    """
    found = _RANGE.fullmatch(asked.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:  # The last bytes, by number.
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= size or start >= end:
        raise RangeNotSatisfiable(size)
    return start, end


class FileAnswer:
    """A response that sends a file or a part of it; like Starlette's, an ASGI application."""

    def __init__(
        self,
        file: BinaryIO,
        etag: bytes,
        headers: Headers,
        asked: str,
        if_range: str,
        *,
        is_head: bool,
    ) -> None:
        """Take an open file, which the response closes; its path may be removed from now on.

        `asked` and `if_range` are the headers of the request that ask for a part. Raises
        `RangeNotSatisfiable` and OSError.
        """
        self._file = file
        try:
            size = os.fstat(file.fileno()).st_size
            part = None
            if asked and (not if_range or if_range.encode("latin-1") == etag):
                part = read_range(asked, size)
        except BaseException:
            self._file.close()
            raise
        self._start, self._end = part or (0, size)
        self.status = 200 if part is None else 206
        length = self._end - self._start
        self.headers: Headers = [
            (b"etag", etag),
            (b"accept-ranges", b"bytes"),
            (b"content-length", b"%d" % length),
            *headers,
        ]
        if part is not None:
            content_range = b"bytes %d-%d/%d" % (self._start, self._end - 1, size)
            self.headers.append((b"content-range", content_range))
        self._is_head = is_head

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send the file or its part."""
        try:
            await send(
                {"type": "http.response.start", "status": self.status, "headers": self.headers}
            )
            left = 0 if self._is_head else self._end - self._start
            await run_in_threadpool(self._file.seek, self._start)
            while left:
                piece = await run_in_threadpool(self._file.read, min(PIECE_BYTES, left))
                if not piece:
                    raise OSError("the file has become shorter")
                left -= len(piece)
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            self._file.close()
