"""One run: load, faults, the end of both, and the verdict on what is left."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import aiohttp
from checker.evidence.evidence import gather
from checker.verdict import Verdict, judge
from local_stack.crowd import Crowd, Load
from local_stack.installation.extent import Extent
from local_stack.settling import settle
from local_stack.visits import Visits

from proofs.faults.repeating import RepeatingDriver
from proofs.soak.ledger import Struck
from proofs.soak.stage import Stage, staged
from proofs.soak.strikes import NotStruck, Power, Strike, Striker, doom, plan

_PATIENCE_S = 120
_LIVE_PATIENCE_S = 20
_PAUSE_S = 3.0


@dataclass(frozen=True)
class Wanted:
    """How a run shall be."""

    folder: Path
    seed: int
    seconds: float
    """Under load; faults strike one after the other until it is over."""
    terminals: int
    most_copies: int = 10
    only: tuple[tuple[str, str], ...] = ()
    """Just these faults, each kind and target once, however long it takes; none: all, over and
    over, until the seconds are over."""


@dataclass
class Seen:
    """What was done and what came of it."""

    verdict: Verdict
    struck: list[Struck]
    missed: list[str]
    """Faults that struck nothing alive, or could not be done."""
    seconds: float
    ends: Counter[str] = field(default_factory=Counter[str])
    repeated: int = 0
    power_cuts: int = 0

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong and every planned fault struck something alive."""
        return self.verdict.holds and not self.missed


def run(wanted: Wanted, told: Callable[[str], None]) -> Seen:
    """Run once; the folder stays."""
    extent = Extent(fleet=wanted.terminals, cards=40, papers_a_day=1000)
    told(f"seed {wanted.seed}: the system with {wanted.terminals} terminals")
    with staged(wanted.folder, extent) as stage:
        seen = asyncio.run(_Run(wanted, stage, told).all())
        told("waiting for the last reports, outcomes and events")
        settle(stage.system, _PATIENCE_S)
        told("the checker reads the whole history")
        papers = sorted(stage.system.installation.layout.terminals.glob("*/papers"))
        seen.verdict = judge(asyncio.run(gather(stage.system.folder, papers)))
    return seen


class _Run:
    def __init__(self, wanted: Wanted, stage: Stage, told: Callable[[str], None]) -> None:
        self._wanted, self._stage, self._told = wanted, stage, told
        self._choice = Random(wanted.seed)
        self._power = Power()
        self._struck: list[Struck] = []
        self._missed: list[str] = []

    async def all(self) -> Seen:
        RepeatingDriver.choice = Random(self._choice.random())
        RepeatingDriver.repeated = 0
        began = time.monotonic()
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
            visits = Visits(
                self._stage.system.installation,
                self._stage.system.clock,
                http,
                observe=self._power.over,
                drive=RepeatingDriver,
                addresses=self._stage.gateway_addresses(),
            )
            extent, load = self._stage.extent, self._load()
            crowd = Crowd(visits, extent.terminals, load)
            busy = asyncio.create_task(crowd.keep_busy())
            try:
                await self._strike_all(crowd, began)
            finally:
                self._stage.lines.mend_all()
                crowd.stop()
                await busy
            seconds = time.monotonic() - began
            self._told("every terminal is switched on again, reports, and counts its coins")
            await visits.recover_all()
            await visits.count_cash()
            visits.close()
            while RepeatingDriver.late:
                await asyncio.wait(RepeatingDriver.late)
        return Seen(
            verdict=None,  # pyright: ignore[reportArgumentType] (the caller judges)
            struck=self._struck,
            missed=self._missed,
            seconds=seconds,
            ends=crowd.ends,
            repeated=RepeatingDriver.repeated,
            power_cuts=self._power.cut,
        )

    def _load(self) -> Load:
        return Load(self._wanted.seed, self._stage.extent.cards, self._wanted.most_copies)

    async def _strike_all(self, crowd: Crowd, began: float) -> None:
        await asyncio.wait_for(crowd.printed(1), 60)
        striker = Striker(self._stage, self._power)
        only = [Strike(*one) for one in self._wanted.only]
        for strike in only or self._until_it_is_over(began):
            await self._one(striker, strike, crowd, began)
            await asyncio.sleep(_PAUSE_S)
        await asyncio.wait_for(crowd.printed(1), 60)

    def _until_it_is_over(self, began: float) -> Iterator[Strike]:
        while True:
            for strike in plan(self._stage, self._choice):
                if time.monotonic() - began > self._wanted.seconds:
                    return
                yield strike

    async def _one(self, striker: Striker, strike: Strike, crowd: Crowd, began: float) -> None:
        live = await self._live()
        if live == 0:
            self._missed.append(f"{strike.kind} of {strike.target}: nothing was under way")
            return
        if strike.kind == "power":
            doom(self._power, self._stage.extent.terminals, self._choice)
        try:
            await striker.strike(strike)
        except NotStruck as fault:
            self._missed.append(f"{strike.kind} of {strike.target}: {fault}")
            return
        self._struck.append(Struck(kind=strike.kind, target=strike.target, live=live))
        printed, at = crowd.ends["printed"], time.monotonic() - began
        self._told(
            f"{at:5.0f} s  {strike.kind:12} {strike.target:28} {live:3} live {printed:7} out"
        )

    async def _live(self) -> int:
        for _ in range(_LIVE_PATIENCE_S * 10):
            if live := await self._stage.live():
                return live
            await asyncio.sleep(0.1)
        return 0
