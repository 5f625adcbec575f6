"""What brokers take into the topics of an audit stream."""

from typing import Any

import pytest
from aiokafka import AIOKafkaProducer  # pyright: ignore[reportMissingTypeStubs] (it has none)
from aiokafka.errors import (  # pyright: ignore[reportMissingTypeStubs] (it has none)
    MessageSizeTooLargeError,
)
from local_stack.kafka_cluster import KafkaCluster
from local_stack.kafka_reading import read_topic


async def test_a_small_message_that_grows_when_it_is_unpacked_is_refused_by_the_broker(
    kafka: KafkaCluster, audit_topic: str
) -> None:
    producer: Any = AIOKafkaProducer(
        bootstrap_servers=kafka.servers, compression_type="gzip", max_request_size=100_000_000
    )
    await producer.start()
    try:
        with pytest.raises(MessageSizeTooLargeError):
            await producer.send_and_wait(audit_topic, b" " * 20_000_000)
        await producer.send_and_wait(audit_topic, b" " * 900_000)
    finally:
        await producer.stop()
    assert [
        len(message.value or b"") for message in await read_topic(kafka.servers, audit_topic)
    ] == [900_000]
