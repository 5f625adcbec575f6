"""The audit topic in Kafka: at least once, in order per subject.

A row is marked only after all in-sync brokers acknowledged it; a relay killed in between sends it
again, so consumers dedupe on source and id. No event is sent before its predecessor is
acknowledged, unless in one batch with it; so the first of all repeats are always in order.
"""

import asyncio
from collections.abc import Sequence

from aiokafka.errors import (  # pyright: ignore[reportMissingTypeStubs] (it has none)
    KafkaError,
    MessageSizeTooLargeError,
)

from relay.batch import Row
from relay.dead_letters import send_dead_letter
from relay.kafka_channel import Channel, Message
from relay.kafka_faults import NOT_ACKNOWLEDGED, REASONS
from relay.kafka_work import Head, Work
from relay.outbox import Connection, mark_published
from relay.sink import Published, SinkFault
from relay.stamps import CompleteStamp, mark_stamps

TOPIC = "madoguchi.audit"
MAXIMUM_BYTES = 8 * 1024 * 1024
"""Of an event; brokers cut a connection over a request that is far too large."""


class KafkaSink:
    """The topics `topic`, `topic`.stamps and `topic`.dead-letter of one cluster."""

    alone = False

    def __init__(self, servers: str, topic: str = TOPIC) -> None:
        self._topic = topic
        self._stamps = f"{topic}.stamps"
        self._dead_letters = f"{topic}.dead-letter"
        self._channel = Channel(servers, (topic, self._stamps, self._dead_letters))

    async def open(self, connection: Connection) -> None:  # noqa: ARG002 (other sinks need it)
        """Connect to the brokers; raises SinkFault."""
        await self._channel.open()

    async def close(self) -> None:
        """Disconnect."""
        await self._channel.close()

    async def publish(self, connection: Connection, rows: Sequence[Row]) -> Published:
        """Send the rows, in one batch for each partition, and mark what was acknowledged.

        Raises:
            SinkFault: nothing was.

        """
        work = Work(rows, lambda row: self._channel.partition_of(self._topic, row.subject))
        try:
            while work.left:
                await self._send_heads(work)
        except SinkFault:
            # The cluster went away in the middle; what it acknowledged before is not sent again.
            work.failed = True
        if work.kept or work.aside:
            await mark_published(connection, work.kept, work.aside)
        if not work.failed:
            return Published(len(work.kept), len(work.aside))
        fault = await self._channel.fault() or NOT_ACKNOWLEDGED
        if not work.kept and not work.aside:
            raise SinkFault(fault)
        return Published(len(work.kept), len(work.aside), fault)

    async def publish_stamps(self, connection: Connection, stamps: Sequence[CompleteStamp]) -> None:
        """Send the stamps in the order of their numbers; raises SinkFault."""
        left = list(stamps)
        try:
            while left:
                messages = [Message(stamp.centre.encode(), stamp.canonical) for stamp in left]
                partition = self._channel.partition_of(self._stamps, left[0].centre)
                count = await self._channel.send(self._stamps, partition, messages)
                await mark_stamps(connection, left[:count])
                left = left[count:]
        except (KafkaError, OSError, TimeoutError) as error:
            why = f"{self._stamps}: a stamp was {REASONS.get(type(error), 'not acknowledged')}"
            raise SinkFault(await self._channel.fault() or why) from error

    async def _send_heads(self, work: Work) -> None:
        answers = await asyncio.gather(*(self._send(*head) for head in work.heads()))
        refused = [found for head, answer in answers if (found := work.take(head, answer))]
        if any(isinstance(answer, Exception) for _, answer in answers):
            # A batch that was not taken leaves a hole in the producer's numbers.
            await self._channel.reopen()
        for row, reason in refused:
            try:
                await send_dead_letter(self._channel, self._dead_letters, row, reason)
            except (KafkaError, OSError, TimeoutError):
                # Its letter is missing, so it stays, and its successors must not go before it.
                work.drop(row)
                await self._channel.reopen()
            else:
                work.aside.append((row, reason))

    async def _send(self, partition: int, batch: list[Row]) -> tuple[Head, int | Exception]:
        head = (partition, batch)
        if len(batch[0].canonical) > MAXIMUM_BYTES:
            return head, MessageSizeTooLargeError()
        messages = [Message(row.subject.encode(), row.canonical) for row in batch]
        try:
            return head, await self._channel.send(self._topic, partition, messages)
        except (KafkaError, OSError, TimeoutError) as error:
            return head, error
