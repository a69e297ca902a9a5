"""Aborting connections, so that a client does not take a partial answer for a complete one."""

import asyncio
import socket
import struct
from typing import Any

ABORT = "readout.abort"
"""The key of the ASGI scope extension by which Readout's protocol lets a connection be aborted."""

_RESET = struct.pack("ii", 1, 0)
"""Do not linger when the connection is closed: reset it."""


def extensions_of(transport: asyncio.Transport) -> dict[str, Any]:
    """Return the ASGI scope extensions for the connection of a transport."""

    def abort() -> None:
        # An orderly close would look like a complete answer to an HTTP/1.0 client.
        connection = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        transport.abort()

    return {ABORT: abort}
