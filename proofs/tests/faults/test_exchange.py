"""Two answers change places, whole, and nothing else does."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from proofs.faults.exchange import Exchange
from proofs.faults.line import Line

LARGE = 100_000


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    """A line to a server that answers each path by itself, many times over."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while asked := await reader.read(1000):
                body = asked.split(b" ")[1] * LARGE
                head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
                writer.write(head + body)
                await writer.drain()
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server, Line("127.0.0.1", server.sockets[0].getsockname()[1]).open() as opened:
        yield opened


async def asked(line: Line, path: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", line.listens_on)
    try:
        writer.write(b"POST " + path + b" HTTP/1.1\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.split(b":")[1])
        body = await reader.readexactly(length)
        assert body == body[: length // LARGE] * LARGE, "an answer stays whole"
        return body[: length // LARGE]
    finally:
        writer.close()


async def test_two_answers_change_places_and_the_next_do_not(line: Line) -> None:
    line.exchange = Exchange(b"/paper")
    one, other = await asyncio.gather(asked(line, b"/paper/1"), asked(line, b"/paper/22"))
    assert (one, other) == (b"/paper/22", b"/paper/1")
    assert line.struck == 2
    again = await asyncio.gather(asked(line, b"/paper/1"), asked(line, b"/paper/22"))
    assert again == [b"/paper/1", b"/paper/22"]


async def test_an_answer_about_something_else_stays(line: Line) -> None:
    line.exchange = Exchange(b"/paper")
    answers = await asyncio.gather(asked(line, b"/state"), asked(line, b"/other"))
    assert answers == [b"/state", b"/other"]
    assert line.struck == 0


async def test_an_answer_that_finds_no_other_goes_where_it_belongs(line: Line) -> None:
    line.exchange = Exchange(b"/paper", patience_s=0.05)
    assert await asked(line, b"/paper/1") == b"/paper/1"
    assert line.struck == 0
