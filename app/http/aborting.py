"""Connections that are cut off, so that the client cannot take what it has for the whole."""

import asyncio
import socket
import struct
from typing import Any

ABORT = "readout.abort"
"""The extension of ASGI's scope by which Readout's protocol lets a connection be aborted."""

_RESET = struct.pack("ii", 1, 0)
"""Do not linger when the connection is closed: reset it."""


def extensions_of(transport: asyncio.Transport) -> dict[str, Any]:
    """Return what a scope has for the connection of a transport."""

    def abort() -> None:
        # Closed in order, what was sent to a client of HTTP/1.0 would seem to be all there is.
        connection = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        transport.abort()

    return {ABORT: abort}
