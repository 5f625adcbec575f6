"""A real Kafka to fill, and a consumer of it in this process."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer  # pyright: ignore[reportMissingTypeStubs] (it has none)
from audit.consuming.consumer import Consumer
from audit.consuming.metrics import Metrics
from audit.settings import Settings
from audit_testing.parties import NOW, SIGN_IN, Parties
from local_stack.kafka import LocalKafka
from local_stack.kafka_cluster import KafkaCluster
from madoguchi_wire.clock import ManualClock
from madoguchi_wire.kit.pool import Pool, open_pool


@pytest.fixture
def streamed(kafka: KafkaCluster, audit_topic: str) -> dict[str, str]:
    """Give the environment of an archive that reads this test's stream."""
    return {
        "KAFKA_BOOTSTRAP_SERVERS": kafka.servers,
        "AUDIT_KAFKA_TOPIC": audit_topic,
        "AUDIT_KAFKA_GROUP": audit_topic,
    }


@pytest.fixture
async def pool(service_url: str) -> AsyncIterator[Pool]:
    opened = await open_pool(service_url, timedelta(0), service="madoguchi-audit")
    yield opened
    await opened.close()


@pytest.fixture
async def consume(
    pool: Pool,
    service_url: str,
    kafka: KafkaCluster,
    audit_topic: str,
    parties: Parties,
    tmp_path: Path,
) -> AsyncIterator[Callable[[], Consumer]]:
    """Give a function that starts a consumer of this test's stream."""
    trust_list, trust_root = parties.save(tmp_path)
    settings = Settings(
        database_url=service_url,
        token=SIGN_IN,
        kafka_group=audit_topic,
        kafka_topic=audit_topic,
        trust_list=trust_list,
        trust_root=trust_root,
    )
    made = Consumer(pool, kafka.servers, settings, ManualClock(NOW), Metrics())
    working: list[asyncio.Task[None]] = []

    def start() -> Consumer:
        working.append(asyncio.create_task(made.run()))
        return made

    yield start
    made.stop()
    await asyncio.gather(*working)


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
