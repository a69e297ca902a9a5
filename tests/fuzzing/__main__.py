"""`python -m tests.fuzzing`: the tests of this folder with many more cases and another seed.

It prints its seed first: with the same one, and as many times the cases, the same are tried again.
"""

import argparse
import datetime
import os
import random
import sys
import time

import pytest

from tests.benchmarks.machine import described
from tests.fuzzing import cases


class Counts:
    """What the tests count, from whichever process runs them."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, dict[str, int]]] = []
        self._ended: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a test ended, and what it has counted by then."""
        if report.when == "call" or report.outcome != "passed":
            self._ended[report.nodeid] = report.outcome
        if report.when == "teardown":
            name = report.nodeid.rpartition("::test_")[2].replace("_", " ")
            ended = self._ended.get(report.nodeid, report.outcome)
            self.rows.append((name, ended, {str(k): int(n) for k, n in report.user_properties}))


def markdown(counts: Counts) -> str:
    """Return what was tried as a table."""
    lines = ["| tried | cases | how they ended | held |", "| --- | ---: | --- | --- |"]
    for name, outcome, counted in sorted(counts.rows):
        ends = ", ".join(f"{ending} {number:,}" for ending, number in counted.items())
        held = "yes" if outcome == "passed" else outcome
        lines.append(f"| {name} | {sum(counted.values()):,} | {ends} | {held} |")
    return "\n".join(lines)


def main() -> int:
    """Run the tests; return what pytest does."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument("--seed", type=int, help="which cases to try; by chance unless given")
    parser.add_argument(
        "--times", type=int, default=20, help="how many times the cases of the short form"
    )
    parser.add_argument("pytest", nargs="*", metavar="ARG", help="for pytest, as `-- -k dumps`")
    options = parser.parse_args()
    seed = random.randrange(10**6) if options.seed is None else options.seed  # noqa: S311 - no secret
    print(f"--seed {seed} --times {options.times}", flush=True)
    os.environ[cases.SEED_VARIABLE] = str(seed)
    os.environ[cases.TIMES_VARIABLE] = str(options.times)
    counts, begun = Counts(), time.monotonic()
    # In processes of their own, so that the environment is read there. What is imported here
    # already, pytest cannot look into any more.
    arguments = ["-n", "auto", "-W", "ignore::pytest.PytestAssertRewriteWarning", "tests/fuzzing"]
    status = pytest.main([*arguments, *options.pytest], plugins=[counts])
    machine = " · ".join(f"{name} {value}" for name, value in described().items())
    today = f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}"
    print(f"\n{markdown(counts)}\n")
    print(f"--seed {seed} --times {options.times} · {time.monotonic() - begun:.0f} s")
    print(f"{today} · {machine}")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
