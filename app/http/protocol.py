"""The server's protocol: uvicorn's, which here sends what needs no wait by itself.

For every request, uvicorn makes a task and checks each header that it sends. That takes longer than
to find an answer that is kept. So a request is begun as soon as its headers have come, and a
response that is then there is written at once. All else takes uvicorn's way, through the same ASGI
application: whatever has to be waited for, and whatever is out of the ordinary in a request or a
connection.
"""

import asyncio
from typing import Any, cast

from starlette.types import Scope
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from app.http.middleware import BEGUN, REQUESTS, Request, Requests
from app.http.responses import Response, head_of

_TARGET_LENGTH_MOST = 65535
"""Uvicorn refuses longer ones."""


class _Last:
    """Stands for the last request of a connection where uvicorn has none of its own."""

    def __init__(self, *, response_complete: bool) -> None:
        self.response_complete = response_complete
        self.message_event = asyncio.Event()


_ANSWERED: Any = _Last(response_complete=True)
_NOT_READ: Any = _Last(response_complete=False)


class WireProtocol(HttpToolsProtocol):
    """One connection."""

    # The lines of the headers that uvicorn gives all responses, and the list they were made from.
    # It makes a new one every second, for the date.
    _default_head: tuple[list[tuple[bytes, bytes]], bytes] = ([], b"")

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """Take what uvicorn gives each connection."""
        super().__init__(config, server_state, app_state, _loop)
        self._requests: Requests | None = app_state.get(REQUESTS)
        if config.limit_concurrency is not None or config.root_path:
            self._requests = None  # Uvicorn sees to these.
        self._held = False

    def on_headers_complete(self) -> None:
        """Answer a request whose headers have come, or let uvicorn make a task of it."""
        requests = self._requests
        if requests is not None and self._is_ordinary():
            scope = cast(Scope, self.scope)
            scope["method"] = self.parser.get_method().decode("ascii")
            scope["raw_path"], _, scope["query_string"] = self.url.partition(b"?")
            scope["path"] = scope["raw_path"].decode("ascii")
            request = requests.begin(scope)
            if request.response is not None:
                self._send(request, request.response)
                requests.done(request, request.response)
                return
            scope[BEGUN] = request
        # What was answered at once has set the time for the next request to come, which it has.
        self._unset_keepalive_if_required()
        if self.cycle is _ANSWERED:
            if self.transport.is_closing():
                return  # Nobody is there any more, as sending the last answer has shown.
            if self.flow.write_paused:
                # It waits behind the answers that have not been read, as if they were being made.
                self.cycle, self._held = _NOT_READ, True
        super().on_headers_complete()

    def resume_writing(self) -> None:
        """Go on with what was held until the answers before it were read."""
        super().resume_writing()
        if self._held and self.pipeline and not self.transport.is_closing():
            self._held = False
            self._start_asgi_task(*self.pipeline.pop())

    def _is_ordinary(self) -> bool:
        """Return whether nothing of a request or its connection needs uvicorn's care."""
        cycle, parser, url = self.cycle, self.parser, self.url
        for name, _ in self.headers:
            # What is said of a body may yet turn out to be wrong.
            if name == b"content-length" or name == b"transfer-encoding":
                return False
        return (
            # Responses have the order of their requests.
            (cycle is None or cycle.response_complete)
            and not self.flow.write_paused
            and not self.transport.is_closing()
            and parser.should_keep_alive()
            and not parser.should_upgrade()
            and parser.get_http_version() == "1.1"
            # What is not a plain path and query is taken apart and decoded there.
            and url.startswith(b"/")
            and len(url) <= _TARGET_LENGTH_MOST
            and url.isascii()
            and b"%" not in url.partition(b"?")[0]
            and b"#" not in url
        )

    def _send(self, request: Request, response: Response) -> None:
        headers, lines = WireProtocol._default_head
        if headers is not self.server_state.default_headers:
            headers = self.server_state.default_headers
            lines = head_of(headers)
            WireProtocol._default_head = headers, lines
        body = b"" if request.method == "HEAD" else response.body
        # In one piece: each piece is a call into the kernel, and wakes the client.
        self.transport.write(
            b"%b%b%bx-request-id: %b\r\n\r\n%b"
            % (STATUS_LINE[response.status], lines, response.head, request.id, body)
        )
        self.cycle = _ANSWERED
        self.on_response_complete()
