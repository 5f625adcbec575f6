"""Order per subject, and marks only after acknowledgement; the broker alone is stood in for."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import pytest
from aiokafka.errors import KafkaTimeoutError  # pyright: ignore[reportMissingTypeStubs]
from gateway.audit.outbox import OutboxRow
from relay.kafka_sink import HEADERS, TOPIC, KafkaSink
from relay.outbox import measured_lag, next_batch
from relay.sink import SinkFault

Insert = Callable[[Sequence[OutboxRow]], Awaitable[None]]
Events = Callable[[int], list[OutboxRow]]


class Broker:
    """A producer and its topic in one: acknowledges when told, or refuses chosen messages."""

    def __init__(self) -> None:
        self.topic: list[tuple[bytes, bytes]] = []
        self.refused: set[bytes] = set()
        self.asked = asyncio.Event()
        self.acknowledges = asyncio.Event()
        self.acknowledges.set()

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    async def send(
        self, topic: str, *, key: bytes, value: bytes, headers: list[tuple[str, bytes]]
    ) -> "asyncio.Future[Any]":
        assert (topic, headers) == (TOPIC, HEADERS)
        return asyncio.ensure_future(self._answered(key, value))

    async def _answered(self, key: bytes, value: bytes) -> None:
        self.asked.set()
        await self.acknowledges.wait()
        if value in self.refused:
            raise KafkaTimeoutError
        self.topic.append((key, value))


def _messages(rows: Sequence[OutboxRow]) -> list[tuple[bytes, bytes]]:
    return [(row.subject.encode(), row.canonical) for row in rows]


async def test_a_subjects_events_arrive_in_order_keyed_by_it(
    database_url: str, events: Events, insert: Insert
) -> None:
    connection, broker = await asyncpg.connect(database_url), Broker()
    issuances = [events(4) for _ in range(5)]
    await insert([row for sequence in zip(*issuances, strict=True) for row in sequence])
    sink = KafkaSink(lambda: broker)
    await sink.open(connection)
    await sink.publish(connection, await next_batch(connection, 100))
    for rows in issuances:
        key = rows[0].subject.encode()
        assert [message for message in broker.topic if message[0] == key] == _messages(rows)
    assert len(broker.topic) == 20
    await sink.close()
    await connection.close()


async def test_nothing_is_marked_before_it_is_acknowledged(
    database_url: str, events: Events, insert: Insert
) -> None:
    connection, broker = await asyncpg.connect(database_url), Broker()
    watcher = await asyncpg.connect(database_url)
    await insert(events(2))
    sink = KafkaSink(lambda: broker)
    await sink.open(connection)
    broker.acknowledges.clear()
    publishing = asyncio.create_task(sink.publish(connection, await next_batch(connection, 100)))
    await broker.asked.wait()
    with pytest.raises(TimeoutError):
        # Long enough for a mark to be committed, if it did not wait.
        await asyncio.wait_for(asyncio.shield(publishing), 0.3)
    assert (await measured_lag(watcher)).rows == 2
    broker.acknowledges.set()
    await publishing
    assert (await measured_lag(watcher)).rows == 0
    await watcher.close()
    await connection.close()


async def test_after_a_refused_event_its_subject_waits_and_the_others_go_on(
    database_url: str, events: Events, insert: Insert
) -> None:
    connection, broker = await asyncpg.connect(database_url), Broker()
    stuck, free = events(3), events(3)
    await insert([*stuck, *free])
    sink = KafkaSink(lambda: broker)
    await sink.open(connection)
    broker.refused = {stuck[1].canonical}
    with pytest.raises(SinkFault, match="1 subjects"):
        await sink.publish(connection, await next_batch(connection, 100))
    assert sorted(broker.topic) == sorted(_messages([stuck[0], *free]))

    broker.refused = set()
    await sink.publish(connection, await next_batch(connection, 100))
    assert broker.topic[4:] == _messages(stuck[1:])
    assert await next_batch(connection, 100) == []
    await connection.close()
