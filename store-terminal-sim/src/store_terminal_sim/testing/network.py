"""The small world behind real HTTP, with a terminal that is enrolled in a folder."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
from aiohttp import web

from store_terminal_sim.core.effects import HttpRequest
from store_terminal_sim.driver.async_driver import AsyncDriver
from store_terminal_sim.driver.cardholder import Cardholder
from store_terminal_sim.driver.counter import Counter
from store_terminal_sim.terminal_folder import (
    Enrolment,
    StartedTerminal,
    enrol_terminal,
    start_terminal,
)
from store_terminal_sim.testing.world import (
    CARD,
    GATEWAY,
    ROOT,
    START,
    TERMINAL,
    World,
    new_world,
    with_terminal_keys,
)

DEAD = "http://127.0.0.1:9"
"""An address at which nobody listens."""


@dataclass
class Network:
    """A world that is reached by HTTP, and a terminal's folder."""

    world: World
    address: str
    http: aiohttp.ClientSession
    folder: Path

    def switched_on(self) -> StartedTerminal:
        """Return the terminal as it comes up from its files."""
        return start_terminal(self.folder, self.world.clock)

    def driver(self, started: StartedTerminal) -> AsyncDriver:
        """Return a driver with somebody at the terminal."""
        person = Cardholder.of(CARD)
        return AsyncDriver(Counter(started.machine, started.journal, person), self.http)


@asynccontextmanager
async def open_network(folder: Path) -> AsyncGenerator[Network]:
    """Serve a new world, and enrol a terminal that knows one dead address of it as well."""
    world = new_world()
    runner = web.AppRunner(_application(world))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    enrolment = Enrolment(
        terminal=TERMINAL,
        site="site-1",
        gateway=GATEWAY,
        addresses=[DEAD, address],
        environment="development",
        trust_root=ROOT.private.public_key(),
        valid_from=START - timedelta(days=1),
        valid_until=START + timedelta(days=1),
    )
    with_terminal_keys(world, enrol_terminal(folder, enrolment))
    async with aiohttp.ClientSession() as http:
        yield Network(world, address, http, folder)
    await runner.cleanup()


def _application(world: World) -> web.Application:
    async def answer(request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        sent = HttpRequest(request.method, str(request.url), headers, await request.read())
        answered = world.gateway.answer(sent)
        return web.Response(status=answered.status, headers=answered.headers, body=answered.body)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    return application
