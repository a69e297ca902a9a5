"""Through how many functions a request passes: `python -m tests.benchmarks.chain`.

Counted are Readout's own, once the same was asked before and no answer is cached: those until the
store is asked for a page, and those of the store until it has found it.
"""

import asyncio
import sys
import tempfile
from pathlib import Path
from types import FrameType
from typing import Any

from app.ingest.loader import load
from app.main import create_app
from app.routers import answering
from app.settings import PROJECT, Settings
from app.store.engines import engine_of
from app.store.sql.store import SqlStore

PATH, QUERY_STRING = "/quotes", b"official=blinken&city=seoul"

Called = list[tuple[str, str]]
"""File and name of each function that was called, in order."""


async def _called(settings: Settings) -> Called:
    application = create_app(settings)
    answering.MAX_SECONDS_ON_LOOP = 60  # In a thread, nothing would be counted.
    calls: Called = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message.get("status", 200) != 200:
            raise RuntimeError(f"answered with {message['status']}")

    def note(frame: FrameType, event: str, _argument: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(str(PROJECT / "app")):
            calls.append((code.co_filename, code.co_qualname))
        elif event == "return" and code is SqlStore.page.__code__:
            calls.append(("", "found"))

    async with application.router.lifespan_context(application) as state:
        for _ in range(3):
            scope = {
                "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http",
                "root_path": "", "path": PATH, "raw_path": PATH.encode(),
                "query_string": QUERY_STRING, "headers": [], "state": dict(state or {}),
                "asgi": {"version": "3.0"},
            }  # fmt: skip
            calls.clear()
            sys.setprofile(note)
            try:
                await application(scope, receive, send)
            finally:
                sys.setprofile(None)
    return calls


def _counts(calls: Called) -> str:
    functions = {each for each in calls if not each[1].endswith(">")}
    files = {file for file, _ in calls}
    return f"{len(functions)} functions in {len(files)} files, {len(calls)} calls"


def main() -> None:
    """Print the counts."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "readout.db"
        engine_of(database).migrate(database)
        load(database, [PROJECT / "seed"])
        settings = Settings(database_url=f"sqlite:///{database}", cache_bytes=0)
        calls = asyncio.run(_called(settings))
    asked = next(at for at, (_, name) in enumerate(calls) if name == SqlStore.page.__qualname__)
    found = calls.index(("", "found"))
    print(f"until the store is asked: {_counts(calls[:asked])}")
    print(f"until it has found them: {_counts(calls[asked:found])}")


if __name__ == "__main__":
    main()
