"""What every request gets: an id, a line in the log, CORS headers, and a problem if it fails.

This is the outermost layer, pure ASGI. Answers that are kept are given here, before anything else
is looked at.
"""

import itertools
import logging
import re
import secrets
import time
from typing import Any, Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.answers import Answer, Conditions
from app.http.cache import Address, AnswerStore
from app.http.metrics import Metrics
from app.http.problems import MethodNotAllowed, problem_response
from app.http.responses import COMMON_HEADERS, Response, SharedHeaders

access_log = logging.getLogger("readout.access")
error_log = logging.getLogger("readout.error")

REQUESTS = "readout.requests"
"""Where the application's lifespan leaves its outermost layer for the server to find."""

BEGUN = "readout.request"
"""Where in its scope a server leaves a request that it has let begin."""

_PREFLIGHT_HEADERS = [
    (b"allow", b"GET, HEAD, OPTIONS"),
    (b"access-control-allow-methods", b"GET, HEAD, OPTIONS"),
    (b"access-control-allow-headers", b"Accept, If-None-Match, X-Request-ID"),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
]
_HEADERS_OF_PROBLEMS = SharedHeaders(COMMON_HEADERS)
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")

# Ids need to be unique, not secret: one random part a process, and a count.
_PROCESS = secrets.token_hex(6).encode()
_COUNT = itertools.count(1)


class Request:
    """One request while it is answered, and what has been found for it so far.

    `response` is there once it can be sent. `kept` is the answer that the store has, `asked` and
    `answer` are what the data has been asked and has answered; `is_data` tells whether it is asked.
    """

    __slots__ = (
        "address", "answer", "asked", "conditions", "id", "is_data", "kept", "method", "response",
        "scope", "started",
    )  # fmt: skip

    def __init__(self, scope: Scope) -> None:
        """Take the scope of a request that has just come."""
        self.started = time.perf_counter()
        self.scope = scope
        self.method: str = scope["method"]
        # Servers need not give the raw path.
        self.address: Address = (
            scope.get("raw_path") or scope["path"].encode(),
            scope["query_string"],
        )
        self.conditions = Conditions(scope["headers"])
        given = self.conditions.request_id
        fit = given and _REQUEST_ID.fullmatch(given)
        self.id = given if fit else b"%b-%x" % (_PROCESS, next(_COUNT))
        self.kept: Answer | None = None
        self.is_data = False
        self.asked: Any = None
        self.answer: Answer | None = None
        self.response: Response | None = None

    def name_in_scope(self) -> None:
        """Tell the application inside the id of this request."""
        self.scope.setdefault("state", {})["request_id"] = self.id.decode()


class Data(Protocol):
    """What answers the requests for data."""

    def find(self, scope: Scope) -> bool:
        """Return whether a request is for data; then its scope holds the route and parameters."""

    def begin(self, request: Request) -> Response | None:
        """Return the response to a request that was found, or None if others would have to wait.

        Raises what cannot be answered.
        """

    async def finish(self, request: Request) -> Response:
        """Return the response to a request that has begun; raise what cannot be answered."""


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

    def begin(self, scope: Scope) -> Request:
        """Return a request with its response, if that is kept or takes no longer than a moment.

        Whoever sends that response tells `done`.
        """
        request = Request(scope)
        if request.method == "GET" or request.method == "HEAD":
            try:
                request.response = self._begin(request)
            except Exception as error:
                request.response = _failed(request, error)
        return request

    def _begin(self, request: Request) -> Response | None:
        kept = request.kept = self._store.get(request.address)
        if kept is not None:
            return kept.at_hand(request.conditions)
        scope = request.scope
        scope["root_path"] = self._root_path or scope.get("root_path", "")
        request.is_data = self._data.find(scope)
        return self._data.begin(request) if request.is_data else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = scope.pop(BEGUN, None) or self.begin(scope)
        response = request.response
        if response is None:
            if request.kept is None and not request.is_data:
                await _Passed(self._app, request, receive, send).answer(self._metrics)
                return
            response = request.response = await self._finish(request)
        headers = [*response.headers, (b"x-request-id", request.id)]
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        body = b"" if request.method == "HEAD" else response.body
        await send({"type": "http.response.body", "body": body})
        self.done(request, response)

    async def _finish(self, request: Request) -> Response:
        try:
            if request.kept is None:
                return await self._data.finish(request)
            response = await request.kept.for_client(request.conditions)
            self._store.recount(request.address, request.kept)
            return response
        except Exception as error:
            return _failed(request, error)

    def done(self, request: Request, response: Response) -> None:
        """Count and log a request whose response has been sent."""
        try:
            if request.kept is None:
                seconds = time.perf_counter() - request.started
                self._metrics.count(request.scope, request.method, response.status, seconds)
            if access_log.isEnabledFor(logging.INFO):
                _log_access(request, response.status, len(response.body))
        except Exception as error:
            _log_failure(error, request.id)  # Nothing can be said to the client any more.


class _Passed:
    """A request on its way through the application, or that is refused before it comes there."""

    def __init__(self, app: ASGIApp, request: Request, receive: Receive, send: Send) -> None:
        self._app, self._receive, self._send = app, receive, send
        self._request = request
        self._method = request.method
        self._status = 0
        self._size = 0
        request.name_in_scope()
        # Inside, HEAD is GET: both have the same headers, and only this layer drops the body.
        self._scope = request.scope
        if self._method == "HEAD":
            self._scope = {**request.scope, "method": "GET"}

    async def answer(self, metrics: Metrics) -> None:
        try:
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
                _log_access(self._request, self._status, self._size)
            if self._status:
                seconds = time.perf_counter() - self._request.started
                metrics.count(self._scope, self._method, self._status, seconds)

    async def _preflight(self) -> None:
        headers = list(_PREFLIGHT_HEADERS)
        await self._forward({"type": "http.response.start", "status": 204, "headers": headers})
        await self._forward({"type": "http.response.body", "body": b""})

    async def _fail(self, error: Exception) -> None:
        response = _failed(self._request, error)
        if self._status:
            raise error  # The answer has begun; the server cuts the connection.
        status, headers = response.status, response.headers
        await self._forward({"type": "http.response.start", "status": status, "headers": headers})
        await self._forward({"type": "http.response.body", "body": response.body})

    async def _forward(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = message["headers"]
            if COMMON_HEADERS[0] not in headers:
                headers = [*headers, *COMMON_HEADERS]
            if not any(name == b"cache-control" for name, _ in headers):
                # The documentation changes with the next release, whenever that is.
                headers.append((b"cache-control", b"no-cache"))
            message = {**message, "headers": [*headers, (b"x-request-id", self._request.id)]}
        elif message["type"] == "http.response.body":
            self._size += len(message.get("body", b""))
            if self._method == "HEAD":
                message = {**message, "body": b""}
        await self._send(message)


def _failed(request: Request, error: Exception) -> Response:
    """Return the problem that is sent for an exception; what was not foreseen stands in the log."""
    request.name_in_scope()
    request.kept = None
    told = problem_response(error, request.scope)
    if told.status_code >= 500:
        _log_failure(error, request.id)
    return Response(told.status_code, told.raw_headers, _HEADERS_OF_PROBLEMS, bytes(told.body))


def _log_access(request: Request, status: int, size: int) -> None:
    target, query_string = request.address
    if query_string:
        target += b"?" + query_string
    access_log.info(
        "%s %s %d %dB %.1fms request_id=%s",
        request.method,
        target.decode("latin-1").encode("unicode_escape").decode(),
        status,
        0 if request.method == "HEAD" else size,
        (time.perf_counter() - request.started) * 1000,
        request.id.decode(),
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
