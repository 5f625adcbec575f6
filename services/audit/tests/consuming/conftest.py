"""A real Kafka to fill."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer  # pyright: ignore[reportMissingTypeStubs] (it has none)
from local_stack.kafka_cluster import KafkaCluster


@pytest.fixture
def streamed(kafka: KafkaCluster, audit_topic: str) -> dict[str, str]:
    """Give the environment of an archive that reads this test's stream."""
    return {
        "KAFKA_BOOTSTRAP_SERVERS": kafka.servers,
        "AUDIT_KAFKA_TOPIC": audit_topic,
        "AUDIT_KAFKA_GROUP": audit_topic,
    }


@pytest.fixture
async def producer(kafka: KafkaCluster) -> AsyncIterator[Any]:
    made: Any = AIOKafkaProducer(
        bootstrap_servers=kafka.servers, acks="all", max_request_size=4 * 1024 * 1024
    )
    await made.start()
    yield made
    await made.stop()
