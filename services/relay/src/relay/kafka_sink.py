"""The audit stream in Kafka: at least once, in order per subject; consumers dedupe on their ids."""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol

from aiokafka import AIOKafkaProducer  # pyright: ignore[reportMissingTypeStubs]

from relay.batch import Connection, Event, mark_published

TOPIC = "madoguchi.audit"
_HEADERS = [("content-type", b"application/cloudevents+json; charset=UTF-8")]


class Producer(Protocol):
    """What we need of a Kafka producer."""

    async def start(self) -> None:
        """Connect."""
        ...

    async def stop(self) -> None:
        """Flush and disconnect."""
        ...

    async def send(
        self, topic: str, *, key: bytes, value: bytes, headers: list[tuple[str, bytes]]
    ) -> asyncio.Future[Any]:
        """Queue a record; the future is done when the brokers have acknowledged it."""
        ...


def producer_of(servers: str) -> Producer:
    """Return a producer that loses and reorders nothing: acks=all, idempotent."""
    producer: Any = AIOKafkaProducer(
        bootstrap_servers=servers, acks="all", enable_idempotence=True, client_id="madoguchi-relay"
    )
    return producer


class KafkaSink:
    """The topic `madoguchi.audit`."""

    def __init__(self, servers: str) -> None:
        self.name = f"kafka:{TOPIC}"
        self._servers = servers
        self._producer: Producer | None = None

    async def open(self, connection: Connection) -> None:
        """Connect to the brokers; the connection to the database is not needed."""
        del connection
        await self.close()
        producer = producer_of(self._servers)
        try:
            await producer.start()
        except BaseException:
            await producer.stop()
            raise
        self._producer = producer

    async def publish(self, connection: Connection, events: Sequence[Event]) -> None:
        """Send, wait for every acknowledgement, then mark: a crash between sends again."""
        if self._producer is None:
            raise OSError("Kafka is not connected")
        sent = [
            await self._producer.send(
                TOPIC, key=event.subject.encode(), value=event.canonical, headers=_HEADERS
            )
            for event in events
        ]
        await asyncio.gather(*sent)
        await mark_published(connection, events)

    async def close(self) -> None:
        """Disconnect."""
        if self._producer is not None:
            producer, self._producer = self._producer, None
            await producer.stop()
