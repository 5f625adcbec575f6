"""Moving the clock of a system that runs: of its processes by their file, of its databases."""

import asyncio
import time
from datetime import UTC, datetime

from madoguchi_wire.kit.clock_file import move_clock_file

from local_stack.processes import answers_ok
from local_stack.server_clock import NotFollowed, move_servers
from local_stack.system import LocalSystem

PATIENCE_S = 20.0
_POLL_S = 0.02


async def move_clock(system: LocalSystem, moment: datetime) -> None:
    """Let it be `moment` everywhere, and wait until every process is ready then.

    Nothing may be under way: a session would end. Whatever waits for a stamp or for the relay
    becomes as much older, so that is waited for before (`settling`). The servers must be ours.

    Raises:
        NotFollowed: a server or a process has not followed.

    """
    offset = moment - datetime.now(UTC)
    # Processes first: what a server dates meanwhile is in their past, and not in their future.
    move_clock_file(system.installation.layout.clock, offset)
    await move_servers((system.centre.dsn, system.municipalities.dsn), offset)
    urls = {name: process.ready_url for name, process in system.processes.items()}
    await asyncio.gather(*(_ready(name, url) for name, url in urls.items()))


async def _ready(name: str, url: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while not await asyncio.to_thread(answers_ok, url):
        if time.monotonic() > until:
            raise NotFollowed(f"{name} is not ready: {url} says why")
        await asyncio.sleep(_POLL_S)
