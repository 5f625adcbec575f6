"""Many cardholders at many terminals, one after the other at each, for as long as one likes."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle
from random import Random

from madoguchi_wire.order import Kind
from store_terminal_sim.core.problems import GatewayRefused, TerminalError

from local_stack.installation.facts import MUNICIPALITIES
from local_stack.visits import Visit, Visits

SAMPLE_CARDS = 12


@dataclass(frozen=True)
class Load:
    """Who steps up to which terminal, in which order: the same for the same seed."""

    seed: int = 0
    cards: int = SAMPLE_CARDS
    """Ordinary residents of each municipality who come."""
    most_copies: int = 2

    def plan(self, terminal: str) -> list[Visit]:
        """Return the visits at a terminal, to be repeated from the start when they are over."""
        choice = Random(f"{self.seed}/{terminal}")  # noqa: S311 (a load, not a secret)
        plan = [
            Visit(
                terminal,
                code,
                f"resident-{card:02d}",
                kind,
                copies=choice.randint(1, self.most_copies),
            )
            for card in range(1, self.cards + 1)
            for code in MUNICIPALITIES
            for kind in Kind
        ]
        choice.shuffle(plan)
        return plan


@dataclass
class Crowd:
    """Cardholders of all municipalities who keep these terminals busy."""

    visits: Visits
    terminals: Sequence[str]
    load: Load = field(default_factory=Load)
    ends: Counter[str] = field(default_factory=Counter[str])
    """How papers and visits ended: `printed`, `voided`, `refused`, and problems by slug."""
    stopping: bool = False
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def keep_busy(self) -> None:
        """Serve until `stop`; every visit that began is brought to its end."""
        await asyncio.gather(*(self._queue(terminal) for terminal in self.terminals))

    def stop(self) -> None:
        """Let nobody new step up."""
        self.stopping = True

    async def printed(self, papers: int) -> None:
        """Wait until this many more papers have come out."""
        wanted = self.ends["printed"] + papers
        async with self._news:
            await self._news.wait_for(lambda: self.ends["printed"] >= wanted)

    async def _queue(self, terminal: str) -> None:
        for visit in cycle(self.load.plan(terminal)):
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
