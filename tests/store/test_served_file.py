"""Which file is served: one that another has taken the place of is left, whichever came before."""

import os
from pathlib import Path

import pytest

from app.store.base import DatabaseUnavailable
from app.store.sqlite import served_file
from app.store.sqlite.snapshot import ServedDatabase
from tests.client import MakeDatabase
from tests.trips import meeting, trip

pytestmark = pytest.mark.sqlite


def test_a_file_that_comes_back_is_noticed(
    make_database: MakeDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(served_file.time, "monotonic", lambda: clock[0])
    path, bad = Path(str(make_database(trip(meetings=[meeting("m")])))), tmp_path / "bad.db"
    good = path.rename(tmp_path / "good.db")
    bad.write_bytes(os.urandom(9000))

    def put(source: Path) -> None:
        """Put the very same file there, as a new one may have the number of one that is no more."""
        (tmp_path / "link").hardlink_to(source)
        (tmp_path / "link").replace(path)

    served = ServedDatabase(path)
    put(bad)
    clock[0] += 1
    with pytest.raises(DatabaseUnavailable), served.snapshot():
        pass
    put(good)
    with served.snapshot() as snapshot:  # Within the time in which nobody would look again.
        assert snapshot.revision
    put(bad)
    clock[0] += 1
    with pytest.raises(DatabaseUnavailable), served.snapshot():
        pass
    served.close()
