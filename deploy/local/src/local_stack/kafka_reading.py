"""Everything that is in a topic now, from its first message on."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiokafka import (  # pyright: ignore[reportMissingTypeStubs] (it has none)
    AIOKafkaConsumer,
    TopicPartition,
)
from aiokafka.admin import (  # pyright: ignore[reportMissingTypeStubs] (it has none)
    AIOKafkaAdminClient,
)

READ_S = 60


@dataclass(frozen=True)
class Read:
    """One message, as it is in the topic."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes
    headers: Mapping[str, bytes]


async def read_topic(servers: str, topic: str) -> list[Read]:
    """Return the messages of all partitions, each partition's in its order."""
    admin: Any = AIOKafkaAdminClient(bootstrap_servers=servers)
    consumer: Any = AIOKafkaConsumer(bootstrap_servers=servers, auto_offset_reset="earliest")
    try:
        async with asyncio.timeout(READ_S):
            await admin.start()
            await consumer.start()
            [described] = await admin.describe_topics([topic])
            return await _all(consumer, topic, len(described["partitions"]))
    finally:
        await consumer.stop()
        await admin.close()


async def _all(consumer: Any, topic: str, count: int) -> list[Read]:  # noqa: ANN401 (no types)
    numbers = range(count)
    partitions = [TopicPartition(topic, number) for number in numbers]
    consumer.assign(partitions)
    ends: dict[Any, int] = await consumer.end_offsets(partitions)
    left = {partition for partition, end in ends.items() if end > 0}
    found: dict[int, list[Read]] = {number: [] for number in numbers}
    await consumer.seek_to_beginning(*partitions)
    while left:
        for partition, records in (await consumer.getmany(timeout_ms=200)).items():
            found[partition.partition] += [
                Read(r.partition, r.offset, r.key, r.value, dict(r.headers)) for r in records
            ]
        for partition in list(left):
            if await consumer.position(partition) >= ends[partition]:
                left.discard(partition)
    return [message for messages in found.values() for message in messages]
