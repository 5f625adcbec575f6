import aiohttp
import pytest
from aiohttp import web
from local_stack.ports import free_port
from madoguchi_wire.kit.bounded import TooMuch, read_at_most

BODY = bytes(range(256)) * 4096


async def whole(_: web.Request) -> web.StreamResponse:
    return web.Response(body=BODY)


async def fetched(maximum: int) -> bytes:
    application = web.Application()
    application.router.add_get("/", whole)
    runner = web.AppRunner(application)
    await runner.setup()
    port = free_port()
    try:
        await web.TCPSite(runner, "127.0.0.1", port, reuse_port=True).start()
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"http://127.0.0.1:{port}/") as response,
        ):
            return await read_at_most(response, maximum)
    finally:
        await runner.cleanup()


async def test_a_body_of_many_chunks_is_read_whole() -> None:
    assert await fetched(len(BODY)) == BODY


async def test_a_body_longer_than_wanted_is_refused() -> None:
    with pytest.raises(TooMuch):
        await fetched(len(BODY) - 1)
