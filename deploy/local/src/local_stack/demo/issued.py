"""Carries the plan out: visits side by side, papers saved as the terminals opened them."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from store_terminal_sim.core.problems import GatewayRefused, TerminalError
from store_terminal_sim.core.serve import Served

from local_stack.demo.plan import Refusal
from local_stack.visits import Visit, Visits


@dataclass(frozen=True)
class Ended:
    """How one visit ended."""

    visit: Visit
    issuances: tuple[str, ...]
    trouble: str | None
    """None if every paper came out."""


@dataclass(frozen=True)
class Refused:
    """How one visit that had to be refused ended."""

    refusal: Refusal
    problem: str
    """Slug of the problem, or words if there was none."""

    @property
    def as_planned(self) -> bool:
        """Whether it ended with the problem that was expected."""
        return self.problem == self.refusal.problem


async def issue_all(
    visits: Visits, plan: Sequence[Visit], folder: Path, told: Callable[[Ended], None]
) -> list[Ended]:
    """Serve every visit of the plan; terminals work side by side."""

    async def one(visit: Visit) -> Ended:
        ended = await _issue(visits, visit, folder)
        told(ended)
        return ended

    return list(await asyncio.gather(*(one(visit) for visit in plan)))


async def _issue(visits: Visits, visit: Visit, folder: Path) -> Ended:
    try:
        served = await visits.serve(visit)
    except TerminalError as error:
        return Ended(visit, (), str(error))
    for paper in served.printed:
        (folder / f"{paper.issuance}.pdf").write_bytes(paper.document)
    return Ended(visit, tuple(paper.issuance for paper in served.printed), _trouble(visit, served))


def _trouble(visit: Visit, served: Served) -> str | None:
    troubles = [f"void: {paper.reason}" for paper in served.voided]
    troubles += [one.problem.title for one in served.refused if one.problem is not None]
    if not troubles and len(served.printed) != visit.copies:
        troubles.append(f"{len(served.printed)} papers came out")
    return ", ".join(troubles) or None


async def try_all(visits: Visits, refusals: Sequence[Refusal]) -> list[Refused]:
    """Try every visit that has to be refused."""
    return [Refused(refusal, await _problem_of(visits, refusal.visit)) for refusal in refusals]


async def _problem_of(visits: Visits, visit: Visit) -> str:
    try:
        served = await visits.serve(visit)
    except GatewayRefused as refused:
        return refused.slug
    except TerminalError as error:
        return str(error)
    problems = [one.problem.type.rsplit("/", 1)[-1] for one in served.refused if one.problem]
    return problems[0] if problems else "it was not refused"
