"""The server's protocol: cached answers are sent as soon as the head of a request has come.

For every request, uvicorn makes a task and checks each header that it sends, which takes longer
than to find an answer in the cache. So this looks into the response cache, which the application
leaves in its lifespan's state, and writes what is there. All else takes uvicorn's way. The
application does not know of it, and answers the same without.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from app.http.cache import ResponseCache
from app.http.middleware import Exchange
from app.http.responses import Response, head_of
from app.http.wire import BoundedProtocol


class _Answered:
    """Stands for the last request of a connection where uvicorn has not made one."""

    response_complete = True
    disconnected = False

    def __init__(self) -> None:
        self.message_event = asyncio.Event()


_ANSWERED: Any = _Answered()


class ReadoutProtocol(BoundedProtocol):
    """One connection."""

    # The lines of the headers that uvicorn gives all responses, and the list they were made from.
    # It makes a new one every second, for the date.
    _default_head: tuple[list[tuple[bytes, bytes]], bytes] = ([], b"")

    _cache: ResponseCache | None = None

    # Narrowed as in `BoundedProtocol`.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Find the response cache, unless uvicorn has something to do for each request."""
        if self.config.limit_concurrency is None and not self.config.root_path:
            self._cache = self.app_state.get("cache")
        if self._cache is not None:
            self._cache.is_read_by_server = True
        super().connection_made(transport)

    def answer_at_once(self) -> bool:
        """Send the answer to the request whose head has come, if it is cached."""
        if self._cache is None:
            return False
        path, _, query_string = self.url.partition(b"?")
        cached = self._cache.peek((path, query_string))
        if cached is None or not self._is_ordinary():
            return False
        scope = self.scope
        scope["method"] = self.parser.get_method().decode("ascii")
        scope["raw_path"], scope["query_string"] = path, query_string
        exchange = Exchange(scope)  # type: ignore[arg-type] # A typed dictionary is one.
        if not exchange.conditions.takes_json:
            return False
        response = cached.available(exchange.conditions)
        if response is None:
            return False
        self._cache.touch(exchange.address)
        self._send(exchange, response)
        return True

    def _is_ordinary(self) -> bool:
        """Return whether nothing of a request or its connection needs uvicorn's care."""
        cycle, parser = self.cycle, self.parser
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
            and parser.get_method() in (b"GET", b"HEAD")
        )

    def _send(self, exchange: Exchange, response: Response) -> None:
        headers, lines = ReadoutProtocol._default_head
        if headers is not self.server_state.default_headers:
            headers = self.server_state.default_headers
            lines = head_of(headers)
            ReadoutProtocol._default_head = headers, lines
        exchange.status, exchange.size = response.status, len(response.body)
        body = b"" if exchange.method == "HEAD" else response.body
        # In one piece: each piece is a call into the kernel, and wakes the client.
        self.transport.write(
            b"%b%b%bx-request-id: %b\r\n\r\n%b"
            % (STATUS_LINE[response.status], lines, response.head, exchange.id, body)
        )
        self.cycle = _ANSWERED
        self.on_response_complete()
        exchange.log()
