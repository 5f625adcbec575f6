"""What is read from the outbox, when transactions commit in any order."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import asyncpg
import pytest
from gateway.audit.outbox import OutboxRow, insert_events
from relay.batch import Row
from relay.buckets import EVENTS
from relay.outbox import Connection, MarkedByOthers, Pages, mark_published, measured_lag

Insert = Callable[[Sequence[OutboxRow]], Awaitable[None]]
Events = Callable[[int], list[OutboxRow]]


async def next_batch(connection: Connection, rows: int) -> list[Row]:
    return await Pages(connection, rows).next(range(EVENTS))


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
    connection: Connection, events: Events, insert: Insert
) -> None:
    await insert(events(3))
    batch = await next_batch(connection, 10)
    await mark_published(connection, batch[:1])
    with pytest.raises(MarkedByOthers):
        await mark_published(connection, batch)
    assert (await measured_lag(connection)).rows == 2


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


async def test_a_page_ends_where_its_bytes_do_and_the_next_goes_on(
    database_url: str, events: Events, insert: Insert, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = events(5)
    await insert(rows)
    monkeypatch.setattr("relay.outbox.PAGE_BYTES", len(rows[0].canonical) + 1)
    connection = await asyncpg.connect(database_url)
    pages = Pages(connection, 100)
    sent: list[int] = []
    while batch := await pages.next(range(EVENTS)):
        assert len(batch) <= 2
        sent += [row.sequence for row in batch]
        await mark_published(connection, batch)
    assert sent == [1, 2, 3, 4, 5]
    await connection.close()


async def test_each_event_is_in_one_bucket_with_all_of_its_subject(
    database_url: str, events: Events, insert: Insert
) -> None:
    issuances = [events(3) for _ in range(60)]
    await insert([row for rows in issuances for row in rows])
    connection = await asyncpg.connect(database_url)
    found: list[set[str]] = []
    for bucket in range(EVENTS):
        batch = await Pages(connection, 1000).next([bucket])
        assert [row.sequence for row in batch] == sorted(row.sequence for row in batch)
        assert len(batch) == 3 * len({row.subject for row in batch})
        found.append({row.subject for row in batch})
    assert (
        sum(map(len, found)) == len({subject for subjects in found for subject in subjects}) == 60
    )
    await connection.close()


async def test_what_is_set_aside_is_marked_with_its_reason_and_lets_its_subject_go_on(
    database_url: str, events: Events, insert: Insert
) -> None:
    connection = await asyncpg.connect(database_url)
    await insert(events(2))
    first, second = await next_batch(connection, 10)
    await mark_published(connection, [], [(first, "too large for the topic")])
    assert (await next_batch(connection, 10)) == [replace(second, follows_published=True)]
    assert await connection.fetchval("SELECT set_aside FROM outbox WHERE sequence = 1") == (
        "too large for the topic"
    )
    await connection.close()
