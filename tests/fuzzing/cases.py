"""How many cases are tried, and which: few and always the same by `pytest`, many by
`python -m tests.fuzzing`, which says in the environment how many and from which seed."""

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import seed, settings

SEED_VARIABLE = "FUZZING_SEED"
TIMES_VARIABLE = "FUZZING_TIMES"

SEED = int(os.environ.get(SEED_VARIABLE, "0"))
TIMES = int(os.environ.get(TIMES_VARIABLE, "1"))
FEW = 60
EXAMPLES = 100

COUNTED: Counter[str] = Counter()
"""How the cases of the test that runs ended."""


def chances(name: str) -> Iterator[random.Random]:
    """Yield, for each case of a test, what decides of it."""
    for number in range(FEW * TIMES):
        yield random.Random(f"{SEED} {name} {number}")  # noqa: S311 - can be repeated


def examples(test: Callable[..., Any]) -> Callable[..., Any]:
    """Have Hypothesis try as many cases, from the same seed."""
    tried: Callable[..., Any] = seed(SEED)(settings(max_examples=EXAMPLES * TIMES)(test))
    return tried
