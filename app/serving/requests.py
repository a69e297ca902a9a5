"""What every request gets: an id, a line in the log, CORS headers, and a problem if it fails.

This is the outermost layer, pure ASGI. Answers that are kept are given here, before anything else
is looked at.
"""

import itertools
import logging
import re
import secrets
import time
from typing import Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.serving.answers import COMMON_HEADERS, Conditions, Response
from app.serving.metrics import Metrics
from app.serving.problems import MethodNotAllowed, problem_response
from app.serving.store import Address, AnswerStore

access_log = logging.getLogger("readout.access")
error_log = logging.getLogger("readout.error")

_PREFLIGHT_HEADERS = [
    (b"allow", b"GET, HEAD, OPTIONS"),
    (b"access-control-allow-methods", b"GET, HEAD, OPTIONS"),
    (b"access-control-allow-headers", b"Accept, If-None-Match, X-Request-ID"),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
]
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")

# Ids need to be unique, not secret: one random part a process, and a count.
_PROCESS = secrets.token_hex(6).encode()
_COUNT = itertools.count(1)


class Data(Protocol):
    """What answers the requests for data."""

    def find(self, scope: Scope) -> bool:
        """Return whether a request is for data; then its scope holds the route and parameters."""

    async def answer(self, scope: Scope, address: Address, conditions: Conditions) -> Response:
        """Return the answer to a request that was found; raise what cannot be answered."""


class Requests:
    """The outermost layer: nothing that happens inside escapes it."""

    def __init__(
        self, app: ASGIApp, data: Data, store: AnswerStore, metrics: Metrics, root_path: str = ""
    ) -> None:
        """Take the application, what answers for data, and the path under which a proxy serves."""
        self._app = app
        self._data = data
        self._store = store
        self._metrics = metrics
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        conditions = Conditions(scope["headers"])
        if not conditions.request_id or not _REQUEST_ID.fullmatch(conditions.request_id):
            conditions.request_id = b"%b-%x" % (_PROCESS, next(_COUNT))
        address = _address_of(scope)
        method = scope["method"]
        response: Response | None = None
        failure: Exception | None = None
        if method == "GET" or method == "HEAD":
            answer = self._store.get(address)
            if answer is not None:
                response = answer.at_hand(conditions)
                if response is None:
                    response = await answer.for_client(conditions)
                    self._store.recount(address, answer)
            else:
                scope["root_path"] = self._root_path or scope.get("root_path", "")
                if self._data.find(scope):
                    try:
                        response = await self._data.answer(scope, address, conditions)
                    except Exception as error:
                        failure = error
        if response is None:
            request = _Request(self._app, scope, receive, send, conditions.request_id, started)
            await request.answer(self._metrics, failure)
            return
        status, headers, body = response
        if method == "HEAD":
            body = b""
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [*headers, (b"x-request-id", conditions.request_id)],
            }
        )
        await send({"type": "http.response.body", "body": body})
        if answer is None:
            seconds = time.perf_counter() - started
            self._metrics.count(scope, method, status, seconds)
        if access_log.isEnabledFor(logging.INFO):
            _log_access(method, address, status, len(body), started, conditions.request_id)


class _Request:
    """One request on its way through the application, or that failed before it came there."""

    def __init__(
        self,
        app: ASGIApp,
        scope: Scope,
        receive: Receive,
        send: Send,
        request_id: bytes,
        started: float,
    ) -> None:
        self._app, self._receive, self._send = app, receive, send
        self._address = _address_of(scope)
        self._method: str = scope["method"]
        self._id = request_id
        self._status = 0
        self._size = 0
        self._started = started
        scope.setdefault("state", {})["request_id"] = request_id.decode()
        # Inside, HEAD is GET: both have the same headers, and only this layer drops the body.
        if self._method == "HEAD":
            scope = {**scope, "method": "GET"}
        self._scope = scope

    async def answer(self, metrics: Metrics, failure: Exception | None) -> None:
        try:
            if failure is not None:
                raise failure
            if self._method == "OPTIONS":
                await self._preflight()
            elif self._method not in ("GET", "HEAD"):
                raise MethodNotAllowed(f"{self._method} is not served; read with GET or HEAD")
            else:
                await self._app(self._scope, self._receive, self._forward)
        except Exception as error:
            # The last resort: whatever was not foreseen is a 500 that says nothing of itself.
            await self._fail(error)
        finally:
            if access_log.isEnabledFor(logging.INFO):
                size = 0 if self._method == "HEAD" else self._size
                _log_access(
                    self._method, self._address, self._status, size, self._started, self._id
                )
            if self._status:
                seconds = time.perf_counter() - self._started
                metrics.count(self._scope, self._method, self._status, seconds)

    async def _preflight(self) -> None:
        headers = list(_PREFLIGHT_HEADERS)
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
            headers = message["headers"]
            if COMMON_HEADERS[0] not in headers:
                headers = [*headers, *COMMON_HEADERS]
            if not any(name == b"cache-control" for name, _ in headers):
                # The documentation changes with the next release, whenever that is.
                headers.append((b"cache-control", b"no-cache"))
            message = {**message, "headers": [*headers, (b"x-request-id", self._id)]}
        elif message["type"] == "http.response.body":
            self._size += len(message.get("body", b""))
            if self._method == "HEAD":
                message = {**message, "body": b""}
        await self._send(message)


def _address_of(scope: Scope) -> Address:
    # Servers need not give the raw path.
    return scope.get("raw_path") or scope["path"].encode(), scope["query_string"]


def _log_access(
    method: str, address: Address, status: int, size: int, started: float, request_id: bytes
) -> None:
    target, query_string = address
    if query_string:
        target += b"?" + query_string
    access_log.info(
        "%s %s %d %dB %.1fms request_id=%s",
        method,
        target.decode("latin-1").encode("unicode_escape").decode(),
        status,
        size,
        (time.perf_counter() - started) * 1000,
        request_id.decode(),
    )


def _log_failure(error: Exception, request_id: bytes) -> None:
    """Write one line: what failed, where in the code, and in which request."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "unknown"
    cause = error.__cause__ or error
    error_log.error(
        "%s at %s request_id=%s",
        repr(cause).encode("unicode_escape").decode(),
        where,
        request_id.decode(),
    )
