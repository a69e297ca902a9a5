"""Answers as they leave the service, byte for byte, with no client's help in between."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
from anyio.from_thread import BlockingPortal
from starlette.types import ASGIApp, Message, Receive

Header = tuple[bytes, bytes]


def receiver() -> Receive:
    """Return what a server gives for a request without a body, by a client that stays."""
    messages: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Message:
        if not messages:
            await asyncio.Event().wait()
        return messages.pop()

    return receive


@dataclass(frozen=True)
class Sent:
    """A status, the headers in their order, and the body."""

    status: int
    raw_headers: tuple[Header, ...]
    body: bytes

    @property
    def headers(self) -> httpx.Headers:
        return httpx.Headers(list(self.raw_headers))

    @property
    def whole(self) -> tuple[int, tuple[Header, ...], bytes]:
        """All of it but the id of the request, which is another for each."""
        headers = tuple(header for header in self.raw_headers if header[0] != b"x-request-id")
        return self.status, headers, self.body


def ask(
    portal: BlockingPortal,
    app: ASGIApp,
    path: str,
    method: str = "GET",
    headers: Iterable[tuple[str, str]] = (),
    **scope: Any,
) -> Sent:
    """Return the answer to a request; `scope` says what else the server tells the app, or not."""
    return portal.call(partial(_ask, app, path, method, list(headers), scope))


async def _ask(
    app: ASGIApp, path: str, method: str, headers: list[tuple[str, str]], scope: dict[str, Any]
) -> Sent:
    messages: list[Any] = []

    async def send(message: Any) -> None:
        messages.append(message)

    address, _, query = path.partition("?")
    told = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
        "scheme": "http", "path": address, "raw_path": address.encode(), "root_path": "",
        "query_string": query.encode(), "client": None, "server": ("readout.test", 80),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
        **scope,
    }  # fmt: skip
    await app({name: value for name, value in told.items() if value is not ...}, receiver(), send)
    start, *parts = messages
    body = b"".join(part["body"] for part in parts)
    return Sent(start["status"], tuple(start["headers"]), body)
