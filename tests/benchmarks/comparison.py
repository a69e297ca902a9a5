"""Readout beside other ways to give the same answers: worked out anew, and kept."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks import servers
from tests.benchmarks.bare import Headers
from tests.benchmarks.databases import Made
from tests.benchmarks.load import Load, Request
from tests.benchmarks.loop import Loop
from tests.benchmarks.plan import Plan, alternate, say
from tests.benchmarks.queries import MIX, Asked, make_queries
from tests.benchmarks.servers import Server
from tests.benchmarks.statements import statements_of
from tests.benchmarks.tables import Table, rate, ratio

COMPARED_A_KIND = 5
"""How many answers of each kind all services must agree on before they are timed."""

HOT_QUERIES = 20
HOT_KIND = "official"

BARE = {
    "bare uvicorn": frozenset(("content-type", "content-length")),
    "bare uvicorn, all headers": None,
}
"""The headers that bare uvicorn sends with the bodies; None for all that Readout sends."""

OTHERS = ("tutorial", "Datasette", "sqlite3")
"""What cold answers are compared with."""


class AnswersDiffer(Exception):
    """Two services do not answer the same; the message says which, and to what."""


def requests_of(server: Server, queries: Sequence[Asked]) -> list[Request]:
    """Return the requests for queries at a service."""
    return [(server.target(asked), "") for asked in queries]


def check_equal(services: Sequence[Server], queries: dict[str, list[Asked]]) -> int:
    """Return how many answers were compared; raise `AnswersDiffer` if two are not the same."""
    compared = 0
    for kind, asked in queries.items():
        for each in asked[:COMPARED_A_KIND]:
            first, *others = [
                (server, server.items(server.asked(each).body)) for server in services
            ]
            if not first[1]:
                raise AnswersDiffer(f"{first[0].name} finds nothing for {each.query_string}")
            for server, items in others:
                if items != first[1]:
                    raise AnswersDiffer(
                        f"{server.name} and {first[0].name} differ in {each.query_string} ({kind}):"
                        f"\n{items[:2]}\n{first[1][:2]}"
                    )
            compared += 1
    return compared


def compare(made: Made, plan: Plan, folder: Path) -> Table:
    """Return the table of cold answers: each worked out anew, the filters one by one and mixed."""
    core, load_core = plan.cores
    queries = {
        kind: asked for kind, asked in make_queries(made.meetings).items() if plan.asks(kind)
    }
    others = [name for name in OTHERS if name in plan.servers]
    table = Table(
        f"Cold: requests a second, {made.meetings:,} meetings, pages of 20",
        ["query", *others, "Readout", *(f"÷ {name}" for name in others)],
    )
    with ExitStack() as running:
        # Nothing is kept, so that each answer is worked out, though a filter has few values.
        services = [
            running.enter_context(
                servers.readout(made.readout, folder, core, name="Readout", cache_bytes=0)
            )
        ]
        if "tutorial" in others:
            way = servers.tutorial_way(made.tutorial(), folder, core)
            services.append(running.enter_context(way))
        if "Datasette" in others:
            services.append(running.enter_context(servers.datasette(made.tutorial(), folder, core)))
        mixed = services[0]
        if MIX in queries:
            # It has queries enough: it is asked of a Readout that keeps answers, as it comes.
            kept = servers.readout(made.readout, folder, core, name="Readout, mix")
            mixed = running.enter_context(kept)
        compared = check_equal(services, queries)
        table.notes.append(f"{compared} answers of all services were compared and found equal.")
        for kind, asked in queries.items():
            say(f"cold: {kind}")
            measures: dict[str, Callable[[float], float]] = {}
            for server in services:
                asks = mixed if server is services[0] and kind == MIX else server
                measures[server.name] = Load(
                    asks, requests_of(asks, asked), folder, plan.connections, load_core
                ).run
            if "sqlite3" in others:
                statements = statements_of(made.readout, [each.query_string for each in asked])
                measures["sqlite3"] = Loop.of(
                    made.readout, statements, folder / "statements", core
                ).run
            samples = alternate(measures, plan)
            table.add(
                kind,
                [
                    *(rate(samples[name]) for name in [*others, "Readout"]),
                    *(ratio(samples["Readout"], samples[name]) for name in others),
                ],
                samples,
            )
    return table


def compare_hot(made: Made, plan: Plan, folder: Path) -> Table:
    """Return the table of kept answers, and of those that a client has, beside bare uvicorn.

    Bare uvicorn sends the bodies with the two headers that they need, and with all of Readout's.
    """
    core, load_core = plan.cores
    asked = make_queries(made.meetings)[HOT_KIND][:HOT_QUERIES]
    table = Table(
        f"Hot: requests a second, {HOT_QUERIES} queries again and again",
        ["answer", "requests/s", *(f"÷ {name}" for name in BARE)],
    )
    with ExitStack() as running:
        readout = running.enter_context(servers.readout(made.readout, folder, core))
        answers = {each: readout.asked(each) for each in asked}
        loads = {}
        for name, headers in BARE.items():
            sent = {
                each.query_string.encode(): (_headers(answer, headers), answer.body)
                for each, answer in answers.items()
            }
            bare = running.enter_context(servers.bare_uvicorn(name, sent, folder, core))
            for each, answer in answers.items():
                if bare.asked(each).body != answer.body:
                    raise AnswersDiffer(f"{bare.name} sends other bytes for {each.query_string}")
            loads[name] = (bare, requests_of(bare, asked))
        known: list[Request] = []
        for each, answer in answers.items():
            etag = answer.headers["etag"]
            if readout.get(readout.target(each), **{"If-None-Match": etag}).status != 304:
                raise AnswersDiffer(f"{readout.name} does not know its own ETag, {etag}")
            known.append((readout.target(each), etag))
        loads["Readout"] = (readout, requests_of(readout, asked))
        loads["Readout, If-None-Match"] = (readout, known)
        say("hot")
        samples = alternate(
            {
                name: Load(server, requests, folder, plan.connections, load_core).run
                for name, (server, requests) in loads.items()
            },
            plan,
        )
    for name, found in samples.items():
        ratios_to_bare = [ratio(found, samples[bare_name]) for bare_name in BARE]
        table.add(name, [rate(found), *ratios_to_bare], {"rate": found})
    sizes = [len(answer.body) for answer in answers.values()]
    table.notes.append(
        f"Bodies of {min(sizes):,} to {max(sizes):,} bytes, the same from all services."
    )
    return table


def _headers(answer: servers.Answer, names: frozenset[str] | None) -> Headers:
    """Return these headers of an answer, or all; uvicorn itself adds the date."""
    return [
        (name.encode(), value.encode())
        for name, value in answer.headers.items()
        if name != "date" and (names is None or name in names)
    ]
