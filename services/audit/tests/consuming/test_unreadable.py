"""What nobody can read in one partition keeps nothing else from the archive, and is told."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from aiokafka.admin.config_resource import (  # pyright: ignore[reportMissingTypeStubs]
    ConfigResource,
    ConfigResourceType,
)
from audit.consuming import consumer as consumer_module
from audit.consuming import unreadable
from audit.consuming.consumer import Consumer
from local_stack.kafka_cluster import KafkaCluster
from madoguchi_wire.events import AuditEvent
from madoguchi_wire.kit.pool import Connection

HIT = 2


@pytest.fixture
async def consumer(consume: Callable[[], Consumer], monkeypatch: pytest.MonkeyPatch) -> Consumer:
    monkeypatch.setattr(consumer_module, "LOOK_SECONDS", 0.3)
    monkeypatch.setattr(unreadable, "AGAIN_SECONDS", 0.5)
    return consume()


def _compress(kafka: KafkaCluster, topic: str, codec: str) -> None:
    """Let the broker itself keep what comes by a codec; this client does not know zstd."""
    name, kind = "compression.type", ConfigResourceType.TOPIC
    wanted = ConfigResource(kind, topic, {name: codec, "retention.ms": "-1"})
    asked = ConfigResource(kind, topic, {name: None})

    async def until_it_says_so(admin: Any) -> None:
        await admin.alter_configs([wanted])
        said = ""
        while said != codec:
            [answer] = await admin.describe_configs([asked])
            said = answer.resources[0][4][0][1]

    kafka.ask(until_it_says_so)


async def _send(producer: Any, topic: str, events: Sequence[AuditEvent], partition: int) -> None:
    for event in events:
        await producer.send(
            topic, key=event.subject.encode(), value=event.canonical(), partition=partition
        )
    await producer.flush()


async def _until(true: Callable[[], Any]) -> None:
    async with asyncio.timeout(90):
        while not await true():  # noqa: ASYNC110 (another process has to do its part)
            await asyncio.sleep(0.1)


async def test_others_go_on_beside_a_place_that_nobody_can_read_and_it_is_passed_over_at_last(
    consumer: Consumer,
    connection: Connection,
    kafka: KafkaCluster,
    audit_topic: str,
    producer: Any,
    events: list[AuditEvent],
) -> None:
    before, lost, after, others = events[:5], events[5:7], events[7:12], events[12:40]
    await _send(producer, audit_topic, before, HIT)
    await asyncio.to_thread(_compress, kafka, audit_topic, "zstd")
    await asyncio.sleep(1)
    await _send(producer, audit_topic, lost, HIT)
    await asyncio.to_thread(_compress, kafka, audit_topic, "uncompressed")
    await asyncio.sleep(1)
    await _send(producer, audit_topic, after, HIT)
    told: set[str | None] = set()

    async def archived(wanted: Sequence[AuditEvent]) -> bool:
        told.add(consumer.fault)
        rows = await connection.fetch("SELECT event_id::text AS id FROM events")
        return {event.id for event in wanted} == {row["id"] for row in rows}

    await _until(lambda: archived(before))
    await _send(producer, audit_topic, others, HIT + 1)
    await _until(lambda: archived([*before, *others]))
    await _until(lambda: archived([*before, *others, *after]))
    words = f"{audit_topic} {HIT} cannot be read from offset 5 on (UnsupportedCodecError)"
    assert any(fault is not None and fault.startswith(words) for fault in told)
    letters = await connection.fetch(
        "SELECT origin, partition, place, reason, what FROM dead_letters"
    )
    assert [tuple(letter.values()) for letter in letters] == [
        (audit_topic, HIT, 5, "unreadable", "offsets 5 to 6 cannot be read (UnsupportedCodecError)")
    ]
    assert consumer.metrics.counts.dead == {"unreadable": 1}
    # Sent again, as the gateway can, they are archived like any other.
    await _send(producer, audit_topic, lost, HIT)
    await _until(lambda: archived(events[:40]))
