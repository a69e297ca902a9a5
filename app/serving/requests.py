"""What every request gets: an id, a line in the log, CORS headers, and a problem if it fails."""

import logging
import re
import time
import uuid

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.serving.problems import MethodNotAllowed, problem_response

access_log = logging.getLogger("readout.access")
error_log = logging.getLogger("readout.error")

# Sent on every answer, whether or not the request has an Origin, so that an answer which a shared
# cache keeps for one reader is right for all others.
CORS_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, X-Request-ID",
}
_PREFLIGHT_HEADERS = {
    **CORS_HEADERS,
    "Allow": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, If-None-Match, X-Request-ID",
    "Access-Control-Max-Age": "86400",
    "Content-Length": "0",
}
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")


class Requests:
    """The outermost layer, pure ASGI: nothing that happens inside escapes it."""

    def __init__(self, app: ASGIApp, root_path: str = "") -> None:
        """Take the application inside, and the path under which a proxy serves it."""
        self._app = app
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._root_path:
            scope["root_path"] = self._root_path
        await _Request(self._app, scope, receive, send).answer()


class _Request:
    """One request on its way through."""

    def __init__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        self._app, self._receive, self._send = app, receive, send
        self._method: str = scope["method"]
        self._id = _request_id(scope)
        self._status = 0
        self._size = 0
        self._started = time.perf_counter()
        # Inside, HEAD is GET: both have the same headers, and only this layer drops the body.
        inner_method = "GET" if self._method == "HEAD" else self._method
        state = {**scope.get("state", {}), "request_id": self._id}
        self._scope: Scope = {**scope, "method": inner_method, "state": state}

    async def answer(self) -> None:
        try:
            if self._method == "OPTIONS":
                await self._preflight()
            elif self._method not in ("GET", "HEAD"):
                raise MethodNotAllowed(f"{self._method} is not served; read with GET or HEAD")
            else:
                await self._app(self._scope, self._receive, self._forward)
        except Exception as error:  # noqa: BLE001, RUF100 - the last resort: all else is a 500 without a word
            await self._fail(error)
        finally:
            self._log()

    async def _preflight(self) -> None:
        headers = [(k.lower().encode(), v.encode()) for k, v in _PREFLIGHT_HEADERS.items()]
        await self._forward({"type": "http.response.start", "status": 204, "headers": headers})
        await self._forward({"type": "http.response.body", "body": b""})

    async def _fail(self, error: Exception) -> None:
        response = problem_response(error, self._scope)
        if response.status_code >= 500:
            _log_failure(error, self._id)
        if self._status:
            raise error  # The answer has begun; the server cuts the connection.
        await response(self._scope, self._receive, self._forward)

    async def _forward(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self._id
            headers["X-Content-Type-Options"] = "nosniff"
            # The documentation changes with the next release, whenever that is.
            headers.setdefault("Cache-Control", "no-cache")
            headers.update(CORS_HEADERS)
        elif message["type"] == "http.response.body":
            self._size += len(message.get("body", b""))
            if self._method == "HEAD":
                message = {**message, "body": b""}
        await self._send(message)

    def _log(self) -> None:
        query = self._scope["query_string"]
        target = self._scope.get("raw_path", self._scope["path"].encode())
        if query:
            target += b"?" + query
        access_log.info(
            "%s %s %d %dB %.1fms request_id=%s",
            self._method,
            target.decode("latin-1").encode("unicode_escape").decode(),
            self._status,
            0 if self._method == "HEAD" else self._size,
            (time.perf_counter() - self._started) * 1000,
            self._id,
        )


def _request_id(scope: Scope) -> str:
    """Return the id that the client or a proxy gave the request, if it is one; else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
            return str(value.decode())
    return uuid.uuid4().hex


def _log_failure(error: Exception, request_id: str) -> None:
    """Write one line: what failed, where in the code, and in which request."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "unknown"
    cause = error.__cause__ or error
    error_log.error(
        "%s at %s request_id=%s", repr(cause).encode("unicode_escape").decode(), where, request_id
    )
