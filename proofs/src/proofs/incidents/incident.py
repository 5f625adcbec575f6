"""What every incident has: a fault, a place where it happened, and the checks that stand for it."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
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
    """Without defences it must yield wrong papers; False where nothing that is taken out can."""
    more_terminals: ClassVar[int] = 0
    """Beside those where people come."""

    @abstractmethod
    def set_up(self, stage: Stage) -> None:
        """Break the part, before anything starts."""

    def plan(self, stage: Stage, load: Load) -> list[Visit]:
        """Return who comes in a round."""
        del stage
        return load.visits()

    async def happen(self, stage: Stage, visits: Visits, loads: Sequence[Load]) -> list[Ended]:
        """Let the cardholders come, round by round.

        After each round a named person releases what was stopped, wrongly: so the fault strikes
        again, and has to be stopped again.
        """
        ended: list[Ended] = []
        for load in loads:
            ended += await serve_all(visits, self.plan(stage, load))
            await stage.release_stops()
        return ended

    def injected(self, stage: Stage, evidence: Evidence) -> int:
        """Return how often the fault really struck."""
        del evidence
        return stage.strikes.count()

    def wrong(self, stage: Stage, evidence: Evidence) -> set[str]:
        """Return issuances whose paper is wrong in a way that the checker cannot see."""
        del stage, evidence
        return set()

    def asked_beside(self) -> int:
        """Return how many papers were asked for beside those of the visits."""
        return 0

    def refused_attempts(self) -> int | None:
        """Return how many attempts were refused, where it is not papers that count."""
        return None

    def failures(self, stage: Stage, ended: Sequence[Ended]) -> list[str]:
        """Say what else went wrong in the run with our defences."""
        del stage, ended
        return []
