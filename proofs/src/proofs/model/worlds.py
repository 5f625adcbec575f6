"""The worlds that `make model` explores, and how many faults a history in each may have."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from proofs.model.acting import Bounds, World
from proofs.model.breakages import Breakage
from proofs.model.explorer import Explored, Explorer, Space
from proofs.model.spaces import AnyReports, OneTerminal, TwoTerminals


@dataclass(frozen=True)
class Exploration:
    """One world, explored in full."""

    name: str
    space: Callable[[World], Space[Any]]
    bounds: Bounds
    faults: int | None = None
    """The most crashes, timeouts and lies in one history; None: any number, at every step."""

    def run(
        self, broken: frozenset[Breakage] = frozenset(), *, stop_at_first: bool = False
    ) -> tuple[Explored, World]:
        """Explore, with some of the product's defences taken away if asked for."""
        world = World(self.bounds, broken)
        # From a state at the last fault that is allowed, time can bring no end: only where any
        # number may come is it asked whether one can be reached.
        endless = self.faults is None
        explorer = Explorer(
            self.space(world), self.faults, stop_at_first=stop_at_first, liveness=endless
        )
        return explorer.run(), world

    def with_faults(self, faults: int) -> "Exploration":
        """Return the same world with at most so many faults."""
        return replace(self, faults=faults)


ONE = Exploration("one terminal among any number", OneTerminal, Bounds())
LIAR = Exploration("a terminal that reports anything", AnyReports, Bounds(terminal="says anything"))
FREE = Exploration("a paper without a fee", OneTerminal, Bounds(price=0))
NEXT = Exploration(
    "two cardholders, one after the other",
    OneTerminal,
    Bounds(papers=2, together=False),
    faults=1,
)
COPIES = Exploration("two copies of one order", OneTerminal, Bounds(papers=2), faults=2)
TWO = Exploration("two terminals side by side", TwoTerminals, Bounds(), faults=2)
WORLDS = (ONE, LIAR, FREE, NEXT, COPIES, TWO)
