"""`count-cash`: somebody of the store counts the coins of a machine."""

import argparse
import asyncio

import aiohttp
from madoguchi_wire.clock import Clock
from rich.console import Console

from store_terminal_sim.cli.issue import show_problem
from store_terminal_sim.core.problems import GatewayRefused, TerminalError
from store_terminal_sim.core.staff import report_cash
from store_terminal_sim.driver.async_driver import AsyncDriver
from store_terminal_sim.driver.counter import Counter
from store_terminal_sim.journal import JournalDamaged, JournalInUse
from store_terminal_sim.terminal_folder import start_terminal


def count_cash(chosen: argparse.Namespace, clock: Clock) -> int:
    """Count a machine's coins and report them, signed; return 0 if the gateway has the report."""
    console = Console()
    try:
        yen = asyncio.run(_counted(chosen, clock))
    except GatewayRefused as refused:
        show_problem(console, refused.problem)
        return 1
    except (TerminalError, JournalDamaged, JournalInUse, OSError, ValueError) as error:
        console.print(f"[red]The terminal cannot be used: {error}")
        return 2
    console.print(f"{yen} yen in the machine, reported")
    return 0


async def _counted(chosen: argparse.Namespace, clock: Clock) -> int:
    started = start_terminal(chosen.terminal, clock, chosen.gateway)
    try:
        async with aiohttp.ClientSession() as http:
            driver = AsyncDriver(Counter(started.machine, started.journal, None), http)
            return await driver.run(report_cash(started.terminal))
    finally:
        started.journal.close()
