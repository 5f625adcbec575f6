"""A topic that asks for more replicas than it has is told, also to a relay that runs already."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from aiokafka.admin import (  # pyright: ignore[reportMissingTypeStubs] (it has none)
    AIOKafkaAdminClient,
)
from aiokafka.admin.config_resource import (  # pyright: ignore[reportMissingTypeStubs]
    ConfigResource,
    ConfigResourceType,
)
from gateway.audit.outbox import OutboxRow
from local_stack.kafka_cluster import KafkaCluster
from relay.buckets import EVENTS
from relay.kafka_sink import KafkaSink
from relay.outbox import Connection, Pages
from relay.sink import Published

Insert = Callable[[Sequence[OutboxRow]], Awaitable[None]]
Events = Callable[[int], list[OutboxRow]]


async def ask_for_two(servers: str, topic: str) -> None:
    admin: Any = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    wanted = {"min.insync.replicas": "2"}
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, wanted)])
    await admin.close()


async def test_a_topic_that_asks_for_more_replicas_later_is_sent_nothing_and_it_is_said(
    connection: Connection,
    kafka: KafkaCluster,
    audit_topic: str,
    events: Events,
    insert: Insert,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sink = KafkaSink(kafka.servers, audit_topic)
    await sink.open(connection)
    await ask_for_two(kafka.servers, audit_topic)
    monkeypatch.setattr("relay.kafka_channel.REVIEW_SECONDS", 0)
    fault = None
    for _ in range(100):
        fault = fault or await sink.lacks()
        await asyncio.sleep(0 if fault else 0.1)
    assert fault is not None
    assert "has 1 of the 2 in-sync replicas that it needs" in fault
    await insert(events(1))
    waiting = await Pages(connection).next(range(EVENTS))
    assert await sink.publish(connection, waiting) == Published(0, 0, fault)
    await sink.close()
