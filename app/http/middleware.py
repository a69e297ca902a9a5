"""The middleware in front: request id, log line, CORS, cached answers, and problems for failures.

Pure ASGI, and the outermost of Readout's own layers. Behind it are FastAPI's routes.
"""

import asyncio
import itertools
import logging
import re
import secrets
import time
from collections.abc import Callable, Iterable

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.aborting import ABORT
from app.http.cache import Address, ResponseCache
from app.http.conditional import Conditions
from app.http.metrics import Metrics
from app.http.problems import Refusal, method_not_allowed, problem_response, unavailable
from app.http.responses import (
    COMMON_HEADERS,
    COMMON_NAMES,
    Header,
    Headers,
    Response,
    SharedHeaders,
    WrittenHeaders,
)

access_log = logging.getLogger("readout.access")
error_log = logging.getLogger("readout.error")

_PREFLIGHT_HEADERS = [
    (b"allow", b"GET, HEAD, OPTIONS"),
    (b"access-control-allow-methods", b"GET, HEAD, OPTIONS"),
    (b"access-control-max-age", b"86400"),
    (b"vary", b"Access-Control-Request-Headers"),
    (b"content-length", b"0"),
]
_HEADER_NAMES = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~, -]{1,2000}")
_SHARED = SharedHeaders(COMMON_HEADERS)
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")

# Ids need to be unique, not secret: one random part a process, and a count.
_PROCESS = secrets.token_hex(6).encode()
_COUNT = itertools.count(1)

MAX_LOGGED_TARGET = 500
"""The log line has at most this many bytes of an address."""


def new_request_id() -> bytes:
    """Return an id that no other request has."""
    return b"%b-%x" % (_PROCESS, next(_COUNT))


class Exchange:
    """One request and what becomes of it, for the log."""

    __slots__ = ("address", "conditions", "id", "method", "reads", "size", "started", "status")

    def __init__(self, method: str, address: Address, headers: Headers) -> None:
        """Take the method, address and headers of a request that has just come.

        `reads` says whether its method is one that may be answered from the cache.
        """
        self.started = time.perf_counter()
        self.method, self.address = method, address
        self.reads = method == "GET" or method == "HEAD"
        self.conditions = Conditions(headers)
        given = self.conditions.request_id
        fit = given and _REQUEST_ID.fullmatch(given)
        self.id = given if fit else new_request_id()
        self.status = 0
        self.size = 0

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.perf_counter() - self.started

    def log(self) -> None:
        """Write the line of the request."""
        if not access_log.isEnabledFor(logging.INFO):
            return
        target, query_string = self.address
        if query_string:
            target += b"?" + query_string
        shown = target[:MAX_LOGGED_TARGET].decode("latin-1").encode("unicode_escape").decode()
        fields = {
            "method": self.method,
            "target": shown + ("…" if len(target) > MAX_LOGGED_TARGET else ""),
            "status": self.status,
            "bytes": 0 if self.method == "HEAD" else self.size,
            "milliseconds": round(self.seconds * 1000, 1),
            "request_id": self.id.decode(),
        }
        access_log.info(
            "%(method)s %(target)s %(status)d %(bytes)dB %(milliseconds).1fms"
            " request_id=%(request_id)s",
            fields,
            extra={"fields": fields},
        )


class EdgeMiddleware:
    """Answers from the cache where it can, and passes on all else; no failure escapes it."""

    def __init__(
        self,
        app: ASGIApp,
        cache: ResponseCache,
        metrics: Metrics,
        refusal_of: Callable[[Exception], Refusal],
        page_of: Callable[[Refusal, Scope], ASGIApp | None],
        root_path: str = "",
    ) -> None:
        """Take the application behind it, and a function that turns an exception into a refusal.

        `page_of` makes a page of a refusal for clients that prefer one, and returns None for
        others. `root_path` is the path under which a proxy serves Readout; without it, the
        server's.
        """
        self._app = app
        self._cache = cache
        self._metrics = metrics
        self._refusal_of = refusal_of
        self._page_of = page_of
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Servers need not set the raw path.
        path = scope.get("raw_path") or scope["path"].encode()
        exchange = Exchange(scope["method"], (path, scope["query_string"]), scope["headers"])
        state = scope.setdefault("state", {})
        state["request_id"], state["conditions"] = exchange.id.decode(), exchange.conditions
        state["is_head"] = exchange.method == "HEAD"
        scope["root_path"] = self._root_path or scope.get("root_path", "")
        if scope["root_path"]:
            _complete_path(scope)
        answers = _Answers(exchange, send)
        # Inside, HEAD is GET: both have the same headers, and `answers` drops the body.
        inner = {**scope, "method": "GET"} if exchange.method == "HEAD" else scope
        # Other formats share these addresses: unless it is surely JSON, the routes negotiate.
        is_cacheable = exchange.reads and exchange.conditions.takes_json
        cached = self._cache.get(exchange.address) if is_cacheable else None
        try:
            if cached is not None:
                response = await cached.for_client(exchange.conditions)
                self._cache.recount(exchange.address, cached)
                await response(scope, receive, answers)
            elif exchange.reads:
                await self._app(inner, receive, answers)
            elif exchange.method == "OPTIONS":
                await _preflight(scope["headers"])(scope, receive, answers)
            else:
                refusal = method_not_allowed(exchange.method)
                await self._refuse(refusal, scope, receive, answers)
        except ClientDisconnect:
            pass  # Nobody waits for an answer; the line in the log has no status.
        except asyncio.CancelledError:
            # Servers cancel unfinished requests when they have to stop.
            if exchange.status:
                raise
            refusal = unavailable("The service is stopping; ask again in a while.", "stopping")
            await self._refuse(refusal, scope, receive, answers)
        except Exception as error:
            await self._fail(error, scope, receive, answers)
        finally:
            exchange.log()
            if cached is None and exchange.status:
                self._metrics.count(inner, exchange.method, exchange.status, exchange.seconds)

    async def _refuse(
        self, refusal: Refusal, scope: Scope, receive: Receive, answers: "_Answers"
    ) -> None:
        response: ASGIApp | None = self._page_of(refusal, scope)
        if response is None:
            response = problem_response(refusal, scope["path"], scope["state"]["request_id"])
        await response(scope, receive, answers)

    async def _fail(
        self, error: Exception, scope: Scope, receive: Receive, answers: "_Answers"
    ) -> None:
        refusal = self._refusal_of(error)
        if refusal.status >= 500:
            _log_failure(error, answers.exchange.id)
        if answers.exchange.status:
            # The answer has begun. It must not look complete, as it would to an HTTP/1.0 client
            # after an orderly close.
            abort = scope.get("extensions", {}).get(ABORT)
            if abort is None:
                raise error  # Then the server sees that it is incomplete, and closes it.
            abort()
            await asyncio.sleep(0)  # Let the server notice first, or it would log the error, too.
            return
        await self._refuse(refusal, scope, receive, answers)


class _Answers:
    """Sends the messages of an answer with the common headers; notes its status and size."""

    __slots__ = ("_send", "exchange")

    def __init__(self, exchange: Exchange, send: Send) -> None:
        self.exchange, self._send = exchange, send

    async def __call__(self, message: Message) -> None:
        exchange = self.exchange
        if message["type"] == "http.response.start":
            exchange.status = message["status"]
            request_id = (b"x-request-id", exchange.id)
            written = WrittenHeaders.of(message)
            if written is not None and written.are_complete:
                message = {**message, **written.with_header(request_id).message(exchange.status)}
            else:
                message = {**message, "headers": [*_completed(message["headers"]), request_id]}
        elif message["type"] == "http.response.body":
            exchange.size += len(message.get("body", b""))
            if exchange.method == "HEAD":
                message = {**message, "body": b""}
        await self._send(message)


def _completed(headers: Iterable[Header]) -> Headers:
    """Return headers, completed by those that all answers have."""
    given = [*headers]
    own = {name for name, _ in given}
    if not own.issuperset(COMMON_NAMES):
        given += [header for header in COMMON_HEADERS if header[0] not in own]
    if b"cache-control" not in own:
        # The documentation changes with the next release, whenever that is.
        given.append((b"cache-control", b"no-cache"))
    return given


def _preflight(headers: Headers) -> Response:
    """Return the answer to a CORS preflight: a page may send any header."""
    wanted = b", ".join(
        value for name, value in headers if name == b"access-control-request-headers"
    )
    # Not every browser takes `*` for all, and it never includes Authorization.
    allowed = wanted if _HEADER_NAMES.fullmatch(wanted) else b"*, Authorization"
    own = [(b"access-control-allow-headers", allowed), *_PREFLIGHT_HEADERS]
    return Response(204, own, _SHARED)


def _complete_path(scope: Scope) -> None:
    """Make the path begin with the root path, as in ASGI, also behind a proxy that strips it."""
    root_path, path = scope["root_path"], scope["path"]
    if path != root_path and not path.startswith(f"{root_path}/"):
        scope["path"] = root_path + path


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
        extra={"fields": {"request_id": request_id.decode()}},
    )
