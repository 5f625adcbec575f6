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
from relay.kafka_channel import Channel, Message, NotSent
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
        """Connect to the brokers; raises SinkFault if no event can go there."""
        await self._channel.open(self._topic)

    async def lacks(self) -> str | None:
        """Return which topics or partitions are missing, in words."""
        return await self._channel.lacks()

    async def close(self) -> None:
        """Disconnect."""
        await self._channel.close()

    async def publish(self, connection: Connection, rows: Sequence[Row]) -> Published:
        """Send the rows, in one batch for each partition, and mark what was acknowledged.

        Raises:
            SinkFault: nothing was, and something was tried.

        """
        work = Work(rows, lambda row: self._channel.partition_of(self._topic, row.subject))
        tried = False
        try:
            while work.left:
                tried |= await self._send_heads(work)
        except SinkFault:
            # The cluster went away in the middle; what it acknowledged before is not sent again.
            tried = work.failed = True
        if work.kept or work.aside:
            await mark_published(connection, work.kept, work.aside)
        if not work.failed:
            return Published(len(work.kept), len(work.aside))
        fault = await self._channel.fault() if tried else await self._channel.lacks()
        if tried and not work.kept and not work.aside:
            raise SinkFault(fault or NOT_ACKNOWLEDGED)
        return Published(len(work.kept), len(work.aside), fault or NOT_ACKNOWLEDGED)

    async def publish_stamps(
        self, connection: Connection, stamps: Sequence[CompleteStamp]
    ) -> Published:
        """Send the stamps in the order of their numbers; a fault of theirs holds up no event."""
        left = list(stamps)
        try:
            while left:
                messages = [Message(stamp.centre.encode(), stamp.canonical) for stamp in left]
                partition = self._channel.partition_of(self._stamps, left[0].centre)
                count = await self._channel.send(self._stamps, partition, messages)
                await mark_stamps(connection, left[:count])
                left = left[count:]
        except NotSent:
            return Published(len(stamps) - len(left), fault=await self._channel.lacks())
        except (KafkaError, OSError, TimeoutError) as error:
            await self._channel.reopen()
            why = f"{self._stamps}: a stamp was {REASONS.get(type(error), 'not acknowledged')}"
            return Published(len(stamps) - len(left), fault=await self._channel.fault() or why)
        return Published(len(stamps))

    async def _send_heads(self, work: Work) -> bool:
        """Send the next batch of each partition; tell whether one was not taken that was sent."""
        answers = await asyncio.gather(*(self._send(*head) for head in work.heads()))
        refused = [found for head, answer in answers if (found := work.take(head, answer))]
        tried = any(_left_a_hole(answer) for _, answer in answers)
        if tried:
            await self._channel.reopen()
        for row, reason in refused:
            try:
                await send_dead_letter(self._channel, self._dead_letters, row, reason)
            except (KafkaError, OSError, TimeoutError) as error:
                # Its letter is missing, so it stays, and its successors must not go before it.
                work.drop(row)
                if _left_a_hole(error):
                    await self._channel.reopen()
            else:
                work.aside.append((row, reason))
        return tried

    async def _send(self, partition: int, batch: list[Row]) -> tuple[Head, int | Exception]:
        head = (partition, batch)
        if len(batch[0].canonical) > MAXIMUM_BYTES:
            return head, MessageSizeTooLargeError()
        messages = [Message(row.subject.encode(), row.canonical) for row in batch]
        try:
            return head, await self._channel.send(self._topic, partition, messages)
        except (KafkaError, OSError, TimeoutError) as error:
            return head, error


def _left_a_hole(answer: int | Exception) -> bool:
    """Tell whether a batch was sent and not taken: the producer's numbers go on behind it."""
    return isinstance(answer, Exception) and not isinstance(answer, NotSent)
