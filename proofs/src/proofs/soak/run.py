"""One run: load, faults, the end of both, and the verdict on what is left."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from random import Random

import aiohttp
import uvloop
from checker.evidence.evidence import gather
from checker.verdict import judge
from local_stack.crowd import Crowd, Load
from local_stack.installation.extent import Extent
from local_stack.settling import settle
from local_stack.visits import Visits

from proofs.faults.unruly import UnrulyDriver
from proofs.soak.ledger import Struck
from proofs.soak.occurred import BOUGHT, occurred
from proofs.soak.operators import Operators
from proofs.soak.people import People
from proofs.soak.seen import Seen, Wanted
from proofs.soak.stage import Deadlines, Stage, staged
from proofs.soak.strike import NotStruck, Scene, Strike
from proofs.soak.strikes import Striker, plan

_PATIENCE_S = 120
_SORRY_S = 0.5
"""So that a city that is stopped is not asked a hundred times a second."""


def run(wanted: Wanted, told: Callable[[str], None]) -> Seen:
    """Run once; the folder stays."""
    extent = Extent(fleet=wanted.terminals, cards=40, papers_a_day=1000)
    told(f"seed {wanted.seed}: the system with {wanted.terminals} terminals")
    with staged(wanted.folder, extent, deadlines=Deadlines(), bought=BOUGHT) as stage:
        seen = uvloop.run(_Run(wanted, stage, told).all())
        told("waiting for the last reports, outcomes and events")
        settle(stage.system, _PATIENCE_S)
        told("the checker reads the whole history")
        papers = sorted(stage.system.installation.layout.terminals.glob("*/papers"))
        evidence = asyncio.run(gather(stage.system.folder, papers))
        seen.verdict, seen.occurred = judge(evidence), occurred(evidence)
    return seen


class _Run:
    def __init__(self, wanted: Wanted, stage: Stage, told: Callable[[str], None]) -> None:
        self._wanted, self._stage, self._told = wanted, stage, told
        self._choice = Random(wanted.seed)
        self._people, self._operators = People(), Operators(stage)
        self._struck: list[Struck] = []
        self._missed: list[str] = []

    async def all(self) -> Seen:
        UnrulyDriver.begin(self._choice.random())
        began = time.monotonic()
        async with self._visits() as visits:
            wanted, cards = self._wanted, self._stage.extent.cards
            times = {"think_s": wanted.think_s, "sorry_s": _SORRY_S}
            load = Load(wanted.seed, cards, wanted.most_copies, families=True, **times)
            crowd = Crowd(visits, self._stage.extent.terminals, load, self._people.back)
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
            await self._operators.clear_up()
            await visits.count_cash()
            await UnrulyDriver.end()
        return Seen(
            verdict=None,  # pyright: ignore[reportArgumentType] (the caller judges)
            struck=self._struck,
            missed=self._missed,
            seconds=seconds,
            ends=crowd.ends,
            network=UnrulyDriver.counted,
            power_cuts=self._people.cut,
        )

    @asynccontextmanager
    async def _visits(self) -> AsyncGenerator[Visits]:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
            visits = Visits(
                self._stage.system.installation,
                self._stage.system.clock,
                http,
                observe=self._people.over,
                recognise=self._people.recognise,
                drive=UnrulyDriver,
                addresses=self._stage.gateway_addresses(),
            )
            try:
                yield visits
            finally:
                visits.close()

    async def _strike_all(self, crowd: Crowd, began: float) -> None:
        await asyncio.wait_for(crowd.printed(1), _PATIENCE_S)
        striker = Striker(Scene(self._stage, self._people, self._operators))
        only = [Strike(*one) for one in self._wanted.only]
        for strike in only or self._until_it_is_over(began):
            await self._one(striker, strike, crowd, began)
            await asyncio.sleep(self._wanted.pause_s)
        await asyncio.wait_for(crowd.printed(1), _PATIENCE_S)

    def _until_it_is_over(self, began: float) -> Iterator[Strike]:
        while True:
            for strike in plan(self._stage, self._choice):
                if time.monotonic() - began > self._wanted.seconds:
                    return
                yield strike

    async def _one(self, striker: Striker, strike: Strike, crowd: Crowd, began: float) -> None:
        try:
            effect = await striker.strike(strike)
        except NotStruck as fault:
            self._missed.append(f"{strike.kind} of {strike.target}: {fault}")
            self._told(f"missed: {self._missed[-1]}")
            return
        self._struck.append(Struck(kind=strike.kind, target=strike.target, effect=effect))
        printed, at = crowd.ends["printed"], time.monotonic() - began
        felt = f"{strike.kind:12} {strike.target:28} {effect:4} felt it"
        self._told(f"{at:5.0f} s  {felt} {printed:7} out")
