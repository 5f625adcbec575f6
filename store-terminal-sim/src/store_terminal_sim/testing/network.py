"""The small world behind real HTTP, with a terminal that is enrolled in a folder."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
from aiohttp import web
from madoguchi_wire.enrolment import Placed

from store_terminal_sim.core.effects import HttpRequest
from store_terminal_sim.driver.async_driver import AsyncDriver
from store_terminal_sim.driver.cardholder import Cardholder
from store_terminal_sim.driver.counter import Counter
from store_terminal_sim.terminal_folder import (
    Delivered,
    StartedTerminal,
    enrol_delivered,
    start_terminal,
)
from store_terminal_sim.testing.world import (
    CARD,
    GATEWAY,
    REGISTRAR,
    ROOT,
    START,
    TERMINAL,
    World,
    new_world,
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
    placed = Placed(terminal=TERMINAL, site="site-1", chain="chain-1")
    root, day = ROOT.private.public_key(), timedelta(days=1)
    delivered = Delivered(placed, GATEWAY, [DEAD, address], "development", root)
    enrol_delivered(folder, delivered, REGISTRAR, START - day, START + day)
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
