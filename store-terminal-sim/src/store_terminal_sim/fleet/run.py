"""A run of a fleet at an installation's gateway, for some seconds, and what came of it."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from random import Random

import aiohttp
from madoguchi_wire.clock import Clock

from store_terminal_sim.cards.virtual_card import VirtualCard
from store_terminal_sim.core.serve import Served
from store_terminal_sim.driver.cardholder import Cardholder
from store_terminal_sim.fleet.fleet import Fleet, fleet_in
from store_terminal_sim.fleet.load import Load, Person, Visit
from store_terminal_sim.fleet.queues import Queues

PROGRESS_S = 5.0
PATIENCE_S = 60.0
"""How long the last reports are waited for."""


@dataclass(frozen=True)
class Wanted:
    """How a run shall be."""

    folder: Path
    """Of an installation: with `terminals/NAME` and `cards/MUNICIPALITY/NAME`."""
    seconds: float
    seed: int
    terminals: Sequence[str]
    most_copies: int = 2
    think_s: float = 0.0
    power_cuts_a_minute: float = 0.0
    """All over the fleet."""
    gateways: Sequence[str] = ()
    """In place of those that terminals were enrolled with; none: those."""


@dataclass(frozen=True)
class Ran:
    """What came of it."""

    seconds: float
    ends: Counter[str]
    power_cuts: int
    waiting: int
    """Terminals with reports that the gateway has not answered."""
    cash: int
    """Yen in all machines, counted and reported."""
    suspended: int
    """Terminals that the gateway does not let in, and that were left alone."""


@dataclass(frozen=True)
class Progress:
    """How far it is."""

    seconds: float
    ends: Counter[str]
    busy: int
    off: int
    waiting: int


def terminals_in(folder: Path, at_most: int | None = None) -> list[str]:
    """Return terminals of an installation; those made for a fleet come first."""
    names = [path.parent.name for path in (folder / "terminals").glob("*/terminal.json")]
    return sorted(names, key=lambda name: (not name.startswith("fleet-"), name))[:at_most]


def people_in(folder: Path) -> list[Person]:
    """Return the ordinary residents who have a card."""
    cards = sorted((folder / "cards").glob("*/resident-*/card.json"))
    return [Person(path.parent.parent.name, path.parent.name) for path in cards]


async def run(wanted: Wanted, clock: Clock, told: Callable[[Progress], None]) -> Ran:
    """Keep the terminals busy, then wait for their last reports and count the coins.

    Raises:
        OSError, ValueError: a terminal or a card cannot be read.

    """
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        folder = wanted.folder / "terminals"
        fleet = fleet_in(folder, clock, http, addresses=wanted.gateways)
        async with fleet:
            return await _Run(wanted, fleet, told).all()


@dataclass
class _Run:
    wanted: Wanted
    fleet: Fleet
    told: Callable[[Progress], None]
    began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        load = Load(
            self.wanted.seed,
            people_in(self.wanted.folder),
            self.wanted.most_copies,
            self.wanted.think_s,
        )
        self.queues = Queues(self.wanted.terminals, load, self._serve)
        self.card = lru_cache(maxsize=None)(self._card)

    async def all(self) -> Ran:
        await self.fleet.recover_all(self.wanted.terminals)
        self.began = time.monotonic()
        beside = [asyncio.ensure_future(self._tell()), asyncio.ensure_future(self._cut_power())]
        busy = asyncio.ensure_future(self.queues.keep_busy())
        try:
            await asyncio.wait([busy], timeout=self.wanted.seconds)
            self.queues.stop()
            await busy
            seconds = self._seconds
            await self.fleet.all_told(PATIENCE_S)
        finally:
            for task in beside:
                task.cancel()
        cash = await self.fleet.count_cash(but=self.queues.suspended)
        power_cuts = sum(station.power_cuts for station in self.fleet)
        suspended = len(self.queues.suspended)
        return Ran(seconds, self.queues.ends, power_cuts, self._waiting, cash, suspended)

    @property
    def _seconds(self) -> float:
        return time.monotonic() - self.began

    @property
    def _waiting(self) -> int:
        used = [one for one in self.fleet if one.name not in self.queues.suspended]
        return sum(station.has_work_left for station in used)

    async def _serve(self, visit: Visit) -> Served:
        person = Cardholder.of(self.card(visit.person))
        return await self.fleet[visit.terminal].serve(visit.application(), person)

    def _card(self, person: Person) -> VirtualCard:
        return VirtualCard.load(self.wanted.folder / "cards" / person.municipality / person.card)

    async def _cut_power(self) -> None:
        chance = Random(f"{self.wanted.seed}/power")  # noqa: S311 (a load, not a secret)
        while self.wanted.power_cuts_a_minute > 0:
            await asyncio.sleep(chance.expovariate(self.wanted.power_cuts_a_minute / 60))
            self.fleet[chance.choice(self.wanted.terminals)].cut_power()

    async def _tell(self) -> None:
        while True:
            await asyncio.sleep(PROGRESS_S)
            stations = list(self.fleet)
            busy = sum(station.is_busy for station in stations)
            off = sum(not station.is_on for station in stations)
            self.told(Progress(self._seconds, self.queues.ends, busy, off, self._waiting))
