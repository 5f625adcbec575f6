"""A real Kafka to fill."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer  # pyright: ignore[reportMissingTypeStubs] (it has none)
from local_stack.kafka import LocalKafka
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
    async with _producing(kafka.servers) as made:
        yield made


@pytest.fixture
async def own_producer(own_kafka: LocalKafka) -> AsyncIterator[Any]:
    """Give a producer to the broker that may be killed."""
    async with _producing(own_kafka.servers) as made:
        yield made


@asynccontextmanager
async def _producing(servers: str) -> AsyncGenerator[Any]:
    made: Any = AIOKafkaProducer(
        bootstrap_servers=servers, acks="all", max_request_size=4 * 1024 * 1024
    )
    await made.start()
    yield made
    await made.stop()
