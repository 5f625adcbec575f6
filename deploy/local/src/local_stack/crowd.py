"""Many cardholders at many terminals, one after the other at each, for as long as one likes."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle

from madoguchi_wire.order import Kind
from store_terminal_sim.core.problems import GatewayRefused, TerminalError

from local_stack.installation.facts import MUNICIPALITIES
from local_stack.visits import Visit, Visits

CARDS = tuple(f"resident-{number:02d}" for number in range(1, 13))


@dataclass
class Crowd:
    """Cardholders of all municipalities who keep these terminals busy."""

    visits: Visits
    terminals: Sequence[str]
    ends: Counter[str] = field(default_factory=Counter[str])
    """How papers and visits ended: `printed`, `voided`, `refused`, and problems by slug."""
    stopping: bool = False
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def keep_busy(self) -> None:
        """Serve until `stop`; every visit that began is brought to its end."""
        await asyncio.gather(*(self._queue(n, t) for n, t in enumerate(self.terminals)))

    def stop(self) -> None:
        """Let nobody new step up."""
        self.stopping = True

    async def printed(self, papers: int) -> None:
        """Wait until this many more papers have come out."""
        wanted = self.ends["printed"] + papers
        async with self._news:
            await self._news.wait_for(lambda: self.ends["printed"] >= wanted)

    async def _queue(self, number: int, terminal: str) -> None:
        for visit in cycle(_plan(terminal, number)):
            if self.stopping:
                return
            await self._one(visit)
            async with self._news:
                self._news.notify_all()

    async def _one(self, visit: Visit) -> None:
        try:
            served = await self.visits.serve(visit)
        except GatewayRefused as refused:
            self.ends[refused.slug] += 1
        except TerminalError as error:
            self.ends[type(error).__name__] += 1
        else:
            self.ends["printed"] += len(served.printed)
            self.ends["voided"] += len(served.voided)
            self.ends["refused"] += len(served.refused)


def _plan(terminal: str, number: int) -> list[Visit]:
    """Return different people in a different order for each terminal."""
    plan = [
        Visit(terminal, code, card, kind, copies=1 + (index % 2))
        for index, card in enumerate(CARDS)
        for code in MUNICIPALITIES
        for kind in Kind
    ]
    start = number * 7 % len(plan)
    return plan[start:] + plan[:start]
