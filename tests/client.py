"""The service as a client meets it, over httpx, and the database beneath it, watched."""

import asyncio
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, unquote_to_bytes, urlencode, urlsplit

import httpx
from anyio.from_thread import BlockingPortal

from app.domain.collections import RESOURCES
from app.main import create_app
from app.routers.answering import Services
from app.settings import Settings
from app.store.base import DatabaseUnavailable
from app.store.engines import Database
from app.store.postgres.snapshot import PostgresSnapshot
from app.store.postgres.snapshot import ServedDatabase as ServedHosts
from app.store.postgres.store import PostgresStore
from app.store.sql.memory import Memory
from app.store.sqlite.snapshot import ServedDatabase, _Thread
from app.store.sqlite.store import SqliteStore
from tests.asgi import receiver

_NO_STATEMENTS = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "--")
_INSIDE_SEARCH = "'main'.'search_"
"""In what SQLite's full-text search asks its own tables while it runs one statement."""

MakeDatabase = Callable[..., Any]
"""Takes made-up trips; returns a database they were loaded into."""

MakeClient = Callable[..., "Client"]
"""Takes made-up trips or a database, and settings; returns a client of the service over them."""

SEEDED = [name for name in RESOURCES if name != "organizations"]
"""The collections of which the seeded trip has records: its source names no organization."""

SEEDED_RECORDS = [f"/{name}/{RESOURCES[name].example_id}" for name in SEEDED]
"""The address of one record of each."""


class WatchedDatabase(ServedDatabase):
    """A served database that notes the statements run on it, and closes all it opened."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path
        self.statements: list[str] = []
        self._opened: list[sqlite3.Connection] = []

    def _connect(self) -> sqlite3.Connection:
        connection = super()._connect()
        connection.set_trace_callback(self._note)
        self._opened.append(connection)
        return connection

    def _note(self, statement: str) -> None:
        if not statement.startswith(_NO_STATEMENTS) and _INSIDE_SEARCH not in statement:
            self.statements.append(statement)

    @property
    def memory(self) -> Memory:
        """What is remembered of the revision being served."""
        return self._memory[1]

    def close_all(self) -> None:
        for connection in self._opened:
            connection.close()
        self._opened.clear()

    def forget(self) -> None:
        """Begin anew, with no connection and nothing remembered."""
        self.close_all()
        self._local = _Thread()
        self._memory = ((0, ""), Memory())


class WatchedHosts(ServedHosts):
    """The same on PostgreSQL."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.path = url
        self.statements: list[str] = []
        self.asked: Counter[str] = Counter()

    def _begin(self, deadline: Any) -> Any:
        begun = super()._begin(deadline)
        self.asked[begun[0].name] += 1
        return begun

    def _snapshot(self, *given: Any, **options: Any) -> PostgresSnapshot:
        snapshot, statements = super()._snapshot(*given, **options), self.statements

        def rows(statement: str, parameters: Any = ()) -> list[tuple[Any, ...]]:
            statements.append(statement)
            return PostgresSnapshot.rows(snapshot, statement, parameters)

        snapshot.rows = rows  # type: ignore[method-assign]
        return snapshot

    @property
    def memory(self) -> Memory:
        """What is remembered of the revision being served."""
        return self._memory[1]

    def close_all(self) -> None:
        self.hosts.stop()

    def forget(self) -> None:
        """Begin anew, with no connection and nothing remembered."""
        self.hosts.stop()
        self._memory = ((None, ""), Memory())


class Client:
    """A client of an app over one database; it waits for each answer.

    Unless `cache_bytes` says otherwise, no answer is kept, so that each is worked out anew.
    """

    database: Any
    """The served database: `WatchedDatabase`, or `WatchedHosts`."""

    url: str
    """The same as the setting names it."""

    def __init__(self, portal: BlockingPortal, database: Database, **settings: Any) -> None:
        url = database if isinstance(database, str) else f"sqlite:///{database}"
        if isinstance(database, str):
            # Its host shares the machine with the tests, and is asked on no loop.
            settings = {"query_seconds": 20.0, **settings}
        self.url = url
        settings = {"database_url": url, "cache_bytes": 0, **settings}
        with (
            patch("app.store.sqlite.store.ServedDatabase", WatchedDatabase),
            patch("app.store.postgres.store.ServedDatabase", WatchedHosts),
        ):
            self.app = create_app(Settings(**settings))
        services: Services = self.app.state.services
        self.cache = services.cache
        assert isinstance(services.store, SqliteStore | PostgresStore)
        assert isinstance(services.store.database, WatchedDatabase | WatchedHosts)
        self.database = services.store.database
        self._portal = portal
        portal.call(services.store.prepare_loop)  # As for any thread that an event loop runs in.
        with suppress(DatabaseUnavailable):
            services.store.revision()
        self._http = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url="http://readout.test"
        )

    def forget(self) -> None:
        """Let the service begin anew, with nothing remembered of its database."""
        self.database.forget()

    def look(self) -> None:
        """Let the service see which revision it serves, in all the threads that answer."""
        assert self.get("/readyz").status_code == 200
        assert self.get("/trips/no-such-trip").status_code == 404

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self._portal.call(partial(self._http.request, method, path, **options))

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def head(self, path: str, **options: Any) -> httpx.Response:
        return self.request("HEAD", path, **options)

    def raw(self, path: str, query_string: bytes = b"", method: str = "GET") -> tuple[int, bytes]:
        """Return status and body as they leave the service, without httpx's help in between."""
        status, _, body = self.exchanged(path.encode(), query_string, method)
        return status, body

    def exchanged(
        self,
        raw_path: bytes,
        query_string: bytes = b"",
        method: str = "GET",
        headers: Sequence[tuple[bytes, bytes]] = (),
    ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """Return the same with the headers, of a request as a server passes it on."""
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        scope: dict[str, Any] = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
            "scheme": "http", "path": unquote_to_bytes(raw_path).decode("utf-8", "replace"),
            "raw_path": raw_path, "root_path": "", "query_string": query_string,
            "headers": list(headers), "client": None, "server": ("readout.test", 80),
        }  # fmt: skip
        self._portal.call(self.app, scope, receiver(), send)
        body = b"".join(part.get("body", b"") for part in sent[1:])
        return sent[0]["status"], sent[0]["headers"], body

    def ask(self, collection: str, *pairs: tuple[str, str], **parameters: str) -> "Answer":
        """Return a list that must be answered, with the ids on this page."""
        query = urlencode([*pairs, *parameters.items()])
        response = self.get(f"/{collection}?{query}" if query else f"/{collection}")
        assert response.status_code == 200, (query, response.text)
        return Answer(response)

    def ids(self, collection: str, *pairs: tuple[str, str], **parameters: str) -> list[str]:
        """Return the ids of a list that fits on one page, and see that its total says so."""
        answer = self.ask(collection, *pairs, limit="200", **parameters)
        assert answer.next is None
        assert answer.total == len(answer.ids)
        return answer.ids

    def pages(self, collection: str, *pairs: tuple[str, str]) -> Iterator["Answer"]:
        """Walk all pages of a list by following `next`."""
        answer = self.ask(collection, *pairs)
        yield answer
        while answer.next is not None:
            response = self.get(answer.next)
            assert response.status_code == 200, (answer.next, response.text)
            answer = Answer(response)
            yield answer

    def refused(self, path: str) -> list[dict[str, Any]]:
        """Return the errors of a request that must be refused as malformed."""
        response = self.get(path)
        assert response.status_code == 422, response.text
        errors: list[dict[str, Any]] = problem(response)["errors"]
        return errors

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """Gather the statements run within a `with` block."""
        self.database.statements.clear()
        gathered: list[str] = []
        yield gathered
        gathered += self.database.statements

    def close(self) -> None:
        self._portal.call(self._http.aclose)
        self._portal.call(self._end_of_questions)
        self.database.close_all()

    async def _end_of_questions(self) -> None:
        """Wait for what runs in threads though nobody waits for it, as where a client has gone.

        SQLite does not survive that a connection is closed in the middle of a statement.
        """
        runner = self.app.state.services.runner
        runner.stop()
        while runner._threads.borrowed_tokens:
            await asyncio.sleep(0.005)


class Answer:
    """A list as it was answered."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        body = json.loads(response.content)
        assert list(body)[:4] == ["items", "total", "next", "next_cursor"]
        assert list(body)[4:] in ([], ["notices"])
        self.items: list[dict[str, Any]] = body["items"]
        self.total: int = body["total"]
        self.next: str | None = body["next"]
        self.next_cursor: str | None = body["next_cursor"]
        # One says the same as the other.
        named = parse_qs(urlsplit(self.next).query).get("cursor") if self.next else None
        assert named == ([self.next_cursor] if self.next_cursor else None)
        self.notices: list[dict[str, Any]] = body.get("notices", [])
        # Notices are there only where they say something of a list that is empty.
        assert ("notices" in body) == bool(self.notices)
        assert not (self.notices and self.total)

    @property
    def ids(self) -> list[str]:
        return [item["id"] for item in self.items]


def problem(response: httpx.Response) -> dict[str, Any]:
    """Return the problem a response holds, having seen that it is one, whole and uncached."""
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    assert "etag" not in response.headers
    body: dict[str, Any] = response.json()
    assert body.keys() == {
        "type", "title", "status", "detail", "instance", "request_id", "errors"
    }  # fmt: skip
    assert body["status"] == response.status_code
    assert body["request_id"] == response.headers["x-request-id"]
    assert body["instance"] == response.request.url.path
    return body
