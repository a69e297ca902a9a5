"""Bare uvicorn: an ASGI application that sends bytes it was given, and does nothing else."""

import os
import pickle
from pathlib import Path
from typing import Any

BODIES_VARIABLE = "BARE_BODIES"

Start = dict[str, Any]


def write_bodies(path: Path, bodies: dict[bytes, bytes]) -> None:
    """Write the bodies to send, by query string."""
    path.write_bytes(pickle.dumps(bodies))


def create_app() -> Any:
    """Return the application, with the bodies from the file that the environment names."""
    given: dict[bytes, bytes] = pickle.loads(  # noqa: S301 - written by `write_bodies`
        Path(os.environ[BODIES_VARIABLE]).read_bytes()
    )
    answers = {
        query_string: (
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [
                    (b"content-type", b"application/json"),
                    (b"content-length", b"%d" % len(body)),
                ],
            },
            {"type": "http.response.body", "body": body},
        )
        for query_string, body in given.items()
    }

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        start, body = answers[scope["query_string"]]
        await send(start)
        await send(body)

    return app
