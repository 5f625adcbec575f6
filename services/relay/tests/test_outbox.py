"""What is read from the outbox, when transactions commit in any order."""

from collections.abc import Awaitable, Callable, Sequence

import asyncpg
import pytest
from gateway.audit.outbox import OutboxRow, insert_events
from relay.outbox import MarkedByOthers, mark_published, measured_lag, next_batch

Insert = Callable[[Sequence[OutboxRow]], Awaitable[None]]
Events = Callable[[int], list[OutboxRow]]


async def test_a_row_committed_late_at_a_low_position_is_not_missed(
    database_url: str, events: Events, insert: Insert
) -> None:
    slow, reader = await asyncpg.connect(database_url), await asyncpg.connect(database_url)
    late, early = events(2), events(2)
    transaction = slow.transaction()
    await transaction.start()
    await insert_events(slow, late)
    await insert(early)

    batch = await next_batch(reader, 100)
    assert [row.canonical for row in batch] == [row.canonical for row in early]
    await mark_published(reader, batch)
    assert await next_batch(reader, 100) == []

    await transaction.commit()
    assert [row.canonical for row in await next_batch(reader, 100)] == [
        row.canonical for row in late
    ]
    await slow.close()
    await reader.close()


async def test_an_event_waits_for_its_predecessor_and_holds_up_nobody_else(
    database_url: str, events: Events, insert: Insert
) -> None:
    connection = await asyncpg.connect(database_url)
    held, other = events(6), events(1)
    await insert(held[1:])
    await insert(other)

    # A page of two is full of rows that wait, twice, before the other's.
    batch = await next_batch(connection, 2)
    assert [row.canonical for row in batch] == [other[0].canonical]
    await mark_published(connection, batch)
    await insert(held[:1])

    sent: list[int] = []
    while batch := await next_batch(connection, 2):
        sent += [row.sequence for row in batch]
        await mark_published(connection, batch)
    assert sent == [1, 2, 3, 4, 5, 6]
    await connection.close()


async def test_a_batch_that_somebody_else_marked_is_not_marked_again(
    database_url: str, events: Events, insert: Insert
) -> None:
    connection = await asyncpg.connect(database_url)
    await insert(events(3))
    batch = await next_batch(connection, 10)
    await mark_published(connection, batch[:1])
    with pytest.raises(MarkedByOthers):
        await mark_published(connection, batch)
    assert (await measured_lag(connection)).rows == 2
    await connection.close()


async def test_the_lag_is_told_in_rows_and_seconds(
    database_url: str, events: Events, insert: Insert
) -> None:
    connection = await asyncpg.connect(database_url)
    lag = await measured_lag(connection)
    assert (lag.rows, lag.seconds) == (0, 0)
    await insert(events(3))
    await connection.execute("UPDATE outbox SET created_at = created_at - interval '90 s'")
    lag = await measured_lag(connection)
    assert lag.rows == 3
    assert 90 <= lag.seconds < 120
    await connection.close()
