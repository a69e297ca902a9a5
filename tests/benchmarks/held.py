"""The load that is held: at how many requests a second p99 stays under 50 ms.

Requests come at a rate of their own (`openloop.py`). The rate is doubled until it is not held, and
then narrowed down; one that is not held is tried again, as a pause of the machine is no limit of
the service. The service, what asks it, the proxy and what loads share all cores.
"""

import itertools
import math
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import servers
from tests.benchmarks.databases import Made
from tests.benchmarks.load import raw_request
from tests.benchmarks.loads import loading
from tests.benchmarks.machine import ALL_CORES
from tests.benchmarks.openloop import Step, at_rate
from tests.benchmarks.plan import Plan, say
from tests.benchmarks.queries import MIX, PAGE, make_queries
from tests.benchmarks.servers import Server
from tests.benchmarks.tables import Table, rate, spread
from tests.test_compose import NGINX, proxy

P99_MS = 50.0
FIRST_RATE = 100.0
MOST_RATE = 200_000.0
CLOSE = 1.08
"""Between a rate that is held and one that is not, as far as they are narrowed down."""

TRIES = 3
"""A rate that is not held so often is given up."""

WARMING_RATE = 1000.0
WARMING = 3
"""For so many times the seconds of a step it is asked first, which fills caches."""

HOT_QUERIES = 20
ALONE = "bare uvicorn, 20 answers"

_LATE = ", late"

Ask = Callable[[float], Step]


@dataclass(frozen=True)
class SetUp:
    """How the service runs while it is asked."""

    name: str
    workers: int
    proxied: bool = False
    loading: bool = False


SET_UPS = (
    SetUp("one process", 1),
    SetUp("two processes", 2),
    SetUp("one process behind a proxy", 1, proxied=True),
    SetUp("one process, a load each second", 1, loading=True),
    SetUp("two processes, a load each second", 2, loading=True),
    SetUp("behind a proxy, a load each second", 1, proxied=True, loading=True),
)


def compare_held(made: Made, plan: Plan, folder: Path) -> Table:
    """Return the table of the rates that are held, by how the service runs and what is asked."""
    table = Table(
        f"Load held: requests a second with p99 under {P99_MS:.0f} ms, {made.meetings:,} meetings",
        ["the service", "each once", "p50 / p99, ms", "some often", "p50 / p99, ms"],
        notes=[
            "*Each once*: the mix, every request another query. *Some often*: queries of the mix by"
            " chance, the second half as often as the first, the third a third as often."
        ],
    )
    mix = [servers.readout_target(asked) for asked in make_queries(made.meetings)[MIX]]
    hot = mix[:HOT_QUERIES]
    with _bare(made, hot, folder) as bare:
        table.add(ALONE, *_cells({"some often": _repeated(bare.port, again(hot), plan, ALONE)}))
    if NGINX is None:
        table.notes.append("nginx is not installed: nothing was measured behind a proxy.")
    for set_up in SET_UPS:
        if (plan.set_ups and set_up.name not in plan.set_ups) or (set_up.proxied and not NGINX):
            continue
        found = {}
        for asking, requests in (("each once", once), ("some often", often)):
            here = folder / f"{SET_UPS.index(set_up)}-{requests.__name__}"
            with _running(set_up, made, here) as port:
                name = f"{set_up.name}, {asking}"
                found[asking] = _repeated(port, requests(mix), plan, name)
        table.add(set_up.name, *_cells(found))
    late = [
        each
        for samples in table.samples.values()
        for name, some in samples.items()
        if name.endswith(_LATE)
        for each in some
    ]
    table.notes.append(
        f"Requests for which a connection was free were sent {max(late):.1f} ms late, at most, at"
        " the p99 of a row; that is counted."
    )
    return table


def once(targets: Sequence[str]) -> Iterator[bytes]:
    """Yield requests for one target after the other; in each further round, for shorter pages.

    So no proxy has them already; the caches of the processes hold far fewer than one round.
    """
    for limit in range(PAGE, 0, -1):
        for target in targets:
            yield raw_request((target.replace(f"limit={PAGE}", f"limit={limit}"), ""))


def often(targets: Sequence[str]) -> Iterator[bytes]:
    """Yield requests by chance, one for the second target half as often as one for the first."""
    chance = random.Random(2021)  # noqa: S311 - the same each time
    requests = [raw_request((target, "")) for target in targets]
    while True:
        yield requests[min(int(len(requests) ** chance.random()) - 1, len(requests) - 1)]


def again(targets: Sequence[str]) -> Iterator[bytes]:
    """Yield requests for the targets again and again."""
    return itertools.cycle([raw_request((target, "")) for target in targets])


def highest(ask: Ask, most: float) -> Step:
    """Return the step with the highest rate that is held; one of rate 0 where none is."""
    best, failed = Step(0, math.inf, math.inf, 0, 0, 0), math.inf
    tried = FIRST_RATE
    while failed > best.rate * CLOSE and tried <= most:
        for _ in range(TRIES):
            step = ask(tried)
            if held(step):
                best = step
                break
        else:
            failed = tried
        if best.rate == 0:
            if tried < 1:
                break
            tried = failed / 4
        else:
            tried = best.rate * 2 if math.isinf(failed) else math.sqrt(best.rate * failed)
    return best


def held(step: Step) -> bool:
    """Return whether a rate was held: all were answered, and 99 of 100 soon."""
    return step.failed == 0 and step.p99 <= P99_MS


def _repeated(port: int, requests: Iterator[bytes], plan: Plan, name: str) -> list[Step]:
    steps: list[Step] = []
    at_rate(port, requests, min(WARMING_RATE, MOST_RATE), plan.seconds * WARMING)
    for _ in range(plan.runs):
        steps.append(highest(lambda asked: at_rate(port, requests, asked, plan.seconds), MOST_RATE))
        say(f"held: {name}: {steps[-1].rate:,.0f}/s, sent {steps[-1].late:.1f} ms late at p99")
    return steps


def _cells(found: dict[str, list[Step]]) -> tuple[list[str], dict[str, list[float]]]:
    cells, samples = [], {}
    for asking in ("each once", "some often"):
        steps = found.get(asking)
        if steps is None:
            cells += ["", ""]
            continue
        rates, p50, p99 = zip(*((step.rate, step.p50, step.p99) for step in steps), strict=True)
        cells += [rate(rates), f"{spread(p50, '.1f')} / {spread(p99, '.1f')}"]
        samples[asking] = list(rates)
        samples[asking + _LATE] = [step.late for step in steps]
    return cells, samples


@contextmanager
def _bare(made: Made, targets: Sequence[str], folder: Path) -> Iterator[Server]:
    """Serve these answers by nothing but uvicorn."""
    with servers.readout(made.readout, folder, ALL_CORES) as readout:
        answers = {
            target.partition("?")[2].encode(): (
                [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))],
                body,
            )
            for target in targets
            for body in [readout.get(target).body]
        }
    with servers.bare_uvicorn("bare uvicorn", answers, folder, ALL_CORES) as bare:
        yield bare


@contextmanager
def _running(set_up: SetUp, made: Made, folder: Path) -> Iterator[int]:
    """Run the service as a set-up has it; give the port that is asked."""
    folder.mkdir(parents=True)
    # A copy: the made-up data stay as they are for the next run.
    database = Path(shutil.copy(made.readout, folder / "readout.db"))
    try:
        with ExitStack() as running:
            server = running.enter_context(
                servers.readout(database, folder, ALL_CORES, workers=set_up.workers)
            )
            port = server.port
            if set_up.proxied:
                port = running.enter_context(proxy(folder, [server])).port
            if set_up.loading:
                trip = min(made.trips.glob("*.json"))
                running.enter_context(loading(database, trip, folder))
            yield port
    finally:
        database.unlink()
