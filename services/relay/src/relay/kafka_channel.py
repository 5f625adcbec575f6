"""A connection to Kafka that sends batches, each kept whole or not at all.

The producer is idempotent: what it repeats is in the topic once, and no later batch of a partition
overtakes. It repeats for ever, so patience ends here; whatever it then holds is dropped with it,
and a new one is made, because a batch that failed leaves a hole in the old one's numbers.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from aiokafka import AIOKafkaProducer  # pyright: ignore[reportMissingTypeStubs] (it has none)
from aiokafka.errors import KafkaError  # pyright: ignore[reportMissingTypeStubs] (it has none)
from aiokafka.partitioner import (  # pyright: ignore[reportMissingTypeStubs] (it has none)
    murmur2,  # pyright: ignore[reportUnknownVariableType]
)

from relay.kafka_faults import NOT_ACKNOWLEDGED, NOT_REACHED, Seen, look_at
from relay.sink import SinkFault

PATIENCE_SECONDS = 10
"""How long a batch may wait for the acknowledgement of all in-sync replicas."""
BATCH_BYTES = 512 * 1024
_REQUEST_MS = 5000
_CLOSE_SECONDS = 2
LOOK_SECONDS = 5
"""How often topics are looked at again while something is wrong with them."""
REVIEW_SECONDS = 60
"""How often while nothing is: what would keep a new relay from sending keeps one that runs, too."""
CONTENT_TYPE = ("content-type", b"application/cloudevents+json; charset=UTF-8")
# What goes wrong is told in our words, once, and not at each of the client's repeats.
logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Message:
    """One message of a batch."""

    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = (CONTENT_TYPE,)


class NotSent(KafkaError):
    """Nothing was sent, as nothing there takes it: the topic or a leader of its is missing."""


class Channel:
    """One producer at a time to the cluster at `servers`, for these topics."""

    def __init__(self, servers: str, topics: Sequence[str]) -> None:
        self._servers = servers
        self._topics = tuple(topics)
        self._producer: Any = None  # aiokafka's, which has no types
        self._seen = Seen({}, frozenset(), None)
        self._looked = float("-inf")

    async def open(self, needed: str) -> None:
        """Connect, and look which topics are there.

        Raises:
            SinkFault: Kafka does not answer, or no partition of the topic `needed` takes anything.

        """
        await self._look()
        if not self._seen.takes(needed):
            raise SinkFault(self._seen.fault or NOT_ACKNOWLEDGED)
        await self._connect()

    async def reopen(self) -> None:
        """Drop the producer and whatever it still repeats, and make a new one; raises SinkFault."""
        await self.close()
        await self._connect()

    async def close(self) -> None:
        """Disconnect; what was not acknowledged counts as not sent."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        # aiokafka's own `stop` would first wait, for ever, until everything is acknowledged.
        sending = producer._sender.sender_task  # noqa: SLF001 (there is no other way)
        repeated = producer._message_accumulator  # noqa: SLF001 (as above)
        if sending is not None:
            sending.cancel()
        repeated.fail_all(KafkaError())
        with suppress(Exception, asyncio.CancelledError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await producer.stop()
        with suppress(Exception):
            await producer.client.close()

    def partition_of(self, topic: str, key: str) -> int:
        """Return the partition that every Kafka client would choose for this key.

        Raises:
            NotSent: the topic is missing.

        """
        if topic not in self._seen.partitions:
            raise NotSent(topic)
        return _hash(key) % self._seen.partitions[topic]

    async def fault(self) -> str | None:
        """Look at the topics, and return what is wrong with them in words."""
        try:
            await self._look()
        except SinkFault as fault:
            return str(fault)
        return self._seen.fault

    async def lacks(self) -> str | None:
        """Return what was wrong with the topics a moment ago, in words."""
        waited = time.monotonic() - self._looked
        if waited >= (REVIEW_SECONDS if self._seen.fault is None else LOOK_SECONDS):
            return await self.fault()
        return self._seen.fault

    async def send(self, topic: str, partition: int, messages: Sequence[Message]) -> int:
        """Send the first of these messages as one batch; return how many fitted into it.

        Raises:
            NotSent: the topic or partition takes nothing now; others do.
            KafkaError, TimeoutError: it is not acknowledged; no later one may be sent before
                `reopen`.

        """
        if topic not in self._seen.partitions or (topic, partition) in self._seen.closed:
            raise NotSent(topic)
        if self._producer is None:
            raise KafkaError("not connected")
        batch = self._producer.create_batch()
        count = 0
        for message in messages:
            if not _append(batch, message):
                break
            count += 1
        batch.close()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await (await self._producer.send_batch(batch, topic, partition=partition))
        return count

    async def _look(self) -> None:
        self._looked = time.monotonic()
        self._seen = await look_at(self._servers, self._topics)

    async def _connect(self) -> None:
        producer: Any = AIOKafkaProducer(
            bootstrap_servers=self._servers,
            client_id="madoguchi-relay",
            acks="all",
            enable_idempotence=True,
            max_batch_size=BATCH_BYTES,
            request_timeout_ms=_REQUEST_MS,
        )
        self._producer = producer
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await producer.start()
        except (KafkaError, OSError, TimeoutError) as error:
            raise SinkFault(NOT_REACHED.format(type(error).__name__)) from error


def _append(batch: Any, message: Message) -> bool:  # noqa: ANN401 (aiokafka has no types)
    appended = batch.append(
        timestamp=None, key=message.key, value=message.value, headers=list(message.headers)
    )
    return appended is not None


@lru_cache(maxsize=20_000)
def _hash(key: str) -> int:
    hashed: int = murmur2(key.encode())
    return hashed & 0x7FFFFFFF
