"""A connection, bounded in everything that a client can make large, long or many.

Uvicorn's protocol limits neither the head of a request, nor the pipelined requests behind it, nor
the time a client takes. A refusal is a problem like all others, and is sent after the answers to
earlier requests.
"""

import asyncio
import re
from http import HTTPStatus
from typing import Any

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from app.http.aborting import extensions_of
from app.http.limits import Limits
from app.http.metrics import Metrics
from app.http.middleware import new_request_id
from app.http.problems import Refusal, problem_response
from app.http.refusals import (
    RequestRefused,
    bad_request,
    log_refusal,
    not_understood,
    too_many_bytes,
)
from app.http.responses import head_of
from app.http.timers import Timer

END_OF_HEAD = b"\r\n\r\n"
LINGER_SECONDS = 1.0
"""How long a refused client may go on sending, which is ignored, before the connection closes."""

MAX_PIECE = 4096
"""At most this many bytes are parsed before the number of requests is checked."""

_HOST = re.compile(
    rb"(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+(?::[0-9]{0,5})?"
    rb"|\[[0-9A-Fa-f:.]+\](?::[0-9]{0,5})?"
)


class BoundedProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """Take what uvicorn gives each connection."""
        super().__init__(config, server_state, app_state, _loop)
        self.ws_protocol_class = None  # No WebSockets, whatever is installed.
        self._limits: Limits = app_state.get("limits", _DEFAULT_LIMITS)
        self._metrics: Metrics | None = app_state.get("metrics")
        self._held = b""  # Received, and not parsed yet.
        self._head_bytes = 0  # Of the request being received.
        self._is_coming_in = self._is_head = False
        self._is_plain = False  # The request is HTTP/1.1 and announces no body.
        self._extensions: dict[str, Any] = {}
        self._good_host = b""  # The last valid one: most clients send no other.
        self._refusal: bytes | None = None  # To be sent after pending answers.
        self._request_timer = Timer(self.loop, self._limits.request_seconds, self._request_is_late)
        self._read_timer = Timer(self.loop, self._limits.read_seconds, self._abort)
        self._idle_timer = Timer(self.loop, self.timeout_keep_alive, self._close)

    # Called by the transport.

    def connection_made(  # type: ignore[override] # A stream's transport, as uvicorn narrows it.
        self, transport: asyncio.Transport
    ) -> None:
        """Begin to wait for a request, or refuse the connection if there are too many."""
        super().connection_made(transport)
        self._extensions = extensions_of(transport)
        if len(self.connections) > self._limits.connections:
            detail = "There are as many connections as there may be; try again in a while."
            self._refuse(
                Refusal(
                    HTTPStatus.SERVICE_UNAVAILABLE, detail, "urn:readout:problem:overloaded",
                    headers=[(b"retry-after", b"5")],
                )
            )  # fmt: skip
        else:
            self._request_timer.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop all waiting."""
        for timer in (self._request_timer, self._read_timer, self._idle_timer):
            timer.close()
        self._held = b""
        self.pipeline.clear()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in what a client sends."""
        if self._refusal is not None or self.transport.is_closing():
            return
        if self._held:
            self._held += data
        else:
            self._take_in(data)

    def pause_writing(self) -> None:
        """Wait for the client to read, but not for ever."""
        super().pause_writing()
        self._read_timer.set()

    def resume_writing(self) -> None:
        """Go on once the client has read."""
        super().resume_writing()
        self._read_timer.stop()
        if self.transport.is_closing():
            self._abort_unless_read()
        self._go_on_soon()

    # Called by the parser.

    def on_message_begin(self) -> None:
        """Begin to receive a request; the scope is made later, and only if uvicorn handles it."""
        self._idle_timer.stop()
        self.url, self.headers, self.expect_100_continue = b"", [], False
        self._is_coming_in = self._is_head = True

    def on_url(self, url: bytes) -> None:
        """Take a part of the address."""
        self.url += url
        if len(self.url) > self._limits.max_head_bytes:
            status = HTTPStatus.REQUEST_URI_TOO_LONG
            raise RequestRefused(too_many_bytes(status, "address", self._limits.max_head_bytes))

    def on_headers_complete(self) -> None:
        """Check the head of a request, and answer it."""
        if self._is_head_too_large():
            self._refuse_head()
        self._is_head = False
        self._head_bytes = 0
        version = self.parser.get_http_version()
        if version not in ("1.0", "1.1"):
            detail = f"HTTP/{version} is not spoken here; use HTTP/1.1"
            raise RequestRefused(Refusal(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, detail))
        host, hosts, has_body = b"", 0, False
        for name, value in self.headers:
            if name == b"host":
                host, hosts = value, hosts + 1
            elif name == b"content-length" or name == b"transfer-encoding":
                has_body = True
        if hosts != 1 and (hosts or version == "1.1"):
            raise RequestRefused(bad_request("a request needs exactly one Host header"))
        if host and host != self._good_host:
            if not _HOST.fullmatch(host):
                raise RequestRefused(bad_request("the Host header names no host"))
            self._good_host = host
        if not self.url.startswith(b"/"):
            self.url = _in_origin_form(self.url)
        self._is_plain = version == "1.1" and not has_body
        if not self.answer_at_once():
            self._begin_scope()
            super().on_headers_complete()

    def _begin_scope(self) -> None:
        """Have uvicorn make the scope, as when a request begins; restore what has come since."""
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.headers, self.expect_100_continue = url, headers, expects
        self.scope["headers"] = headers
        self.scope["extensions"] = self._extensions

    def answer_at_once(self) -> bool:
        """Send an answer that needs no task; return whether there is one."""
        return False

    def on_message_complete(self) -> None:
        """Note that the whole request is there."""
        self._is_coming_in = False
        self._request_timer.stop()
        super().on_message_complete()
        if self.cycle.response_complete:
            self._idle_timer.set()

    def on_response_complete(self) -> None:
        """Go on with the next request, or with the bytes held back until this answer.

        This replaces uvicorn's method, which sets a timer of the loop.
        """
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            self._abort_unless_read()
            return
        if self.flow.read_paused:
            self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif not self._is_coming_in:
            self._idle_timer.set()
        if self._refusal is not None:
            self._send_refusal_if_due()
        elif self._held:
            self.flow.pause_reading()
            self._go_on_soon()

    # How much is parsed.

    def _take_in(self, data: bytes) -> None:
        """Parse received bytes: as many requests as may wait; hold back the rest."""
        start, taken = 0, 0
        while start < len(data):
            if self._is_full() or taken >= self._limits.max_pipelined:
                self._held = data[start:]
                self.flow.pause_reading()
                if not self._is_full():  # Other connections get a turn first.
                    self._go_on_soon()
                return
            end = data.find(END_OF_HEAD, start, start + MAX_PIECE)
            end = min(len(data), start + MAX_PIECE) if end < 0 else end + len(END_OF_HEAD)
            if not self._parse(data if end - start == len(data) else data[start:end]):
                return
            start, taken = end, taken + 1
        # Bytes that begin no request, such as empty lines, leave all timers as they are.
        if self._is_coming_in and not self._request_timer.is_set:
            self._request_timer.set()

    def _parse(self, piece: bytes) -> bool:
        """Parse a piece; return whether parsing may go on."""
        try:
            if self._is_head or not self._is_coming_in:  # The parser does not count bytes.
                self._head_bytes += len(piece)
            self.parser.feed_data(piece)
            if self._is_head and self._is_head_too_large():
                self._refuse_head()
        except httptools.HttpParserCallbackError as error:
            refused = error.__context__
            if not isinstance(refused, RequestRefused):
                raise
            self._refuse(refused.refusal)
        except RequestRefused as refused:
            self._refuse(refused.refusal)
        except httptools.HttpParserUpgrade:
            return True  # No other protocol is spoken: the request was answered like any other.
        except httptools.HttpParserError:
            self._refuse(not_understood(piece))
        return self._refusal is None and not self.transport.is_closing()

    def _is_full(self) -> bool:
        return len(self.pipeline) >= self._limits.max_pipelined or self.flow.write_paused

    def _go_on_soon(self) -> None:
        if self._held:
            self.loop.call_soon(self._go_on)

    def _go_on(self) -> None:
        if not self._held or self._is_full() or self.transport.is_closing():
            return
        held, self._held = self._held, b""
        self.flow.resume_reading()
        self._take_in(held)

    def _is_head_too_large(self) -> bool:
        limits = self._limits
        return self._head_bytes > limits.max_head_bytes or len(self.headers) > limits.max_headers

    def _refuse_head(self) -> None:
        most, status = self._limits.max_headers, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        if len(self.headers) > most:
            raise RequestRefused(Refusal(status, f"a request may have {most} headers"))
        raise RequestRefused(too_many_bytes(status, "head", self._limits.max_head_bytes))

    # Timeouts.

    def _request_is_late(self) -> None:
        if self._is_coming_in and not self._is_head:
            # No answer needs the body, and a second answer would be taken for the next request's.
            if self.cycle.response_complete:
                self._close()
            else:
                self.cycle.keep_alive = False
        elif self._is_coming_in:
            detail = f"the request was not complete within {self._limits.request_seconds:g} seconds"
            self._refuse(Refusal(HTTPStatus.REQUEST_TIMEOUT, detail))
        elif self.cycle is None:
            self._close()

    def _abort(self) -> None:
        self.transport.abort()

    def _abort_unless_read(self) -> None:
        if self.transport.get_write_buffer_size() and not self._read_timer.is_set:
            self._read_timer.set()

    def _close(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()
            self._abort_unless_read()

    def _unset_keepalive_if_required(self) -> None:
        self._idle_timer.stop()  # Uvicorn calls this, and would stop a timer of the loop.

    # Refusals.

    def _refuse(self, refusal: Refusal) -> None:
        """Send a problem after all pending answers, and close the connection."""
        self._request_timer.stop()
        self._held = b""
        self.flow.pause_reading()
        path = self.url.partition(b"?")[0] if self.headers is not None else b""
        request_id = new_request_id()
        response = problem_response(
            refusal, path[:200].decode("ascii", "replace") or "/", request_id.decode()
        )
        client = f"{self.client[0]}:{self.client[1]}" if self.client else "a client"
        log_refusal(client, refusal, request_id)
        if self._metrics is not None:
            self._metrics.count_refused(refusal.status)
        self._refusal = b"%b%b%bconnection: close\r\nx-request-id: %b\r\n\r\n%b" % (
            STATUS_LINE[response.status],
            head_of(self.server_state.default_headers),
            response.head,
            request_id,
            response.body,
        )
        self._send_refusal_if_due()

    def _send_refusal_if_due(self) -> None:
        is_due = not self.pipeline and (self.cycle is None or self.cycle.response_complete)
        if is_due and self._refusal is not None and not self.transport.is_closing():
            self._idle_timer.stop()
            self.transport.write(self._refusal)
            # Closing with unread bytes would reset the connection, and the answer would be lost.
            if self.transport.can_write_eof():
                self.transport.write_eof()
            self.flow.resume_reading()
            self.loop.call_later(LINGER_SECONDS, self._close)


def _in_origin_form(url: bytes) -> bytes:
    """Return the path and query of an address that begins with a scheme and host."""
    if url == b"*":
        return url
    try:
        parsed = httptools.parse_url(url)
    except httptools.HttpParserInvalidURLError:
        raise RequestRefused(bad_request("the address is none that can be understood")) from None
    return (parsed.path or b"/") + (b"" if parsed.query is None else b"?" + parsed.query)


_DEFAULT_LIMITS = Limits()
