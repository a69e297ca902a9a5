"""The server's protocol: cached answers are sent as soon as the head of a request has come.

For every request, uvicorn creates a task and checks each header that it sends, which takes longer
than a look into the cache. So this protocol reads the response cache, which the application puts
into its lifespan state, and writes cached answers itself. All other requests go through uvicorn,
except that the head of an answer is sent together with its body. The application depends on
neither, and gives the same answers without.
"""

import asyncio
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    RequestResponseCycle,
)

from app.http.cache import ResponseCache
from app.http.middleware import Exchange
from app.http.responses import Headers, Response, WrittenHeaders, head_of, write_headers
from app.http.wire import BoundedProtocol


class _Answered:
    """Stands for the last request cycle of a connection where uvicorn has not made one."""

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

    def connection_made(  # type: ignore[override] # Narrowed as in `BoundedProtocol`.
        self, transport: asyncio.Transport
    ) -> None:
        """Find the response cache, unless a setting needs uvicorn to handle each request."""
        if self.config.limit_concurrency is None and not self.config.root_path:
            self._cache = self.app_state.get("cache")
        if self._cache is not None:
            self._cache.is_read_by_server = True
        super().connection_made(transport)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        one: Any = _InOnePiece(app, cycle, self)  # Its messages are ASGI's, of no narrower type.
        super()._start_asgi_task(cycle, one)

    def answer_at_once(self) -> bool:
        """Send the answer to the request whose head has come, if it is cached."""
        if self._cache is None:
            return False
        path, _, query_string = self.url.partition(b"?")
        cached = self._cache.peek((path, query_string))
        if cached is None or not self._is_ordinary():
            return False
        method = self.parser.get_method().decode("ascii")
        exchange = Exchange(method, (path, query_string), self.headers)
        if not exchange.conditions.takes_json:
            return False
        response = cached.available(exchange.conditions)
        if response is None:
            return False
        self._cache.touch(exchange.address)
        self._send(exchange, response)
        return True

    def _is_ordinary(self) -> bool:
        """Return whether this protocol may answer the request, without uvicorn's help."""
        cycle, parser = self.cycle, self.parser
        return (
            self._is_plain
            # Responses are sent in the order of their requests.
            and (cycle is None or cycle.response_complete)
            and not self.flow.write_paused
            and not self.transport.is_closing()
            and parser.should_keep_alive()
            and not parser.should_upgrade()
            and parser.get_method() in (b"GET", b"HEAD")
        )

    def _send(self, exchange: Exchange, response: Response) -> None:
        exchange.status, exchange.size = response.status, len(response.body)
        body = b"" if exchange.method == "HEAD" else response.body
        self.write_whole(
            response.status, b"%bx-request-id: %b\r\n" % (response.head, exchange.id), body
        )
        self.cycle = _ANSWERED
        self.on_response_complete()
        exchange.log()

    def write_whole(self, status: int, head: bytes, body: bytes) -> None:
        """Write an answer in one piece: each write is a system call, and wakes the client."""
        headers, lines = ReadoutProtocol._default_head
        if headers is not self.server_state.default_headers:
            headers = self.server_state.default_headers
            lines = head_of(headers)
            ReadoutProtocol._default_head = headers, lines
        self.transport.write(b"%b%b%b\r\n%b" % (STATUS_LINE[status], lines, head, body))


class _InOnePiece:
    """An application whose answer to one request is sent in one piece, if its body comes whole."""

    __slots__ = ("_app", "_cycle", "_protocol", "_start")

    def __init__(
        self, app: ASGIApp, cycle: RequestResponseCycle, protocol: ReadoutProtocol
    ) -> None:
        self._app, self._cycle, self._protocol = app, cycle, protocol
        self._start: Message | None = None

    async def __call__(self, scope: Scope, receive: Receive, _send: Send) -> None:
        await self._app(scope, receive, self._take)
        if self._start is not None:  # No body came: uvicorn reports that.
            await self._send(self._start)

    async def _take(self, message: Message) -> None:
        """Hold back the head, to send it with the body or just before the first piece of it."""
        start, self._start = self._start, None
        if start is None:
            if message["type"] == "http.response.start":
                self._start = {**message, "headers": list(message.get("headers", ()))}
            else:
                await self._send(message)
        elif not self._is_sent_whole(start, message):
            await self._send(start)
            await self._send(message)

    async def _send(self, message: Message) -> None:
        await self._cycle.send(message)  # type: ignore[arg-type] # uvicorn types each kind.

    def _is_sent_whole(self, start: Message, message: Message) -> bool:
        """Send an answer and return True, unless uvicorn has to send it."""
        cycle, status, body = self._cycle, start["status"], message.get("body", b"")
        is_head = cycle.scope["method"] == "HEAD"
        if (
            message["type"] != "http.response.body"
            or message.get("more_body", False)
            or cycle.response_started
            or cycle.disconnected
            or not cycle.keep_alive
            or cycle.access_log
            or cycle.flow.write_paused
        ):
            return False
        written = WrittenHeaders.of(start) or _written(start["headers"])
        if written is None:
            return False
        length = written.length
        if length is None:
            has_length = status in _WITHOUT_BODY and not body
        else:
            has_length = length.isdigit() if is_head else length == b"%d" % len(body)
        if not has_length:
            return False
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        self._protocol.write_whole(status, written.lines, b"" if is_head else body)
        cycle.message_event.set()
        cycle.on_response()
        return True


_WITHOUT_BODY = (204, 304)


def _written(headers: Headers) -> WrittenHeaders | None:
    """Write headers as uvicorn would; return None if it has to write them itself."""
    try:
        lines, length = write_headers(headers)
    except ValueError:
        return None
    return WrittenHeaders(tuple(headers), lines, length, are_complete=False)
