"""What lies between a simulated terminal and the world: network, disk, coins and printer."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

from store_terminal_sim.core.effects import (
    Effect,
    Flow,
    HandOver,
    HttpRequest,
    HttpResponse,
    NoAnswer,
    Print,
    TakeMoney,
    Wait,
    Write,
)
from store_terminal_sim.core.entries import Entry
from store_terminal_sim.driver.async_driver import run_flow
from store_terminal_sim.driver.counter import Counter
from store_terminal_sim.driver.failures import Moment
from store_terminal_sim.testing.honest_gateway import HonestGateway

T = TypeVar("T")
_DISK_S = 0.003
_PRINT_S = 3.0
_COINS_S = 5.0


class LossyJournal:
    """A journal of which a power cut loses some of what had not come to the disk."""

    waits_for_disk = True

    def __init__(self, chance: Random) -> None:
        self.entries: list[Entry] = []
        self._chance, self._safe = chance, 0

    def append(self, entry: Entry, *, durable: bool) -> None:
        """Keep the entry, for sure from `sync` on."""
        self.entries.append(entry)
        if durable:
            self.sync()

    def sync(self) -> None:
        """Make everything safe."""
        self._safe = len(self.entries)

    def close(self) -> None:
        """Lose what a power cut may lose."""
        del self.entries[self._chance.randint(self._safe, len(self.entries)) :]
        self.sync()


@dataclass
class Network:
    """Between terminals and gateway: slow, and sometimes it loses something, or is cut."""

    gateway: HonestGateway
    chance: Random
    cut: bool = False
    loses: float = 0.0
    """Share of requests, and of answers, that never arrive."""

    async def send(self, request: HttpRequest) -> HttpResponse | NoAnswer:
        """Carry a request there and its answer back."""
        await asyncio.sleep(self.chance.uniform(0.001, 0.2))
        if self._lost():
            await asyncio.sleep(self.chance.choice([0.01, request.timeout]))
            return NoAnswer()
        answer = self.gateway.answer(request)
        await asyncio.sleep(self.chance.uniform(0.001, 0.2))
        if self._lost():
            await asyncio.sleep(request.timeout)
            return NoAnswer()
        return answer

    def _lost(self) -> bool:
        return self.cut or self.chance.random() < self.loses


@dataclass
class SimulatedDriver:
    """Drives a terminal over such a network, with a disk, coins and a printer that take time."""

    counter: Counter
    network: Network
    journal: LossyJournal
    observe: Callable[[Effect, Moment], None]

    async def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end and return what it returns."""
        return await run_flow(flow, self._answer, self.observe)

    async def _answer(self, effect: Effect) -> Any:  # noqa: ANN401 (each effect names its answer)
        match effect:
            case HttpRequest():
                return await self.network.send(effect)
            case Wait():
                return await asyncio.sleep(effect.seconds)
            case Write():
                self.journal.append(effect.entry, durable=False)
                if effect.durable:
                    await self._take_up_to(_DISK_S)
                    self.journal.sync()
                return None
            case TakeMoney() | HandOver():
                await self._take_up_to(_COINS_S)
            case Print():
                await self._take_up_to(_PRINT_S)
            case _:
                pass
        return self.counter.answer(effect)

    async def _take_up_to(self, seconds: float) -> None:
        await asyncio.sleep(self.network.chance.uniform(0, seconds))
