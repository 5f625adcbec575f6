"""A queue of cardholders before each terminal, one after the other, for as long as one likes."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from madoguchi_wire.errors import TerminalSuspended

from store_terminal_sim.core.problems import GatewayRefused, TerminalError
from store_terminal_sim.core.serve import Served
from store_terminal_sim.fleet.load import Load, Visit


@dataclass
class Queues:
    """Keeps terminals busy with a load, and counts how papers and visits end."""

    terminals: Sequence[str]
    load: Load
    serve: Callable[[Visit], Awaitable[Served]]
    ends: Counter[str] = field(default_factory=Counter[str])
    """`printed`, `voided`, `refused`, `left`; visits without a paper by the problem's slug."""
    suspended: set[str] = field(default_factory=set[str])
    """Terminals that the gateway does not let in: nobody steps up to them any more."""
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def keep_busy(self) -> None:
        """Serve until `stop`; every visit that began is brought to its end."""
        await asyncio.gather(*(self._queue(terminal) for terminal in self.terminals))

    def stop(self) -> None:
        """Let nobody new step up."""
        self.stopping.set()

    async def printed(self, papers: int) -> None:
        """Wait until this many more papers have come out."""
        wanted = self.ends["printed"] + papers
        async with self._news:
            await self._news.wait_for(lambda: self.ends["printed"] >= wanted)

    async def _queue(self, terminal: str) -> None:
        for visit in self.load.at(terminal, self.terminals):
            if visit.think_s > 0:
                await self._stopped_within(visit.think_s)
            if self.stopping.is_set() or terminal in self.suspended:
                return
            await self._one(visit)
            async with self._news:
                self._news.notify_all()

    async def _stopped_within(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.stopping.wait(), seconds)
        except TimeoutError:
            return

    async def _one(self, visit: Visit) -> None:
        try:
            served = await self.serve(visit)
        except GatewayRefused as refused:
            if refused.slug == TerminalSuspended.slug:
                self.suspended.add(visit.terminal)
                return
            self.ends[refused.slug] += 1
        except TerminalError as error:
            self.ends[type(error).__name__] += 1
        else:
            self.ends["printed"] += len(served.printed)
            self.ends["voided"] += len(served.voided)
            self.ends["refused"] += len(served.refused)
            self.ends["left"] += len(served.left)
