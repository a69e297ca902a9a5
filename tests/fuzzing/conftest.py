from collections.abc import Callable, Iterator

import pytest

from tests.fuzzing.cases import COUNTED


@pytest.fixture(autouse=True)
def _counted(record_property: Callable[[str, object], None]) -> Iterator[None]:
    """Tell `python -m tests.fuzzing` how the cases of a test ended."""
    COUNTED.clear()
    yield
    for ending, number in sorted(COUNTED.items()):
        record_property(ending, number)
