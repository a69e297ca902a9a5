"""Schemathesis over the whole description: every phase it has, every check, nothing excluded.

What no schema can say, the description says in words, and `as_described` holds positive cases to
it: a range ends after it begins, a search has at most 32 words, the order by relevance is that of a
search, a cursor belongs to the query that it continues.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import settings
from schemathesis import engine
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events
from schemathesis.generation import GenerationMode

from app.query.dates import read_date
from app.query.words import too_much
from tests.client import Client

pytestmark = pytest.mark.slow

MAX_EXAMPLES = settings().max_examples // 5
"""For each operation: 20, and ten times as many with `--hypothesis-profile thorough`."""

LEAST_CASES = {"examples": 30, "coverage": 5000, "fuzzing": 500, "stateful": 100}
"""What is made of the description at least; a description that lost its parameters makes fewer."""


class Cursors:
    """Puts cursors of the service into cases, where made-up ones would be refused."""

    def __init__(self) -> None:
        self.given: set[str] = set()
        self.sent = 0

    def note(self, response: schemathesis.Response) -> None:
        """Remember the cursor that an answer gives, for a link may send it."""
        if "application/json" in response.headers.get("content-type", ()):
            answer = response.json()
            if isinstance(answer, dict) and answer.get("next_cursor"):
                self.given.add(answer["next_cursor"])

    def replace(self, case: schemathesis.Case) -> None:
        """Have a case continue its own query, or begin it where one page is all."""
        if case.query["cursor"] not in self.given:
            del case.query["cursor"]
            first = case.operation.Case(query={**case.query, "limit": "1"}).call().json()
            if not first.get("next_cursor"):
                return
            case.query["cursor"] = first["next_cursor"]
        self.sent += 1


def as_described(case: schemathesis.Case, cursors: Cursors) -> None:
    """Hold a case to what the description says in words; change nothing else of it."""
    query = case.query
    first, last = query.get("date_from"), query.get("date_to")
    if first and last and _begin(first) > _end(last):
        query["date_from"], query["date_to"] = last, first
    if query.get("q") and too_much(query["q"]):
        query["q"] = query["q"][:1]
        if too_much(query["q"]):
            query["q"] = ["climate"]
    if query.get("sort") == "relevance" and not query.get("q"):
        query["q"] = ["climate"]
    if "cursor" in query:
        cursors.replace(case)


def _begin(dates: list[str]) -> str:
    return min(found[0] for date in dates if (found := read_date(date)))


def _end(dates: list[str]) -> str:
    return max(found[1] for date in dates if (found := read_date(date)))


@pytest.fixture
def cursors() -> Iterator[Cursors]:
    """The hooks through which all cases go."""
    cursors = Cursors()

    @schemathesis.hook("before_call")
    def before_call(_: Any, case: schemathesis.Case, __: dict[str, Any]) -> None:
        if case.meta and case.meta.generation.mode is GenerationMode.POSITIVE:
            as_described(case, cursors)

    @schemathesis.hook("after_call")
    def after_call(_: Any, __: schemathesis.Case, response: schemathesis.Response) -> None:
        cursors.note(response)

    yield cursors
    schemathesis.hooks.unregister_all()


def problems_of(event: events.EngineEvent) -> Iterator[str]:
    """Yield what an event says went wrong: a failed check, or an error of the run itself."""
    if isinstance(event, events.NonFatalError | events.FatalError):
        yield repr(event)
    if isinstance(event, events.ScenarioFinished):
        for id_, checks in event.recorder.checks.items():
            for check in checks:
                if check.failure_info is not None:
                    case = event.recorder.cases[id_].value
                    yield f"{check.failure_info.failure.message}\n{case.as_curl_command()}"


@pytest.mark.parametrize("phase", LEAST_CASES)
def test_keeps_to_its_description(client: Client, cursors: Cursors, phase: str) -> None:
    """No request, whether the description allows it or not, is answered in a way it does not."""
    schema = schemathesis.openapi.from_asgi(
        "/openapi.json", client.app, config=SchemathesisConfig.from_dict({})
    )
    schema.config.continue_on_failure = True
    generation = schema.config.generation
    generation.max_examples, generation.deterministic = MAX_EXAMPLES, True
    for name in LEAST_CASES:
        getattr(schema.config.phases, name).enabled = name == phase
    cases: Counter[str] = Counter()
    problems: list[str] = []
    for event in engine.from_schema(schema).execute():
        problems += problems_of(event)
        if isinstance(event, events.ScenarioFinished):
            cases[event.phase.name] += len(event.recorder.cases)
    assert problems == []
    assert cases.total() >= LEAST_CASES[phase]
    assert cursors.sent or phase == "examples"
