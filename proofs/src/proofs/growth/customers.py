"""People who step up to terminals, the same number at once whatever has grown meanwhile."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import ClassVar

from local_stack.installation.cards import CardHolder
from local_stack.visits import Visit, Visits
from madoguchi_wire.order import Kind
from store_terminal_sim.core.effects import HttpRequest, HttpResponse, NoAnswer
from store_terminal_sim.core.problems import GatewayRefused, TerminalError
from store_terminal_sim.driver.async_driver import AsyncDriver

from proofs.growth.tally import Tally

_BAD = 400


class CountingDriver(AsyncDriver):
    """Drives a terminal, and counts what it sends."""

    tally: ClassVar[Tally] = Tally()
    """Of the present stage."""

    async def _send(self, request: HttpRequest) -> HttpResponse | NoAnswer:
        began = time.perf_counter()
        answered = await super()._send(request)
        tally = CountingDriver.tally
        tally.requests += 1
        tally.seconds.append(time.perf_counter() - began)
        if isinstance(answered, NoAnswer):
            tally.failures[f"{request.method} without an answer"] += 1
        elif answered.status >= _BAD:
            tally.failures[f"{request.method} answered {answered.status}"] += 1
        return answered


@dataclass
class Customers:
    """Everybody who has a card goes to a terminal now and then, one municipality after another."""

    visits: Visits
    choice: Random
    holders: list[CardHolder] = field(default_factory=list[CardHolder])
    terminals: list[str] = field(default_factory=list[str])
    _busy: set[str] = field(default_factory=set[str])
    """Terminals at which somebody stands, and cards that are in a slot."""
    _stopping: bool = False
    _round: Iterator[CardHolder] = field(default_factory=lambda: iter(()))

    async def keep_busy(self, number: int) -> None:
        """Let this many come, one after the other each, until `stop`."""
        await asyncio.gather(*(self._come() for _ in range(number)))

    def join(self, holders: Sequence[CardHolder], terminals: Sequence[str]) -> None:
        """Let those who joined come, too, and to these terminals, from now on."""
        self.holders += holders
        self.terminals += terminals
        self._round = iter(())

    def stop(self) -> None:
        """Let nobody new step up."""
        self._stopping = True

    async def _come(self) -> None:
        while not self._stopping:
            holder, terminal = self._next(), self._free()
            card = f"{holder.municipality}/{holder.name}"
            if terminal is None or card in self._busy:
                await asyncio.sleep(0.01)
                continue
            taken = {terminal, card}
            self._busy |= taken
            try:
                await self._serve(terminal, holder)
            finally:
                self._busy -= taken

    async def _serve(self, terminal: str, holder: CardHolder) -> None:
        kind = self.choice.choice(list(Kind))
        try:
            served = await self.visits.serve(
                Visit(terminal, holder.municipality, holder.name, kind)
            )
        except GatewayRefused as refused:
            CountingDriver.tally.failures[f"visit refused: {refused.slug}"] += 1
            return
        except TerminalError as error:
            CountingDriver.tally.failures[f"visit ended by {type(error).__name__}"] += 1
            return
        CountingDriver.tally.came_out(holder.municipality, len(served.printed))
        for name in ("voided", "refused", "left"):
            if papers := len(getattr(served, name)):
                CountingDriver.tally.failures[f"paper {name}"] += papers

    def _next(self) -> CardHolder:
        found = next(self._round, None)
        if found is None:
            self._round = iter(_one_of_each_first(self.holders, self.choice))
            found = next(self._round)
        return found

    def _free(self) -> str | None:
        """Return a terminal at which nobody stands."""
        free = [one for one in self.terminals if one not in self._busy]
        return self.choice.choice(free) if free else None


def _one_of_each_first(everybody: Sequence[CardHolder], choice: Random) -> list[CardHolder]:
    """Return everybody, mixed, one of each municipality before the second of any."""
    mixed = list(everybody)
    choice.shuffle(mixed)
    seen: Counter[str] = Counter()
    turns: list[int] = []
    for one in mixed:
        seen[one.municipality] += 1
        turns.append(seen[one.municipality])
    order = sorted(range(len(mixed)), key=turns.__getitem__)
    return [mixed[index] for index in order]
