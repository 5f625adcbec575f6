"""`enrol`: new keys for a terminal, with a one-time code or by its present key."""

import argparse
import asyncio
import json

import aiohttp
from madoguchi_wire.clock import Clock
from madoguchi_wire.errors import SignatureRefused
from rich.console import Console

from store_terminal_sim.cli.issue import show_problem
from store_terminal_sim.core.problems import GatewayRefused
from store_terminal_sim.enrolling import enrol


def enrol_terminal(chosen: argparse.Namespace, clock: Clock) -> int:
    """Have new keys enrolled; return 0 if they are in use now."""
    console = Console()
    try:
        enrolment = asyncio.run(_enrol(chosen, clock))
    except GatewayRefused as refused:
        show_problem(console, refused.problem)
        return 1
    except (SignatureRefused, TimeoutError, OSError, ValueError, aiohttp.ClientError) as error:
        console.print(f"{type(error).__name__}: {error}")
        return 1
    console.print(f"enrolled: {enrolment}")
    return 0


async def _enrol(chosen: argparse.Namespace, clock: Clock) -> str:
    facts = json.loads((chosen.terminal / "terminal.json").read_bytes())
    gateway = [*chosen.gateway, *facts["addresses"]][0]
    timeout = aiohttp.ClientTimeout(total=15)
    async with aiohttp.ClientSession(timeout=timeout) as http:
        return await enrol(chosen.terminal, gateway, chosen.code, http, clock)
