"""The driver: terminals in one process, each with one cardholder after the other (closed loop)."""

import argparse
import asyncio
import json
import statistics
import sys
import time
from datetime import timedelta
from pathlib import Path

import aiohttp
import uvloop
from madoguchi_wire.clock import SystemClock
from madoguchi_wire.order import Kind
from store_terminal_sim.cards.virtual_card import VirtualCard
from store_terminal_sim.core.ordering import Application
from store_terminal_sim.core.serve import serve
from store_terminal_sim.core.terminal import Terminal
from store_terminal_sim.driver.async_driver import AsyncDriver
from store_terminal_sim.driver.cardholder import Cardholder
from store_terminal_sim.driver.counter import Counter
from store_terminal_sim.driver.machine import Machine
from store_terminal_sim.journal import MemoryJournal
from store_terminal_sim.terminal_folder import load_identity

from loadtests.bench.stage import MUNICIPALITY, terminal_name

WISH = Application(municipality=MUNICIPALITY, kind=Kind.RESIDENT_RECORD)


class Measured:
    """Complete flows after the warm-up, in ms each."""

    def __init__(self, starts_at: float, ends_at: float) -> None:
        self.starts_at, self.ends_at = starts_at, ends_at
        self.flows_ms: list[float] = []

    def add(self, began: float, ended: float) -> None:
        """Count a flow that ended inside the measured time."""
        if self.starts_at <= ended < self.ends_at:
            self.flows_ms.append((ended - began) * 1000)

    def summary(self) -> dict[str, float]:
        """Return flows a second and percentiles in ms."""
        cuts = statistics.quantiles(self.flows_ms, n=100)
        seconds = self.ends_at - self.starts_at
        return {
            "flows": len(self.flows_ms),
            "flows_per_s": len(self.flows_ms) / seconds,
            "p50_ms": cuts[49],
            "p99_ms": cuts[98],
        }


async def drive(
    folder: Path, addresses: list[str], terminals: int, offset: timedelta, seconds: float
) -> dict[str, float]:
    """Drive the flow for `seconds` after a fifth of that as warm-up."""
    clock, card = SystemClock(offset), VirtualCard.load(folder / "card")
    start = time.perf_counter() + seconds / 5
    measured = Measured(start, start + seconds)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:

        async def one(number: int) -> None:
            identity = load_identity(folder / terminal_name(number), addresses)
            terminal = Terminal.started(identity, clock, [])
            counter = Counter(Machine(), MemoryJournal(), Cardholder.of(card))
            driver = AsyncDriver(counter, http)
            while (began := time.perf_counter()) < measured.ends_at:
                served = await driver.run(serve(terminal, WISH))
                if len(served.printed) != 1:
                    raise AssertionError(f"a flow did not end in one paper: {served}")
                measured.add(began, time.perf_counter())

        async with asyncio.TaskGroup() as group:
            for number in range(terminals):
                group.create_task(one(number))
    return measured.summary()


def main() -> None:
    """Drive and print the summary as one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--address", action="append", required=True)
    parser.add_argument("--terminals", type=int, required=True)
    parser.add_argument("--offset", type=float, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    chosen = parser.parse_args()
    offset = timedelta(seconds=chosen.offset)
    summary = uvloop.run(
        drive(chosen.folder, chosen.address, chosen.terminals, offset, chosen.seconds)
    )
    sys.stdout.write(json.dumps(summary) + "\n")


if __name__ == "__main__":
    main()
