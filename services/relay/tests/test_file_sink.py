"""The file is what the database says, or the sink says what is wrong and touches nothing."""

import os
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from gateway.audit.outbox import OutboxRow
from relay.batch import Row
from relay.buckets import EVENTS
from relay.file_sink import FileSink
from relay.outbox import Connection, Pages
from relay.sink import SinkFault
from relay.stamps import next_stamps

Insert = Callable[[Sequence[OutboxRow]], Awaitable[None]]
Events = Callable[[int], list[OutboxRow]]


async def next_batch(connection: Connection, rows: int) -> list[Row]:
    return await Pages(connection, rows).next(range(EVENTS))


def _content(file: Path) -> bytes:
    return file.read_bytes()


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)


def _move(file: Path) -> None:
    file.rename(file.with_suffix(".moved"))


def _replace(file: Path) -> None:
    _move(file)
    file.write_bytes(file.with_suffix(".moved").read_bytes())


def _shorten(file: Path) -> None:
    os.truncate(file, file.stat().st_size - 1)


def _lengthen(file: Path) -> None:
    os.truncate(file, file.stat().st_size + 1)


@pytest.fixture
async def published(
    connection: Connection, audit_file: Path, events: Events, insert: Insert
) -> bytes:
    """Publish four events and return the file's bytes."""
    await insert(events(4))
    sink = FileSink(audit_file)
    await sink.open(connection)
    await sink.publish(connection, await next_batch(connection, 10))
    await sink.close()
    return _content(audit_file)


async def test_a_line_is_an_events_canonical_bytes(
    connection: Connection, audit_file: Path, events: Events, insert: Insert
) -> None:
    rows = events(3)
    await insert(rows)
    sink = FileSink(audit_file)
    await sink.open(connection)
    await sink.publish(connection, await next_batch(connection, 10))
    assert _content(audit_file) == b"".join(row.canonical + b"\n" for row in rows)
    assert await next_batch(connection, 10) == []
    await sink.close()


@pytest.mark.parametrize("tail", [b'{"torn', b'{"whole":1}\n', b"\0" * 5000])
async def test_what_was_not_committed_is_cut_off_at_the_start(
    connection: Connection, audit_file: Path, published: bytes, tail: bytes
) -> None:
    _write(audit_file, published + tail)
    sink = FileSink(audit_file)
    await sink.open(connection)
    assert _content(audit_file) == published
    await sink.close()


async def test_a_file_that_lost_published_events_is_refused(
    connection: Connection, audit_file: Path, published: bytes
) -> None:
    _write(audit_file, published[:-1])
    sink = FileSink(audit_file)
    with pytest.raises(SinkFault, match="restore it"):
        await sink.open(connection)
    await sink.close()


@pytest.mark.parametrize("harm", [_move, _replace, _shorten, _lengthen])
async def test_what_is_appended_to_a_file_that_was_harmed_under_the_relay_counts_as_not_sent(
    connection: Connection,
    audit_file: Path,
    published: bytes,
    events: Events,
    insert: Insert,
    harm: Callable[[Path], object],
) -> None:
    sink = FileSink(audit_file)
    await sink.open(connection)
    harm(audit_file)
    await insert(events(2))
    waiting = await next_batch(connection, 10)
    with pytest.raises(SinkFault, match=r"put it back|restore it"):
        await sink.publish(connection, waiting)
    assert await next_batch(connection, 10) == waiting
    await sink.close()
    _write(audit_file, published)
    await sink.open(connection)
    await sink.publish(connection, waiting)
    assert _content(audit_file) == published + b"".join(row.canonical + b"\n" for row in waiting)
    await sink.close()


async def test_a_file_that_this_database_never_wrote_is_not_cut(
    connection: Connection, audit_file: Path
) -> None:
    _write(audit_file, b"years of audit\n")
    sink = FileSink(audit_file)
    with pytest.raises(SinkFault, match="move the file away"):
        await sink.open(connection)
    await sink.close()
    assert _content(audit_file) == b"years of audit\n"


async def test_a_file_still_held_by_a_relay_that_lost_its_lock_is_left_alone(
    connection: Connection, audit_file: Path
) -> None:
    first, second = FileSink(audit_file), FileSink(audit_file)
    await first.open(connection)
    with pytest.raises(SinkFault, match="held by another process"):
        await second.open(connection)
    await second.close()
    await first.close()
    await second.open(connection)
    await second.close()


async def test_complete_stamps_go_to_a_file_beside_it_in_order_and_once(
    connection: Connection,
    audit_file: Path,
    stamps: Callable[..., Awaitable[list[bytes]]],
) -> None:
    records = await stamps(1, 2, 4, incomplete=[3])
    for _ in range(2):
        sink = FileSink(audit_file)
        await sink.open(connection)
        found = await next_stamps(connection)
        await sink.publish_stamps(connection, found)
        await sink.close()
    beside = audit_file.with_name("audit.stamps.jsonl")
    assert _content(beside) == b"".join(record + b"\n" for record in records[:2])
    await connection.execute("UPDATE stamps SET complete_at = stamped_at")
    sink = FileSink(audit_file)
    await sink.open(connection)
    await sink.publish_stamps(connection, await next_stamps(connection))
    await sink.close()
    assert _content(beside) == b"".join(record + b"\n" for record in records)
