"""Nothing is passed over that the broker still has, whatever the client gives and when."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from aiokafka import TopicPartition  # pyright: ignore[reportMissingTypeStubs] (it has none)
from aiokafka.admin import RecordsToDelete  # pyright: ignore[reportMissingTypeStubs]
from audit.consuming import consumer as consumer_module
from audit.consuming.consumer import Consumer
from audit.consuming.partitions import make_consumer
from local_stack.kafka_cluster import KafkaCluster
from madoguchi_wire.events import AuditEvent
from madoguchi_wire.kit.pool import Connection
from structlog.testing import capture_logs

ONE = 3
"""The partition that is read."""
COUNT = 30
PIECE = 10
_NEXT = "SELECT next_offset FROM offsets WHERE topic = $1 AND partition = $2"
_STANDS = "INSERT INTO offsets (topic, partition, next_offset) VALUES ($1, $2, $3)"


async def _send(producer: Any, topic: str, events: Sequence[AuditEvent]) -> None:
    for event in events:
        await producer.send(topic, value=event.canonical(), partition=ONE)
    await producer.flush()


async def _read_to_the_end(connection: Connection, topic: str) -> set[str]:
    async with asyncio.timeout(60):
        while await connection.fetchval(_NEXT, topic, ONE) != COUNT:  # noqa: ASYNC110 (another task has to do its part)
            await asyncio.sleep(0.05)
    return {row["id"] for row in await connection.fetch("SELECT event_id::text AS id FROM events")}


class _TellsLate:
    """Makes clients that give messages of a new partition before they tell of the partition.

    aiokafka wakes those who read, calls the listener, and waits for it meanwhile.
    """

    def __init__(self) -> None:
        self._pieces = 0
        self._given, self._told = asyncio.Event(), asyncio.Event()

    def __call__(self, servers: str, group: str) -> Any:
        client = make_consumer(servers, group)
        self._getmany, self._subscribe = client.getmany, client.subscribe
        client.getmany, client.subscribe = self._gives, self._tells
        return client

    async def _gives(self, *partitions: Any, timeout_ms: int, max_records: int) -> Any:
        most = max_records if self._told.is_set() else PIECE
        found = await self._getmany(*partitions, timeout_ms=timeout_ms, max_records=most)
        self._pieces += bool(found)
        if self._pieces == 2:
            # What is given waits, as it does while messages of another partition are archived.
            self._given.set()
            await self._told.wait()
        return found

    def _tells(self, topics: Any, listener: Any) -> None:
        tell = listener.on_partitions_assigned

        async def late(assigned: Any) -> None:
            await self._given.wait()
            if asyncio.iscoroutine(telling := tell(assigned)):
                await telling
            self._told.set()

        listener.on_partitions_assigned = late
        self._subscribe(topics, listener=listener)


@pytest.mark.parametrize("stood", [None, 3])
async def test_what_is_given_before_a_partition_begins_is_not_taken_for_what_follows(
    stood: int | None,
    connection: Connection,
    audit_topic: str,
    producer: Any,
    events: list[AuditEvent],
    consume: Callable[[], Consumer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(consumer_module, "make_consumer", _TellsLate())
    if stood is not None:
        await connection.execute(_STANDS, audit_topic, ONE, stood)
    await _send(producer, audit_topic, events[:COUNT])
    with capture_logs() as logs:
        consumer = consume()
        archived = await _read_to_the_end(connection, audit_topic)
    assert archived == {event.id for event in events[stood or 0 : COUNT]}
    assert consumer.metrics.skipped == 0
    assert "read_again" not in {log["event"] for log in logs}


class _Withholds:
    """Makes clients that do not give the first message, so many times."""

    def __init__(self, times: int) -> None:
        self._times = times

    def __call__(self, servers: str, group: str) -> Any:
        client = make_consumer(servers, group)
        self._getmany, client.getmany = client.getmany, self._gives
        return client

    async def _gives(self, **asked: Any) -> Any:
        found = await self._getmany(**asked)
        for partition, records in found.items():
            if records[0].offset == 0 and self._times > 0:
                self._times -= 1
                found[partition] = records[1:]
        return found


@pytest.mark.parametrize(("times", "lacks"), [(1, 0), (9, 1)])
async def test_what_is_not_given_is_asked_for_once_more_and_then_takes_up_no_message(
    times: int,
    lacks: int,
    connection: Connection,
    audit_topic: str,
    producer: Any,
    events: list[AuditEvent],
    consume: Callable[[], Consumer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(consumer_module, "make_consumer", _Withholds(times))
    await _send(producer, audit_topic, events[:COUNT])
    consumer = consume()
    archived = await _read_to_the_end(connection, audit_topic)
    assert archived == {event.id for event in events[lacks:COUNT]}
    assert consumer.metrics.skipped == 0


async def test_what_the_broker_removed_unread_is_counted(
    connection: Connection,
    kafka: KafkaCluster,
    audit_topic: str,
    producer: Any,
    events: list[AuditEvent],
    consume: Callable[[], Consumer],
) -> None:
    await connection.execute(_STANDS, audit_topic, ONE, 3)
    await _send(producer, audit_topic, events[:COUNT])
    gone = {TopicPartition(audit_topic, ONE): RecordsToDelete(8)}
    kafka.ask(lambda admin: admin.delete_records(gone))
    consumer = consume()
    archived = await _read_to_the_end(connection, audit_topic)
    assert archived == {event.id for event in events[8:COUNT]}
    assert consumer.metrics.skipped == 5
