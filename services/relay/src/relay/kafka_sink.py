"""The topic `madoguchi.audit` in Kafka: at least once, in order per subject.

A row is marked only after all in-sync brokers acknowledged it; a relay killed in between sends it
again, so consumers dedupe on source and id.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import groupby
from typing import Any, Protocol

from aiokafka import AIOKafkaProducer  # pyright: ignore[reportMissingTypeStubs] (it has none)
from aiokafka.errors import KafkaError  # pyright: ignore[reportMissingTypeStubs] (it has none)

from relay.batch import Row
from relay.outbox import Connection, mark_published
from relay.sink import SinkFault

TOPIC = "madoguchi.audit"
HEADERS = [("content-type", b"application/cloudevents+json")]
_REQUEST_MS = 10_000
_CONNECT_SECONDS = 15


class Producer(Protocol):
    """What is used of aiokafka's producer."""

    async def start(self) -> None:
        """Connect."""
        ...

    async def stop(self) -> None:
        """Disconnect."""
        ...

    async def send(
        self, topic: str, *, key: bytes, value: bytes, headers: list[tuple[str, bytes]]
    ) -> "asyncio.Future[Any]":
        """Hand over one message; the future is done once it is acknowledged."""
        ...


def producer_for(servers: str) -> Producer:
    """Return a producer that neither loses a message nor writes its own retries twice."""
    producer: Any = AIOKafkaProducer(
        bootstrap_servers=servers,
        client_id="madoguchi-relay",
        acks="all",
        enable_idempotence=True,
        request_timeout_ms=_REQUEST_MS,
    )
    return producer


class KafkaSink:
    """Kafka, by a producer that `make` gives anew for each opening."""

    def __init__(self, make: Callable[[], Producer]) -> None:
        self._make = make
        self._producer: Producer | None = None

    async def open(self, connection: Connection) -> None:  # noqa: ARG002 (other sinks need it)
        """Connect to the brokers; raises SinkFault."""
        self._producer = self._make()
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                await self._producer.start()
        except (KafkaError, OSError, TimeoutError) as error:
            raise SinkFault(
                f"Kafka does not answer ({type(error).__name__}): are the brokers running, and is"
                " KAFKA_BOOTSTRAP_SERVERS right?"
            ) from error

    async def publish(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Send the rows, each subject's next one only after the acknowledgement of the last.

        Raises:
            SinkFault: some were not acknowledged; those that were are marked.

        """
        acknowledged: list[Row] = []
        failed: set[str] = set()
        for _, same in groupby(rows, key=lambda row: row.sequence):
            # Rows of one sequence number are of different subjects, so they may go together.
            wave = [row for row in same if row.subject not in failed]
            results = await asyncio.gather(*map(self._send, wave))
            for row, kept in zip(wave, results, strict=True):
                acknowledged += [row] if kept else []
                failed |= set() if kept else {row.subject}
        if acknowledged:
            await mark_published(connection, acknowledged)
        if failed:
            raise SinkFault(
                f"Kafka did not acknowledge events of {len(failed)} subjects: they are sent again;"
                f" does topic {TOPIC} have its in-sync replicas?"
            )

    async def close(self) -> None:
        """Disconnect."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(KafkaError, OSError, TimeoutError):
                async with asyncio.timeout(_CONNECT_SECONDS):
                    await producer.stop()

    async def _send(self, row: Row) -> bool:
        if self._producer is None:
            return False
        try:
            acknowledgement = await self._producer.send(
                TOPIC, key=row.subject.encode(), value=row.canonical, headers=HEADERS
            )
            await acknowledgement
        except (KafkaError, OSError, TimeoutError):
            return False
        return True
