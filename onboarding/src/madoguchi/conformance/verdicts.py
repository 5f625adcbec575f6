"""What became of each requirement."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from madoguchi.conformance.requirements import REQUIREMENTS


class Verdict(StrEnum):
    """Of one requirement."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_TRIED = "not tried"


class Failed(Exception):
    """The adapter does not do what it must."""

    def __init__(self, expected: str, seen: str) -> None:
        self.expected, self.seen = expected, seen
        super().__init__(f"expected {expected}, seen {seen}")


class NotTried(Exception):
    """It cannot be found out; the text says why."""


@dataclass(frozen=True)
class Result:
    """Of one requirement, in words."""

    id: str
    verdict: Verdict
    expected: str = ""
    seen: str = ""
    why: str = ""
    """Why it was not tried."""

    def as_json(self) -> dict[str, Any]:
        """Return it for programs, with what the requirement is."""
        of = REQUIREMENTS[self.id]
        told = {"id": self.id, "must": of.must, "source": of.source}
        return told | asdict(self) | {"mend": of.mend if self.verdict is Verdict.FAILED else ""}


@dataclass(frozen=True)
class Report:
    """Of one adapter."""

    address: str
    municipality: str
    build: str
    made_at: str
    seconds: float
    results: Sequence[Result]

    def count(self, verdict: Verdict) -> int:
        """Return how many requirements have this verdict."""
        return sum(one.verdict is verdict for one in self.results)

    @property
    def holds(self) -> bool:
        """Whether nothing failed, and something was tried."""
        return self.count(Verdict.FAILED) == 0 and self.count(Verdict.PASSED) > 0

    def as_json(self) -> dict[str, Any]:
        """Return it for programs."""
        counts = {verdict.value.replace(" ", "_"): self.count(verdict) for verdict in Verdict}
        about = {
            "address": self.address,
            "municipality": self.municipality,
            "build": self.build,
            "made_at": self.made_at,
            "seconds": self.seconds,
        }
        return (
            about
            | counts
            | {
                "holds": self.holds,
                "results": [one.as_json() for one in self.results],
            }
        )

    def as_text(self) -> str:
        """Return it for people."""
        lines = [line for one in self.results for line in _lines(one)]
        counts = ", ".join(f"{self.count(verdict)} {verdict}" for verdict in Verdict)
        return "\n".join([*lines, "", f"{self.address}: {counts} in {self.seconds:.1f} s"])


def _lines(result: Result) -> list[str]:
    of = REQUIREMENTS[result.id]
    lines = [f"{result.id}  {result.verdict:9}  {of.must}"]
    if result.verdict is Verdict.FAILED:
        told = {"expected": result.expected, "seen": result.seen, "mend": of.mend}
        lines += [f"{'':18} {name}: {text}" for name, text in told.items()]
    elif result.verdict is Verdict.NOT_TRIED:
        lines.append(f"{'':18} why: {result.why}")
    return lines
