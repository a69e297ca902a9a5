"""Made-up registers hold what is measured, in the layouts that the importers read."""

from pathlib import Path

from app.ingest.importers.base import Notes
from app.ingest.importers.travels import travels
from app.ingest.importers.visits import visits
from tests.benchmarks.registers import write_registers


def test_made_up_registers_have_all_entries_and_none_is_left_out(tmp_path: Path) -> None:
    write_registers(tmp_path, 700)
    of_travels, of_visits = Notes(), Notes()
    trips = list(travels(tmp_path / "travels", of_travels, lambda _: None))
    assert len(list(visits(tmp_path / "visits", of_visits, lambda _: None))) > 0
    assert of_travels.entries + of_visits.entries == 700
    assert (of_travels.left_out, of_visits.left_out) == ([], [])
    # As in the register, most trips have more than one visit.
    assert of_travels.entries / len(trips) > 2
