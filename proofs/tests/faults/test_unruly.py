"""Some requests come twice, and some only after later ones: the network counts both."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from proofs.faults.unruly import UnrulyDriver
from store_terminal_sim.core.effects import Flow, HttpRequest, HttpResponse, NoAnswer
from store_terminal_sim.driver.counter import Counter
from store_terminal_sim.driver.machine import Machine
from store_terminal_sim.journal import MemoryJournal


class Late(UnrulyDriver):
    late = 1.0
    latest_s = 0.1


class Twice(UnrulyDriver):
    late, twice = 0.0, 1.0
    latest_s = 0.1


@pytest.fixture
async def server() -> AsyncIterator[tuple[str, list[str]]]:
    """Give a server and the paths that it was asked for, in order."""
    asked: list[str] = []

    async def note(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_get("/{path}", note)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", asked
    finally:
        await runner.cleanup()


def two_requests(address: str) -> Flow[list[HttpResponse | NoAnswer]]:
    first = yield HttpRequest("GET", f"{address}/first", {}, b"", 5)
    Late.late = 0.0
    second = yield HttpRequest("GET", f"{address}/second", {}, b"", 5)
    return [first, second]


async def test_a_request_that_seems_lost_comes_after_the_next_one(
    server: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Late, "late", 1.0)
    address, asked = server
    Late.begin(3)
    async with aiohttp.ClientSession() as http:
        driver = Late(Counter(Machine(), MemoryJournal()), http)
        first, second = await driver.run(two_requests(address))
        await Late.end()
    assert isinstance(first, NoAnswer)
    assert isinstance(second, HttpResponse)
    assert asked == ["/second", "/first"]
    assert Late.counted.overtaken == 1


async def test_a_request_comes_twice_and_is_answered_once(
    server: tuple[str, list[str]],
) -> None:
    address, asked = server
    Twice.begin(3)
    async with aiohttp.ClientSession() as http:
        await Twice(Counter(Machine(), MemoryJournal()), http).run(two_requests(address))
        await asyncio.sleep(0)
        await Twice.end()
    assert sorted(asked) == ["/first", "/first", "/second", "/second"]
    assert (Twice.counted.repeated, Twice.counted.overtaken) == (2, 0)
