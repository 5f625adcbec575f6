"""A line passes bytes on unchanged, until it is told otherwise."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from proofs.faults.line import Line


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    """A line to a server that says everything twice."""

    async def twice(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while said := await reader.read(1000):
                writer.write(said + said)
                await writer.drain()
            writer.close()
            await writer.wait_closed()
        finally:
            writer.transport.abort()

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


async def test_what_felt_a_fault_is_counted(line: Line) -> None:
    assert await _asked(line) == b"abab"
    assert (line.requests, line.struck) == (1, 0)
    line.hold()
    with pytest.raises(TimeoutError):
        await _asked(line, 0.1)
    line.mend()
    await asyncio.sleep(0.05)
    assert line.struck == 0, "nothing came to the line while it was held but a connection"
    line.answers_lost = True
    await _asked(line)
    assert line.struck == 1


async def test_a_cut_that_meets_nobody_who_waits_is_felt_by_nobody(line: Line) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", line.listens_on)
    writer.write(b"a")
    assert await reader.readexactly(2) == b"aa"
    line.cut()
    assert await reader.read() == b""
    writer.close()
    assert line.struck == 0


async def test_requests_without_an_answer_are_counted_when_their_server_goes() -> None:
    async def goes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writer.transport.abort()

    server = await asyncio.start_server(goes, "127.0.0.1", 0)
    async with server, Line("127.0.0.1", server.sockets[0].getsockname()[1]).open() as line:
        assert await _asked(line) == b""
        assert line.struck == 1


async def test_stalled_answers_come_late_and_later_ones_in_time() -> None:
    async def in_a_moment(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said = await reader.read(1000)
        await asyncio.sleep(0.1)
        writer.write(said + said)
        writer.close()

    server = await asyncio.start_server(in_a_moment, "127.0.0.1", 0)
    async with server, Line("127.0.0.1", server.sockets[0].getsockname()[1]).open() as line:
        first = asyncio.create_task(_asked(line))
        await asyncio.sleep(0.05)
        line.stall()
        assert await _asked(line) == b"abab"
        await asyncio.sleep(0.1)
        assert not first.done()
        line.mend()
        assert await first == b"abab"
        assert line.struck == 1


async def test_whatever_hinders_it_bytes_keep_their_order(line: Line) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", line.listens_on)
    hindrances = (
        line.hold,
        line.mend,
        lambda: setattr(line, "delay_s", 0.002),
        line.stall,
        line.mend,
        lambda: setattr(line, "bytes_per_s", 1e6),
        line.mend,
    )
    said = [bytes([number]) * 300 for number in range(140)]
    for number, piece in enumerate(said):
        hindrances[number % len(hindrances)]()
        writer.write(piece)
        await asyncio.sleep(0.001)
    line.mend()
    async with asyncio.timeout(5):
        heard = await reader.readexactly(2 * 140 * 300)
    # The server says twice what it read at once, which may be several pieces or a part of one.
    assert sorted(heard) == sorted(b"".join(said) * 2)
    first = [heard.index(piece[:1]) for piece in said]
    assert first == sorted(first)
    writer.close()
