"""Capacity first, then pairs of runs at half of it, without and with two ill municipalities."""

import asyncio
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import aiohttp
from local_stack.crowd import Crowd, Load
from local_stack.installation.extent import Extent
from local_stack.visits import Visits

from proofs.faults.line import Line
from proofs.isolation.arrivals import FAILS, HANGS, SHARES, plan
from proofs.isolation.offering import Counter, Served
from proofs.isolation.result import Pair, Report, pair_of, report_of
from proofs.soak.stage import Stage, staged

EACH = 48
"""Terminals for each municipality: more than stand before one that hangs at any time."""
_CLOSED_LOOP = 16
_WELL_AGAIN_S = 60
_ERROR = (
    b"HTTP/1.1 500 Internal Server Error\r\ncontent-type: text/html\r\n"
    b"content-length: 26\r\nconnection: close\r\n\r\n<html>it is broken</html>\n"
)


def measure(
    folder: Path,
    seed: int,
    pairs: int,
    seconds: float,
    told: Callable[[str], None],
    settings: Mapping[str, str] | None = None,
) -> Report:
    """Measure, with these settings of the services on top of the usual; the folder stays."""
    extent = Extent(fleet=EACH * len(SHARES), cards=EACH, papers_a_day=1000)
    told(f"seed {seed}: the system with {len(extent.terminals)} terminals")
    with staged(folder, extent, settings) as stage:
        return asyncio.run(_Measuring(stage, seed, seconds, told).all(pairs))


class _Measuring:
    def __init__(
        self, stage: Stage, seed: int, seconds: float, told: Callable[[str], None]
    ) -> None:
        self._stage, self._seed, self._seconds, self._told = stage, seed, seconds, told

    async def all(self, pairs: int) -> Report:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
            system = self._stage.system
            visits = Visits(
                system.installation,
                system.clock,
                http,
                addresses=self._stage.gateway_addresses(),
            )
            capacity = await self._capacity(visits)
            self._counter = Counter(visits, self._stage.extent.terminals)
            done = [await self._pair(number, capacity / 2) for number in range(pairs)]
            visits.close()
        return report_of(self._seed, self._seconds, capacity, done)

    async def _capacity(self, visits: Visits) -> float:
        """Return visits a second of terminals that are never idle."""
        terminals = self._stage.extent.terminals[:: EACH * len(SHARES) // _CLOSED_LOOP]
        crowd = Crowd(visits, terminals, Load(self._seed, EACH, most_copies=1))
        busy = asyncio.create_task(crowd.keep_busy())
        await crowd.printed(_CLOSED_LOOP)
        before, began = crowd.ends["printed"], time.monotonic()
        await asyncio.sleep(self._seconds / 2)
        capacity = (crowd.ends["printed"] - before) / (time.monotonic() - began)
        crowd.stop()
        await busy
        self._told(f"capacity: {capacity:.1f} papers a second with {_CLOSED_LOOP} busy terminals")
        return capacity

    async def _pair(self, number: int, rate: float) -> Pair:
        """Run both ways, the order turned round each time, so that drift favours neither."""
        ways: dict[bool, list[Served]] = {}
        for ill in (False, True) if number % 2 == 0 else (True, False):
            ways[ill] = await self._run(number, rate, ill=ill)
        pair = pair_of(ways[False], ways[True])
        self._told(
            f"pair {number + 1}: p99 {pair.p99_ms_without:.0f} ms without, "
            f"{pair.p99_ms_with:.0f} ms with, ratio {pair.ratio:.2f} "
            f"({pair.with_.served} papers); ill: {pair.ill}"
        )
        return pair

    async def _run(self, number: int, rate: float, *, ill: bool) -> list[Served]:
        if ill:
            self._line(HANGS, Line.hold)
            self._line(FAILS, lambda line: line.fail(_ERROR))
        arrivals = plan(self._seed + number, rate, self._seconds)
        try:
            return await self._counter.serve(arrivals)
        finally:
            if ill:
                for code in (HANGS, FAILS):
                    self._line(code, Line.mend)
                await self._until_well()

    def _line(self, code: str, change: Callable[[Line], None]) -> None:
        self._stage.lines.change(f"gateway to adapter-{code}", change)

    async def _until_well(self) -> None:
        until = time.monotonic() + _WELL_AGAIN_S
        for code in (HANGS, FAILS):
            # Both replicas have to find out, and each by a few probes.
            good = 0
            while good < 8:
                if time.monotonic() > until:
                    raise TimeoutError(f"{code} is well, and is not asked again")
                good = good + 1 if await self._counter.is_well(code) else 0
                await asyncio.sleep(0.1)
