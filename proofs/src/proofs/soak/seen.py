"""How a run shall be, and what was seen of it."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from checker.verdict import Verdict

from proofs.faults.unruly import Counted
from proofs.soak.ledger import Struck
from proofs.soak.occurred import never
from proofs.soak.strikes import ACTS


@dataclass(frozen=True)
class Wanted:
    """How a run shall be."""

    folder: Path
    seed: int
    seconds: float
    """Under load; faults strike one after the other until it is over."""
    terminals: int
    most_copies: int = 10
    think_s: float = 0.0
    """Between two visits at a terminal, on average."""
    pause_s: float = 3.0
    """Between two strikes."""
    only: tuple[tuple[str, str], ...] = ()
    """Just these faults, each kind and target once, however long it takes; none: all, over and
    over, until the seconds are over."""


@dataclass
class Seen:
    """What was done and what came of it."""

    verdict: Verdict
    struck: list[Struck]
    missed: list[str]
    """Faults that nothing felt, or that could not be done."""
    seconds: float
    ends: Counter[str] = field(default_factory=Counter[str])
    network: Counted = field(default_factory=Counted)
    power_cuts: int = 0
    occurred: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def lacking(self) -> list[str]:
        """What has to occur in a run with every kind of fault, and did not."""
        complete = {one.kind for one in self.struck} >= ACTS.keys()
        return never(self.occurred) if complete else []

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong, something felt every fault, and nothing is left untried."""
        return self.verdict.holds and not self.missed and not self.lacking
