"""What a broker is told of each batch, and when the batch counts as kept."""

import asyncio
import struct
from typing import Any, NamedTuple

import pytest
from aiokafka import TopicPartition  # pyright: ignore[reportMissingTypeStubs] (it has none)
from aiokafka.client import AIOKafkaClient  # pyright: ignore[reportMissingTypeStubs]
from aiokafka.protocol.fetch import FetchRequest  # pyright: ignore[reportMissingTypeStubs]
from aiokafka.protocol.produce import ProduceRequest  # pyright: ignore[reportMissingTypeStubs]
from local_stack.kafka_cluster import KafkaCluster
from relay.kafka_channel import Channel, Message

_HEAD = struct.Struct(">qi4xb4x2x4x8x8xqhii")
"""Of a batch as brokers keep it (format 2)."""
_FORMAT_2 = 2
_BEFORE_LENGTH_ENDS = 12
MESSAGES = [Message(b"key", f'{{"number":{number}}}'.encode()) for number in range(3)]


class Batch(NamedTuple):
    """Who sent a batch, and what comes before it of the same sender."""

    producer: int
    epoch: int
    first: int
    messages: int


async def batches_of(servers: str, topic: str) -> list[Batch]:
    """Return the batches of partition 0 as the broker keeps them."""
    client: Any = AIOKafkaClient(bootstrap_servers=servers)
    await client.bootstrap()
    try:
        await client.set_topics([topic])
        leader = client.cluster.leader_for_partition(TopicPartition(topic, 0))
        asked = FetchRequest(0, 0, 1 << 20, 0, [(topic, [(0, 0, 1 << 20)])])
        answer = await client.send(leader, asked)
        kept: bytes = answer.topics[0][1][0][-1]
    finally:
        await client.close()
    found: list[Batch] = []
    while kept:
        _, length, kind, producer, epoch, first, count = _HEAD.unpack_from(kept)
        assert kind == _FORMAT_2
        found.append(Batch(producer, epoch, first, count))
        kept = kept[_BEFORE_LENGTH_ENDS + length :]
    return found


async def test_each_batch_names_its_producer_and_its_place_so_brokers_know_a_repeat(
    kafka: KafkaCluster, audit_topic: str
) -> None:
    topic = f"{audit_topic}.stamps"
    channel = Channel(kafka.servers, [topic])
    await channel.open(topic)
    assert await channel.send(topic, 0, MESSAGES) == 3
    assert await channel.send(topic, 0, MESSAGES[:2]) == 2
    await channel.close()
    first, second = await batches_of(kafka.servers, topic)
    # Without idempotence all of them are -1.
    assert first.producer >= 0
    assert first == Batch(first.producer, first.epoch, 0, 3)
    assert second == first._replace(first=3, messages=2)


async def test_a_batch_counts_as_kept_when_all_replicas_in_sync_have_it_and_not_before(
    kafka: KafkaCluster, audit_topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = f"{audit_topic}.stamps"
    channel = Channel(kafka.servers, [topic])
    await channel.open(topic)
    asked: list[int] = []
    on_its_way, answered = asyncio.Event(), asyncio.Event()
    client: Any = AIOKafkaClient
    send = client.send

    async def held_back(self: object, node: int, request: object, **more: object) -> object:
        if isinstance(request, ProduceRequest):
            asked.append(request.required_acks)
            on_its_way.set()
            await answered.wait()
        return await send(self, node, request, **more)

    monkeypatch.setattr(AIOKafkaClient, "send", held_back)
    sending = asyncio.create_task(channel.send(topic, 0, MESSAGES))
    await on_its_way.wait()
    await asyncio.sleep(0.1)
    assert not sending.done()
    # Kafka's number for all; a broker looks at min.insync.replicas for no other.
    assert asked == [-1]
    answered.set()
    assert await sending == 3
    await channel.close()
