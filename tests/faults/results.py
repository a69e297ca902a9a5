"""What came of injecting a fault: how often it was tried, and what was not as promised."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class Result:
    """A promise, how often it was tried, and each time that it did not hold."""

    promise: str
    tried: int = 0
    broken: list[str] = field(default_factory=list)
    seen: str = ""

    def expect(self, holds: object, otherwise: str) -> None:
        """Note what happened unless something holds."""
        if not holds:
            self.broken.append(otherwise)


def markdown(results: Iterable[Result]) -> str:
    """Return the results as a table."""
    lines = ["| promise | tried | broken | seen |", "| --- | ---: | ---: | --- |"]
    lines += [
        f"| {each.promise} | {each.tried:,} | {len(each.broken):,} | {each.seen} |"
        for each in results
    ]
    return "\n".join(lines)
