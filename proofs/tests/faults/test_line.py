"""A line passes bytes on unchanged, until it is told otherwise."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from proofs.faults.line import Line


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    """A line to a server that says everything twice."""

    async def twice(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while said := await reader.read(1000):
            writer.write(said + said)
            await writer.drain()
        writer.close()

    async with await asyncio.start_server(twice, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with Line("127.0.0.1", port).open() as opened:
            yield opened


async def _asked(line: Line, patience: float = 2) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", line.listens_on)
    try:
        writer.write(b"ab")
        writer.write_eof()
        async with asyncio.timeout(patience):
            return await reader.read()
    finally:
        writer.close()


async def test_it_passes_everything_on(line: Line) -> None:
    assert await _asked(line) == b"abab"


async def test_held_it_says_nothing_until_it_is_mended(line: Line) -> None:
    line.hold()
    with pytest.raises(TimeoutError):
        await _asked(line, 0.2)
    asking = asyncio.create_task(_asked(line))
    await asyncio.sleep(0.1)
    line.mend()
    assert await asking == b"abab"


async def test_lost_answers_leave_the_caller_without_a_word(line: Line) -> None:
    line.answers_lost = True
    assert await _asked(line) == b""


async def test_cut_it_breaks_every_connection(line: Line) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", line.listens_on)
    writer.write(b"a")
    assert await reader.readexactly(2) == b"aa"
    line.cut()
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await reader.readexactly(1)
    writer.close()


async def test_slowed_it_takes_its_time(line: Line) -> None:
    line.delay_s = 0.15
    began = asyncio.get_running_loop().time()
    assert await _asked(line) == b"abab"
    assert asyncio.get_running_loop().time() - began >= 0.3
