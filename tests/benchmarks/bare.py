"""Bare uvicorn: an ASGI application that sends bytes it was given, and does nothing else."""

import os
import pickle
from pathlib import Path
from typing import Any

ANSWERS_VARIABLE = "BARE_ANSWERS"

Headers = list[tuple[bytes, bytes]]
Answers = dict[bytes, tuple[Headers, bytes]]
"""Headers and bodies, by query string."""


def write_answers(path: Path, answers: Answers) -> None:
    """Write the answers to send."""
    path.write_bytes(pickle.dumps(answers))


def create_app() -> Any:
    """Return the application, with the answers from the file that the environment names."""
    given: Answers = pickle.loads(  # noqa: S301 - written by `write_answers`
        Path(os.environ[ANSWERS_VARIABLE]).read_bytes()
    )
    answers = {
        query_string: (
            {"type": "http.response.start", "status": 200, "headers": headers},
            {"type": "http.response.body", "body": body},
        )
        for query_string, (headers, body) in given.items()
    }

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        start, body = answers[scope["query_string"]]
        await send(start)
        await send(body)

    return app
