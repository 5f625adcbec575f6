"""A terminal in a process of its own that is killed right before or after a step of its work.

python dying_terminal.py TERMINAL CARD MUNICIPALITY KIND STEP MOMENT OFFSET_SECONDS
"""

import asyncio
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

import aiohttp
from madoguchi_wire.clock import SystemClock
from madoguchi_wire.order import Kind
from store_terminal_sim.cards.virtual_card import VirtualCard
from store_terminal_sim.core.ordering import Application
from store_terminal_sim.core.serve import serve
from store_terminal_sim.driver.async_driver import AsyncDriver
from store_terminal_sim.driver.cardholder import Cardholder
from store_terminal_sim.driver.counter import Counter
from store_terminal_sim.driver.failures import CutAt
from store_terminal_sim.terminal_folder import start_terminal


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def main() -> None:
    terminal, card, municipality, kind, step, moment, offset = sys.argv[1:]
    clock = SystemClock(timedelta(seconds=float(offset)))
    started = start_terminal(Path(terminal), clock)
    person = Cardholder.of(VirtualCard.load(Path(card)))
    counter = Counter(started.machine, started.journal, person)
    cut = CutAt(step, "before" if moment == "before" else "after", die)
    async with aiohttp.ClientSession() as http:
        driver = AsyncDriver(counter, http, cut)
        await driver.run(serve(started.terminal, Application(municipality, Kind(kind))))


asyncio.run(main())
