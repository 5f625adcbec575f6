"""An assignment that cannot begin is no assignment: the consumer hears of it."""

from datetime import timedelta

import asyncpg
import pytest
from aiokafka import TopicPartition  # pyright: ignore[reportMissingTypeStubs] (it has none)
from audit.consuming.partitions import Partitions, close_consumer, make_consumer
from audit.consuming.topics import Topics
from local_stack.kafka_cluster import KafkaCluster
from madoguchi_wire.kit.pool import open_pool


async def test_where_the_archive_cannot_say_where_it_stands_the_consumer_has_to_begin_anew(
    database_url: str, kafka: KafkaCluster
) -> None:
    pool = await open_pool(database_url, timedelta(0), service="madoguchi-audit")
    await pool.close()
    consumer = make_consumer(kafka.servers, "nobody")
    await consumer.start()
    partitions = Partitions(consumer, pool, Topics())
    partitions.check()
    # The client logs what a listener raises, and goes on with partitions that nobody reads.
    await partitions.on_partitions_assigned({TopicPartition("madoguchi.audit", 0)})
    with pytest.raises(asyncpg.InterfaceError):
        partitions.check()
    await close_consumer(consumer)
