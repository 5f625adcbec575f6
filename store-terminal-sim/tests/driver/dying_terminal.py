"""A terminal as a process of its own that dies at a named step, as `kill -9` would have it."""

import asyncio
import sys
from pathlib import Path

import aiohttp
from madoguchi_wire.kit.settings import CommonSettings
from madoguchi_wire.order import Kind
from store_terminal_sim.cards.virtual_card import VirtualCard
from store_terminal_sim.core.ordering import Application
from store_terminal_sim.core.serve import serve
from store_terminal_sim.driver.async_driver import AsyncDriver
from store_terminal_sim.driver.cardholder import Cardholder
from store_terminal_sim.driver.counter import Counter
from store_terminal_sim.driver.failures import CutAt, cut_process
from store_terminal_sim.terminal_folder import start_terminal
from store_terminal_sim.testing.world import ICHIKAWA


async def main(terminal: Path, card: Path, step: str, moment: str) -> None:
    started = start_terminal(terminal, CommonSettings().clock())
    person = Cardholder.of(VirtualCard.load(card))
    async with aiohttp.ClientSession() as http:
        driver = AsyncDriver(Counter(started.machine, started.journal, person), http)
        driver.observe = CutAt(step, "before" if moment == "before" else "after", cut_process)
        await driver.run(serve(started.terminal, Application(ICHIKAWA, Kind.RESIDENT_RECORD)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]))
