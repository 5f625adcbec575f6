"""What every incident has: a fault, a place where it happened, and the checks that stand for it."""

from abc import ABC, abstractmethod
from typing import ClassVar

from checker.evidence.evidence import Evidence
from local_stack.visits import Visit, Visits

from proofs.incidents.load import ICHIKAWA, Ended, Load, serve_all
from proofs.incidents.stage import Stage


class Incident(ABC):
    """One known incident, or one traitor; a new one for each run."""

    name: ClassVar[str]
    """As in the report: `F1`, `traitor-vendor`."""
    where: ClassVar[str]
    """Where and when it happened."""
    fault: ClassVar[str]
    """What is broken, in a sentence."""
    without: ClassVar[tuple[str, ...]]
    """The checks that are taken out in the run without our defences."""
    municipalities: ClassVar[tuple[str, ...]] = (ICHIKAWA,)
    """Whose adapters run."""
    is_fault: ClassVar[bool] = True
    """Without defences it must yield wrong papers; False where nothing can be taken out."""

    @abstractmethod
    def set_up(self, stage: Stage) -> None:
        """Break the part, before anything starts."""

    def plan(self, load: Load) -> list[Visit]:
        """Return who comes."""
        return load.visits()

    async def happen(self, stage: Stage, visits: Visits, plan: list[Visit]) -> list[Ended]:
        """Let the cardholders come."""
        del stage
        return await serve_all(visits, plan)

    def injected(self, stage: Stage) -> int:
        """Return how often the fault really struck."""
        return stage.strikes.count()

    def wrong(self, stage: Stage, evidence: Evidence) -> set[str]:
        """Return issuances whose paper is wrong in a way that the checker cannot see."""
        del stage, evidence
        return set()
