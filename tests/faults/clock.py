"""The clock is set back, while trips are loaded and served."""

from pathlib import Path
from time import sleep

from app.ingest.loader import load
from app.store.engines import engine_of
from tests.faults.data import write_edition
from tests.faults.results import Result
from tests.faults.service import Service
from tests.trips import loaded_at

WITHIN_SECONDS = 1
"""After so long at the latest all answers are of what was loaded."""

TIMES = ("2026-06-01T00:00:00Z", "2001-01-01T00:00:00Z", "2026-06-02T00:00:00Z")


def clock_set_back(folder: Path) -> Result:
    """Load editions at times of which one is long before the others, with a service running."""
    result = Result("loads are served in their order, whatever the clock says", len(TIMES))
    path = folder / "readout.db"
    engine_of(path).migrate(path)
    revisions = []
    with loaded_at(TIMES[0]):
        load(path, write_edition(folder, "Old"))
    with Service(path) as service:
        for at, time in enumerate(TIMES):
            name = ("New", "Old")[at % 2]
            with loaded_at(time):
                revision = load(path, write_edition(folder, name)).revision
            answer = service.wait_until_ready(200, revision)
            revisions.append(answer.json["revision"])
            sleep(WITHIN_SECONDS)
            page = service.get("/meetings?limit=1")
            result.expect(page.json["items"][0]["title"] == name, f"at {time} another edition")
            tag = page.headers["etag"]
            known = service.get("/meetings?limit=1", **{"If-None-Match": tag})
            result.expect(known.status == 304, "its ETag is not known")
            changed = service.get(f"/meetings?updated_since={time}&limit=1")
            result.expect(changed.json["total"] > 0, f"nothing has changed since {time}")
    result.expect(len(set(revisions)) == len(revisions), "a revision came twice")
    return result
