"""One check after the other: what holds, what falls short, and what to do then."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from madoguchi.conformance.verdicts import Failed
from madoguchi.probe.report import Check, Part


@dataclass(frozen=True)
class Question:
    """Something that must be so."""

    part: Part
    name: str
    """In a sentence about the adapter."""
    mend: str
    """What to do if it is not so, in words of an officer."""


@dataclass
class Trying:
    """Collects what became of each question."""

    told: Callable[[Check], None]
    """Hears of each check as it is known."""
    checks: list[Check] = field(default_factory=list[Check])

    async def holds(self, question: Question, of: str, ask: Awaitable[str]) -> bool:
        """Ask; `ask` returns what was seen, or raises `Failed`. Return whether it held."""
        held, seen = True, ""
        try:
            seen = await ask
        except Failed as failed:
            held, seen = False, f"{failed.seen}; it must be: {failed.expected}"
        check = Check(
            part=question.part,
            name=question.name,
            of=of,
            held=held,
            seen=seen,
            mend="" if held else question.mend,
        )
        self.checks.append(check)
        self.told(check)
        return held
