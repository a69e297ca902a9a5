"""Loads in a loop under clients: no failure, no mixture of two editions, no wrong ETag."""

import asyncio
import itertools
import time
from pathlib import Path

import httpx

from app.ingest.loader import load
from app.store.engines import engine_of
from tests.faults.data import EDITIONS, write_edition
from tests.faults.results import Result
from tests.faults.service import Service

TRIPS = 20
PATHS = (
    "/meetings?limit=200",
    "/meetings?limit=7",
    "/meetings?trip=trip-3",
    "/trips?limit=200",
    "/meetings/facets?facet=trip",
    "/search?q=New",
)
TOTALS = {
    "/meetings": {TRIPS * each for each in EDITIONS.values()},
    "/meetings?trip=trip-3": set(EDITIONS.values()),
    "/trips": {TRIPS},
}


def load_under_clients(clients: int, seconds: float, folder: Path) -> Result:
    """Load one edition after the other while clients ask all the time."""
    result = Result(f"{clients} clients see one edition an answer while others are loaded")
    path = folder / "readout.db"
    engine_of(path).migrate(path)
    files = {name: write_edition(folder, name, TRIPS) for name in EDITIONS}
    load(path, files["Old"])
    with Service(path) as service:
        loads = asyncio.run(_run(service, path, files, clients, seconds, result))
    result.seen = f"{loads} loads in {seconds:.0f} s"
    result.expect(loads > 1, "nothing was loaded meanwhile")
    result.expect(result.tried > clients, "nothing was answered meanwhile")
    return result


async def _run(
    service: Service, path: Path, files: dict[str, list[Path]], clients: int, seconds: float,
    result: Result,
) -> int:  # fmt: skip
    until, loads = time.monotonic() + seconds, 0
    bodies: dict[tuple[str, str], bytes] = {}
    limits = httpx.Limits(max_connections=clients)
    base = f"http://127.0.0.1:{service.port}"
    async with httpx.AsyncClient(
        base_url=base, limits=limits, timeout=30, trust_env=False
    ) as client:

        async def ask(number: int) -> None:
            tags: dict[str, str] = {}
            for at in itertools.count(number):
                if time.monotonic() > until:
                    return
                target = PATHS[at % len(PATHS)]
                tag = tags.get(target, "") if at % 2 else ""
                response = await client.get(target, headers={"If-None-Match": tag} if tag else {})
                result.tried += 1
                if response.status_code == 304:
                    result.expect(response.headers["ETag"] == tag, f"{target}: 304 of another tag")
                    continue
                if response.status_code != 200:
                    result.expect(False, f"{target}: {response.status_code} {response.text}")
                    continue
                tags[target] = response.headers["ETag"]
                _check(target, response, bodies, result)

        asking = [asyncio.create_task(ask(number)) for number in range(clients)]
        for name in itertools.cycle(("New", "Old")):
            if time.monotonic() > until:
                break
            await asyncio.to_thread(load, path, files[name])
            loads += 1
            await asyncio.sleep(0.05)
        await asyncio.gather(*asking)
    return loads


def _check(
    target: str,
    response: httpx.Response,
    bodies: dict[tuple[str, str], bytes],
    result: Result,
) -> None:
    body = response.json()
    same = bodies.setdefault((target, response.headers["ETag"]), response.content)
    result.expect(same == response.content, f"{target}: another body under one ETag")
    items = body.get("items", [])
    titles = {each["title"] for each in items if "title" in each}
    result.expect(len(titles) <= 1, f"{target}: of two editions")
    known = TOTALS.get(target) or TOTALS.get(target.split("?")[0])
    if known and "total" in body and "facets" not in target:
        result.expect(body["total"] in known, f"{target}: a total of {body['total']}")
    if titles and target == "/meetings?limit=200":
        (title,) = titles
        result.expect(body["total"] == TRIPS * EDITIONS[title], f"{target}: total of the other")
