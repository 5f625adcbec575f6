"""A real Kafka: what it took is still there after a kill; what it lacks is said in words."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiokafka import (  # pyright: ignore[reportMissingTypeStubs] (it has none)
    AIOKafkaConsumer,
    AIOKafkaProducer,
)
from local_stack import kafka_libraries
from local_stack.kafka import LocalKafka
from local_stack.kafka_cluster import Topic
from local_stack.kafka_libraries import KafkaNotStarted


async def _sent(servers: str, *values: bytes) -> None:
    producer: Any = AIOKafkaProducer(bootstrap_servers=servers, acks="all")
    await producer.start()
    for value in values:
        await producer.send_and_wait("kept", value)
    await producer.stop()


async def _read(servers: str, count: int) -> list[bytes]:
    consumer: Any = AIOKafkaConsumer(
        "kept", bootstrap_servers=servers, auto_offset_reset="earliest"
    )
    await consumer.start()
    async with asyncio.timeout(30):
        found = [(await consumer.getone()).value for _ in range(count)]
    await consumer.stop()
    return found


async def test_what_it_acknowledged_outlives_a_kill_and_keeps_its_address(tmp_path: Path) -> None:
    broker = LocalKafka(tmp_path / "kafka", topics=[Topic("kept")])
    servers = broker.start()
    try:
        await _sent(servers, b"one", b"two")
        broker.kill()
        assert broker.start() == servers
        await _sent(servers, b"three")
        assert await _read(servers, 3) == [b"one", b"two", b"three"]
    finally:
        broker.kill()


def test_without_java_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(KafkaNotStarted, match="JDK, 17 or newer, and Maven"):
        LocalKafka(tmp_path / "kafka").start()


def test_without_maven_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(kafka_libraries, "LIBRARIES", tmp_path / "libs")
    with pytest.raises(KafkaNotStarted, match="fetched with Maven, and there is none"):
        kafka_libraries.libraries()
